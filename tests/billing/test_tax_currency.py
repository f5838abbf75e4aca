"""VAT in another money: rounded once, either way round of the rate, and wrong sums are found."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.billing.checks import check_invoice
from engine.billing.errors import CurrencyMismatch, NotAnExchangeRate
from engine.billing.invoice import canonical, restore
from engine.billing.money import Currency
from engine.billing.tax_currency import ExchangeRate, Telling, missing_rate, parse_exchange_rate, retold, told_in

EUR, SEK, JPY, KWD = Currency("EUR", 2), Currency("SEK", 2), Currency("JPY", 0), Currency("KWD", 3)
DAY = date(2026, 3, 20)
TAXES = st.integers(-(10**15), 10**15)
RATES = st.decimals("0.0001", "99999", places=4)


def rate(base, quote, value):
    return ExchangeRate(base, quote, Decimal(value), DAY, "ECB")


TO_SEK = Telling(SEK, rate("EUR", "SEK", "11.2345"))


@pytest.fixture
def invoice(draw, reward):
    return draw([reward(1000)], telling=TO_SEK)


@pytest.mark.parametrize(
    ("tax", "currency", "into", "given_rate", "told"),
    [
        (25_000, EUR, SEK, rate("EUR", "SEK", "11.2345"), 280_863),
        (1, EUR, SEK, rate("EUR", "SEK", "11.2345"), 11),
        (-1, EUR, SEK, rate("EUR", "SEK", "11.5"), -12),
        (0, EUR, SEK, rate("EUR", "SEK", "11.2345"), 0),
        (1235, JPY, EUR, rate("EUR", "JPY", "173.2"), 713),
        (1235, JPY, EUR, rate("JPY", "EUR", "0.005774"), 713),
        (713, EUR, JPY, rate("EUR", "JPY", "173.2"), 1235),
        (506, KWD, EUR, rate("KWD", "EUR", "2.8"), 142),
        (100, EUR, SEK, rate("SEK", "EUR", "0.08"), 1250),
    ],
)
def test_it_is_right_to_the_minor_unit(tax, currency, into, given_rate, told):
    assert told_in(tax, currency, into=into, rate=given_rate).tax == told


@given(TAXES, RATES)
def test_it_is_within_half_a_minor_unit_and_mirrors(tax, value):
    told = told_in(tax, EUR, into=SEK, rate=rate("EUR", "SEK", value)).tax

    assert abs(Fraction(told) - tax * Fraction(value)) * 2 <= 1
    assert told_in(-tax, EUR, into=SEK, rate=rate("EUR", "SEK", value)).tax == -told


@given(TAXES, st.integers(0, 10**15), RATES)
def test_more_tax_is_never_less_in_another_money(tax, more, value):
    given_rate = rate("SEK", "EUR", value)

    assert told_in(tax, EUR, into=SEK, rate=given_rate).tax <= told_in(tax + more, EUR, into=SEK, rate=given_rate).tax


def test_a_rate_between_others_is_refused():
    with pytest.raises(CurrencyMismatch):
        told_in(1, EUR, into=SEK, rate=rate("EUR", "NOK", "11"))


@pytest.mark.parametrize(("text", "kept"), [("11.2345", "11.2345"), ("11.0", "11"), ("0.0000000001", "0.0000000001")])
def test_a_rate_is_kept_in_its_shortest_form(text, kept):
    assert format(parse_exchange_rate(text), "f") == kept


@pytest.mark.parametrize("text", ["0", "0.0", "-1", "1e3", "1,5", "", " 1", "1.12345678901", "９", "NaN", "1" * 10])
def test_what_is_no_rate_is_refused_with_an_example(text):
    with pytest.raises(NotAnExchangeRate, match="Write a number above 0 with a point and at most 10 decimals") as no:
        parse_exchange_rate(text)

    assert no.value.code == "not_an_exchange_rate"


def test_the_invoice_carries_it_with_rate_source_and_day(invoice):
    told = invoice.tax_currency_total

    assert (told.tax, told.currency, told.rate, told.per) == (2247, SEK, Decimal("11.2345"), "EUR")
    assert restore(canonical(invoice)) == invoice


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"tax": 2246}, "tax_currency_total.tax: The rate gives 2247 minor units, not 2246."),
        ({"currency": EUR}, "tax_currency_total.currency: It is the invoice's own."),
        ({"per": "NOK"}, "tax_currency_total.per: The rate is of neither money, but of NOK."),
        ({"rate": Decimal(0)}, "tax_currency_total.rate: A rate of exchange is above 0."),
        ({"source": " "}, "tax_currency_total.source: Say where the rate is from."),
        ({"rate_date": date(2027, 1, 1)}, "tax_currency_total.rate_date: The rate is of a day after the issue."),
    ],
)
def test_what_is_wrong_about_it_is_told(invoice, changes, problem):
    wrong = replace(invoice, tax_currency_total=replace(invoice.tax_currency_total, **changes))

    assert [f"{each.field}: {each.sentence}" for each in check_invoice(wrong)] == [problem]


@pytest.mark.parametrize(("tax", "told"), [(200, 2247), (100, 1123), (0, 0)])
def test_a_part_is_told_by_the_rate_of_the_whole(invoice, tax, told):
    assert retold(invoice.tax_currency_total, tax, EUR) == replace(invoice.tax_currency_total, tax=told)


def test_a_snapshot_of_before_the_direction_was_kept_is_still_read(invoice):
    body = canonical(invoice).replace(',"per":"EUR"', "").replace(',"tax_rule":""', "")

    assert restore(body) == replace(invoice, tax_currency_total=replace(invoice.tax_currency_total, per=""))
    assert check_invoice(restore(body)) == []


def test_a_rate_that_is_missing_is_the_vendors_to_give():
    missing = missing_rate("EUR", "SEK")

    assert (missing.field, missing.who) == ("exchange_rate", "vendor")
    assert missing.sentence == (
        "The rate from EUR to SEK is missing: the seller's country wants its VAT told in SEK. "
        "Give one of the last 31 days with its day and its source."
    )
