"""Accounts take turns: one that brings thousands of jobs does not keep another's single one waiting."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from engine.clock import SystemClock
from engine.contracts import Document
from engine.dispatch import Dispatcher, Pace
from engine.ids import new_id
from tests.fakes import PDF
from tests.worlds import Place

CROWD = 10_000
PACE = Pace(threads=1, sweep=timedelta(seconds=1), glance=timedelta(seconds=0.02))


class SlowPress:
    """Prints one document whenever it is told to, and remembers for which buyer."""

    name = "pdf"

    def __init__(self) -> None:
        self.began: list[str] = []
        self.begins, self.may_end = threading.Semaphore(0), threading.Semaphore(0)

    def wait(self) -> None:
        assert self.begins.acquire(timeout=60)

    def print(self, count: int) -> None:
        """Let `count` documents end, each after the one before; the next one has begun then."""
        for _ in range(count):
            self.may_end.release()
            self.wait()

    def render(self, invoice, assets) -> Document:
        self.began.append(invoice.payout)
        self.begins.release()
        assert self.may_end.acquire(timeout=60)
        return Document("x.pdf", "application/pdf", PDF + invoice.number.encode())


@pytest.fixture(params=["in the process", "through Redis"])
def broker_url(request) -> str | None:
    return None if request.param == "in the process" else request.getfixturevalue("redis_url")


def test_with_ten_thousand_waiting_anothers_single_job_is_next(own_store, broker_url):
    press = SlowPress()
    crowded, quiet = Place(own_store, clock=SystemClock(), printer=press), Place(own_store, clock=SystemClock())
    _crowd(crowded)
    quiet.partner()
    with _working(crowded, broker_url, press):
        press.print(3)  # by now the crowd's hints fill the queue, and its fourth document is under way
        before = len(press.began)

        single = quiet.payout(state="Ready")
        press.print(1)

        assert press.began[before:] == [single]


@contextmanager
def _working(place: Place, broker_url: str | None, press: SlowPress) -> Iterator[None]:
    dispatcher = Dispatcher(place.world, broker_url=broker_url, pace=PACE)
    dispatcher.start()
    press.wait()
    yield
    press.may_end.release(CROWD)
    dispatcher.stop()


def _crowd(place: Place) -> None:
    place.partner()
    payouts = [place.payout(state="Ready") for _ in range(12)]
    _more_jobs_like(place, CROWD - len(payouts))


def _more_jobs_like(place: Place, count: int) -> None:
    """Jobs of payouts that nobody asks about, behind the real ones: rows as a bulk run leaves them."""
    (like,) = place.jobs()[-1:]
    rows = [{**like._asdict(), "id": new_id()} for _ in range(count)]

    def insert(tx) -> None:
        for row in rows:
            tx.insert("job", **row)

    place.owner.transact(insert)
