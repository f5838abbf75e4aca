"""
The k-th statement, commit or broker call fails, for k = 1, 2, ... until none is left to fail: over a payout's becoming
Ready, the attaching of its document and an opt-out. Documents are rows, so a file operation is a statement.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest

from engine import self_invoicing, verify
from engine.dispatch import Dispatcher
from engine.errors import BrokerUnreachable
from engine.service import Fired
from engine.store import Store
from tests.failing_database import FAILURES, Plan, frail
from tests.worlds import Place

LATER = timedelta(minutes=15)  # every lease, hint and back-off is over by then
MOST = 120  # calls of an operation: beyond, something runs in a circle
CASES = [(kind, failure) for kind, failures in FAILURES.items() for failure in failures]


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}-{case[1].__name__}")
def failing(request) -> Iterator[tuple[Place, Plan]]:
    kind, failure = request.param
    store = Store(request.getfixturevalue("sqlite_database" if kind == "sqlite" else "postgres_database"))
    plan = frail(store, failure)
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
    for k in range(1, MOST):
        payouts.append(place.payout(state="Pending"))
        try_at(k, plan, lambda: _accept(place, payouts[-1]))
        if not plan.struck:
            break
        assert _accept(place, payouts[-1]).target == "Ready"

    assert [row.seq for row in place.invoices()] == list(range(1, len(payouts) + 1))
    assert len(place.jobs("pending")) == len(payouts) > 5
    assert green(place)


def test_a_document_is_attached_once_whichever_call_fails(failing):
    place, plan = failing
    for k in range(1, MOST):
        payout = place.payout(state="Ready")
        (job,) = place.jobs("pending")
        dispatcher = Dispatcher(place.world, carry=lambda job_id: None)
        try_at(k, plan, lambda job=job, dispatcher=dispatcher: dispatcher.perform(job.id))
        _finish(place)
        assert [row.verb for row in place.history(payout)].count("attach") == 1
        if not plan.struck:
            break

    assert {job.status for job in place.jobs()} == {"done"} and k > 5
    assert green(place)


def test_an_opt_out_is_whole_or_nothing_whichever_call_fails(failing):
    place, plan = failing
    contact = place.contact()
    for k in range(1, MOST):
        done = try_at(k, plan, lambda: self_invoicing.opt_out(contact, "NORD"))
        chosen = place.one("SELECT self_invoicing FROM partner WHERE account_id = :account").self_invoicing
        assert chosen == "opted_out" or not done
        if not plan.struck:
            break
        self_invoicing.opt_out(contact, "NORD")
        place.opt_in()

    assert green(place) and k > 5


def _accept(place: Place, payout: str) -> Fired:
    return place.fire(payout, "accept", reason="agreed", key=payout)


def test_a_hint_that_cannot_be_sent_costs_nothing_whichever_it_is(own_place):
    own_place.partner()
    for k in range(1, 6):
        payouts = [own_place.payout(state="Ready") for _ in range(3)]
        dispatcher = Dispatcher(own_place.world, carry=_carrier(k))
        with suppress(BrokerUnreachable):
            dispatcher.sweep_once()
        _finish(own_place)

        assert [len([row for row in own_place.history(each) if row.verb == "attach"]) for each in payouts] == [1] * 3


def _carrier(k: int) -> Callable[[str], None]:
    """Carries hints until the k-th, which raises as a broker does that has gone."""
    left = iter(range(k - 1, -1, -1))

    def carry(_job_id: str) -> None:
        if not next(left, 1):
            raise BrokerUnreachable("redis://nowhere")

    return carry


def _finish(place: Place) -> None:
    place.clock.advance(seconds=LATER.total_seconds())
    dispatcher = Dispatcher(place.world, carry=lambda job_id: dispatcher.perform(job_id))
    while place.jobs("pending", "offered", "claimed"):
        dispatcher.sweep_once()
        place.clock.advance(seconds=LATER.total_seconds())
    dispatcher.broker.close()
