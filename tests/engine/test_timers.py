"""Timers: they fire once, whoever looks and however often; after a stop, on any clock, in the account's time zone."""

import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine import accounts, timers
from engine.clock import stamp
from engine.dispatch import Dispatcher, Pace
from engine.errors import BillhookError, Invalid, NotAllowed
from engine.timers import first_instant
from tests.worlds import Place

_kinds = count(1)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu")
NINE = datetime(2026, 12, 1, 9, 0)  # noqa: DTZ001 - what clocks on walls show


class Bells:
    """Timers of a kind of their own in a place, and what they did."""

    def __init__(self, place: Place) -> None:
        self.place, self.kind, self.rung = place, f"bell-{next(_kinds)}", []

    def set(self, key: str = "", *, minutes: float = 0, **more) -> bool:
        due = self.place.clock.now() + timedelta(minutes=minutes)
        return self.change(timers.set_at, due, kind=self.kind, subject_id="tower", key=key, now=due, **more)

    def set_local(self, shown: datetime, key: str = "") -> bool:
        now = self.place.clock.now()
        return self.change(timers.set_local, shown, kind=self.kind, subject_id="tower", key=key, now=now)

    def cancel(self, key: str | None = None) -> int:
        return self.change(timers.cancel, kind=self.kind, subject_id="tower", key=key)

    def change(self, verb, *given, **named):
        return self.place.owner.transact(lambda tx: verb(tx, self.place.account_id, *given, **named))

    def fire(self, *, limit: int = timers.BATCH) -> int:
        return timers.fire_due(self.place.world, {self.kind: self.ring}, limit=limit)

    def ring(self, tx, caller, timer) -> str:
        if timer.payload.get("cracked"):
            raise ValueError(timer.payload["cracked"])
        tx.insert("notification", account_id=caller.account_id, id=f"{self.kind}-{timer.key}", audience="vendor",
                  subject_id=timer.subject_id, topic=self.kind, sentence=timer.key, created_at="")  # fmt: skip
        self.rung.append(timer.key)
        return f"rang {timer.key}"

    def rows(self) -> dict:
        sql = "SELECT * FROM timer WHERE account_id = :account AND kind = :kind ORDER BY key"
        return {row.key: row for row in self.place.all(sql, kind=self.kind)}

    def told(self) -> list[str]:
        sql = "SELECT sentence FROM notification WHERE account_id = :account AND topic = :kind ORDER BY sentence"
        return [row.sentence for row in self.place.all(sql, kind=self.kind)]


@pytest.fixture
def bells(place) -> Bells:
    return Bells(place)


def test_a_timer_fires_when_its_instant_has_come_and_never_again(bells):
    bells.set("a", minutes=5)
    looks = []
    for minutes in (0, 4, 1, 1, 60 * 24 * 400):
        bells.place.clock.advance(minutes=minutes)
        looks.append(bells.fire())

    assert looks == [0, 0, 1, 0, 0]
    assert (bells.told(), bells.rows()["a"].status, bells.rows()["a"].result) == (["a"], "fired", "rang a")
    assert bells.rows()["a"].fired_at == bells.rows()["a"].due_at


def test_after_a_stop_all_that_became_due_fires_once_in_order_of_its_instant(bells):
    for key, minutes in (("c", 30), ("a", 10), ("d", 40), ("b", 20), ("later", 60 * 24)):
        bells.set(key, minutes=minutes)
    bells.place.clock.advance(hours=1)

    assert (bells.fire(), bells.fire()) == (4, 0)
    assert bells.rung == ["a", "b", "c", "d"]


def test_a_clock_that_steps_back_fires_nothing_again(bells):
    bells.set("a", minutes=5)
    bells.place.clock.advance(minutes=6)
    bells.fire()
    bells.place.clock.advance(days=-1)
    fired = [bells.fire()]
    bells.place.clock.advance(days=1)
    fired.append(bells.fire())

    assert (fired, bells.told()) == ([0, 0], ["a"])


def test_a_clock_that_steps_ahead_fires_too_early_but_once(bells):
    bells.set("a", minutes=60 * 20)
    bells.place.clock.advance(days=1)
    fired = [bells.fire()]
    bells.place.clock.advance(days=-1)
    fired += [bells.fire(), bells.place.clock.advance(hours=21), bells.fire()]

    assert (fired, bells.told()) == ([1, 0, None, 0], ["a"])


def test_setting_a_timer_again_moves_it(bells):
    bells.set("a", minutes=5)
    bells.set("a", minutes=50, payload={"loud": True})
    bells.place.clock.advance(minutes=10)

    assert bells.fire() == 0
    assert (len(bells.rows()), json.loads(bells.rows()["a"].payload)) == (1, {"loud": True})


def test_setting_a_timer_again_never_revives_one_that_has_fired(bells):
    waits = [bells.set("a")]
    bells.fire()
    waits.append(bells.set("a", minutes=-1))

    assert (waits, bells.fire(), bells.told()) == ([True, False], 0, ["a"])


