"""Reminders of agreements that end: 30 and 7 days before, in the vendor's morning, to partner and vendor, once."""

from datetime import UTC, datetime

import pytest

from engine import accounts, self_invoicing, timers
from engine.duties import DUTIES
from tests.worlds import ANOTHER_VAT_NUMBER

ASKS = {
    "partner": "Your self-billing agreement ends on 2027-11-02. "
    "Opt in again, so that invoices go on being issued for you.",
    "vendor": "The self-billing agreement with partner NORD ends on 2027-11-02. The partner was asked to opt in again.",
}  # fmt: skip


@pytest.fixture
def place(own_place):
    """In Berlin, with a partner that opted in on 2 November 2026 at noon UTC."""
    accounts.set_timezone(own_place.owner, "Europe/Berlin")
    own_place.partner()
    return own_place


def fire_at(place, *when) -> int:
    place.clock.advance(seconds=(datetime(*when, tzinfo=UTC) - place.clock.now()).total_seconds())
    return timers.fire_due(place.world, DUTIES)


def told(place) -> list[tuple[str, str]]:
    sql = """SELECT audience, sentence FROM notification WHERE account_id = :account AND topic = 'agreement_ends'
        ORDER BY created_at, audience"""
    return [tuple(row) for row in place.all(sql)]


def statuses(place) -> list[str]:
    return sorted(row.status for row in place.all("SELECT status FROM timer WHERE account_id = :account"))


def test_partner_and_vendor_are_reminded_a_month_and_a_week_before_an_agreement_ends(place):
    days = [(2027, 10, 3, 6, 59), (2027, 10, 3, 7, 0), (2027, 10, 26, 6, 59), (2027, 10, 26, 7, 0), (2028, 1, 1)]

    assert [fire_at(place, *day) for day in days] == [0, 1, 0, 1, 0]
    assert told(place) == [*ASKS.items(), *ASKS.items()]


def test_after_a_long_stop_only_one_reminder_is_told(place):
    assert fire_at(place, 2027, 10, 28) == 2
    assert told(place) == [*ASKS.items()]


def test_a_reminder_that_comes_too_late_says_that_the_agreement_has_ended(place):
    fire_at(place, 2028, 1, 1)

    assert told(place) == [(who, sentence.replace("ends", "ended")) for who, sentence in ASKS.items()]


def test_whoever_opts_out_is_not_reminded(place):
    self_invoicing.opt_out(place.contact(), "NORD")

    assert statuses(place) == ["cancelled", "cancelled"]
    assert (fire_at(place, 2028, 1, 1), told(place)) == (0, [])


def test_a_renewed_agreement_is_reminded_of_instead(place):
    fire_at(place, 2027, 10, 4)
    place.opt_in(vat_number=ANOTHER_VAT_NUMBER)

    assert statuses(place) == ["cancelled", "fired", "waiting", "waiting"]
    assert [fire_at(place, *day) for day in ((2028, 9, 1), (2028, 9, 5), (2028, 9, 28))] == [0, 1, 1]


def test_opting_in_through_onboarding_sets_reminders_too(place):
    place.partner("SUED", opted_in=False)
    before = len(statuses(place))
    place.opt_in("SUED")

    assert len(statuses(place)) == before + 2


@pytest.mark.parametrize("ending", ["revoked_at", "superseded_by"])
def test_a_reminder_of_an_agreement_that_is_over_tells_nothing(place, ending):
    place.owner.transact(lambda tx: tx.run(f"UPDATE agreement SET {ending} = 'x'"))
    fire_at(place, 2027, 10, 4)
    results = place.all("SELECT result FROM timer WHERE account_id = :account AND status = 'fired'")

    assert ([row.result for row in results], told(place)) == (["nothing was told: the agreement is over"], [])
