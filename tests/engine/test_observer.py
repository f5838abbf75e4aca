"""Whoever watches is told of every transition, job and part of a job, by ids and codes."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from engine import bulk
from engine.errors import BillhookError, RenderError
from engine.service import Request


class Notebook:
    """An observer that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, ...]] = []

    @contextmanager
    def transition(self, account_id, payout_id, trigger) -> Iterator[None]:
        with self._around("transition", payout_id, trigger):
            yield

    def transition_ended(self, code) -> None:
        self.told.append(("transition ended", code))

    @contextmanager
    def job(self, claim) -> Iterator[None]:
        with self._around("job", claim.action, str(claim.attempt)):
            yield

    def job_ended(self, claim, outcome) -> None:
        self.told.append(("job ended", outcome))

    @contextmanager
    def part(self, name) -> Iterator[None]:
        with self._around(name):
            yield

    @contextmanager
    def _around(self, *what: str) -> Iterator[None]:
        self.told.append(what)
        try:
            yield
        except BillhookError as error:
            self.told.append((what[0], "raised", error.code))
            raise
        self.told.append((what[0], "ended"))


@pytest.fixture
def notebook(place) -> Notebook:
    place.partner()
    return Notebook()


def test_a_transition_is_told_with_its_end(place, notebook):
    payout = place.payout(state="Pending")
    place.world.observer = notebook
    place.fire(payout, "accept", reason="test")

    assert notebook.told == [("transition", payout, "accept"), ("transition", "ended")]


def test_a_refusal_is_told_by_its_code(place, notebook):
    payout = place.payout()
    place.world.observer = notebook
    with pytest.raises(BillhookError):
        place.fire(payout, "mark_paid")

    assert notebook.told == [("transition", payout, "mark_paid"), ("transition", "raised", "no_such_transition")]


def test_of_many_each_is_told_once_it_is_committed_and_a_dry_run_tells_nothing(place, notebook):
    payouts = [place.payout(), place.payout(state="Ready")]
    place.world.observer = notebook
    list(bulk.fire_many(place.owner, payouts, Request("validate"), dry_run=True))
    list(bulk.fire_many(place.owner, payouts, Request("validate")))

    assert notebook.told == [("transition ended", ""), ("transition ended", "no_such_transition")]


def test_a_job_is_told_with_its_parts_and_its_end(place, notebook):
    place.payout(state="Ready")
    place.world.observer = notebook
    place.work()

    assert notebook.told == [
        ("job", "issue_invoice", "1"), ("render",), ("render", "ended"), ("attach",), ("attach", "ended"),
        ("job ended", "done"), ("job", "ended"),
    ]  # fmt: skip


@pytest.mark.parametrize(("permanent", "outcome"), [(False, "pending"), (True, "parked")])
def test_a_job_that_did_not_succeed_is_told_by_what_becomes_of_it(place, notebook, permanent, outcome):
    place.payout(state="Ready")
    place.world.observer = notebook
    place.printer.errors = [RenderError("no paper", permanent=permanent)]
    place.work()

    assert notebook.told == [
        ("job", "issue_invoice", "1"), ("render",), ("render", "raised", "render_failed"), ("job ended", outcome),
        ("job", "ended"),
    ]  # fmt: skip
