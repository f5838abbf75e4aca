"""SIGTERM: work in hand ends. A rolling restart under load loses nothing, and nothing waits for a lease."""

import time

LEASE = ("--lease=600", "--patience=600", "--sweep=0.5")


def test_a_worker_that_is_told_to_stop_ends_its_documents_and_exits_with_zero(line):
    line.clear()
    leaving = line.hire(*LEASE, seconds=1)
    line.ready(2)
    line.wait_until_in_work(2)
    status = leaving.dismiss()

    assert status == 0
    assert [(job.status, job.attempts) for job in line.place.jobs()] == [("done", 1)] * 2
    assert line.broken_in_the_end() == {}


def test_a_rolling_restart_under_load_loses_nothing_and_nothing_waits_for_a_lease(line):
    line.clear()
    team = [line.hire(*LEASE, seconds=0.1) for _ in range(2)]
    statuses = []
    for leaving in team:
        line.ready(10)
        line.hire(*LEASE, seconds=0.1)
        statuses.append(leaving.dismiss())
    began = time.monotonic()

    assert (statuses, line.broken_in_the_end(), line.attached()) == ([0, 0], {}, 20)
    assert time.monotonic() - began < 60
    assert {job.attempts for job in line.place.jobs()} == {1}
