"""
How invoice numbers are written and counted. It knows no counter row: the last number is handed in.

A series belongs to one buyer and one seller, so that two buyers may both bill for one seller (Directive 2006/112/EC
art. 226, point 2: a sequential number that identifies the invoice). A series may begin anew each year; then the year
stands in the number (UStAE 14.5 Abs. 10 allows several series, as long as no number is given twice).
"""

import re
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import Self

from engine.billing.errors import NotANumberFormat, Problem, shown

INVOICE_FORMAT = "{buyer}-{seller}-{n:05}"
CREDIT_NOTE_FORMAT = "{buyer}-{seller}-C{n:05}"
LONGEST = 40

_NUMBER = re.compile(r"[A-Z0-9/-]{1,40}", re.ASCII)
_CODE = re.compile(r"[A-Z0-9-]{1,12}", re.ASCII)
_LITERAL = re.compile(r"[A-Z0-9/-]*", re.ASCII)
_WIDTH = re.compile(r"(0(?:[1-9]|1[0-2]))?", re.ASCII)
_WIDTHS = re.compile(r"\{n:[0-9]*\}", re.ASCII)
_NEEDED = ("buyer", "seller", "n")
_FIELDS = (*_NEEDED, "year")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A pattern that was checked by `parse`; two sellers of one buyer never get the same number from it."""

    pattern: str

    @classmethod
    def parse(cls, pattern: str) -> Self:
        """
        Check a pattern such as '{buyer}-{seller}-{n:05}'.

        Raises:
            NotANumberFormat: a field is missing, unknown or twice; other characters than A-Z 0-9 / -; no separator
                between two fields; or numbers could exceed 40 characters.
        """
        if problems := _pattern_problems(pattern):
            raise NotANumberFormat(f"{shown(pattern)} is no pattern for invoice numbers. {' '.join(problems)}")
        return cls(pattern)

    @property
    def has_year(self) -> bool:
        """Whether numbers show the year of issue; without it a series cannot begin anew."""
        return any(name == "year" for _, name, _, _ in Formatter().parse(self.pattern))

    def number(self, *, buyer: str, seller: str, n: int, year: int = 0) -> str:
        """
        The number for these codes and the counter `n`, from 1, in the year of issue on the account's clocks.

        Raises:
            NotANumberFormat: a code cannot stand in a number, the counter is below 1, or the number is too long.
        """
        if problems := [*code_problems("buyer", buyer), *code_problems("seller", seller)]:
            raise NotANumberFormat(" ".join(f"{problem.field}: {problem.sentence}" for problem in problems))
        if n < 1:
            raise NotANumberFormat(f"A series counts from 1, not from {n}.")
        number = self.pattern.format(buyer=canonical_code(buyer), seller=canonical_code(seller), n=n, year=f"{year:04}")
        if not is_number(number):
            raise NotANumberFormat(f"{number} has more than {LONGEST} characters. Shorten the pattern or the codes.")
        return number


def canonical_code(code: str) -> str:
    """A code as numbers show it. Codes that are equal in this form are one code: keep them unique by it."""
    return code.upper()


def code_problems(field: str, code: str) -> list[Problem]:
    """Why `code` cannot stand in an invoice number. Nothing is dropped from a code, so distinct ones stay distinct."""
    if code.isascii() and _CODE.fullmatch(canonical_code(code)):
        return []
    return [Problem(field, f"{shown(code)} is no code. Use 1 to 12 letters A to Z, digits and hyphens.")]


def is_number(text: str) -> bool:
    """Whether `text` may be an invoice's number."""
    return _NUMBER.fullmatch(text) is not None


def next_issue(last_number: int, last_issued_at: datetime | None, now: datetime) -> tuple[int, datetime]:
    """
    The next number of a series and its instant of issue: never before the last one, even when the clock steps back.
    """
    return last_number + 1, now if last_issued_at is None else max(now, last_issued_at)


def same_numbers(one: str, other: str) -> bool:
    """Whether two patterns write the same numbers, but for the counter's width."""
    return _WIDTHS.sub("{n}", one) == _WIDTHS.sub("{n}", other)


def _pattern_problems(pattern: str) -> list[str]:
    try:
        parts = list(Formatter().parse(pattern))
    except ValueError:
        return ["Close each brace that is opened."]
    found = [name for _, name, _, _ in parts if name is not None]
    problems = [f"It needs {{{name}}} once." for name in _NEEDED if found.count(name) != 1]
    problems += ["It takes {year} once at most."] if found.count("year") > 1 else []
    problems += [f"It knows no field {shown(name)}." for name in found if name not in _FIELDS]
    if not all(_LITERAL.fullmatch(literal) for literal, *_ in parts):
        problems.append("Between the fields use only A to Z, 0 to 9, / and -.")
    if any(conversion or not _plain_or_width(name, spec) for _, name, spec, conversion in parts):
        problems.append("Only the counter takes a width, such as {n:05}, of at most 12.")
    return (
        problems
        or _length_problems(pattern)
        or _separator_problems([literal for literal, name, *_ in parts if name][1:])
    )


def _plain_or_width(name: str | None, spec: str | None) -> bool:
    return not spec if name != "n" else _WIDTH.fullmatch(spec or "") is not None


def _length_problems(pattern: str) -> list[str]:
    longest = len(pattern.format(buyer="B" * 12, seller="S" * 12, n=9_999_999, year="9999"))
    return [f"With codes of 12 letters it makes {longest} characters; {LONGEST} fit."] if longest > LONGEST else []


def _separator_problems(literals: list[str]) -> list[str]:
    """Digits alone between two fields could be read as a code's or the counter's: A1 and 1, or A and 11."""
    if all(literal.strip("0123456789") for literal in literals):
        return []
    return ["Part the fields by at least one letter, / or -."]