def test_a_cancelled_timer_does_not_fire_until_it_is_set_again(bells):
    for key in "abc":
        bells.set(key)
    cancelled = [bells.cancel("a"), bells.cancel(), bells.cancel()]

    assert (cancelled, bells.fire()) == ([1, 2, 0], 0)
    assert (bells.set("b"), bells.fire(), bells.rung) == (True, 1, ["b"])


def test_a_duty_that_raises_holds_up_no_other_and_is_tried_again_later(bells, caplog):
    bells.set("a", payload={"cracked": "the bell is\0 cracked \ud800"})
    bells.set("b", minutes=1)
    bells.place.clock.advance(minutes=1)
    with caplog.at_level(logging.ERROR, "billhook.timers"):
        fired = [bells.fire(), bells.fire()]
    row = bells.rows()["a"]

    assert (fired, bells.told()) == ([1, 0], ["b"])
    assert (row.status, row.attempts, row.result) == ("waiting", 1, "the bell is cracked ?")
    assert row.not_before == stamp(bells.place.clock.now() + timedelta(minutes=1))
    assert "of tower" in caplog.text


def test_a_duty_that_goes_on_raising_is_tried_ever_more_rarely_until_it_succeeds(bells):
    bells.set("a", payload={"cracked": "cracked"})
    tries = []
    for minute in range(60 * 4):
        before = bells.rows()["a"].attempts
        bells.fire()
        tries += [minute] if bells.rows()["a"].attempts > before else []
        bells.place.clock.advance(minutes=1)
    bells.set("a", payload={})

    assert tries == [0, 1, 6, 36, 96, 156, 216]
    assert (bells.fire(), bells.rows()["a"].result) == (1, "rang a")


def test_what_a_duty_wrote_before_it_raised_is_undone(bells):
    def half(tx, caller, timer):
        bells.ring(tx, caller, timer)
        raise BillhookError("the rope broke")

    bells.set("a")
    timers.fire_due(bells.place.world, {bells.kind: half})

    assert (bells.told(), bells.rows()["a"].result) == ([], "the rope broke")


def test_a_timer_whose_kind_nobody_here_knows_waits_for_who_does(bells):
    bells.set("a")

    assert timers.fire_due(bells.place.world, {"another": bells.ring}) == 0
    assert timers.fire_due(bells.place.world, {}) == 0
    assert (bells.rows()["a"].attempts, bells.fire()) == (0, 1)


@pytest.mark.parametrize("meddle", ["cancel", "fire"])
def test_what_happens_to_a_timer_while_its_duty_is_done_decides_whether_that_counts(bells, meddle):
    """As where another sweeper, or a verb, comes between; one transaction here, since SQLite lets in no second."""

    def meddled(tx, caller, timer):
        if meddle == "cancel":
            timers.cancel(tx, caller.account_id, kind=timer.kind, subject_id=timer.subject_id)
        else:
            tx.run("UPDATE timer SET status = 'fired' WHERE id = :id", id=timer.id)
        return bells.ring(tx, caller, timer)

    bells.set("a")

    assert timers.fire_due(bells.place.world, {bells.kind: meddled}) == 0
    assert (bells.told(), bells.rows()["a"].attempts, bells.rows()["a"].result) == ([], 0, "")


def test_sweepers_that_look_at_the_same_instant_fire_each_timer_once(bells, rounds):
    barrier = Barrier(3)

    def look(_):
        barrier.wait()
        return bells.fire()

    with ThreadPoolExecutor(3) as threads:
        for turn in range(rounds):
            for n in range(4):
                bells.set(f"{turn:03}-{n}")
            assert sum(threads.map(look, range(3))) == 4

    assert bells.told() == sorted(bells.rows())
    assert {(row.status, row.attempts) for row in bells.rows().values()} == {("fired", 0)}


def test_a_timer_that_is_cancelled_while_sweepers_look_has_fired_or_has_not(bells, rounds):
    barrier = Barrier(2)

    def at_once(deed):
        barrier.wait()
        return deed()

    with ThreadPoolExecutor(2) as threads:
        for turn in range(rounds):
            bells.set(f"{turn:03}")
            fired, cancelled = threads.map(at_once, (bells.fire, bells.cancel))
            assert fired + cancelled == 1

    assert bells.told() == [key for key, row in bells.rows().items() if row.status == "fired"]


