"""
Traces for OpenTelemetry: a span for each transition, job, render and attach. Needs the extra `billhook[otel]`.

Spans hold ids and codes alone, as logs do: what was asked for in vain may be any text, so only what is known is kept,
and of an exception its code. A transition and the jobs that follow from it are traces of their own, often of different
processes; both have the payout's id as `billhook.subject`.
"""

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, Status, StatusCode, Tracer, get_current_span

from engine.errors import BillhookError, NoSuchTransition, NotFound, UsageError
from engine.observer import Part, Watch
from engine.outbox import Claim

Attributes = dict[str, str | int]


class Traces:
    """An observer that makes spans with the tracer it is given."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def transition(self, account_id: str, payout_id: str, trigger: str) -> Watch:
        asked: Attributes = {"billhook.subject": payout_id, "billhook.trigger": trigger}
        return self._span("transition", {"billhook.account": account_id}, asked)

    def transition_ended(self, code: str) -> None:
        pass

    def job(self, claim: Claim) -> Watch:
        known: Attributes = {
            "billhook.account": claim.account_id, "billhook.job": claim.job_id, "billhook.subject": claim.subject_id,
            "billhook.action": claim.action, "billhook.attempt": claim.attempt,
        }  # fmt: skip
        return self._span("job", known)

    def job_ended(self, claim: Claim, outcome: str) -> None:  # noqa: ARG002 - it is told inside the job's span
        get_current_span().set_attribute("billhook.outcome", outcome)

    def part(self, name: Part) -> Watch:
        return self._span(name, {})

    def _span(self, name: str, known: Attributes, asked: Attributes | None = None) -> Watch:
        span = self._tracer.start_as_current_span(
            name, attributes=known, record_exception=False, set_status_on_exception=False
        )
        return _Spanned(span, asked or {})


class Exported:
    """Spans sent as the OTEL_ variables say, from a thread of its own; `close` sends what is left."""

    def __init__(self) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        named = Resource.create().attributes.get(SERVICE_NAME, "")
        ours = {} if not str(named).startswith("unknown_service") else {SERVICE_NAME: "billhook"}
        self._provider = TracerProvider(resource=Resource.create(ours))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self.traces = Traces(self._provider.get_tracer("billhook"))

    def close(self) -> None:
        self._provider.shutdown()


class _Spanned:
    __slots__ = ("_asked", "_opened", "_span")

    def __init__(self, span: "AbstractContextManager[Span]", asked: Attributes) -> None:
        self._opened, self._asked = span, asked

    def __enter__(self) -> None:
        self._span: Any = self._opened.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not isinstance(error, NotFound | NoSuchTransition | UsageError):
            self._span.set_attributes(self._asked)
        if error is not None:
            self._span.set_attribute("billhook.code", _code(error))
            self._span.set_status(Status(StatusCode.ERROR))
        self._opened.__exit__(None, None, None)


def _code(error: BaseException) -> str:
    return error.code if isinstance(error, BillhookError) else type(error).__name__
