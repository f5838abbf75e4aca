"""
The words of documents by language, from the gettext catalogues in renderers/locale. Amounts and dates are Babel's
matter, mentions the law's.

The words in the sources are English, so English has no catalogue. A catalogue is read as its translators wrote it:
nothing is compiled, so a checkout, a wheel and an sdist have the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from engine.reference import locale_of

DOMAIN = "documents"
_SOURCE = "en"


@dataclass(frozen=True, slots=True)
class Phrases:
    """
    `gettext` gives the words for the English ones, and these where a catalogue lacks them; a template says
    `{{ _("Seller") }}`. `sha256` is of the catalogue; for English, which has none, of nothing.
    """

    gettext: Callable[[str], str]
    sha256: str


def phrases(language: str) -> Phrases:
    """The words of `language` where it is one of ours (`de-CH` speaks `de`), else the English ones."""
    return _phrases(spoken_language(language)[:2])


def spoken_language(language: str) -> str:
    """`language` where we have its words, else `en`: money and dates are never of another language than the words."""
    return language if language.replace("_", "-").split("-")[0] in languages() else _SOURCE


def spoken_locale(language: str, country: str) -> Locale:
    """How money and dates are written in `language` in `country`, as the words are (`reference.locale_of`)."""
    return locale_of(spoken_language(language), country)


@cache
def languages() -> tuple[str, ...]:
    """The languages that documents are written in, as ISO 639-1, English first."""
    return (_SOURCE, *sorted(each.name for each in _folder().iterdir() if each.is_dir()))


def catalogue(language: str) -> Catalog:
    """The catalogue of one of `languages()` other than English, with its translators' marks."""
    return read_po(BytesIO(_content(language)), locale=language, domain=DOMAIN, abort_invalid=True)


@cache
def _phrases(language: str) -> Phrases:
    if language == _SOURCE:
        return Phrases(str, sha256().hexdigest())
    words = {str(each.id): str(each.string) for each in catalogue(language) if each.id and each.string}
    return Phrases(lambda english: words.get(english, english), sha256(_content(language)).hexdigest())


def _content(language: str) -> bytes:
    return _folder().joinpath(language, "LC_MESSAGES", f"{DOMAIN}.po").read_bytes()


def _folder() -> Traversable:
    return files("renderers").joinpath("locale")
