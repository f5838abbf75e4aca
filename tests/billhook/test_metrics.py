"""Metrics: what the database says at a scrape, and what this process has done."""

import re
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from billhook.metrics import Metrics, serve
from engine.errors import BillhookError, RenderError
from engine.store import Store
from tests.worlds import Place


@pytest.fixture
def place(database) -> Iterator[Place]:
    """A database of one's own: metrics are over all accounts."""
    store = Store(database)
    place = Place(store)
    place.partner()
    yield place
    store.close()


@pytest.fixture
def metrics(place) -> Metrics:
    place.world.observer = metrics = Metrics(place.world)
    return metrics


def values(metrics: Metrics) -> dict[str, float]:
    """`name{label,...}` -> value, without buckets."""
    text = metrics.text()[0].decode()
    return {
        sample.name + (f"{{{','.join(sample.labels.values())}}}" if sample.labels else ""): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if "le" not in sample.labels
    }


def test_jobs_are_counted_by_status_and_the_oldest_open_one_has_its_age(place, metrics):
    for errors in ([RenderError("x", permanent=True)], [RenderError("x")], []):
        place.payout(state="Ready")
        place.printer.errors = errors
        if errors:
            place.work()
            place.clock.advance(seconds=1)
    place.clock.advance(seconds=7)
    found = values(metrics)

    assert {status: found[f"billhook_jobs{{{status}}}"] for status in ("pending", "claimed", "parked")} == {
        "pending": 2, "claimed": 0, "parked": 1,
    }  # fmt: skip
    assert (found["billhook_jobs_put_off"], found["billhook_oldest_open_job_seconds"]) == (1, 8)


def test_numbers_are_counted_by_type(place, metrics):
    place.fire(place.payout(state="Ready"), "cancel", reason="test")
    place.payout(state="Ready")
    found = values(metrics)

    assert found["billhook_numbers_issued_total{invoice}"] == 2
    assert found["billhook_numbers_issued_total{credit_note}"] == 1


def test_timers_that_wait_are_counted_and_the_one_due_longest_has_its_age(place, metrics):
    before = values(metrics)
    place.clock.advance(days=365 * 20)
    after = values(metrics)

    assert before["billhook_timers_waiting"] > 0
    assert before["billhook_oldest_due_timer_seconds"] == 0
    assert after["billhook_oldest_due_timer_seconds"] > 0


def test_what_was_done_here_is_counted_and_timed(place, metrics):
    payout = place.payout(state="Ready")
    place.printer.errors = [RenderError("x")]
    place.work()
    with pytest.raises(BillhookError):
        place.fire(payout, "validate")
    found = values(metrics)

    assert found["billhook_transitions_total"] == 2
    assert found["billhook_transitions_refused_total{no_such_transition}"] == 1
    assert found["billhook_transition_seconds_count"] == 3
    assert found["billhook_job_attempts_total{issue_invoice,pending}"] == 1
    assert found["billhook_job_seconds_count{issue_invoice}"] == found["billhook_render_seconds_count"] == 1


def test_no_label_says_whose_it_is(place, metrics):
    payout = place.payout(state="Ready")
    place.work()
    text = metrics.text()[0].decode()

    assert [word for word in (place.code, place.account_id, payout, "NORD", "accept") if word in text] == []


def test_metrics_are_served_at_their_own_port_while_asked_for(metrics):
    with serve(metrics, host="127.0.0.1", port=0) as address:
        text = httpx.get(address).text
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)

    assert "billhook_database_up 1.0" in text
    assert "process_resident_memory_bytes" in text


def test_a_database_that_hangs_does_not_hang_the_scrape(place):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        place.world.store = Store(f"postgresql+psycopg://nobody@127.0.0.1:{port}/none?connect_timeout=30")
        metrics = Metrics(place.world, limit=0.05)
        found = [values(metrics), values(metrics)]
        asking = [each for each in threading.enumerate() if each.name == "billhook-metrics"]
    for each in asking:
        each.join(30)

    assert len(asking) == 1
    assert [each["billhook_database_up"] for each in found] == [0, 0]
    assert "billhook_numbers_issued_total{invoice}" not in found[0]


@pytest.mark.parametrize(
    ("question", "index"),
    [("_OPEN", "INDEX jobs_by_status"), ("_PARKED", "INDEX jobs_by_status"), ("_TIMERS", "INDEX timers_by_due")],
)
def test_a_question_costs_as_much_as_is_open(sqlite_database, question, index):
    from billhook import readings

    store = Store(sqlite_database)
    with store.reading() as tx:
        plan = " ".join(row.detail for row in tx.all(f"EXPLAIN QUERY PLAN {getattr(readings, question)}", now=""))
    store.close()

    assert index in plan


def test_a_port_that_is_taken_is_named_with_the_setting(metrics):
    with serve(metrics, host="127.0.0.1", port=0) as address:
        port = int(address.rpartition(":")[2].partition("/")[0])
        told = f"Metrics cannot be served at 127.0.0.1:{port}. Give each process a port of its own"
        with pytest.raises(OSError, match=re.escape(told)), serve(metrics, host="127.0.0.1", port=port):
            pass
