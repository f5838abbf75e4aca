"""An account whose payouts become Ready here, and processes elsewhere that make the documents. It knows no fault."""

import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from engine.clock import SystemClock
from engine.dispatch import Dispatcher
from engine.store import Store
from tests.chaos import crew
from tests.chaos.findings import examine
from tests.servers import Frail
from tests.waiting import until
from tests.worlds import Place


class Line:
    """An account whose payouts become Ready, in this process, and workers elsewhere who make the documents."""

    def __init__(self, place: Place, folder: Path, broker: Frail | None = None) -> None:
        self.place, self.folder, self.broker = place, folder, broker
        self.address = broker.url if broker else "-"
        self.url = place.world.store.url.render_as_string(hide_password=False)
        self.workers: list[crew.Worker] = []
        self._names = count(1)
        if broker:
            self.dispatcher = Dispatcher(place.world, broker_url=broker.url)  # what a commit notes is hinted at

    def hire(self, *options: str, seconds: float = 0.02) -> crew.Worker:
        """A worker that has begun; `seconds` is what it takes for a document."""
        worker = self.call(*options, seconds=seconds)
        worker.wait_until_at_work()
        return worker

    def call(self, *options: str, seconds: float = 0.02) -> crew.Worker:
        """A worker that will begin soon."""
        where = crew.Place(self.url, self.address, self.folder, seconds, options)
        worker = crew.Worker(where, f"worker{next(self._names)}")
        self.workers.append(worker)
        return worker

    def ready(self, payouts: int) -> list[str]:
        return [self.place.payout(state="Ready") for _ in range(payouts)]

    def broken_in_the_end(self, *, seconds: float = 90) -> dict[str, object]:
        """Once no job is open: what is lost, double, missing or wrong, and what `billhook verify` finds."""
        self.wait_until_done(seconds=seconds)
        return examine(self.place.world).broken

    def wait_until_done(self, *, seconds: float = 90) -> None:
        ends = time.monotonic() + seconds
        while open_jobs := self.place.jobs("pending", "offered", "claimed"):
            assert time.monotonic() < ends, open_jobs
            time.sleep(0.05)

    def wait_until_in_work(self, jobs: int) -> None:
        until(lambda: len(self.place.jobs("claimed")) == jobs)

    def attached(self) -> int:
        return len(self.place.all("SELECT DISTINCT invoice_id FROM attachment WHERE account_id = :account"))

    def clear(self) -> None:
        """kill -9 of whoever works here."""
        while self.workers:
            self.workers.pop().end()


def opened(url: str) -> Iterator[Place]:
    """An account with a partner who is in, on a migrated database; time passes."""
    store = Store(url, durability="NORMAL")
    place = Place(store, clock=SystemClock())
    place.partner()
    yield place
    store.close()
