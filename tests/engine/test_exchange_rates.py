"""VAT is told in the money of the seller's country by a rate that the account gives; without one an invoice waits."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest

from engine import self_invoicing, tax_decisions
from engine.errors import Invalid, NotAllowed
from tests.engine.test_races import at_once
from tests.fakes import NOON
from tests.worlds import BUYER

NORDIC = {"country": "SE", "vat_number": "SE123456789701", "tax_percent": "25", "legal_name": "Nord AB"}


def add_rate(place, rate="11.2345", *, base="EUR", quote="SEK", day="2026-10-01", source="ECB", by="finance"):
    return tax_decisions.add_rate(place.vendor(by), base, quote, rate, day=day, source=source)


def day(days):
    """So many days from today."""
    return (NOON.date() + timedelta(days=days)).isoformat()


def a_swede_paid_in_euro(place):
    """Buyer and seller are Swedish, so VAT is charged; the invoice is in euro."""
    buyer = replace(BUYER, country="SE", vat_number=None, legal_number="5566778899")
    self_invoicing.set_buyer(place.owner, buyer)
    place.partner(opted_in=False)
    place.opt_in(**NORDIC)
    return place.payout(state="Ready")


def test_without_a_rate_it_waits_and_says_who_supplies_it(place):
    payout = a_swede_paid_in_euro(place)

    assert place.decisions(payout) == [("ready", "blocked", "details_missing")]
    assert place.missing(payout) == [("exchange_rate", "vendor")]


def test_a_rate_frees_it_and_is_in_the_snapshot_with_source_and_day(place):
    payout = a_swede_paid_in_euro(place)
    assert add_rate(place, day="2026-11-02") == 1
    assert place.decisions(payout)[-1] == ("issued_after_fix", "issued", "lawful")
    [told] = [each.tax_currency_total for each in place.snapshots()]
    assert (told.tax, told.currency.code, told.rate) == (28_086, "SEK", Decimal("11.2345"))
    assert (told.source, told.rate_date, told.per) == ("ECB", date(2026, 11, 2), "EUR")


@pytest.mark.parametrize(
    ("given", "tax"),
    [
        ([("EUR", "SEK", "11", 0), ("EUR", "SEK", "12", -1)], 27_500),
        ([("EUR", "SEK", "11", -1), ("EUR", "SEK", "12", 0)], 30_000),
        ([("EUR", "SEK", "11", 0), ("EUR", "SEK", "12", 0)], 30_000),
        ([("SEK", "EUR", "0.08", -1)], 31_250),
        ([("SEK", "EUR", "0.08", 0), ("EUR", "SEK", "11", 0)], 27_500),
        ([("SEK", "EUR", "0.08", 0), ("EUR", "SEK", "11", -1)], 31_250),
        ([("EUR", "SEK", "11", -31)], 27_500),
    ],
)
def test_the_latest_day_counts_and_of_a_day_the_last_given(place, given, tax):
    for base, quote, rate, days in given:
        add_rate(place, rate, base=base, quote=quote, day=day(days))
    a_swede_paid_in_euro(place)

    assert [each.tax_currency_total.tax for each in place.snapshots()] == [tax]


@pytest.mark.parametrize("days", [-32, 1])
def test_an_old_one_and_one_of_a_later_day_do_not_count(place, days):
    add_rate(place, day=day(days))

    assert place.missing(a_swede_paid_in_euro(place)) == [("exchange_rate", "vendor")]


def test_where_no_vat_is_charged_none_is_wanted(place):
    place.partner(opted_in=False)
    place.opt_in(**NORDIC)

    assert place.decisions(place.payout(state="Ready")) == [("ready", "issued", "lawful")]


def test_it_is_a_deed_and_the_list_shows_what_counts(place):
    add_rate(place)
    add_rate(place, "11.5", source="Riksbank")

    deed = place.history(place.account_id)[-1]
    assert deed.sentence == "1 EUR is 11.5 SEK on 2026-10-01 (Riksbank)"
    assert json.loads(deed.data)["rate"] == {
        "before": {"rate": "11.2345", "source": "ECB"}, "after": {"rate": "11.5", "source": "Riksbank"},
    }  # fmt: skip
    assert [(each.rate, each.source) for each in tax_decisions.rates(place.owner)] == [(Decimal("11.5"), "Riksbank")]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"rate": "0"}, "rate: '0' is no rate of exchange. Write a number above 0 with a point and at most 10"),
        ({"rate": "1e5"}, "rate: '1e5' is no rate of exchange."),
        ({"rate": "-1"}, "rate: '-1' is no rate of exchange."),
        ({"base": "EUX"}, "base: No currency is called 'EUX'."),
        ({"quote": "EUR"}, "quote: a rate is between two currencies."),
        ({"day": "yesterday"}, "day: 'yesterday' is no date such as 2026-11-23."),
        ({"day": "2999-01-01"}, "day: 2999-01-01 is more than 31 days ahead."),
        ({"source": "☺"}, "source: The source of a rate has a letter or a digit."),
        ({"source": " "}, "source: say where the rate is from, such as ECB."),
    ],
)
def test_what_cannot_be_read_is_named(place, changes, told):
    with pytest.raises(Invalid) as refused:
        add_rate(place, **changes)

    assert told in str(refused.value)


def test_it_takes_finance(place):
    with pytest.raises(NotAllowed):
        add_rate(place, by="viewer")


def test_of_two_for_one_day_at_once_both_are_kept_and_the_last_counts(place):
    at_once(partial(add_rate, place, "11"), partial(add_rate, place, "12"))

    kept = place.all("SELECT seq, rate FROM exchange_rate WHERE account_id = :account ORDER BY seq")
    assert [row.seq for row in kept] == [1, 2]
    assert [format(each.rate, "f") for each in tax_decisions.rates(place.owner)] == [kept[-1].rate]
