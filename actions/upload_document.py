"""Ask for a file of a kind that is safe to keep. It judges a file by its first bytes, never by its name."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Setting

from engine.answers import read_answer, refuse
from engine.contracts import Checked, Document, Field, StepDesk, Tools
from engine.errors import Problem

Kind = Literal["pdf", "png", "jpeg"]

_FIRST_BYTES: dict[Kind, bytes] = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}
_MEDIA_TYPES: dict[Kind, str] = {"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg"}
_ENDINGS: dict[Kind, tuple[str, ...]] = {"pdf": (".pdf",), "png": (".png",), "jpeg": (".jpg", ".jpeg")}
_MEGABYTE = 1024 * 1024


class UploadDocument:
    name = "upload_document"
    title = "Upload a document"
    main_contact_only = False
    needs_switch = False

    class Settings(BaseModel):
        """What the YAML may set: the kinds of file to `accept`, and how many megabytes at most."""

        model_config = ConfigDict(frozen=True, extra="forbid")

        accept: Annotated[tuple[Kind, ...], Setting(min_length=1)] = ("pdf", "png", "jpeg")
        max_mb: Annotated[int, Setting(ge=1, le=25)] = 10

    def fields(self, settings: Mapping[str, Any]) -> Sequence[Field]:
        """One file."""
        wanted = self.Settings.model_validate(settings)
        told = f"{_listed(wanted.accept)}, at most {wanted.max_mb} MB"
        return (Field("file", "file", "The document", help=told),)

    def check(self, settings: Mapping[str, Any], answer: Mapping[str, Any], tools: Tools) -> Checked:
        """
        The kept document has the media type and the ending its bytes say, whatever its sender said.

        Raises:
            Invalid: no file, too large a file, or one of a kind that is not accepted.
        """
        values, problems = read_answer(self.fields(settings), answer)
        if "file" in values:
            problems += _unacceptable(values["file"], self.Settings.model_validate(settings))
        refuse(problems)
        document = _named_for_its_bytes(values["file"])
        return Checked({"file": _described(document)}, {"file": document})

    def complete(self, desk: StepDesk, checked: Checked) -> str:
        """Keep the file."""
        document = checked.uploads["file"]
        desk.keep(document)
        return f"uploaded {document.filename}"


def _unacceptable(document: Document, wanted: UploadDocument.Settings) -> list[Problem]:
    problems = []
    if _kind_of(document.content) not in wanted.accept:
        problems.append(Problem("file", f"By its first bytes the file is no {_listed(wanted.accept)}. Save it as one."))
    if len(document.content) > wanted.max_mb * _MEGABYTE:
        most = f"{wanted.max_mb} MB ({wanted.max_mb * _MEGABYTE} bytes)"
        problems.append(Problem("file", f"The file has {len(document.content)} bytes. At most {most} are kept."))
    return problems


def _kind_of(content: bytes) -> Kind | None:
    return next((kind for kind, start in _FIRST_BYTES.items() if content.startswith(start)), None)


def _named_for_its_bytes(document: Document) -> Document:
    kind = _kind_of(document.content)
    assert kind is not None  # noqa: S101
    fits = PurePosixPath(document.filename).suffix.lower() in _ENDINGS[kind]
    name = document.filename if fits else document.filename + _ENDINGS[kind][0]
    return Document(name, _MEDIA_TYPES[kind], document.content)


def _described(document: Document) -> dict[str, Any]:
    return {
        "filename": document.filename,
        "media_type": document.media_type,
        "size": len(document.content),
        "sha256": hashlib.sha256(document.content).hexdigest(),
    }


def _listed(kinds: Sequence[Kind]) -> str:
    return " or ".join(kind.upper() for kind in kinds)
