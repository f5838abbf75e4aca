"""What is still to be supplied is not invoiced before its day has come."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine import accounts, self_invoicing, timers, waiting
from engine.duties import DUTIES
from engine.errors import SelfInvoicingRefused
from engine.payouts import Options, create
from tests.worlds import BUYER

NO_BUYER = replace(BUYER, line1="")
LAST = datetime(2026, 11, 4, 22, 59, tzinfo=UTC)  # a minute to midnight on the account's clocks


def dated_ahead(place):
    """A payout of two rewards, one of which is of 5 November; it is the 2nd."""
    accounts.set_timezone(place.owner, "Europe/Berlin")
    place.partner()
    rewards = (place.reward(), place.reward(on="2026-11-05"))
    payout = create(place.vendor(), "NORD", "EUR", Options(rewards, ("review",)))
    for trigger in ("validate", "accept"):
        place.fire(payout, trigger, reason="test")
    return payout


def at(place, instant):
    place.clock.advance(seconds=(instant - place.clock.now()).total_seconds())
    timers.fire_due(place.world, DUTIES)


def test_a_payout_with_a_reward_dated_ahead_waits_and_is_told_why(place):
    payout = dated_ahead(place)

    assert place.decisions(payout) == [("ready", "blocked", "details_missing")]
    with pytest.raises(SelfInvoicingRefused, match=r"R2 is of 2026-11-05, still to come: what was supplied is"):
        waiting.issue_now(place.vendor(), payout, reason="now")


def test_its_invoice_is_issued_by_itself_when_the_day_begins_on_the_accounts_clocks(place):
    payout = dated_ahead(place)

    at(place, LAST)
    before = place.decisions(payout)
    at(place, LAST.replace(hour=23, minute=0))

    assert before == [("ready", "blocked", "details_missing")]
    assert place.decisions(payout) == [*before, ("issued_after_fix", "issued", "lawful")]


def test_what_lacks_something_else_by_then_goes_on_waiting(place):
    payout = dated_ahead(place)
    self_invoicing.set_buyer(place.owner, NO_BUYER)
    at(place, LAST.replace(day=5))
    before = place.decisions(payout)
    self_invoicing.set_buyer(place.owner, BUYER)

    assert [outcome for _, outcome, _ in before] == ["blocked", "blocked"]
    assert place.decisions(payout) == [*before, ("issued_after_fix", "issued", "lawful")]


def test_a_payout_that_was_cancelled_meanwhile_gets_none(place):
    payout = dated_ahead(place)
    place.fire(payout, "cancel", reason="too early")

    at(place, LAST.replace(day=5))

    assert place.invoices() == []


def test_a_reward_of_today_is_supplied(place):
    place.partner()
    payout = create(place.vendor(), "NORD", "EUR", Options((place.reward(on="2026-11-02"),), ("review",)))
    for trigger in ("validate", "accept"):
        place.fire(payout, trigger, reason="test")

    assert place.decisions(payout) == [("ready", "issued", "lawful")]
