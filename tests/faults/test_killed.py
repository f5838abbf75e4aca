"""kill -9 in the middle of a document: it is attached within a lease and a sweep, and once."""

import os
import signal
import time
from contextlib import suppress

import pytest

from tests.chaos.crew import Worker
from tests.waiting import until


@pytest.fixture
def paced(request) -> tuple[float, float, float]:
    """Seconds of the lease, of the sweep and until it must be attached: those billhook comes with, or short ones."""
    return (60.0, 10.0, 75.0) if request.config.getoption("--long") else (4.0, 0.5, 40.0)


def test_a_worker_killed_in_the_middle_of_a_document_is_replaced_within_a_lease_and_a_sweep(line, paced):
    lease, sweep, limit = paced
    paces = (f"--lease={lease}", f"--sweep={sweep}", f"--patience={lease}")
    line.clear()
    victim = line.hire(*paces, seconds=600)
    line.ready(1)
    until(lambda: line.place.jobs("claimed"))
    line.hire(*paces)
    victim.end()
    killed = time.monotonic()

    assert line.broken_in_the_end() == {}
    assert time.monotonic() - killed < limit
    [job] = line.place.jobs()
    assert (job.status, job.attempts >= 2) == ("done", True)  # on a slow machine a second lease may lapse, too


@pytest.mark.parametrize("nth", [0, 1], ids=["the press", "its printer"])
def test_a_press_that_is_killed_again_and_again_costs_no_document(at_sqlite, nth):
    worker = at_sqlite.hire("--real-every=1", "--lease=60")  # a slow machine starts a press in more than a second
    for _ in range(3):
        at_sqlite.ready(1)
        until(lambda: kill_below(worker, nth))

    assert at_sqlite.broken_in_the_end() == {}
    assert at_sqlite.attached() == 3


def kill_below(worker: Worker, nth: int) -> bool:
    """Whether it had started so many that one of them could be killed."""
    below = worker.below()
    with suppress(ProcessLookupError):
        if len(below) > nth:
            os.kill(below[nth], signal.SIGKILL)
            return True
    return False


def test_a_sweeper_that_is_killed_is_not_missed_while_a_worker_lives(line):
    sweeper = line.hire("--only-sweeps")
    line.ready(5)
    sweeper.end()
    line.ready(5)

    assert line.broken_in_the_end() == {}
    assert line.attached() == 10
