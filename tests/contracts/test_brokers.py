"""What every broker keeps to: in the process, Redis, RabbitMQ. Real ones, real threads, real time."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from engine.clock import SystemClock
from engine.dispatch import Dispatcher, Pace
from engine.errors import BrokerRefuses, BrokerUnreachable
from engine.store import Store
from tests.wire import Wire
from tests.worlds import Place

QUICK = Pace(
    lease=timedelta(seconds=5),
    patience=timedelta(seconds=0.5),
    sweep=timedelta(seconds=0.1),
    glance=timedelta(seconds=0.02),
)
ELSEWHERE = ["redis", "rabbitmq"]


@pytest.fixture(params=[None, *ELSEWHERE], ids=["embedded", *ELSEWHERE])
def broker_url(request: pytest.FixtureRequest) -> str | None:
    return request.param and str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=ELSEWHERE)
def remote_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def wire(remote_url: str) -> Iterator[Wire]:
    with Wire(urlsplit(remote_url).port) as wire:
        yield wire


@pytest.fixture
def url(remote_url: str, wire: Wire) -> str:
    """The broker at the other end of the wire."""
    return remote_url.replace(str(urlsplit(remote_url).port), str(wire.port))


@pytest.fixture
def live(sqlite_database: str) -> Iterator[Place]:
    store = Store(sqlite_database, durability="NORMAL")
    place = Place(store, clock=SystemClock())
    place.partner()
    yield place
    store.close()


@contextmanager
def working(place: Place, broker_url: str | None, *, worker: bool = True) -> Iterator[Dispatcher]:
    dispatcher = Dispatcher(place.world, broker_url=broker_url, pace=QUICK)
    dispatcher.start(worker=worker)
    try:
        yield dispatcher
    finally:
        dispatcher.stop()


def made(place: Place) -> list[str]:
    """The numbers of the invoices that are attached, and each was printed once."""
    sql = """SELECT i.number FROM attachment a JOIN invoice i ON i.account_id = a.account_id AND i.id = a.invoice_id
        WHERE a.account_id = :account ORDER BY i.number"""
    attached = [row.number for row in place.all(sql)]
    assert sorted(place.printer.printed) == attached
    return attached


def numbers(count: int) -> list[str]:
    return [f"ACME-NORD-{n:05}" for n in range(1, count + 1)]


def until(true, seconds=30.0):
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.01)


def test_what_becomes_ready_is_attached(live, broker_url):
    with working(live, broker_url) as dispatcher:
        for _ in range(10):
            live.payout(state="Ready")
        assert dispatcher.drain(seconds=30)

    assert made(live) == numbers(10)


def test_a_hint_is_acted_on_before_the_sweeper_would_look_again(live, broker_url):
    slow = Pace(sweep=timedelta(minutes=5), patience=timedelta(minutes=5), glance=timedelta(minutes=5))
    dispatcher = Dispatcher(live.world, broker_url=broker_url, pace=slow)
    dispatcher.start()
    for nth in range(1, 6):
        live.payout(state="Ready")
        until(lambda wanted=nth: len(live.printer.printed) == wanted)
    dispatcher.stop()

    assert made(live) == numbers(5)


def test_hints_that_are_lost_are_sent_again(live, broker_url):
    with working(live, broker_url, worker=False) as idle:
        live.payout(state="Ready")
        until(lambda: live.jobs("offered"))
    idle.broker.flush_all()
    idle.broker.close()
    with working(live, broker_url) as dispatcher:
        assert dispatcher.drain(seconds=30)

    assert made(live) == numbers(1)


def test_hints_that_come_ten_times_are_acted_on_once(live, broker_url):
    with working(live, broker_url, worker=False) as idle:
        live.payout(state="Ready")
        [job] = live.jobs()
        for _ in range(10):
            idle.perform.send(job.id)
        idle.perform.send("no job has this id")
    with working(live, broker_url) as dispatcher:
        assert dispatcher.drain(seconds=30)

    assert (made(live), [job.attempts for job in live.jobs()]) == (numbers(1), [1])


def test_stopping_ends_every_thread(live, broker_url):
    with working(live, broker_url) as dispatcher:
        live.payout(state="Ready")
        assert dispatcher.drain(seconds=30)

    assert [thread for thread in dispatcher._worker.workers if thread.is_alive()] == []
    assert not dispatcher._sweeper.is_alive()


def test_two_workers_share_the_work_and_do_each_job_once(live, remote_url):
    with working(live, remote_url) as one, working(live, remote_url):
        for _ in range(20):
            live.payout(state="Ready")
        assert one.drain(seconds=30)

    assert made(live) == numbers(20)


def test_while_it_is_away_verbs_succeed_and_jobs_follow_when_it_is_back(live, url, wire):
    with working(live, url, worker=False):
        wire.cut()
        for _ in range(5):
            live.payout(state="Ready")
        assert {job.status for job in live.jobs()} <= {"pending", "offered"}
        wire.mend()
        with working(Place(live.world.store, clock=SystemClock()), url) as worker:
            assert worker.drain(seconds=30)

    assert [job.status for job in live.jobs()] == ["done"] * 5


def test_a_worker_outlives_it_and_goes_on(live, url, wire):
    with working(live, url) as dispatcher:
        live.payout(state="Ready")
        assert dispatcher.drain(seconds=30)
        wire.cut()
        live.payout(state="Ready")
        wire.mend()
        assert dispatcher.drain(seconds=30)

    assert made(live) == numbers(2)


def test_starting_without_it_says_so_and_not_the_password(live, url, wire):
    wire.cut()
    dispatcher = Dispatcher(live.world, broker_url=re.sub("//(guest:guest@)?", "//guest:secret@", url))

    with pytest.raises(
        BrokerUnreachable, match=rf"No (Redis|RabbitMQ) answers at \w+://127.0.0.1:{wire.port}/"
    ) as told:
        dispatcher.start()
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(("what", "wrong"), [("//(guest:guest@)?", "//guest:wrong@"), ("/[^/]*$", "/99")])
def test_one_that_does_not_let_us_in_is_told_from_one_that_is_away(live, remote_url, what, wrong):
    dispatcher = Dispatcher(live.world, broker_url=re.sub(what, wrong, remote_url))

    with pytest.raises(BrokerRefuses, match=r"does not let billhook in\. Look at the user"):
        dispatcher.start()
