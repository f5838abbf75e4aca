"""
Two worker processes as they come, on one PostgreSQL and one Redis, against as many presses alone in the same run.

press     the presses print the invoices of the round before, read back as ever, and nothing else: no database, no queue
workers   `billhook worker` twice, with the threads it has by itself: from the commit that made all Ready to the last
          one attached

The two take turns. Memory is that of the workers and of their presses while they live: what a process holds after the
last document against what it held after the first 300.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from statistics import median

from benchmarks.figures import Row, children
from benchmarks.ground import ground_at, make_payouts
from billhook.settings import Settings
from engine.billing import invoice as frozen
from engine.billing.invoice import Invoice
from engine.bulk import fire_many
from engine.service import Request
from engine.world import Caller
from renderers.pdf import InvoicePdf
from renderers.press import PressProcess
from tests.servers import fresh_database, postgres_server, redis_server

ROOT = Path(__file__).parent.parent
FULL, QUICK = {"count": 250, "rounds": 3}, {"count": 4, "rounds": 1}
LINES = 12
WORKERS = 2
PRESSES = WORKERS * Settings().threads
EARLY = 300
VALIDATE = Request("validate")


def rows(*, count: int, rounds: int) -> list[Row]:
    """The table's lines; `count` documents a contender and round."""
    with postgres_server() as server, redis_server() as redis_url, fresh_database(server) as url:
        jo = ground_at(url, renderers={})
        line = _Line(jo, iter(make_payouts(jo, count * (rounds + 1), rewards=LINES)))
        with _workers(url, redis_url) as line.pids, _presses() as presses:
            took = [(line.work(count), _printed(presses, line.latest(count))) for _ in range(rounds + 1)][1:]
        jo.world.store.close()
    workers, press = (count / median(seconds) for seconds in zip(*took, strict=True))
    return [
        Row("share_of_press", f"{WORKERS} workers, PostgreSQL and Redis: share of what the presses alone reach",
            f"{workers / press:.0%} ({workers:.1f} of {press:.1f} a second)", "at least 90 %", workers / press >= 0.9,
            {"share": workers / press}),
        *_memory(line.held),
    ]  # fmt: skip


def _memory(held: Mapping[int, float]) -> Iterator[Row]:
    """`held`: MB of all workers and presses after so many documents."""
    early = min((done for done in held if done >= EARLY), default=min(held))
    last = max(held)
    grown = held[last] - held[early]
    yield Row(
        "memory_growth", f"Memory of workers and presses, from document {early} to {last}",
        f"{held[early]:.0f} MB to {held[last]:.0f} MB", "flat within 5 %", grown <= 0.05 * held[early], {"mb": grown},
    )  # fmt: skip


class _Line:
    """Payouts that become Ready, and processes elsewhere that do their jobs."""

    def __init__(self, jo: Caller, waiting: Iterator[str]) -> None:
        self.jo, self.waiting = jo, waiting
        self.pids: list[int] = []
        self.done = 0
        self.held: dict[int, float] = {}

    def work(self, count: int) -> float:
        """Seconds from the last commit into Ready to the last document."""
        assert all(one.fired for one in fire_many(self.jo, list(islice(self.waiting, count)), VALIDATE, chunk=count))
        self.done += count
        began = time.perf_counter()
        while self._attached() < self.done:
            assert time.perf_counter() - began < 1200, "the queue did not empty in twenty minutes"
            time.sleep(0.1)  # what looks on more often takes a share of the two cores for itself
        took = time.perf_counter() - began
        self.held[self.done] = sum(_resident_mb(pid) for worker in self.pids for pid in (worker, *_below(worker)))
        return took

    def latest(self, count: int) -> list[Invoice]:
        with self.jo.world.store.reading() as tx:
            rows = tx.all("SELECT snapshot FROM invoice ORDER BY seq DESC LIMIT :count", count=count)
        return [frozen.restore(row.snapshot) for row in rows]

    def _attached(self) -> int:
        with self.jo.world.store.reading() as tx:
            return int(tx.one("SELECT COUNT(*) AS documents FROM attachment").documents)


@contextmanager
def _workers(url: str, redis_url: str) -> Iterator[list[int]]:
    settings = {"BILLHOOK_DATABASE_URL": url, "BILLHOOK_BROKER_URL": redis_url}
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.workers"], cwd=ROOT, env={**os.environ, **settings},
            stderr=subprocess.DEVNULL,
        )
        for _ in range(WORKERS)
    ]  # fmt: skip
    try:
        yield [worker.pid for worker in started]
    finally:
        for worker in started:
            worker.send_signal(signal.SIGTERM)
        for worker in started:
            worker.wait(60)


@contextmanager
def _presses() -> Iterator[list[PressProcess]]:
    presses = [PressProcess() for _ in range(PRESSES)]
    try:
        yield presses
    finally:
        for press in presses:
            press.close()


def _printed(presses: list[PressProcess], invoices: list[Invoice]) -> float:
    """Seconds for the same invoices without anything around them."""

    def some(number: int) -> None:
        renderer = InvoicePdf(presses[number])
        for invoice in invoices[number::PRESSES]:
            renderer.render(invoice, {})

    began = time.perf_counter()
    with ThreadPoolExecutor(PRESSES) as threads:
        list(threads.map(some, range(PRESSES)))
    return time.perf_counter() - began


def _resident_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:  # a printer that has just been replaced
        return 0.0
    return int((status.partition("VmRSS:")[2].split() or ["0"])[0]) * 1024 / 1e6


def _below(pid: int) -> list[int]:
    return [each for child in children(pid) for each in (child, *_below(child))]


def _be_a_worker() -> None:
    """As `billhook worker` is one, with the benchmark's own registry."""
    from threading import Event

    from benchmarks.ground import registry
    from billhook.app import Billhook

    stop = Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    with Billhook(registry=registry()) as billhook:
        billhook.world.renderers = {"pdf": InvoicePdf(billhook.press)}
        billhook.start_worker()
        stop.wait()


if __name__ == "__main__":
    _be_a_worker()
