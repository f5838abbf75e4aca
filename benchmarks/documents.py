"""
What an invoice costs, from the payout's becoming Ready to its attached PDF. The contenders, in turns, same invoices:

engine    payouts of 12 rewards are validated one after the other and two presses print; everything counts: verbs,
          database, queue, worker threads, pages and presses
plain     the same invoices in a loop of ordinary Jinja2 and WeasyPrint, everything built for each (benchmarks/plain.py)
template  the same invoices as our page, printed by one press; reading the text back is no part of a template and
          counts in `engine`
idle      `engine` again, with a renderer that waits as long as a press takes and does nothing: what is left is
          engine, database and queue, the polling between two invoices included

template ratio = CPU of `template` / CPU of `plain`; the engine's share = CPU of `idle` / CPU of `engine`.
Latency is taken from the rows: `attached_at` less the instant of the transition into Ready, one payout at a time.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from benchmarks.figures import Row, Spent, in_turns
from benchmarks.ground import ground, make_payouts
from engine import service
from engine.billing import invoice as frozen
from engine.billing.invoice import Invoice
from engine.clock import moment
from engine.contracts import Document, Renderer
from engine.dispatch import Dispatcher, Pace
from engine.service import Request
from engine.world import Caller
from renderers.html import page
from renderers.pdf import InvoicePdf
from renderers.press import PressPool, PressProcess

FULL, QUICK = {"count": 10, "rounds": 5, "singles": 100}, {"count": 2, "rounds": 1, "singles": 2}
LINES = 12
PRESSES = 2
VALIDATE = Request("validate")


@dataclass
class Pause:
    """A renderer that takes its time and no CPU."""

    seconds: float = 0.1
    content: bytes = bytes(35_000)
    name: str = "pdf"

    def render(self, invoice: Invoice, _assets: Mapping[str, bytes]) -> Document:
        time.sleep(self.seconds)
        return Document(f"{invoice.number}.pdf", "application/pdf", invoice.number.encode() + self.content)


@dataclass
class Line:
    """An account with a worker of its own, and payouts that wait to be validated."""

    jo: Caller
    dispatcher: Dispatcher
    waiting: Iterator[str]
    latest: list[str] = field(default_factory=list)

    def work(self, count: int) -> int:
        """Validate so many payouts and wait until each has its document."""
        self.latest = list(islice(self.waiting, count))
        for payout_id in self.latest:
            service.fire(self.jo, payout_id, VALIDATE)
        assert self.dispatcher.drain(seconds=600), "the queue did not empty in ten minutes"
        return count

    def invoices(self) -> list[Invoice]:
        """What the last round issued."""
        with self.jo.world.store.reading() as tx:
            rows = [tx.one("SELECT snapshot FROM invoice WHERE payout_id = :id", id=each) for each in self.latest]
        return [frozen.restore(row.snapshot) for row in rows]

    def latencies(self) -> list[float]:
        """Seconds from Ready to attached, of every payout so far."""
        with self.jo.world.store.reading() as tx:
            return [(moment(row.attached_at) - moment(row.at)).total_seconds() for row in tx.all(_LATENCIES)]


def rows(*, count: int, rounds: int, singles: int) -> list[Row]:
    """The table's lines; `count` invoices a contender and round, `singles` payouts for the latency."""
    with TemporaryDirectory() as folder:
        spent = _measure(Path(folder), count=count, rounds=rounds)
        waits = _latencies(Path(folder), singles)
    engine, plain, template, idle = (spent[name] for name in ("engine", "plain", "template", "idle"))
    ratio, share = template.cpu / plain.cpu, idle.cpu / engine.cpu
    detail = {f"{name}_{kind}": getattr(each, kind) for name, each in spent.items() for kind in ("wall", "cpu")}
    return [
        Row("invoices_per_second", f"Invoices a second, Ready to attached, {PRESSES} presses (plain loop)",
            f"{1 / engine.wall:.1f} ({1 / plain.wall:.1f})", detail=detail),
        Row("cpu_per_invoice", "CPU an invoice, everything (plain loop)",
            f"{engine.cpu * 1000:.0f} ms ({plain.cpu * 1000:.0f} ms)"),
        Row("template_ratio", "Our page and press against a plain page of the same look, CPU",
            f"{ratio:.2f}", "at most 0.65", ratio <= 0.65, {"ratio": ratio}),
        Row("engine_share", "Engine, database and queue in an invoice's CPU",
            f"{share:.1%} ({idle.cpu * 1000:.1f} ms)", "at most 3 %", share <= 0.03, {"share": share}),
        Row("latency", "Ready to attached, one at a time: half within, 99 % within",
            f"{median(waits) * 1000:.0f} ms, {_p99(waits) * 1000:.0f} ms",
            detail={"p50": median(waits), "p99": _p99(waits)}),
    ]  # fmt: skip


def _measure(folder: Path, *, count: int, rounds: int) -> dict[str, Spent]:
    pause, supply = Pause(), count * (rounds + 1)
    with (
        _presses() as (pool, single),
        _line(folder / "engine.db", InvoicePdf(pool), supply) as real,
        _line(folder / "idle.db", pause, supply) as idle,
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart,
    ):
        contenders: dict[str, Callable[[], int]] = {
            "engine": lambda: real.work(count),
            "plain": lambda: apart.submit(_plain, real.invoices()).result(),
            "template": lambda: _printed(single, real.invoices(), pause),
            "idle": lambda: idle.work(count),
        }
        return in_turns(contenders, rounds=rounds)


def _latencies(folder: Path, singles: int) -> list[float]:
    with _presses() as (pool, _single), _line(folder / "single.db", InvoicePdf(pool), singles + PRESSES) as line:
        line.work(PRESSES)  # both presses are warm
        for _ in range(singles):
            line.work(1)
        return line.latencies()[PRESSES:]


@contextmanager
def _presses() -> Iterator[tuple[PressPool, PressProcess]]:
    pool, single = PressPool(PRESSES), PressProcess()
    try:
        yield pool, single
    finally:
        pool.close()
        single.close()


@contextmanager
def _line(file: Path, renderer: Renderer, supply: int) -> Iterator[Line]:
    jo = ground(file, durability="FULL", renderers={"pdf": renderer})
    payouts = make_payouts(jo, supply, rewards=LINES)
    dispatcher = Dispatcher(jo.world, pace=Pace(threads=PRESSES))
    dispatcher.start()
    try:
        yield Line(jo, dispatcher, iter(payouts))
    finally:
        dispatcher.stop()
        jo.world.store.close()


def _plain(invoices: list[Invoice]) -> int:
    """In a process of its own, which loads WeasyPrint once."""
    from benchmarks.plain import plain_pdf

    return sum(bool(plain_pdf(invoice)) for invoice in invoices)


def _printed(press: PressProcess, invoices: list[Invoice], pause: Pause) -> int:
    began = time.perf_counter()
    for invoice in invoices:
        press.press(page(invoice), style=invoice.template, assets={}, identifier=invoice.number.encode())
    pause.seconds = (time.perf_counter() - began) / len(invoices)
    return len(invoices)


def _p99(waits: list[float]) -> float:
    return quantiles(waits, n=100, method="inclusive")[98] if len(waits) > 1 else waits[0]


_LATENCIES = """
    SELECT h.at, t.attached_at FROM invoice i
    JOIN history h ON h.account_id = i.account_id AND h.subject_id = i.payout_id AND h.target = 'Ready'
    JOIN attachment t ON t.account_id = i.account_id AND t.invoice_id = i.id
    ORDER BY h.at"""
