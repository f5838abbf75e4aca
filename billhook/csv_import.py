"""
Read a CSV file of partners or rewards, strictly: every row that cannot be taken is named by its line, with the reason.

It knows headings and cells. What a partner or reward may be, the engine knows, and it is asked for all rows at once.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Generic, TypeVar

from engine.errors import closest
from engine.intake import Intake
from engine.partners import NewPartner, NewReward

New = TypeVar("New", NewPartner, NewReward)

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 100_000
MOST_HEADINGS, LONGEST_HEADING = 50, 100  # a file has seven; of what is none, so much is told
MAY_BE_ABSENT = frozenset({"pipeline", "status"})

_SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True)
class BadRow:
    """`file:line: field: reason`, as `str` gives it."""

    file: str
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"{self.file}:{self.line}", self.field, self.reason) if part)


@dataclass(frozen=True, slots=True)
class Sheet(Generic[New]):
    """`rows` with the line each begins at; `bad` is what cannot be read. Unreadable as a whole: no row at all."""

    file: str
    rows: tuple[tuple[int, New], ...]
    bad: tuple[BadRow, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """
    `added` rows, or how many would be added; `bad` in the order of the file. Not `readable`: it is the file as a whole
    that is bad, or none of its rows can be read, so that there is nothing to take in part.
    """

    added: int
    bad: tuple[BadRow, ...]
    readable: bool = True


def read(path: Path, kind: type[New], *, renamed: Mapping[str, str] | None = None) -> Sheet[New]:
    """
    The rows of a file. UTF-8, with a byte order mark or without; comma, semicolon or tab, as the headings show.

    renamed: the file's heading -> ours; None where nobody can say so.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        return parse(file.read(MOST_BYTES + 1), kind, file=path.name, renamed=renamed)


def parse(content: bytes, kind: type[New], *, file: str, renamed: Mapping[str, str] | None = None) -> Sheet[New]:
    """The rows of a file's content; see `read`."""
    text, unreadable = _text(content)
    if unreadable:
        return Sheet(file, (), tuple(BadRow(file, line, "", reason) for line, reason in unreadable))
    lines = _cells(text)
    line, written = next(lines, (1, ()))
    headings = [_ours(heading, renamed or {}) for heading in written]
    if wrong := list(_wrong_headings(written, headings, kind, renamed)):
        return Sheet(file, (), tuple(BadRow(file, line, field, reason) for field, reason in wrong))
    rows: list[tuple[int, New]] = []
    bad: list[BadRow] = []
    for line, cells in lines:
        if reason := _wrong_row(cells, headings, count=len(rows) + len(bad)):
            bad.append(BadRow(file, line, "", reason))
        else:
            rows.append((line, kind(**_row(headings, cells))))
        if len(rows) + len(bad) > MOST_ROWS:
            break
    return Sheet(file, tuple(rows), tuple(bad))


def take(sheet: Sheet[New], add: Callable[..., Intake], *, partial: bool = False, dry_run: bool = False) -> Imported:
    """
    Hand the rows to `add` (`partners.add_many` or `rewards.add_many`). Nothing is kept when there is a bad row, unless
    `partial`; every bad row is told, those that cannot be read and those that the engine does not take.
    """
    kept_out = bool(sheet.bad) and not partial
    intake = add([row for _, row in sheet.rows], partial=partial, dry_run=dry_run or kept_out)
    refused: list[BadRow] = [
        BadRow(sheet.file, sheet.rows[place][0], problem.field, problem.sentence)
        for place, problems in intake.refused
        for problem in problems
    ]
    bad = sorted([*sheet.bad, *refused], key=lambda row: row.line)
    return Imported(0 if bad and not partial and not dry_run else intake.added, tuple(bad), bool(sheet.rows))


def _text(content: bytes) -> tuple[str, list[tuple[int, str]]]:
    """The text, and what makes the file unreadable as a whole: a line and a reason each."""
    if len(content) > MOST_BYTES:
        return "", [(1, f"The file has over {MOST_BYTES // 1024 // 1024} MB. Split it.")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return "", [(line, "This is not UTF-8. Save the file as CSV UTF-8.")]
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        return "", [(line, "There is a NUL here, so this is no text file. Save it as CSV UTF-8.")]
    return text, []


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    """The line that each row begins at, and its cells. Blank lines are passed over; a row may span lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=False)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, [cell.strip() for cell in cells]
            begins = reader.line_num + 1
    except csv.Error:
        yield begins, [_TOO_LONG]


def _separator(text: str) -> str:
    """What stands most often in the line of headings."""
    headings = next((line for line in text.splitlines() if line.strip()), "")
    return max(_SEPARATORS, key=headings.count)


def _ours(heading: str, renamed: Mapping[str, str]) -> str:
    return renamed.get(heading, heading.lower())


def _wrong_headings(
    written: Sequence[str], headings: Sequence[str], kind: type[New], renamed: Mapping[str, str] | None
) -> Iterator[tuple[str, str]]:
    """A field and a reason for each heading that is unknown, there twice, or missing; and for each useless renaming."""
    known = [each.name for each in fields(kind)]
    if not written:
        yield "", f"The file is empty. Its first line is: {','.join(known)}."
        return
    if len(written) > MOST_HEADINGS:
        told = f"The line has {len(written)} headings, and over {MOST_HEADINGS} are not looked at."
        yield "", f"{told} Keep the columns {', '.join(known)}."
        return
    missing = [name for name in known if name not in headings and name not in MAY_BE_ABSENT]
    for heading, name in zip(written, headings, strict=True):
        if name not in known:
            yield heading[:LONGEST_HEADING], _unknown(name[:LONGEST_HEADING], known, missing)
        elif headings.count(name) > 1:
            yield heading, f"The heading '{name}' is there {headings.count(name)} times. Keep one."
    for name in missing:
        way = "" if renamed is None else f", or name yours: --map theirs={name}"
        yield name, f"The heading is missing. Add the column{way or '.'}"
    there = ", ".join(heading[:LONGEST_HEADING] for heading in written)
    for theirs in renamed or {}:
        if theirs not in written:
            yield theirs, f"--map names a heading that the file does not have. It has: {there}."


def _unknown(name: str, known: Sequence[str], missing: Sequence[str]) -> str:
    near = closest(name, missing) or closest(name, known)
    hint = f"Did you mean '{near}'?" if near else f"Known: {', '.join(known)}."
    return f"No heading is called '{name}'. {hint}"


def _wrong_row(cells: Sequence[str], headings: Sequence[str], *, count: int) -> str:
    if cells == [_TOO_LONG]:
        return "A cell has over 131072 characters; perhaps a quotation mark is not closed. Nothing after it was read."
    if count >= MOST_ROWS:
        return f"The file has over {MOST_ROWS} rows. Split it; nothing after this line was read."
    if len(cells) == len(headings):
        return ""
    return f"The row has {len(cells)} cells and the headings are {len(headings)}. Quote cells that hold a separator."


def _row(headings: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """What is left empty keeps its default, where it has one."""
    return {name: cell for name, cell in zip(headings, cells, strict=True) if cell or name not in MAY_BE_ABSENT}


_TOO_LONG = "\x00"
