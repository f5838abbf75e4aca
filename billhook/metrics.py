"""
Metrics for Prometheus: what the database says at the moment of a scrape, and what this process has done.

No metric has an account, partner or payout as a label: there may be thousands, each label value is a series that is
kept for months, and whoever may read metrics need not know whose customers there are. Labels are codes of errors,
names of actions and words of this file: as many as the installed code knows.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from time import monotonic
from types import TracebackType

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from billhook.asking import Question
from billhook.readings import Reading, read
from engine.billing.invoice import SELF_BILLED_CREDIT_NOTE, SELF_BILLED_INVOICE
from engine.errors import BillhookError
from engine.observer import Part, Watch
from engine.outbox import Claim
from engine.world import World

LIMIT = 2.0  # seconds for the database's answer: a scrape without it is better than none
_QUICK = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
_SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 45.0)
_TYPES: dict[str, str] = {SELF_BILLED_INVOICE: "invoice", SELF_BILLED_CREDIT_NOTE: "credit_note"}


class Metrics:
    """An observer that counts, and the registry that shows it. One a process."""

    def __init__(self, world: World, *, limit: float = LIMIT) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_Database(world, limit))
        ProcessCollector(registry=self.registry)
        self._transitions = self._histogram("transition_seconds", "A transition, its commit included.", _QUICK)
        self._fired = self._counter("transitions", "Transitions that were committed.")
        self._refused = self._counter("transitions_refused", "Triggers that changed nothing, by why.", "code")
        self._jobs = self._histogram("job_seconds", "An attempt at a job.", _SLOW, "action")
        self._attempts = self._counter("job_attempts", "Attempts at jobs, by how they ended.", "action", "outcome")
        self._parts = {
            "render": self._histogram("render_seconds", "Making a document and reading it back.", _SLOW),
            "attach": self._histogram("attach_seconds", "Storing a document and finishing its job.", _QUICK),
        }

    def text(self, accept: str = "") -> tuple[bytes, str]:
        """Everything in the form that an Accept header asks for, and its media type."""
        try:
            encode, media_type = choose_encoder(accept)
        except (TypeError, ValueError):  # a version that is none
            encode, media_type = choose_encoder("")
        return encode(self.registry), media_type

    def transition(self, account_id: str, payout_id: str, trigger: str) -> Watch:  # noqa: ARG002
        return _Timed(self._transitions, self)

    def transition_ended(self, code: str) -> None:
        if code:
            self._refused.labels(code).inc()
        else:
            self._fired.inc()

    def job(self, claim: Claim) -> Watch:
        return _Timed(self._jobs.labels(claim.action))

    def job_ended(self, claim: Claim, outcome: str) -> None:
        self._attempts.labels(claim.action, outcome).inc()

    def part(self, name: Part) -> Watch:
        return _Timed(self._parts[name]) if name in self._parts else nullcontext()

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"billhook_{name}", says, labels, registry=self.registry)

    def _histogram(self, name: str, says: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"billhook_{name}", says, labels, buckets=buckets, registry=self.registry)


@contextmanager
def serve(metrics: Metrics, *, host: str, port: int) -> Iterator[str]:
    """Serve /metrics from a thread while open; yields the address. Raises OSError: it cannot listen there."""
    try:
        server, thread = start_http_server(port, host, metrics.registry)
    except OSError as error:
        told = (
            f"Metrics cannot be served at {host}:{port}. Give each process a port of its own in BILLHOOK_METRICS_PORT."
        )
        raise OSError(error.errno, f"{told} ({error.strerror})") from error
    try:
        yield f"http://{host}:{server.server_port}/metrics"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Timed:
    """Tells a histogram how long it took, and with `told` how a transition ended."""

    __slots__ = ("_began", "_histogram", "_told")

    def __init__(self, histogram: Histogram, told: Metrics | None = None) -> None:
        self._histogram, self._told = histogram, told

    def __enter__(self) -> None:
        self._began = monotonic()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._histogram.observe(monotonic() - self._began)
        if self._told:
            self._told.transition_ended(_code(error))


class _Database(Collector):
    """What the database says at each scrape, if it says it in time."""

    def __init__(self, world: World, limit: float) -> None:
        self._reading = Question("metrics", lambda: read(world), limit=limit)

    def collect(self) -> Iterable[Metric]:
        found = self._reading.ask()
        says = "1 when the database answered within the time a scrape has, else 0."
        yield GaugeMetricFamily("billhook_database_up", says, value=found is not None)
        if found is not None:
            yield from _families(found)


def _families(found: Reading) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("billhook_jobs", "Jobs that are not done, by status.", labels=["status"])
    for status, count in found.jobs.items():
        jobs.add_metric([status], count)
    issued = CounterMetricFamily("billhook_numbers_issued", "Numbers given to documents.", labels=["type"])
    for code, count in {**dict.fromkeys(_TYPES, 0), **found.numbers}.items():
        issued.add_metric([_TYPES.get(code, code)], count)
    yield jobs
    yield issued
    for name, says, value in (
        ("oldest_open_job_seconds", "Age of the oldest job that is neither done nor parked; 0 when none is.",
         found.oldest_open_job),
        ("jobs_put_off", "Open jobs that did not succeed yet and wait for another attempt.", found.put_off),
        ("timers_waiting", "Timers that have not fired.", found.timers),
        ("oldest_due_timer_seconds", "How long the timer that is due longest has been due; 0 when none is.",
         found.oldest_due_timer),
    ):  # fmt: skip
        yield GaugeMetricFamily(f"billhook_{name}", says, value=value)


def _code(error: BaseException | None) -> str:
    if error is None:
        return ""
    return error.code if isinstance(error, BillhookError) else "unexpected"
