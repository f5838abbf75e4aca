"""Two workers and two sweepers, each a process, on PostgreSQL and Redis: no leader, every job once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from engine.clock import SystemClock
from engine.dispatch import Dispatcher
from engine.store import Store
from tests.worlds import Place

JOBS = 100
WORKER = str(Path(__file__).parents[1] / "worker_process.py")
ROOT = str(Path(__file__).parents[2])


def test_a_hundred_jobs_are_done_exactly_once_each(postgres_database, redis_url):
    place = Place(Store(postgres_database), clock=SystemClock())
    place.partner()
    dispatcher = Dispatcher(place.world, broker_url=redis_url)
    with processes(postgres_database, redis_url):
        for _ in range(JOBS):
            place.payout(state="Ready")
        assert dispatcher.drain(seconds=120)
    jobs, attached = place.jobs(), place.all("SELECT invoice_id FROM attachment WHERE account_id = :account")
    place.world.store.close()

    assert [(job.status, job.attempts, job.token) for job in jobs] == [("done", 1, 1)] * JOBS
    assert (len(attached), len({row.invoice_id for row in attached})) == (JOBS, JOBS)


@contextmanager
def processes(database: str, broker: str) -> Iterator[None]:
    surroundings = {
        **os.environ, "PYTHONPATH": ROOT, "BILLHOOK_DATABASE_URL": database, "BILLHOOK_BROKER_URL": broker,
        "BILLHOOK_SWEEP_SECONDS": "0.1", "BILLHOOK_LOG_FORMAT": "json",
    }  # fmt: skip
    worker = [sys.executable, WORKER, database, broker, "0.01", "--stays", "--lease=60"]
    sweeps = [sys.executable, "-m", "billhook.cli", "sweeper"]
    with ExitStack() as stack:
        started = [
            stack.enter_context(subprocess.Popen(command, env=surroundings, stderr=subprocess.PIPE, text=True))
            for command in (worker, worker, sweeps, sweeps)
        ]
        for sweeper in started[2:]:
            assert sweeper.stderr is not None
            assert sweeper.stderr.readline()  # from its first line on it knows how to stop
        try:
            yield
        finally:
            for process in started:
                process.terminate()
        assert [(process.communicate(timeout=60), process.returncode)[1] for process in started] == [0] * 4
