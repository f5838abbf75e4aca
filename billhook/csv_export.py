"""A CSV file (RFC 4180) that a spreadsheet opens without running anything that is written in it. It knows no payout."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import astuple, fields
from typing import Any

from engine.contracts import Document

#: What a spreadsheet takes for a formula when a cell begins with it, in both widths (OWASP: CSV injection).
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def sheet(rows: Iterable[Any], of: type, *, filename: str) -> Document:
    """The rows, each an `of`, under the names of its fields; UTF-8 with a mark that tells spreadsheets so."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(field.name for field in fields(of))
    writer.writerows([quoted(cell) for cell in astuple(row)] for row in rows)
    return Document(filename, "text/csv", text.getvalue().encode("utf-8-sig"))


def quoted(cell: str) -> str:
    """
    The text, with an apostrophe before whatever begins like a formula and is no number: at its beginning, and within it
    wherever a reader that takes another separator than the comma would begin a cell.
    """
    if _NUMBER.fullmatch(cell):
        return cell
    safe = _WORD.sub(r"\1'", _CELL.sub(r"\1'", cell))
    return f"'{safe}" if safe.startswith(("\t", "\r", "\n")) else safe


_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_BEGINS = f"(?=[{re.escape(''.join(FORMULA))}])"
_CELL = re.compile(rf'((?:^|[^\S ]|[,;|:"])[\s"]*){_BEGINS}')
# Where a blank separates: neither a number nor a dash between words is a formula.
_WORD = re.compile(rf"( )(?!- |[+-][0-9.]+(?: |$)){_BEGINS}")
