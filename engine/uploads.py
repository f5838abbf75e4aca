"""Files that people send: judged by their first bytes, never by their name or what their sender says of them."""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Literal

from engine.contracts import Document
from engine.errors import Problem

UploadKind = Literal["pdf", "png", "jpeg"]

KINDS: tuple[UploadKind, ...] = ("pdf", "png", "jpeg")
MAX_MB = 10
LONGEST_NAME = 500

_FIRST_BYTES: dict[UploadKind, bytes] = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff"}
_MEDIA_TYPES: dict[UploadKind, str] = {"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg"}
_ENDINGS: dict[UploadKind, tuple[str, ...]] = {"pdf": (".pdf",), "png": (".png",), "jpeg": (".jpg", ".jpeg")}
_NAME_LENGTH = 100
_FILE_NAME = re.compile(r'[^\\/:"<>]+(/[^\\/:"<>]+)*')
_PDF_END = 1024  # bytes in which readers look for the end
_MEGABYTE = 1024 * 1024


def upload_problems(
    field: str, document: Document, *, accept: Sequence[UploadKind] = KINDS, max_mb: int = MAX_MB
) -> list[Problem]:
    """Why a file is not kept: of no accepted kind, cut short, or too large."""
    problems = []
    if _kind_of(document.content) not in accept:
        problems.append(Problem(field, f"By its first bytes the file is no {listed(accept)}. Save it as one."))
    elif not _is_whole(document.content):
        problems.append(Problem(field, "The file ends before a PDF does. Save or send it once more."))
    if len(document.content) > max_mb * _MEGABYTE:
        most = f"{max_mb} MB ({max_mb * _MEGABYTE} bytes)"
        problems.append(Problem(field, f"The file has {len(document.content)} bytes. At most {most} are kept."))
    return problems


def named_for_its_bytes(document: Document) -> Document:
    """The document with the media type and the ending its bytes say. It is of an accepted kind."""
    kind = _kind_of(document.content)
    assert kind is not None  # noqa: S101 - `upload_problems` had none
    name = safe_filename(document.filename)
    fits = PurePosixPath(name).suffix.lower() in _ENDINGS[kind]
    return Document(name if fits else name + _ENDINGS[kind][0], _MEDIA_TYPES[kind], document.content)


def as_its_bytes_say(document: Document) -> Document:
    """As `named_for_its_bytes`, for a document of any kind: of what is of none of ours, no kind is told."""
    if _kind_of(document.content) is None:
        return Document(safe_filename(document.filename), "application/octet-stream", document.content)
    return named_for_its_bytes(document)


def is_file_name(name: str) -> bool:
    """Whether a document can be called so where it is asked for by name: a file's name, also one within folders."""
    plain = _FILE_NAME.fullmatch(name) and not {".", ".."} & set(name.split("/"))
    return bool(plain) and name.isprintable() and len(name) <= LONGEST_NAME


def safe_filename(filename: str) -> str:
    """The last part of a name, without marks that a file system or a header gives a meaning to."""
    last = re.split(r"[/\\]", str(filename))[-1]
    printable = "".join(mark for mark in last if mark.isprintable() and mark not in "\"'<>:;|*?")
    return unicodedata.normalize("NFC", printable)[-_NAME_LENGTH:].strip(" .") or "document"


def listed(kinds: Sequence[UploadKind]) -> str:
    """The kinds as people say them: `PDF or PNG`."""
    return " or ".join(kind.upper() for kind in kinds)


def _is_whole(content: bytes) -> bool:
    """A PDF says at its end that it ends (ISO 32000-2, 7.5.5); pictures are opened where they are used."""
    return _kind_of(content) != "pdf" or b"%%EOF" in content[-_PDF_END:]


def _kind_of(content: bytes) -> UploadKind | None:
    return next((kind for kind, start in _FIRST_BYTES.items() if content.startswith(start)), None)
