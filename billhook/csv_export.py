"""A CSV file (RFC 4180) that a spreadsheet opens without running anything that is written in it. It knows no payout."""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.contracts import Document

#: What a spreadsheet takes for a formula when a cell begins with it (OWASP: CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def sheet(rows: Iterable[Any], of: type, *, filename: str) -> Document:
    """The rows, each an `of`, under the names of its fields; UTF-8 with a mark that tells spreadsheets so."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(field.name for field in fields(of))
    writer.writerows([quoted(cell) for cell in astuple(row)] for row in rows)
    return Document(filename, "text/csv", text.getvalue().encode("utf-8-sig"))


def quoted(cell: str) -> str:
    """The text; what begins like a formula and is no number gets an apostrophe before it."""
    return f"'{cell}" if cell.startswith(FORMULA) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    try:
        return Decimal(cell).is_finite()
    except InvalidOperation:
        return False
