"""Ask for a file of a kind that is safe to keep. It judges a file by its first bytes, never by its name."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Setting

from engine.answers import read_answer, refuse
from engine.contracts import Checked, Document, Field, StepDesk, Tools
from engine.uploads import KINDS, MAX_MB, UploadKind, listed, named_for_its_bytes, upload_problems


class UploadDocument:
    name = "upload_document"
    title = "Upload a document"
    main_contact_only = False
    needs_switch = False

    class Settings(BaseModel):
        """What the YAML may set: the kinds of file to `accept`, and how many megabytes at most."""

        model_config = ConfigDict(frozen=True, extra="forbid")

        accept: Annotated[tuple[UploadKind, ...], Setting(min_length=1)] = KINDS
        max_mb: Annotated[int, Setting(ge=1, le=25)] = MAX_MB

    def fields(self, settings: Mapping[str, Any]) -> Sequence[Field]:
        """One file."""
        wanted = self.Settings.model_validate(settings)
        told = f"{listed(wanted.accept)}, at most {wanted.max_mb} MB"
        return (Field("file", "file", "The document", help=told),)

    def check(self, settings: Mapping[str, Any], answer: Mapping[str, Any], tools: Tools) -> Checked:
        """
        The kept document has the media type and the ending its bytes say, whatever its sender said.

        Raises:
            Invalid: no file, too large a file, or one of a kind that is not accepted.
        """
        values, problems = read_answer(self.fields(settings), answer)
        if "file" in values:
            wanted = self.Settings.model_validate(settings)
            problems += upload_problems("file", values["file"], accept=wanted.accept, max_mb=wanted.max_mb)
        refuse(problems)
        document = named_for_its_bytes(values["file"])
        return Checked({"file": _described(document)}, {"file": document})

    def complete(self, desk: StepDesk, checked: Checked) -> str:
        """Keep the file."""
        document = checked.uploads["file"]
        desk.keep(document)
        return f"uploaded {document.filename}"


def _described(document: Document) -> dict[str, Any]:
    return {
        "filename": document.filename,
        "media_type": document.media_type,
        "size": len(document.content),
        "sha256": hashlib.sha256(document.content).hexdigest(),
    }
