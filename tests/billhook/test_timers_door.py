"""Timers by command and by the facade: what is to happen, to whom it is shown, and why one did not succeed."""

import pytest

from billhook.doors import Jobs, Settings
from engine import timers
from engine.duties import DUTIES
from engine.errors import NotAllowed
from engine.store import Store
from tests.worlds import Place


@pytest.fixture
def place(sqlite_database: str):
    store = Store(sqlite_database)
    place = Place(store)
    place.partner()
    yield place
    store.close()


def test_the_command_shows_what_is_to_happen_and_when_on_whose_clocks(opted_in):
    said = opted_in("jobs", "timers")
    shown = opted_in("jobs", "timers", "--json", "--limit", "1").data["timers"]

    assert said.out.count("agreement_ends") == 2
    assert [(one["kind"], one["key"], one["status"]) for one in shown] == [("agreement_ends", "30", "waiting")]
    assert shown[0]["wall_clock"].endswith("T09:00:00")


def test_nothing_has_fired_yet(opted_in):
    assert opted_in("jobs", "timers", "--status", "fired", "--json").data == {"timers": []}


def test_a_timer_that_did_not_succeed_is_shown_with_the_reason(place):
    def broken(tx, caller, timer):
        raise ValueError("the bell broke")

    place.clock.advance(days=340)
    timers.fire_due(place.world, dict.fromkeys(DUTIES, broken))
    late, waiting = Jobs(place.vendor("viewer")).timers().items

    assert (late.key, late.attempts, late.result) == ("30", 1, "the bell broke")
    assert (waiting.key, waiting.attempts, waiting.result) == ("7", 0, "")


def test_timers_are_the_vendors_to_see(place):
    with pytest.raises(NotAllowed, match="main contact may not 'timers'"):
        Jobs(place.contact()).timers()


def test_timers_follow_the_account_to_another_time_zone(place):
    assert Settings(place.owner).timezone("Asia/Tokyo") == 2
    assert {one.due_at[11:16] for one in Jobs(place.owner).timers().items} == {"00:00"}
