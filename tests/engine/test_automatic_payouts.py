"""Payouts that are made by themselves: on the account's day of the month, of what partners are owed, once."""

from datetime import UTC, date, datetime

import pytest

from engine import accounts, automatic_payouts, payouts, timers
from engine.duties import DUTIES
from engine.errors import Invalid, NotAllowed
from engine.payouts import Options


@pytest.fixture
def place(own_place):
    """In Berlin, on 2 November 2026, where payouts are made on the 5th; NORD and SOL are partners."""
    accounts.set_timezone(own_place.owner, "Europe/Berlin")
    own_place.partner("NORD")
    own_place.partner("SOL")
    automatic_payouts.set_day(own_place.owner, 5)
    return own_place


def come(place, *when) -> None:
    """That instant (UTC) comes, and whatever is due is done."""
    place.clock.advance(seconds=(datetime(*when, tzinfo=UTC) - place.clock.now()).total_seconds())
    while timers.fire_due(place.world, DUTIES):
        pass


def drafts(place) -> list[tuple[str, str, int]]:
    sql = """
        SELECT s.code, p.currency, SUM(r.amount) AS total FROM payout p
        JOIN partner s ON s.account_id = p.account_id AND s.id = p.partner_id
        JOIN payout_line l ON l.account_id = p.account_id AND l.payout_id = p.id
        JOIN reward r ON r.account_id = l.account_id AND r.id = l.reward_id
        WHERE p.account_id = :account AND p.state = 'Draft' GROUP BY p.id, s.code, p.currency
        ORDER BY s.code, p.currency, p.id"""
    return [(row.code, row.currency, int(row.total)) for row in place.all(sql)]


def waits_for(place) -> list[str]:
    sql = """SELECT wall_clock FROM timer WHERE account_id = :account AND kind = 'payouts_due' AND status = 'waiting'"""
    return [row.wall_clock for row in place.all(sql)]


def test_as_the_day_begins_each_partner_gets_a_draft_in_each_currency(place):
    place.reward("NORD", "100.00")
    place.reward("NORD", "50.00", status="pending")
    place.reward("NORD", "7.00", currency="USD")
    place.reward("SOL", "20.00")

    come(place, 2026, 11, 4, 22, 59)
    assert drafts(place) == []
    come(place, 2026, 11, 4, 23, 0)
    assert drafts(place) == [("NORD", "EUR", 15000), ("NORD", "USD", 700), ("SOL", "EUR", 2000)]


def test_what_comes_to_nothing_or_less_waits_for_the_next_month(place):
    place.reward("NORD", "10.00")
    place.reward("NORD", "-30.00")
    come(place, 2026, 11, 5)
    assert drafts(place) == []

    place.reward("NORD", "25.00")
    come(place, 2026, 12, 5)
    assert drafts(place) == [("NORD", "EUR", 500)]


def test_what_lies_in_a_payout_already_is_left_there(place):
    named = place.reward("NORD", "10.00")
    payouts.create(place.vendor(), "NORD", "EUR", Options((named,)))
    place.reward("NORD", "3.00")

    come(place, 2026, 11, 5)

    assert sorted(drafts(place)) == [("NORD", "EUR", 300), ("NORD", "EUR", 1000)]


def test_after_a_long_stop_they_are_made_once(place):
    place.reward("SOL", "20.00")
    come(place, 2027, 2, 20)

    assert drafts(place) == [("SOL", "EUR", 2000)]
    assert waits_for(place) == ["2027-03-05T00:00:00"]


def test_history_says_that_a_timer_made_them(place):
    place.reward("SOL", "20.00")
    come(place, 2026, 11, 5)
    payout = place.one("SELECT id FROM payout WHERE account_id = :account").id

    assert [(row.verb, row.actor, row.role) for row in place.history(payout)] == [("create", "timer", "system")]


def test_another_day_takes_the_place_of_the_first_and_never_ends_it(place):
    automatic_payouts.set_day(place.owner, 28)
    assert waits_for(place) == ["2026-11-28T00:00:00"]
    automatic_payouts.set_day(place.owner, 0)
    assert waits_for(place) == []

    place.reward("SOL", "20.00")
    come(place, 2026, 12, 30)
    assert drafts(place) == []


def test_switched_off_and_on_it_waits_again(place):
    automatic_payouts.set_day(place.owner, 0)
    automatic_payouts.set_day(place.owner, 5)

    assert waits_for(place) == ["2026-11-05T00:00:00"]


def test_an_account_that_moves_west_after_the_day_began_has_it_once(place):
    come(place, 2026, 11, 5)
    accounts.set_timezone(place.owner, "America/New_York")
    automatic_payouts.set_day(place.owner, 5)

    assert waits_for(place) == ["2026-12-05T00:00:00"]


def test_a_sum_that_is_too_large_holds_up_nobody_else(place):
    place.reward("NORD")
    place.reward("NORD")
    place.world.store.unit_of_work(lambda tx: tx.run("UPDATE reward SET amount = :most", most=2**63 - 1))
    place.reward("SOL", "20.00")

    come(place, 2026, 11, 5)

    assert drafts(place) == [("SOL", "EUR", 2000)]
    sql = "SELECT result FROM timer WHERE account_id = :account AND status = 'waiting' AND kind = 'payout_due'"
    assert [row.result for row in place.all(sql)] == [
        "The payout cannot be accepted. rewards: their sum is more than can be kept; name fewer of them."
    ]


@pytest.mark.parametrize("day", [-1, 29])
def test_a_day_that_not_every_month_has_is_refused(place, day):
    told = rf"payout_day: {day} is no day that every month has. Name one from 1 to 28, or 0 for never."
    with pytest.raises(Invalid, match=told):
        automatic_payouts.set_day(place.owner, day)


def test_it_is_for_owners_and_admins(place):
    with pytest.raises(NotAllowed, match=r"manager may not 'payout day'\."):
        automatic_payouts.set_day(place.vendor(), 1)


@pytest.mark.parametrize(
    ("today", "day", "comes"),
    [
        (date(2026, 11, 4), 5, date(2026, 11, 5)),
        (date(2026, 11, 5), 5, date(2026, 12, 5)),
        (date(2026, 12, 31), 28, date(2027, 1, 28)),
        (date(2028, 2, 29), 28, date(2028, 3, 28)),
    ],
)
def test_the_next_day_is_after_today(today, day, comes):
    assert automatic_payouts.next_after(today, day) == comes
