"""Files in the HTTP API: in JSON as base64, out as downloads. What a file is, its bytes say."""

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query

from engine.contracts import Document
from engine.errors import Invalid, Problem

FILE = frozenset({"filename", "media_type", "base64"})
#: For OpenAPI: what a download answers.
_KINDS = (
    "application/pdf", "application/xml", "application/json", "text/html", "image/png", "image/jpeg",
    "application/octet-stream",
    "text/csv",
)  # fmt: skip
BINARY: dict[int | str, dict[str, Any]] = {200: {"description": "The file.", "content": {kind: {} for kind in _KINDS}}}

Format = Annotated[
    str, Query(description="pdf, cii, ubl, json, html, or what else a renderer that is installed makes.")
]


def with_files(answer: Mapping[str, Any]) -> dict[str, Any]:
    """
    The answer with its files as documents.

    Raises:
        Invalid: a file's base64 cannot be read.
    """
    return {name: _document(name, value) if _is_file(value) else value for name, value in answer.items()}


def files(given: Mapping[str, Any]) -> dict[str, Document]:
    """
    What must all be files, as documents.

    Raises:
        Invalid: one is none, or its base64 cannot be read.
    """
    problems = [Problem(name, "a file: filename, media_type, base64.") for name in given if not _is_file(given[name])]
    if problems:
        raise Invalid("The file", problems)
    return {name: _document(name, value) for name, value in given.items()}


def _is_file(value: Any) -> bool:
    return isinstance(value, Mapping) and "base64" in value and set(value) <= FILE


def _document(name: str, value: Mapping[str, Any]) -> Document:
    try:
        content = base64.b64decode(str(value["base64"]).encode(), validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("The file", [Problem(name, "its base64 (RFC 4648) cannot be read.")]) from None
    return Document(str(value.get("filename", "")), str(value.get("media_type", "application/octet-stream")), content)