def test_a_sweep_fires_so_many_at_a_time(bells):
    for n in range(5):
        bells.set(str(n), minutes=n - 10)

    assert [bells.fire(limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert bells.rung == ["0", "1", "2", "3", "4"]


def test_a_wall_clock_timer_waits_for_the_accounts_own_clocks(bells):
    accounts.set_timezone(bells.place.owner, "America/New_York")
    bells.set_local(NINE)

    assert bells.rows()[""].due_at == "2026-12-01T14:00:00.000000+00:00"
    assert bells.rows()[""].wall_clock == "2026-12-01T09:00:00"


def test_when_the_accounts_time_zone_changes_only_wall_clock_timers_that_wait_move(bells):
    bells.set_local(NINE, "fired")
    bells.place.clock.advance(days=60)
    bells.fire()
    for key in ("wall clock", "cancelled"):
        bells.set_local(NINE.replace(year=2027), key)
    bells.cancel("cancelled")
    bells.set("instant", minutes=5)
    before = bells.rows()
    moved = accounts.set_timezone(bells.place.owner, "Asia/Tokyo")

    assert (moved, bells.rows()["wall clock"].due_at) == (1, "2027-12-01T00:00:00.000000+00:00")
    assert {key for key, row in bells.rows().items() if row != before[key]} == {"wall clock"}


def test_a_timer_that_a_change_of_zone_makes_due_fires_at_the_next_look(bells):
    bells.place.clock.advance(days=28, hours=13)  # 1 December, 01:00 UTC; 10:00 in Tokyo
    bells.set_local(NINE)
    looks = [bells.fire()]
    accounts.set_timezone(bells.place.owner, "Asia/Tokyo")
    looks.append(bells.fire())

    assert looks == [0, 1]


def test_a_time_zone_is_changed_by_admins_to_one_that_exists(place):
    with pytest.raises(NotAllowed):
        accounts.set_timezone(place.vendor("manager"), "Europe/Paris")
    with pytest.raises(Invalid, match=r"timezone: 'Mars/Base' is none; name one such as Europe/Paris\."):
        accounts.set_timezone(place.owner, "Mars/Base")
    accounts.set_timezone(place.owner, "Europe/Paris")

    assert place.history(place.account_id)[-1].sentence == "the time zone is Europe/Paris"


@pytest.mark.parametrize(
    ("zone", "shown", "instant"),
    [
        ("Europe/Berlin", "2027-03-28T01:59:59", "2027-03-28T00:59:59"),
        ("Europe/Berlin", "2027-03-28T02:30:00", "2027-03-28T01:00:00"),  # left out: the clocks go to 03:00
        ("Europe/Berlin", "2027-03-28T03:00:00", "2027-03-28T01:00:00"),
        ("Europe/Berlin", "2027-10-31T02:30:00", "2027-10-31T00:30:00"),  # comes twice
        ("Europe/Berlin", "2027-10-31T03:00:00", "2027-10-31T02:00:00"),
        ("Australia/Lord_Howe", "2027-10-03T02:15:00", "2027-10-02T15:30:00"),  # half an hour is left out
        ("Pacific/Apia", "2011-12-30T09:00:00", "2011-12-30T10:00:00"),  # a day is left out
        ("Asia/Kathmandu", "2027-01-01T00:00:00", "2026-12-31T18:15:00"),
    ],
)
def test_a_time_on_the_wall_is_an_instant(zone, shown, instant):
    found = first_instant(datetime.fromisoformat(shown), ZoneInfo(zone))

    assert found == datetime.fromisoformat(instant).replace(tzinfo=UTC)


zones = st.sampled_from(ZONES).map(ZoneInfo)
shown_times = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1))  # noqa: DTZ001 - what clocks on walls show
spring = datetime(2027, 3, 28, 2, 30, 0, 1)  # noqa: DTZ001


@given(shown_times, zones)
@example(spring, ZoneInfo("Europe/Berlin"))
def test_a_wall_clock_timer_is_due_at_the_first_instant_that_shows_its_time_or_later(shown, zone):
    due = first_instant(shown, zone)

    def shows(instant):
        return instant.astimezone(zone).replace(tzinfo=None, fold=0)

    assert due.tzinfo is UTC
    assert shows(due) >= shown > shows(due - timedelta(microseconds=1))
    assert all(shows(due - timedelta(minutes=15 * n)) < shown for n in range(1, 8))


@given(shown_times, st.timedeltas(timedelta(0), timedelta(hours=3)), zones)
@example(spring, timedelta(minutes=5), ZoneInfo("Europe/Berlin"))
def test_a_later_time_on_the_wall_is_never_due_earlier(shown, later, zone):
    assert first_instant(shown, zone) <= first_instant(shown + later, zone)


def test_a_sweeper_fires_what_became_due_before_it_ran_and_while_it_runs(own_place):
    own_place.partner()
    [first, second] = own_place.all("SELECT * FROM timer WHERE account_id = :account ORDER BY due_at")
    own_place.clock.advance(days=336)
    dispatcher = Dispatcher(own_place.world, pace=Pace(sweep=timedelta(seconds=0.05), glance=timedelta(seconds=0.01)))
    dispatcher.start(worker=False)
    until(lambda: waiting(own_place) == [second.id])
    own_place.clock.advance(days=23)
    until(lambda: waiting(own_place) == [])
    dispatcher.stop()

    assert first.due_at < second.due_at


def waiting(place) -> list[str]:
    return [row.id for row in place.all("SELECT id FROM timer WHERE account_id = :account AND status = 'waiting'")]


def until(true, seconds=30.0):
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.01)
