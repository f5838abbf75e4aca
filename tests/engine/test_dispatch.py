"""Hints out, work in: the embedded broker, a real Redis, lost messages, stopping. Real threads, real time, short."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import redis

from engine.clock import SystemClock
from engine.dispatch import Dispatcher, Pace
from engine.errors import BrokerUnreachable, JobError
from tests.servers import redis_server
from tests.worlds import NumberPrinter, Place

QUICK = Pace(
    lease=timedelta(seconds=5),
    patience=timedelta(seconds=0.5),
    sweep=timedelta(seconds=0.1),
    glance=timedelta(seconds=0.02),
)
ASLEEP = Pace(sweep=timedelta(hours=1), glance=timedelta(hours=1))  # looks once, then waits until it is woken


@pytest.fixture
def live(own_store) -> Place:
    """A place where time passes, with a partner who is opted in."""
    place = Place(own_store, clock=SystemClock())
    place.partner()
    return place


@contextmanager
def working(
    place: Place, broker_url: str | None = None, *, worker: bool = True, pace: Pace = QUICK
) -> Iterator[Dispatcher]:
    dispatcher = Dispatcher(place.world, broker_url=broker_url, pace=pace)
    dispatcher.start(worker=worker)
    try:
        yield dispatcher
    finally:
        dispatcher.stop()


def attached(place: Place) -> list[str]:
    sql = """SELECT i.number FROM attachment a JOIN invoice i ON i.account_id = a.account_id AND i.id = a.invoice_id
        WHERE a.account_id = :account ORDER BY i.number"""
    return [row.number for row in place.all(sql)]


def numbers(count: int) -> list[str]:
    return [f"ACME-NORD-{n:05}" for n in range(1, count + 1)]


def test_a_worker_in_the_process_attaches_what_becomes_ready_while_it_runs(live):
    with working(live) as dispatcher:
        for _ in range(3):
            live.payout(state="Ready")
        assert dispatcher.drain(seconds=10)

    assert attached(live) == sorted(live.printer.printed) == numbers(3)


def test_a_worker_finds_what_became_ready_before_it_ran(live):
    live.payout(state="Ready")
    with working(live) as dispatcher:
        assert dispatcher.drain(seconds=10)

    assert attached(live) == numbers(1)


def test_a_commit_wakes_the_worker_at_once(live):
    with working(live, pace=ASLEEP) as dispatcher:
        live.payout(state="Ready")
        assert dispatcher.drain(seconds=30)

    assert attached(live) == numbers(1)


def test_a_commit_of_another_process_is_noticed(live, own_store):
    with working(live) as dispatcher:
        live.world.wake = lambda: None  # as in the other process, which has no worker
        live.payout(state="Ready")
        assert dispatcher.drain(seconds=10)

    assert attached(live) == numbers(1)


def test_without_a_dispatcher_a_verb_succeeds_and_the_job_waits(live):
    live.payout(state="Ready")

    assert [job.status for job in live.jobs()] == ["pending"]


def test_a_message_that_is_lost_is_sent_again(live):
    with working(live, worker=False) as idle:
        live.payout(state="Ready")
        until(lambda: live.jobs("offered"))
        idle.broker.flush_all()
    with working(live) as dispatcher:
        assert dispatcher.drain(seconds=10)

    assert attached(live) == numbers(1)


def until(true, seconds=10.0):
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.01)


def test_an_error_of_one_job_holds_up_no_other(live):
    live.printer.errors.append(JobError("out of paper", permanent=True))
    with working(live) as dispatcher:
        live.payout(state="Ready")
        assert dispatcher.drain(seconds=10)
        live.payout(state="Ready")
        assert dispatcher.drain(seconds=10)

    assert ([job.status for job in live.jobs()], attached(live)) == (["parked", "done"], numbers(2)[1:])


def test_stopping_lets_the_work_in_hand_end(own_store):
    slow = SlowPrinter(seconds=0.5)
    place = Place(own_store, clock=SystemClock(), printer=slow)
    place.partner()
    with working(place):
        place.payout(state="Ready")
        assert slow.began.wait(10)

    assert ([job.status for job in place.jobs()], attached(place)) == (["done"], numbers(1))


class SlowPrinter(NumberPrinter):
    """Says when it has begun, and takes its time."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.began, self.seconds = threading.Event(), seconds

    def render(self, invoice, assets):
        self.began.set()
        time.sleep(self.seconds)
        return super().render(invoice, assets)


def test_stopping_leaves_no_thread_behind(live):
    before = set(threading.enumerate())
    with working(live):
        live.payout(state="Ready")

    until(lambda: set(threading.enumerate()) <= before)
    assert [each for each in threading.enumerate() if each not in before] == []


def test_importing_and_making_a_dispatcher_starts_no_thread(live):
    before = threading.active_count()
    Dispatcher(live.world)

    assert threading.active_count() == before
    code = "import threading, engine.dispatch, engine.service, billhook; print(threading.active_count())"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "1"


# ---- a real Redis ---------------------------------------------------------------------------------------------------


def test_through_redis_a_worker_elsewhere_attaches(live, redis_url, own_store):
    other = Place(own_store, clock=SystemClock())  # its world is the worker's: another registry, another dispatcher
    Dispatcher(live.world, broker_url=redis_url, pace=QUICK)
    with working(other, redis_url) as worker:
        for _ in range(5):
            live.payout(state="Ready")
        assert worker.drain(seconds=10)

    assert (attached(live), live.printer.printed) == (numbers(5), [])
    assert sorted(other.printer.printed) == numbers(5)


def test_two_workers_on_one_redis_share_the_work_and_attach_each_once(live, redis_url, own_store):
    with working(Place(own_store, clock=SystemClock()), redis_url) as one, working(live, redis_url):
        for _ in range(20):
            live.payout(state="Ready")
        assert one.drain(seconds=20)

    assert attached(live) == numbers(20)


def test_wiping_redis_loses_nothing(live, redis_url):
    with working(live, redis_url, worker=False):
        for _ in range(10):
            live.payout(state="Ready")
        until(lambda: live.jobs("offered"))
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    with working(live, redis_url) as dispatcher:
        assert dispatcher.drain(seconds=20)

    assert attached(live) == numbers(10)


def test_while_redis_is_away_verbs_succeed_and_the_work_is_done_once_there_is_one(live):
    with redis_server() as gone:
        pass
    Dispatcher(live.world, broker_url=gone, pace=QUICK)
    assert live.fire(live.payout(state="Pending"), "accept", reason="why").target == "Ready"

    with working(live) as dispatcher:
        assert dispatcher.drain(seconds=20)
    assert attached(live) == numbers(1)


def test_a_redis_that_goes_away_and_comes_back_empty_ends_no_worker(live):
    with redis_server() as url, working(live, url) as dispatcher:
        live.payout(state="Ready")
        assert dispatcher.drain(seconds=10)
        with redis.Redis.from_url(url) as client:
            client.execute_command("CLIENT", "KILL", "TYPE", "normal")
            client.flushall()
        live.payout(state="Ready")
        assert dispatcher.drain(seconds=20)

    assert attached(live) == numbers(2)


def test_starting_without_a_redis_says_so_without_its_password(live):
    dispatcher = Dispatcher(live.world, broker_url="redis://:secret@127.0.0.1:1/0")

    with pytest.raises(BrokerUnreachable) as refused:
        dispatcher.start()
    assert "redis://127.0.0.1:1/0" in str(refused.value)
    assert "secret" not in str(refused.value)
