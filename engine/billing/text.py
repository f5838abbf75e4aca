"""Which text a stranger may have printed on a document. It knows no field's meaning and never changes a text."""

import unicodedata
from itertools import chain

from engine.billing.errors import Problem

MOST_MARKS = 8  # the densest real writing (Vietnamese, Hebrew, Thai) stacks fewer
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters and symbols by their category, and blank on paper: of Hangul, Braille, hieroglyphs and music, and what stands
# for a picture that is not there.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\ufffc\U00013441\U00013442\U0001d159")
_NEVER_SEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me"})
# Marks that no font draws: joiners of graphemes, Tifinagh consonants and Brahmi numbers, inherent vowels of Khmer, the
# filler of Khitan, what chooses between shapes of a letter.
_SHAPES = (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_UNDRAWN_MARKS = frozenset(map(chr, chain((0x34F, 0x17B4, 0x17B5, 0x2D7F, 0x1107F, 0x16FE4), *_SHAPES)))


def is_visible(text: str) -> bool:
    """Whether a reader of the printed text sees anything of it: marks alone, fillers and spaces are nothing."""
    return any(not _is_blank(each) and unicodedata.category(each) not in _MARKS for each in text)


def is_readable(text: str) -> bool:
    """Whether it says anything in letters or digits: a picture is no name, no address and no description."""
    return any(each.isalnum() and not _is_blank(each) for each in text)


def is_numbered(text: str) -> bool:
    """Whether it could be a number in a register, which has a digit: a dash, a sign or `none` is no number."""
    return any(each.isdecimal() for each in text)


def leaves_ink(letter: str) -> bool:
    """Whether something of a letter, mark, sign or picture is to be seen on paper, where a font has it."""
    return not _is_blank(letter)


def text_problems(field: str, value: str, limit: int, *, lines: int = 1) -> list[Problem]:
    """
    What bars `value` from a document: longer than `limit` characters, more than `lines` lines, control characters,
    marks that turn the direction of writing, halves of surrogate pairs, a tower of combining marks, or nothing that can
    be seen. Of empty text and spaces alone whoever asks for it tells.
    """
    if len(value) > limit:  # told alone: nothing longer is worth reading
        return [Problem(field, f"The text is {len(value)} characters long; at most {limit} fit.")]
    if value.isascii() and value.isprintable():  # nothing of what follows, and most of what comes
        return []
    found = [
        (value.count("\n") >= lines, "has too many line breaks; " + _lines_allowed(lines)),
        (_holds(value, "Cc", "Zl", "Zp"), "holds control characters; write it without them."),
        (not _BIDI.isdisjoint(value), "holds marks that turn the direction of writing; write it without them."),
        (_holds(value, "Cs", "Co", "Cn"), "holds codes that are no characters."),
        (_tallest_tower(value) > MOST_MARKS, f"stacks more than {MOST_MARKS} combining marks on one letter."),
    ]
    problems = [Problem(field, f"The text {sentence}") for broken, sentence in found if broken]
    return problems or ([_unseen(field)] if value.strip() and not is_visible(value) else [])


def reference_problems(field: str, value: str, limit: int) -> list[Problem]:
    """What bars `value` from telling one thing from another: of two that look alike, nobody knows which is meant."""
    if problems := text_problems(field, value, limit):
        return problems
    if value != value.strip():
        return [Problem(field, "It begins or ends with a space; write it without.")]
    if any(each != " " and _is_blank(each) for each in value):
        return [Problem(field, "It holds characters that cannot be seen; write it without them.")]
    return []


def _is_blank(letter: str) -> bool:
    hidden = letter in _BLANK or letter in _UNDRAWN_MARKS
    return hidden or unicodedata.category(letter) in _NEVER_SEEN


def _unseen(field: str) -> Problem:
    return Problem(field, "The text has no character that can be seen; write it with letters or digits.")


def _lines_allowed(lines: int) -> str:
    return "keep it on one line." if lines == 1 else f"at most {lines} lines fit."


def _holds(value: str, *categories: str) -> bool:
    return any(unicodedata.category(each) in categories and each != "\n" for each in value)


def _tallest_tower(value: str) -> int:
    tallest = height = 0
    for each in value:
        height = height + 1 if unicodedata.category(each) in _MARKS else 0
        tallest = max(tallest, height)
    return tallest
