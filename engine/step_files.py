"""What was uploaded for steps: the files that an answer has, and the bytes of one. It knows no run and no page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from engine.contracts import Document, Field
from engine.files import DatabaseFiles
from engine.store import Tx
from engine.world import Caller


@dataclass(frozen=True, slots=True)
class StepFile:
    """A file as it was sent for a field: its name, and the hash of its bytes."""

    field: str
    filename: str
    sha256: str


def files_in(answer: str, asks: Sequence[Field]) -> tuple[StepFile, ...]:
    """The files of an answer as it is kept (JSON), in the order in which they are asked for."""
    told = json.loads(answer)
    kept = [(field.name, told.get(field.name)) for field in asks if field.kind == "file"]
    return tuple(
        StepFile(name, value["filename"], value["sha256"])
        for name, value in kept if isinstance(value, dict) and {"filename", "sha256"} <= value.keys()
    )  # fmt: skip


def read(tx: Tx, caller: Caller, file: StepFile) -> Document:
    """
    Its bytes under the name they were sent with: the same bytes may have come with another name from somebody else.

    Raises:
        NotFound: what is stored no longer has this hash.
    """
    return DatabaseFiles(tx, caller.account_id, caller.now).sent(file.sha256, filename=file.filename)
