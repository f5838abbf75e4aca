"""
A billhook whose parts fail, driven by hand in one thread: processes that are killed at a commit or asleep, hints that
get lost, repeated and late, clocks that differ, a press that does not print. It knows no rule of the product.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from engine import outbox
from engine.actor import Actor
from engine.billing.invoice import Invoice
from engine.contracts import Clock, Document
from engine.desk import WorkerDesk
from engine.dispatch import Dispatcher, Pace
from engine.errors import RenderError
from engine.store import Store, Tx
from engine.world import Caller, World
from tests.fakes import PDF
from tests.worlds import Place

WORKERS = 2


class Killed(BaseException):
    """The process is gone: nothing in it may catch this."""


class FrailStore(Store):
    """A process's way to the database. Once `doomed`, the process is killed at its n-th transaction from then on."""

    def __init__(self, url: str) -> None:
        super().__init__(url, durability="NORMAL")
        self._left, self._committed = 0, False

    def doom(self, nth: int, *, committed: bool) -> None:
        """Killed just before the commit of the n-th transaction, or just after it."""
        self._left, self._committed = nth, committed

    def unit_of_work(self, work: Callable[[Tx], Any]) -> Any:
        self._left -= 1
        if self._left:
            return super().unit_of_work(work)

        def last(tx: Tx) -> None:
            work(tx)
            if not self._committed:
                raise Killed
            tx.after_commit.clear()  # it tells nobody any more

        super().unit_of_work(last)
        raise Killed


class OwnClock:
    """A machine's clock, which may go wrong by some hours."""

    def __init__(self, right: Clock) -> None:
        self.right, self.wrong_by = right, timedelta(0)

    def now(self) -> datetime:
        return self.right.now() + self.wrong_by

    def step(self, *, hours: float) -> None:
        """To so many hours ahead of the right time; 0 to be right again."""
        self.wrong_by = timedelta(hours=hours)


class FrailPress:
    """Prints the number, unless the next of its `moods` is another. Meanwhile others may work."""

    name = "pdf"

    def __init__(self) -> None:
        self.moods: list[str] = []
        self.meanwhile: list[Callable[[], None]] = []

    def render(self, invoice: Invoice, assets: Mapping[str, bytes]) -> Document:
        while self.meanwhile:
            self.meanwhile.pop(0)()
        match self.moods.pop(0) if self.moods else "prints":
            case "breaks":
                raise MemoryError("out of memory")
            case "prints no number":
                raise RenderError(f"The PDF of {invoice.number} lacks its number.")
            case "never prints":
                raise RenderError(f"{invoice.number} cannot be printed.", permanent=True)
            case "is killed":
                raise Killed
        return Document(f"{invoice.number}.pdf", "application/pdf", PDF + invoice.number.encode())


class Worker:
    """A process that sweeps and does jobs: a way to the database, a clock and memory of its own."""

    def __init__(self, url: str, of: World, carry: Callable[[str], None]) -> None:
        self.store, self.clock = FrailStore(url), OwnClock(of.clock)
        self.world = replace(of, store=self.store, clock=self.clock, definitions={})
        self.dispatcher = Dispatcher(self.world, pace=Pace(), carry=carry)
        self.asleep: list[tuple[WorkerDesk, Document]] = []

    def fall_asleep(self, job_id: str) -> None:
        """Claim a job and print, then stand still with the document in hand, as a machine that is suspended does."""
        now, lease = self.clock.now(), self.dispatcher.pace.lease
        if claim := self.store.unit_of_work(lambda tx: outbox.claim(tx, job_id, now=now, lease=lease)):
            desk = WorkerDesk(self.world, claim, Caller(self.world, claim.account_id, Actor.system("worker")))
            if not desk.attached():
                self.asleep.append((desk, desk.render(desk.invoice())))

    def wake_up(self) -> None:
        """Go on where it stood still, not knowing how long ago that was."""
        while self.asleep:
            desk, document = self.asleep.pop(0)
            desk.attach(document)

    def fail_late(self) -> None:
        """Wake up, and fail: what is written down of it must not count when the job is another's by now."""
        now = self.clock.now()
        while self.asleep:
            claim = self.asleep.pop(0)[0].claim
            self.store.unit_of_work(partial(outbox.fail, job=claim, sentence="late", permanent=True, now=now))

    def vanish(self) -> None:
        self.dispatcher.broker.close()
        self.store.close()


class Installation:
    """An account, the process its verbs run in, workers, and what carries hints between them."""

    def __init__(self, url: str) -> None:
        self.url, self.hints, self.carried = url, [], []  # type: str, list[str], list[str]
        self.press = FrailPress()
        self.web = FrailStore(url)
        self.place = Place(self.web, printer=self.press)
        self.workers = [self._worker() for _ in range(WORKERS)]

    def deliver(self, worker: int, which: int, *, again: bool = False) -> None:
        """Give a hint to a worker: one that waits, or one that was given before."""
        if hints := self.carried if again else self.hints:
            job_id = hints[which % len(hints)] if again else hints.pop(which % len(hints))
            self.carried.append(job_id)
            self.workers[worker].dispatcher.perform(job_id)

    def restart_web(self) -> None:
        """Everything in its memory is gone; the file is opened again."""
        self.web.close()
        self.web = FrailStore(self.url)
        self.place.world = replace(self.place.world, store=self.web, definitions={})
        self.place.owner = replace(self.place.owner, world=self.place.world)

    def restart(self, worker: int) -> None:
        self.workers[worker].vanish()
        self.workers[worker] = self._worker()

    def restart_all(self) -> None:
        self.restart_web()
        for worker in range(WORKERS):
            self.restart(worker)

    def close(self) -> None:
        for worker in self.workers:
            worker.vanish()
        self.web.close()

    def _worker(self) -> Worker:
        return Worker(self.url, self.place.world, lambda job_id: self.hints.append(job_id))
