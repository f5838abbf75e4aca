"""The facade's door to jobs: what was given up is shown with its reason, and tried again by hand, one or all."""

from collections.abc import Iterator

import pytest

from billhook.doors import Jobs
from engine.errors import NotAllowed, ReasonRequired, RenderError
from engine.store import Store
from tests.worlds import Place


@pytest.fixture
def place(sqlite_database: str) -> Iterator[Place]:
    """Two jobs that were parked."""
    store = Store(sqlite_database)
    place = Place(store)
    place.partner()
    place.printer.errors += [RenderError("out of ink", permanent=True), RenderError("out of paper", permanent=True)]
    place.payout(state="Ready")
    place.payout(state="Ready")
    place.work()
    yield place
    store.close()


def test_what_was_given_up_is_listed_with_its_reason(place):
    parked = Jobs(place.vendor("viewer")).list(status="parked")

    assert [(job.attempts, job.result) for job in parked] == [(1, "out of ink"), (1, "out of paper")]


def test_all_that_was_given_up_is_tried_again(place):
    assert Jobs(place.vendor()).retry() == 2
    place.work()

    assert [job.status for job in Jobs(place.vendor()).list()] == ["done", "done"]


def test_one_of_them_is_tried_again_and_the_worker_is_woken(place):
    woken = []
    place.world.wake = lambda: woken.append(True)
    first, second = Jobs(place.vendor()).list()

    assert Jobs(place.vendor()).retry([second.id]) == 1
    assert [job.id for job in Jobs(place.vendor()).list(status="parked")] == [first.id]
    assert woken == [True]


def test_trying_again_is_for_managers_and_above(place):
    for by in (place.vendor("viewer"), place.vendor("finance"), place.contact()):
        with pytest.raises(NotAllowed):
            Jobs(by).retry()


def test_those_of_one_action_are_tried_again_and_others_are_left(place):
    assert Jobs(place.vendor()).retry(action="send_mail") == 0
    assert Jobs(place.vendor()).retry(action="issue_invoice") == 2


def test_what_waits_is_given_up_with_a_reason_until_it_is_tried_again(place):
    place.payout(state="Ready")
    (waits,) = Jobs(place.vendor()).list(status="pending")

    assert Jobs(place.vendor()).park([waits.id], reason="the printer is away") == 1
    assert Jobs(place.vendor()).list(status="parked")[-1].result == "parked by hand: the printer is away"
    assert place.history(place.account_id)[-1].reason == "the printer is away"
    assert Jobs(place.vendor()).park([waits.id], reason="again") == 0
    assert Jobs(place.vendor()).retry([waits.id]) == 1


def test_giving_up_wants_a_reason_and_is_for_managers_and_above(place):
    with pytest.raises(ReasonRequired):
        Jobs(place.vendor()).park(["x"], reason=" ")
    for by in (place.vendor("viewer"), place.vendor("finance"), place.contact()):
        with pytest.raises(NotAllowed):
            Jobs(by).park(["x"], reason="why")


def test_many_are_tried_again_in_several_transactions_none_of_them_long(place):
    place.owner.transact(lambda tx: tx.send(_MORE))
    commits = []
    place.world.wake = lambda: commits.append(True)

    assert Jobs(place.vendor()).retry() == 252
    assert len(commits) == 3
    assert next(Jobs(place.vendor()).each(status="parked"), None) is None


_MORE = """
    INSERT INTO job (account_id, id, action, subject_id, payload, payload_version, status, attempts, token, not_before,
        result, created_at)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
    SELECT account_id, 'more-' || i, action, subject_id, payload, 1, 'parked', 5, 5, '', '', created_at
    FROM n CROSS JOIN job WHERE id = (SELECT MIN(id) FROM job)"""
