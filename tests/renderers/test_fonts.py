"""The shipped fonts alone draw all that our pages say by themselves, in every language."""

from importlib.resources import files

import pytest
from babel import Locale
from fontTools.ttLib import TTFont

from engine.billing.wording import REVERSE_CHARGE, SELF_BILLING
from renderers.pdf import InvoicePdf
from renderers.phrases import catalogue, languages
from renderers.reading import text_of
from tests.e_invoices import INVOICES

FONTS = ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf")
PUNCTUATION = "0123456789.,’·–—−%\u00a0\u202f"


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("language", languages())
def test_a_font_has_every_letter_of_a_languages_words_countries_and_months(language, font):
    locale, drawn = Locale(language), cmap(font)
    words = [] if language == "en" else [str(each.string) for each in catalogue(language) if each.id]
    named = [*locale.territories.values(), *locale.months["format"]["wide"].values()]
    short = [*locale.months["format"]["abbreviated"].values(), PUNCTUATION]

    assert {each for each in "".join([*words, *named, *short]) if ord(each) not in drawn} == set()


@pytest.mark.parametrize("font", FONTS)
def test_a_font_has_what_the_law_asks_to_be_said(font):
    said = "".join([*SELF_BILLING.values(), *REVERSE_CHARGE.values()])

    assert {each for each in said if ord(each) not in cmap(font)} == set()


@pytest.mark.parametrize("font", FONTS)
def test_a_minus_is_as_wide_as_a_figure_and_not_blank(font):
    whole = TTFont(str(files("renderers").joinpath("fonts", font)))
    names = whole.getBestCmap()
    minus, zero = names[0x2212], names[ord("0")]

    assert whole["hmtx"][minus][0] == whole["hmtx"][zero][0]
    assert whole["glyf"][minus].numberOfContours == 1


def test_a_clawback_is_for_the_archive_on_a_machine_without_fonts(fontless):
    document = InvoicePdf(fontless).render(INVOICES["a clawback"], {})

    assert document.made_with["archive"] == "PDF/A-3b"
    assert "−" in text_of(document.content)


def cmap(font: str) -> dict[int, str]:
    whole: dict[int, str] = TTFont(str(files("renderers").joinpath("fonts", font))).getBestCmap()
    return whole
