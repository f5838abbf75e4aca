"""A worker's process told to stop in the middle of a document: it gives the job back, ends its press, and is gone."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.clock import SystemClock
from engine.store import Store
from tests.worlds import Place

WORKER = Path(__file__).parents[1] / "stopped_worker.py"
CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def place(sqlite_database) -> Iterator[Place]:
    """A place with one job."""
    store = Store(sqlite_database)
    place = Place(store, clock=SystemClock())
    place.partner()
    place.payout(state="Ready")
    yield place
    store.close()


def working(place: Place, seconds: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(WORKER), place.world.store.url.render_as_string(), seconds],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )  # fmt: skip


def is_gone(pid: int, *, within: float = 30) -> bool:
    """Whether the process ends in time; one that nobody has met the end of is gone too."""
    ends, state = time.monotonic() + within, Path(f"/proc/{pid}/stat")
    while state.exists() and ") Z " not in state.read_text():
        if time.monotonic() > ends:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_document_that_does_not_end_in_time_is_given_back_and_the_press_ends(place, sent):
    with working(place, "0.2") as worker:
        press = int(worker.stdout.readline())
        worker.send_signal(sent)
        logged = [json.loads(line)["event"] for line in worker.communicate(timeout=60)[1].splitlines()]
    job = place.jobs()[0]

    assert worker.returncode == 0
    assert (job.status, job.attempts, job.lease_until) == ("pending", 0, None)
    assert logged[-2:] == [f"job {job.id}, attempt 1 is released (stopped)", "stopped"]
    assert is_gone(press)


def test_signals_that_come_together_are_one(place):
    with working(place, "0.2") as worker:
        worker.stdout.readline()
        for sent in (signal.SIGTERM, signal.SIGTERM, signal.SIGINT):
            worker.send_signal(sent)
        worker.communicate(timeout=60)

    assert (worker.returncode, place.jobs()[0].status) == (0, "pending")


def test_a_second_signal_ends_the_process_at_once(place):
    with working(place, "600") as worker:
        press = int(worker.stdout.readline())
        worker.send_signal(signal.SIGTERM)
        while "stopping" not in json.loads(worker.stderr.readline())["event"]:
            continue
        time.sleep(0.6)
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=60)

    assert worker.returncode == -signal.SIGTERM
    assert place.jobs()[0].status == "claimed"
    assert is_gone(press)
