"""Two versions of billhook on one database: jobs noted by either, workers of both; each job is done once, or waits."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from actions.issue_invoice import IssueInvoice
from engine import parked
from engine.dispatch import Dispatcher
from engine.store import Store
from engine.world import Caller, World
from tests.worlds import Place

WAITS = "it waits for a worker that knows issue_invoice in version 2; upgrade the workers"


class NextIssueInvoice(IssueInvoice):
    """As the next version of billhook might have it."""

    payload_version = 2


class Upgrade:
    """An account, seen by the version that is there and by the next one. Their clock goes on when it is told to."""

    def __init__(self, store: Store) -> None:
        self.place = Place(store)
        self.place.partner()
        self.old = self.place.world
        known = {**self.old.registry.jobs, NextIssueInvoice.name: NextIssueInvoice()}
        self.new = replace(self.old, registry=replace(self.old.registry, jobs=known))

    def ready(self, version: World) -> None:
        """A payout becomes Ready through a web process of this version."""
        by = Caller(version, self.place.account_id, self.place.owner_actor)
        self.place.fire(self.place.payout(state="Pending"), "accept", by=by, reason="test")

    def work(self, version: World) -> None:
        """A worker of this version is offered every job that waits."""
        dispatcher = Dispatcher(version)
        for job in self.place.jobs("pending"):
            dispatcher.perform(job.id)
        dispatcher.broker.close()

    def found(self) -> list[tuple[int, str, int]]:
        """Each job's version of its payload, where it is, and the attempts it took."""
        return [(job.payload_version, job.status, job.attempts) for job in self.place.jobs()]


@pytest.fixture
def upgrade(database: str) -> Iterator[Upgrade]:
    store = Store(database, durability="NORMAL")
    yield Upgrade(store)
    store.close()


def test_an_old_worker_does_old_jobs_and_leaves_new_ones_to_new_workers(upgrade):
    for version in (upgrade.old, upgrade.new, upgrade.old, upgrade.new):
        upgrade.ready(version)
    upgrade.work(upgrade.old)

    assert upgrade.found() == [(1, "done", 1), (2, "pending", 0), (1, "done", 1), (2, "pending", 0)]
    assert [job.result for job in upgrade.place.jobs("pending")] == [WAITS, WAITS]

    upgrade.place.clock.advance(seconds=10)
    upgrade.work(upgrade.new)
    assert upgrade.found() == [(1, "done", 1), (2, "done", 1)] * 2
    assert len(upgrade.place.printer.printed) == len(set(upgrade.place.printer.printed)) == 4


def test_a_new_worker_does_what_the_version_before_has_noted(upgrade):
    upgrade.ready(upgrade.old)
    upgrade.work(upgrade.new)

    assert upgrade.found() == [(1, "done", 1)]


def test_old_workers_that_ask_for_most_of_a_day_use_up_no_attempt(upgrade):
    upgrade.ready(upgrade.new)
    for _ in range(23):
        upgrade.work(upgrade.old)
        upgrade.place.clock.advance(hours=1)

    assert upgrade.found() == [(2, "pending", 0)]
    upgrade.work(upgrade.new)
    assert upgrade.found() == [(2, "done", 1)]


def test_after_a_day_without_a_new_worker_it_is_shown_and_done_when_it_is_retried(upgrade):
    upgrade.ready(upgrade.new)
    upgrade.work(upgrade.old)
    upgrade.place.clock.advance(days=1, seconds=1)
    upgrade.work(upgrade.old)
    assert [(job.status, job.result) for job in upgrade.place.jobs()] == [("parked", WAITS)]

    parked.retry(upgrade.place.vendor("owner"), [upgrade.place.jobs()[0].id])
    upgrade.work(upgrade.new)
    assert upgrade.found() == [(2, "done", 1)]


def test_an_action_that_the_old_version_does_not_have_waits_for_the_new_one(upgrade):
    upgrade.ready(upgrade.old)
    without = replace(upgrade.old, registry=replace(upgrade.old.registry, jobs={}))
    upgrade.work(without)

    assert upgrade.found() == [(1, "pending", 0)]
    upgrade.place.clock.advance(seconds=10)
    upgrade.work(upgrade.old)
    assert upgrade.found() == [(1, "done", 1)]
