"""An installation to be broken: PostgreSQL, a Redis of its own, workers as processes. It knows no fault."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.clock import SystemClock
from engine.dispatch import Dispatcher
from engine.store import Store
from tests.chaos import crew
from tests.chaos.findings import examine
from tests.servers import Frail, frail_postgres, frail_redis
from tests.worlds import Place


class Line:
    """An account whose payouts become Ready, in this process, and workers elsewhere who make the documents."""

    def __init__(self, place: Place, folder: Path, broker: Frail | None = None) -> None:
        self.place, self.folder, self.broker = place, folder, broker
        self.address = broker.url if broker else "-"
        self.url = place.world.store.url.render_as_string(hide_password=False)
        self.workers: list[crew.Worker] = []
        if broker:
            Dispatcher(place.world, broker_url=broker.url)  # what a commit notes is hinted at

    def hire(self, *options: str, seconds: float = 0.02) -> crew.Worker:
        """A worker that has begun; `seconds` is what it takes for a document."""
        where = crew.Place(self.url, self.address, self.folder, seconds, options)
        worker = crew.Worker(where, f"worker{len(self.workers)}")
        self.workers.append(worker)
        worker.wait_until_at_work()
        return worker

    def ready(self, count: int) -> list[str]:
        return [self.place.payout(state="Ready") for _ in range(count)]

    def broken_in_the_end(self, *, seconds: float = 90) -> dict[str, object]:
        """Once no job is open: what is lost, double, missing or wrong, and what `billhook verify` finds."""
        self.wait_until_done(seconds=seconds)
        return examine(self.place.world).broken

    def wait_until_done(self, *, seconds: float = 90) -> None:
        ends = time.monotonic() + seconds
        while open_jobs := self.place.jobs("pending", "offered", "claimed"):
            assert time.monotonic() < ends, open_jobs
            time.sleep(0.05)

    def attached(self) -> int:
        return len(self.place.all("SELECT invoice_id FROM attachment WHERE account_id = :account"))

    def close(self) -> None:
        for worker in self.workers:
            worker.end()


@pytest.fixture
def broker(redis_of_this_worker: str) -> Iterator[Frail]:
    """A Redis to be broken; asking for the other one says on any machine in one way whether there is one."""
    with frail_redis() as server:
        yield server


@pytest.fixture
def frail_cluster(postgres_of_this_worker: str) -> Iterator[Frail]:
    """A PostgreSQL to be broken."""
    with frail_postgres() as server:
        yield server


@pytest.fixture
def place(database: str) -> Iterator[Place]:
    """An account with a partner who is in, on either database; time passes."""
    yield from opened(database)


@pytest.fixture
def line(postgres_database: str, broker: Frail, tmp_path: Path) -> Iterator[Line]:
    """Two workers on PostgreSQL and Redis."""
    for place in opened(postgres_database):
        line = Line(place, tmp_path, broker)
        line.hire()
        line.hire()
        yield line
        line.close()


@pytest.fixture
def alone(place: Place, tmp_path: Path) -> Iterator[Line]:
    """No broker and no worker yet, on either database."""
    line = Line(place, tmp_path)
    yield line
    line.close()


def opened(url: str) -> Iterator[Place]:
    store = Store(url, durability="NORMAL")
    place = Place(store, clock=SystemClock())
    place.partner()
    yield place
    store.close()
