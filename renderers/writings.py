"""Which of Debian's packages bring the letters that a machine has no font for. It knows letters, and no machine."""

import unicodedata
from collections.abc import Iterable

#: A letter or two of each writing that a partner's name may have, beside Latin.
WRITINGS = {
    "Greek": "Ω", "Cyrillic": "Ж", "Hebrew": "ש", "Arabic": "ش", "Hindi": "ह", "Thai": "ก", "Georgian": "ქ",
    "Armenian": "Հ", "Chinese": "株", "Japanese": "テ", "Korean": "주",
}  # fmt: skip

_MANY = "fonts-noto-core"  # Arabic, Hebrew, Indic and 130 writings more
_EAST_ASIAN = "fonts-noto-cjk"
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
    """The shipped fonts have all of Latin that is written below U+0250, and looking at each letter takes its time."""
    return letter >= "\u0250" and letter.isalnum()


def packages_for(letters: Iterable[str]) -> str:
    """Debian's packages with fonts for these, with a space between: `fonts-noto-core fonts-noto-cjk`."""
    wanted = {_package(letter) for letter in letters}
    return " ".join(each for each in (_MANY, _EAST_ASIAN) if each in wanted)


def _package(letter: str) -> str:
    return _EAST_ASIAN if unicodedata.name(letter, "").startswith(_EAST_ASIAN_NAMES) else _MANY
