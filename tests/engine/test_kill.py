"""kill -9 of workers: whatever the moment, what is due is attached in the end, exactly once."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.clock import SystemClock
from tests.worlds import Place

ROOT = Path(__file__).parents[2]


@pytest.fixture
def live(own_store) -> Place:
    place = Place(own_store, clock=SystemClock())
    place.partner()
    return place


def a_worker(place, *, broker="-", seconds=0.0) -> subprocess.Popen[str]:
    """A worker process that has begun to work; it ends when no job is open."""
    url = place.world.store.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.worker_process", url, broker, str(seconds)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout and process.stdout.readline() == "works\n"
    return process


def kill(process):
    process.kill()
    process.communicate()


def drain(place, **options):
    process = a_worker(place, **options)
    process.communicate(timeout=30)
    assert process.returncode == 0


def until(true, seconds=20.0):
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.01)


def test_a_worker_killed_while_it_renders_leaves_its_job_to_the_next(live):
    payout = live.payout(state="Ready")
    victim = a_worker(live, seconds=60)
    until(lambda: live.jobs("claimed"))
    kill(victim)

    drain(live)

    [job] = live.jobs()
    assert (job.status, job.attempts, job.token) == ("done", 2, 2)
    assert [row.verb for row in live.history(payout)].count("attach") == 1


def test_workers_killed_at_any_moment_lose_nothing_and_do_nothing_twice(live, rounds):
    payouts = [live.payout(state="Ready") for _ in range(rounds)]
    for n in range(rounds // 5):
        victim = a_worker(live, seconds=0.02)
        time.sleep(0.07 * n % 0.3)
        kill(victim)

    drain(live)

    verbs = [[row.verb for row in live.history(payout)].count("attach") for payout in payouts]
    assert (verbs, {job.status for job in live.jobs()}) == ([1] * rounds, {"done"})
    assert len(live.all("SELECT * FROM attachment WHERE account_id = :account")) == rounds


def test_a_worker_killed_with_a_message_in_hand_leaves_redis_and_the_rows_in_order(live, redis_url):
    live.payout(state="Ready")
    victim = a_worker(live, broker=redis_url, seconds=60)
    until(lambda: live.jobs("claimed"))
    kill(victim)

    drain(live, broker=redis_url)

    assert [(job.status, job.attempts) for job in live.jobs()] == [("done", 2)]
