"""Which text a stranger may have printed on a document. It knows no field's meaning and never changes a text."""

import unicodedata

from engine.billing.errors import Problem

MOST_MARKS = 8  # the densest real writing (Vietnamese, Hebrew, Thai) stacks fewer
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def text_problems(field: str, value: str, limit: int, *, lines: int = 1) -> list[Problem]:
    """
    What bars `value` from a document: longer than `limit` characters, more than `lines` lines, control characters,
    marks that turn the direction of writing, halves of surrogate pairs, or a tower of combining marks.
    """
    if len(value) > limit:  # told alone: nothing longer is worth reading
        return [Problem(field, f"The text is {len(value)} characters long; at most {limit} fit.")]
    found = [
        (value.count("\n") >= lines, "has too many line breaks; " + _lines_allowed(lines)),
        (_holds(value, "Cc", "Zl", "Zp"), "holds control characters; write it without them."),
        (not _BIDI.isdisjoint(value), "holds marks that turn the direction of writing; write it without them."),
        (_holds(value, "Cs", "Co", "Cn"), "holds codes that are no characters."),
        (_tallest_tower(value) > MOST_MARKS, f"stacks more than {MOST_MARKS} combining marks on one letter."),
    ]
    return [Problem(field, f"The text {sentence}") for broken, sentence in found if broken]


def _lines_allowed(lines: int) -> str:
    return "keep it on one line." if lines == 1 else f"at most {lines} lines fit."


def _holds(value: str, *categories: str) -> bool:
    return any(unicodedata.category(each) in categories and each != "\n" for each in value)


def _tallest_tower(value: str) -> int:
    tallest = height = 0
    for each in value:
        height = height + 1 if unicodedata.category(each) in ("Mn", "Me") else 0
        tallest = max(tallest, height)
    return tallest
