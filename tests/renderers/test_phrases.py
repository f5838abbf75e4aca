"""The documents speak each of their languages wholly: no word is untranslated, none is left unmarked."""

import html
import json
import re
import subprocess
import sys
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from docs.making.words import in_step, words_said
from engine.agreements import AgreementView
from engine.billing.invoice import TaxCurrencyTotal, canonical
from engine.billing.money import Currency
from renderers import agreement
from renderers.html import template_of
from renderers.phrases import catalogue, languages, phrases, spoken_language
from renderers.speech import Speech

CHECKOUT = Path(__file__).parents[2]
TRANSLATED = languages()[1:]
LETTERS, MARKED = "abcdefghijklmnopqrstuvwxyz", "àƀçďèƒğħíĵķĺṃñóƥʠřšťúṽŵẋýž"
FOREIGN = str.maketrans(LETTERS + LETTERS.upper(), MARKED + MARKED.upper())
VALUE = re.compile(r"%\(\w+\)s")
ALIKE = {"Date": "fr", "Service": "", "Partner": "de it nl", "Page": "fr"}


def test_documents_speak_six_languages():
    assert languages() == ("en", "de", "es", "fr", "it", "nl")


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_word_is_translated(language):
    words = [each for each in catalogue(language) if each.id]

    assert [each.id for each in words if not each.string or each.fuzzy] == []
    assert {each.id for each in words} == {each.id for each in words_said() if each.id}


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_stands_for_a_value_is_in_the_translation_too(language):
    differing = [
        word.id
        for word in catalogue(language)
        if sorted(VALUE.findall(str(word.id))) != sorted(VALUE.findall(str(word.string)))
    ]

    assert differing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_word_that_is_the_same_as_in_english_is_so_by_intent(language):
    same = {str(each.id) for each in catalogue(language) if each.id and each.id == each.string}

    assert same <= {word for word, where in ALIKE.items() if language in where}


@pytest.mark.parametrize("language", TRANSLATED)
def test_labels_of_one_table_differ(language):
    say = phrases(language).gettext

    for table in (
        ("Payment account", "Self-billing agreement", "Payout"),
        ("Net total", "VAT", "Amount due"),
        ("Net total", "Tax", "Amount credited"),
        ("Seller", "Buyer", "Date of issue", "Due date", "Period of supply"),
    ):
        assert len(set(map(say, table))) == len(table)


def test_catalogues_and_sources_say_the_same():
    assert [file.parts[-3] for file, wanted in in_step() if file.read_bytes() != wanted] == []


def test_a_command_brings_them_in_step_and_tells_whether_they_are():
    command = [sys.executable, "-m", "docs.making.words", "--check"]

    assert subprocess.run(command, cwd=CHECKOUT, check=False).returncode == 0


@pytest.mark.parametrize("kind", ["invoice", "credit note", "preview"])
def test_a_page_in_a_language_of_no_english_letters_has_none_but_its_values(draw, credit, kind):
    """What is not marked for translation would stand out."""
    whole = _with_everything(draw)
    invoice = {"invoice": whole, "credit note": credit(whole), "preview": replace(whole, number="")}[kind]
    say = Speech(invoice)
    say.gettext = _foreign
    shown = template_of("v1").render(invoice=invoice, say=say, _=_foreign)

    assert _words(shown) <= _values(invoice) | {"IBAN", "BIC", "EUR", "PLN"}


SAYS_NOTHING = SimpleNamespace(day=lambda _day: "7", moment=lambda _stamp: "7")


@pytest.mark.parametrize("life", ["offered", "accepted", "expiring", "expired", "revoked", "superseded", "suspended"])
@pytest.mark.parametrize("status", ["registered", "small_business", "not_taxable"])
@pytest.mark.parametrize("method", ["paper", "portal"])
def test_an_agreements_record_has_none_at_all(life, status, method):
    values = {each.name: "7" for each in fields(AgreementView)}
    record = AgreementView(**values | {"life": life, "seller_status": status, "method": method})
    page = agreement.template().render(
        record=record, buyer="7", language="xx", made_at="", folio=("", "", ""), say=SAYS_NOTHING, _=_foreign
    )

    assert _words(page) == set()


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("de", "de"), ("de-CH", "de-CH"), ("fr_BE", "fr_BE"), ("pl", "en"), ("", "en"), ("deu", "en"), ("../de", "en")],
)
def test_a_language_that_we_do_not_speak_is_english(asked, spoken):
    assert spoken_language(asked) == spoken


@pytest.mark.parametrize(
    ("asked", "country", "issued", "amount"),
    [
        ("en", "US", "November 23, 2026", "1,250.00"),
        ("en", "GB", "23 November 2026", "1,250.00"),
        ("en", "DE", "23 November 2026", "1.250,00"),
        ("en-US", "DE", "November 23, 2026", "1,250.00"),
        ("de", "CH", "23. November 2026", "1’250.00"),
        ("de_CH", "DE", "23. November 2026", "1’250.00"),
        ("de", "FR", "23. November 2026", "1.250,00"),
        ("nl", "BE", "23 november 2026", "1.250,00"),
        ("fr-x-y-z", "FR", "23 novembre 2026", "1\u202f250,00"),
        ("de-XX", "DE", "23. November 2026", "1.250,00"),
        ("pl", "GB", "23 November 2026", "1,250.00"),
    ],
)
def test_money_and_dates_are_written_as_in_the_partners_country(draw, asked, country, issued, amount):
    say = Speech(draw(1, language=asked, seller={"country": country}, number=""))

    assert (say.day(date(2026, 11, 23)), say.money(125_000)) == (issued, amount)


def _with_everything(draw):
    invoice = draw(2, language="xx", buyer={"legal_number": "404833048"}, seller={"tax_number": "30326504500017"})
    total = TaxCurrencyTotal(Currency("PLN", 2), 17004, Decimal("4.25"), "NBP", invoice.issue_date)
    return replace(invoice, tax_currency_total=total)


def _foreign(english: str) -> str:
    """Each letter has something on it; what stands for a value is left alone."""
    return "".join(
        part if part.startswith("%(") else part.translate(FOREIGN) for part in re.split(r"(%\(\w+\)s)", english)
    )


def _words(page: str) -> set[str]:
    shown = re.sub(r"<style.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)
    return set(re.findall(r"\b[A-Za-z]{2,}\b", html.unescape(shown)))


def _values(invoice) -> set[str]:
    """The words that the invoice itself brings, and Babel's for the days and the country."""
    said = " ".join(_texts(json.loads(canonical(invoice))))
    dates = {"November", "December", "January", "Sept", "Nov", "France"}
    return set(re.findall(r"\b[A-Za-z]{2,}\b", said)) | dates | {"a" * 12}


def _texts(value) -> list[str]:
    if isinstance(value, dict):
        return _texts(list(value.values()))
    return [text for each in value for text in _texts(each)] if isinstance(value, list) else [str(value)]
