"""Which of Debian's packages bring what a machine has no font for. It knows letters and signs, and no machine."""

import unicodedata
from collections.abc import Iterable

from engine.billing.text import leaves_ink

#: A letter or two of each writing that a partner's name may have, beside Latin.
WRITINGS = {
    "Greek": "Ω", "Cyrillic": "Ж", "Hebrew": "ש", "Arabic": "ش", "Hindi": "ह", "Thai": "ก", "Georgian": "ქ",
    "Armenian": "Հ", "Chinese": "株", "Japanese": "テ", "Korean": "주",
}  # fmt: skip

_MANY = "fonts-noto-core"  # Arabic, Hebrew, Indic and 130 writings more
_EAST_ASIAN = "fonts-noto-cjk"
_PICTURES = "fonts-noto-color-emoji"
_EAST_ASIAN_NAMES = (
    "CJK",
    "HIRAGANA",
    "KATAKANA",
    "HANGUL",
    "BOPOMOFO",
    "KANGXI",
    "IDEOGRAPHIC",
    "FULLWIDTH",
    "HALFWIDTH",
)


def may_lack_a_font(letter: str) -> bool:
    """Of letters and digits, by which a document is read back. Looking at each takes its time."""
    return letter >= _RARE and letter.isalnum()


def needs_a_font(sign: str) -> bool:
    """Of all that is printed: letters, marks, digits, punctuation, symbols, pictures."""
    return sign >= _RARE and leaves_ink(sign)


_RARE = "\u0180"  # the shipped fonts have all that is written below


def packages_for(letters: Iterable[str]) -> str:
    """Debian's packages with fonts for these, with a space between: `fonts-noto-core fonts-noto-cjk`."""
    wanted = {_package(letter) for letter in letters}
    return " ".join(each for each in (_MANY, _EAST_ASIAN, _PICTURES) if each in wanted)


def _package(letter: str) -> str:
    if letter >= "\U0001f1e6" and unicodedata.category(letter) in ("So", "Sk"):
        return _PICTURES
    return _EAST_ASIAN if unicodedata.name(letter, "").startswith(_EAST_ASIAN_NAMES) else _MANY
