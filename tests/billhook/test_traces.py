"""Traces: a span for each transition, job, render and attach, with ids and codes alone."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from billhook.traces import Exported, Traces
from engine.errors import BillhookError, RenderError
from engine.store import Store
from tests.worlds import Place

SECRET = "Xanthippe Quixwood"


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def place(sqlite_database, spans) -> Iterator[Place]:
    store = Store(sqlite_database)
    place = Place(store)
    place.partner()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    place.world.observer = Traces(provider.get_tracer("billhook"))
    yield place
    provider.shutdown()
    store.close()


def test_a_transition_and_its_job_are_spans_that_meet_at_the_payout(place, spans):
    payout = place.payout(state="Ready")
    place.work()
    found = {span.name: span for span in spans.get_finished_spans()}
    ids = {"billhook.account": place.account_id, "billhook.subject": payout}

    assert found["transition"].attributes == {**ids, "billhook.trigger": "accept"}
    assert found["job"].attributes == {
        **ids, "billhook.job": place.jobs("done")[0].id, "billhook.action": "issue_invoice", "billhook.attempt": 1,
        "billhook.outcome": "done",
    }  # fmt: skip


def test_render_and_attach_are_parts_of_the_job(place, spans):
    place.payout(state="Ready")
    place.work()
    found = {span.name: span for span in spans.get_finished_spans()}

    assert [found[name].parent.span_id for name in ("render", "attach")] == [found["job"].context.span_id] * 2


def test_what_does_not_succeed_has_its_code_and_no_words(place, spans):
    payout = place.payout(state="Ready")
    place.printer.errors = [RenderError(SECRET)]
    place.work()
    for subject, trigger in ((payout, SECRET), (payout, "validate"), (SECRET, "validate")):
        with pytest.raises(BillhookError):
            place.fire(subject, trigger, reason=SECRET)
    found = spans.get_finished_spans()
    codes = [(span.name, span.attributes["billhook.code"]) for span in found if "billhook.code" in span.attributes]

    assert codes[0] == ("render", "render_failed")
    assert codes[1:] == [("transition", code) for code in ("no_such_transition", "no_such_transition", "not_found")]
    assert SECRET not in "".join(span.to_json() for span in found)


def test_spans_are_sent_where_the_variables_of_opentelemetry_say(place, collector, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address)
    exported = Exported()
    place.world.observer = exported.traces
    place.payout(state="Ready")
    place.work()
    exported.close()
    sent = b"".join(collector.bodies)

    assert set(collector.paths) == {"/v1/traces"}
    assert all(word in sent for word in (b"billhook.job", b"transition", b"render", b"service.name", b"billhook"))


class Collector:
    """Takes what is posted to it."""

    def __init__(self) -> None:
        collector, self.bodies, self.paths = self, [], []

        class Taking(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                collector.paths.append(self.path)
                collector.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Taking)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()
