"""A worker that is told to stop lets its work end in the time it has; what does not end is given back at once."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine.clock import SystemClock
from engine.contracts import Document
from engine.dispatch import Dispatcher, Pace
from tests.fakes import PDF
from tests.worlds import Place

PACE = Pace(threads=1, sweep=timedelta(seconds=0.1), glance=timedelta(seconds=0.02))


class Hanging:
    """Prints one document until it is told to end."""

    name = "pdf"

    def __init__(self) -> None:
        self.began, self.may_end, self.ended = threading.Event(), threading.Event(), threading.Event()

    def render(self, invoice, assets) -> Document:
        self.began.set()
        assert self.may_end.wait(60)
        return Document("x.pdf", "application/pdf", PDF + invoice.number.encode())


@pytest.fixture
def press() -> Hanging:
    return Hanging()


@pytest.fixture
def at_work(own_store, press) -> Iterator[Place]:
    """A place with one document on its way. No thread of it outlives the test."""
    place = Place(own_store, clock=SystemClock(), printer=press)
    place.partner()
    place.payout(state="Ready")
    before = set(threading.enumerate())
    yield place
    press.may_end.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(30)


def started(place: Place, press: Hanging) -> Dispatcher:
    dispatcher = Dispatcher(place.world, pace=PACE)
    dispatcher.start()
    assert press.began.wait(30)
    return dispatcher


def test_work_in_hand_ends_in_the_time_it_has(at_work, press):
    dispatcher = started(at_work, press)
    threading.Timer(0.2, press.may_end.set).start()

    assert dispatcher.stop(seconds=30)
    assert [(job.status, job.attempts) for job in at_work.jobs()] == [("done", 1)]


def test_what_does_not_end_is_due_again_at_once_and_no_attempt_is_used_up(at_work, press):
    dispatcher = started(at_work, press)
    ended = dispatcher.stop(seconds=0.1)
    job = at_work.jobs()[0]
    press.may_end.set()

    assert not ended
    assert (job.status, job.attempts, job.lease_until) == ("pending", 0, None)


def test_what_was_given_back_is_done_by_another_and_its_late_work_changes_nothing(at_work, press):
    late = started(at_work, press)
    (worker_thread,) = late._worker.workers
    late.stop(seconds=0.1)
    again = Dispatcher(at_work.world, pace=PACE)
    press.began.clear()
    again.start()
    assert press.began.wait(30)
    press.may_end.set()
    worker_thread.join(30)
    done = again.drain(seconds=30) and again.stop()

    assert done
    assert [(job.status, job.attempts, job.token) for job in at_work.jobs()] == [("done", 1, 2)]
    assert len(at_work.all("SELECT * FROM attachment WHERE account_id = :account")) == 1


def test_a_broker_that_cannot_be_closed_does_not_keep_the_work_from_being_given_back(at_work, press):
    dispatcher = started(at_work, press)
    dispatcher.broker.close = _raise
    with pytest.raises(ConnectionError):
        dispatcher.stop(seconds=0.1)
    given_back = at_work.jobs("pending")
    press.may_end.set()

    assert len(given_back) == 1


def _raise() -> None:
    raise ConnectionError
