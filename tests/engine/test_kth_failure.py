"""
The k-th statement, commit or broker call fails, for k = 1, 2, ... until none is left to fail: over a payout's becoming
Ready, the attaching of its document and an opt-out. Documents are rows, so a file operation is a statement.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from dramatiq.errors import ConnectionClosed

from engine import self_invoicing, verify
from engine.brokers import QUEUE
from engine.dispatch import Dispatcher
from engine.service import Fired
from engine.store import Store
from tests import failing_broker
from tests.failing_database import FAILURES, Plan, frail
from tests.worlds import Place

LATER = timedelta(minutes=15)  # every lease, hint and back-off is over by then
MOST = 120  # calls of an operation: beyond, something runs in a circle
CASES = [(kind, failure) for kind, failures in FAILURES.items() for failure in failures]


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}-{case[1].__name__}")
def failing(request) -> Iterator[tuple[Place, Plan]]:
    """A place, and the calls to fail: with --long all, else every third, for each failure others."""
    kind, failure = request.param
    store = Store(request.getfixturevalue("sqlite_database" if kind == "sqlite" else "postgres_database"))
    plan = frail(store, failure)
    long = request.config.getoption("--long")
    plan.calls = range(1, MOST) if long else range(1 + CASES.index(request.param) % 3, MOST, 3)
    place = Place(store)
    place.partner()
    yield place, plan
    store.close()


def try_at(k: int, plan: Plan, do: Callable[[], object]) -> bool:
    """Whether it succeeded although the k-th call failed: the error was one that passes, or none was left to fail."""
    with plan.at(k):
        try:
            do()
        except Exception:
            return False
    return True


def green(place: Place) -> bool:
    return [row.invariant for row in verify.run(place.world, missing=lambda *_: ()) if not row.holds] == []


def test_ready_is_whole_or_nothing_whichever_call_fails_and_its_repeat_gets_the_same_answer(failing):
    place, plan = failing
    payouts: list[str] = []
    for k in plan.calls:
        payouts.append(place.payout(state="Pending"))
        done = try_at(k, plan, lambda: _accept(place, payouts[-1]))
        assert _written(place, payouts[-1]) in ([("Ready", 1, 1, 1)] if done else [("Pending", 0, 0, 0), *WHOLE])
        assert green(place)
        if not plan.struck:
            break
        assert _accept(place, payouts[-1]).target == "Ready"

    assert [row.seq for row in place.invoices()] == list(range(1, len(payouts) + 1))
    assert [_written(place, payout) for payout in payouts] == WHOLE * len(payouts) and k > 5


def test_a_document_is_attached_once_whichever_call_fails(failing):
    place, plan = failing
    for k in plan.calls:
        payout = place.payout(state="Ready")
        (job,) = place.jobs("pending")
        dispatcher = Dispatcher(place.world, carry=lambda job_id: None)
        try_at(k, plan, lambda job=job, dispatcher=dispatcher: dispatcher.perform(job.id))
        assert _attached(place, payout) == (place.jobs()[-1].status == "done") and green(place)
        _finish(place)
        assert _attached(place, payout) == 1
        if not plan.struck:
            break

    assert {job.status for job in place.jobs()} == {"done"} and green(place) and k > 5


def test_an_opt_out_is_whole_or_nothing_whichever_call_fails(failing):
    place, plan = failing
    contact = place.contact()
    for k in plan.calls:
        before, after = ("opted_in", "in_force"), ("opted_out", "revoked")
        done = try_at(k, plan, lambda: self_invoicing.opt_out(contact, "NORD"))
        profile = self_invoicing.profile(contact, "NORD")
        assert (profile.choice, profile.agreement) in ([after] if done else [before, after])
        assert green(place)
        if not plan.struck:
            break
        self_invoicing.opt_out(contact, "NORD")
        place.opt_in()

    assert k > 5


WHOLE = [("Ready", 1, 1, 1)]


def _accept(place: Place, payout: str) -> Fired:
    return place.fire(payout, "accept", reason="agreed", key=payout)


def _written(place: Place, payout: str) -> tuple[str, int, int, int]:
    """State, and how many invoices, jobs and lines of history its becoming Ready has."""
    invoices = [row for row in place.invoices() if row.payout_id == payout]
    jobs = [job for job in place.jobs() if job.subject_id == payout]
    accepted = [row for row in place.history(payout) if row.verb == "accept"]
    return place.state(payout), len(invoices), len(jobs), len(accepted)


def _attached(place: Place, payout: str) -> int:
    return [row.verb for row in place.history(payout)].count("attach")


@pytest.fixture(params=failing_broker.FAILURES, ids=lambda failure: failure.__name__)
def hinting(request, own_place, redis_url) -> Iterator[tuple[Place, Dispatcher, Plan]]:
    """A process that sends hints to a real Redis, which fails by a plan."""
    own_place.partner()
    dispatcher, plan = Dispatcher(own_place.world, broker_url=redis_url), Plan(request.param)
    client = dispatcher.broker.client  # type: ignore[attr-defined]
    client.connection_pool = failing_broker.FrailPool(client.connection_pool, plan)
    yield own_place, dispatcher, plan
    dispatcher.broker.close()


def test_ready_is_answered_and_its_document_follows_whichever_call_of_the_broker_fails(hinting):
    place, _, plan = hinting
    for k in range(1, MOST):
        payout = place.payout(state="Pending")
        with plan.at(k):
            assert _accept(place, payout).target == "Ready"
        assert _written(place, payout) == ("Ready", 1, 1, 1) and green(place)
        _finish(place)
        assert _attached(place, payout) == 1
        if not plan.struck:
            break

    assert 2 < k < MOST - 1, "send, ring the bell"


def test_a_document_is_attached_once_whichever_call_of_the_worker_to_the_broker_fails(hinting):
    place, dispatcher, plan = hinting
    for k in range(1, MOST):
        payout = place.payout(state="Ready")
        with plan.at(k), suppress(ConnectionClosed):
            _work_off(dispatcher)
        assert green(place)
        _finish(place)
        assert _attached(place, payout) == 1
        if not plan.struck:
            break

    assert 4 < k < MOST - 1, "take, acknowledge, look for more, wait for the bell"


def test_an_opt_out_asks_nothing_of_the_broker(hinting):
    place, _, plan = hinting
    with plan.at(1):
        self_invoicing.opt_out(place.contact(), "NORD")

    assert not plan.struck and green(place)


def _work_off(dispatcher: Dispatcher) -> None:
    """What a worker's threads do, here and in order: take a hint, work, acknowledge it."""
    consumer = dispatcher.broker.consume(QUEUE, prefetch=1)
    try:
        while message := next(consumer):
            dispatcher.perform(*message.args)
            consumer.ack(message)
    finally:
        consumer.close()


def _finish(place: Place) -> None:
    """Everything that is open is done by another process, in which nothing fails."""
    wake = place.world.wake
    place.clock.advance(seconds=LATER.total_seconds())
    dispatcher = Dispatcher(place.world, carry=lambda job_id: dispatcher.perform(job_id))
    while place.jobs("pending", "offered", "claimed"):
        dispatcher.sweep_once()
        place.clock.advance(seconds=LATER.total_seconds())
    dispatcher.broker.close()
    place.world.wake = wake
