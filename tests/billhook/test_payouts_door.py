"""The facade's door to payouts: many fired with one call, lists in pages."""

import pytest

from billhook import PayoutFilter
from billhook.payout_door import Payouts
from engine.errors import Invalid, Unknown
from engine.store import Store
from tests.worlds import Place


@pytest.fixture
def place(database):
    store = Store(database, durability="NORMAL")
    place = Place(store)
    place.partner()
    yield place
    store.close()


def test_all_that_fit_a_filter_are_fired_and_what_came_of_each_is_told(place):
    door, payouts = Payouts(place.vendor()), [place.payout() for _ in range(5)]
    place.payout(state="Ready")
    outcomes = list(door.fire_many(PayoutFilter(state="Draft"), "validate", chunk=2))

    assert [(one.payout_id, one.fired.target) for one in outcomes] == [(payout, "Pending") for payout in payouts]


def test_who_stops_asking_stops_the_rest_and_goes_on_later(place):
    door, payouts = Payouts(place.vendor()), [place.payout() for _ in range(6)]
    outcomes = door.fire_many(payouts, "validate", chunk=2, key="july")
    first = next(outcomes)
    outcomes.close()

    assert [place.state(payout) for payout in payouts] == ["Pending"] * 2 + ["Draft"] * 4
    assert next(iter(door.fire_many(payouts, "validate", chunk=6, key="july"))) == first
    assert {place.state(payout) for payout in payouts} == {"Pending"}


def test_a_repeat_under_a_key_is_about_the_payouts_that_fitted_first(place):
    door, payouts = Payouts(place.vendor()), [place.payout() for _ in range(4)]
    broken_off = door.fire_many(PayoutFilter(state="Draft"), "validate", chunk=2, key="july")
    next(broken_off)
    broken_off.close()
    later = place.payout()
    done = list(door.fire_many(PayoutFilter(state="Draft"), "validate", key="july"))

    assert [(one.payout_id, one.fired.target) for one in done] == [(payout, "Pending") for payout in payouts]
    assert place.state(later) == "Draft"


def test_a_dry_run_changes_nothing(place):
    door = Payouts(place.vendor())
    place.payout(ask=())
    before = place.everything()
    [outcome] = door.fire_many(PayoutFilter(state="Draft"), "validate", dry_run=True)

    assert outcome.fired.target == "Ready" and outcome.fired.sentences == ("issued ACME-NORD-00001",)
    assert place.everything() == before


def test_each_goes_on_from_page_to_page_and_list_is_all_of_them(place):
    door, payouts = Payouts(place.vendor()), [place.payout() for _ in range(3)]
    page = door.page(limit=2)

    assert [one.id for one in page.items] == payouts[:2]
    assert [one.id for one in door.page(after=page.next).items] == payouts[2:]
    assert [one.id for one in door.each()] == [one.id for one in door.list()] == [*door.ids()] == payouts


def test_what_is_no_filter_or_reason_is_told_before_anything_is_fired(place):
    door, payout = Payouts(place.vendor()), place.payout()

    with pytest.raises(Unknown, match="Did you mean 'Draft'"):
        door.fire_many(PayoutFilter(state="Drafts"), "validate")
    with pytest.raises(Invalid):
        list(door.fire_many([payout], "cancel", reason="\x00"))
    assert place.state(payout) == "Draft"
