"""
From the commit of a transition into Ready to the start of its job's work: one payout at a time, with pauses between.

embedded  the worker's threads in the same process
Redis     a dispatcher that only sweeps and one that only works, both on a real Redis with append-only file off
"""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from benchmarks.figures import Row
from benchmarks.ground import ground, make_payouts
from engine import service
from engine.billing.invoice import Invoice
from engine.contracts import Document
from engine.dispatch import Dispatcher, Pace
from engine.service import Request
from engine.world import Caller
from tests.servers import redis_server

FULL, QUICK = {"count": 500}, {"count": 10}
PAUSE = 0.02
VALIDATE = Request("validate")


@dataclass
class Bell:
    """A renderer that says when it was asked to begin."""

    began: float = 0.0
    rung: threading.Event = field(default_factory=threading.Event)
    name: str = "pdf"

    def render(self, invoice: Invoice, _assets: Mapping[str, bytes]) -> Document:
        self.began = time.perf_counter()
        self.rung.set()
        return Document(f"{invoice.number}.pdf", "application/pdf", invoice.number.encode())


def rows(*, count: int) -> list[Row]:
    """The table's lines; so many payouts each."""
    with redis_server() as redis_url:
        return [_row("embedded", None, 5, count), _row("Redis", redis_url, 15, count)]


def _row(where: str, broker_url: str | None, limit: int, count: int) -> Row:
    bell = Bell()
    with TemporaryDirectory() as folder, ExitStack() as stack:
        jo = ground(Path(folder) / "hints.db", durability="FULL", renderers={"pdf": bell})
        payouts = make_payouts(jo, count, rewards=1)
        stack.enter_context(_working(jo, broker_url))
        waits = sorted(_waited(jo, bell, payout) for payout in payouts)
    half, nearly_all = median(waits) * 1000, quantiles(waits, n=100, method="inclusive")[98] * 1000
    return Row(f"start_{where.lower()}", f"Commit to start of the job, {where}: half within, 99 % within",
               f"{half:.1f} ms, {nearly_all:.1f} ms", f"half within {limit} ms", half <= limit,
               {"p50": half, "p99": nearly_all})  # fmt: skip


def _waited(jo: Caller, bell: Bell, payout: str) -> float:
    time.sleep(PAUSE)
    bell.rung.clear()
    service.fire(jo, payout, VALIDATE)
    committed = time.perf_counter()
    assert bell.rung.wait(60), "no worker began"
    return bell.began - committed


@contextmanager
def _working(jo: Caller, broker_url: str | None) -> Iterator[None]:
    """Workers, and beside them the caller's own sweeper where these are elsewhere."""
    worker = Dispatcher(jo.world, broker_url=broker_url, pace=Pace())
    worker.start()
    here = Dispatcher(jo.world, broker_url=broker_url, pace=Pace()) if broker_url else None
    if here:
        here.start(worker=False)
    try:
        yield
    finally:
        for each in (here, worker):
            if each:
                each.stop()
        jo.world.store.close()
