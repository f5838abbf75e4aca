"""One worker's clock is a day wrong: leases go by the database's, so it takes nobody's work and holds none too long."""

import pytest

from tests.waiting import until

WRONG = [24, -24]


@pytest.mark.parametrize("hours", WRONG)
def test_a_worker_whose_clock_is_a_day_wrong_takes_no_job_out_of_anothers_hands(line, hours):
    line.hire("--lease=5", f"--hours={hours}")
    line.ready(30)

    assert line.broken_in_the_end() == {}
    assert (line.attached(), {job.token for job in line.place.jobs()}) == (30, {1})


@pytest.mark.parametrize("hours", WRONG)
def test_a_worker_whose_clock_is_a_day_wrong_is_replaced_like_any_other_when_it_is_killed(alone, hours):
    alone.ready(1)
    victim = alone.hire(f"--hours={hours}", seconds=600)
    until(lambda: alone.place.jobs("claimed"))
    victim.end()
    alone.hire()

    assert alone.broken_in_the_end() == {}
    assert [job.attempts for job in alone.place.jobs()] == [2]


@pytest.mark.parametrize("hours", WRONG)
def test_a_worker_whose_clock_is_a_day_wrong_does_what_is_due_when_it_is_alone(at_sqlite, hours):
    at_sqlite.ready(3)
    worker = at_sqlite.hire(f"--hours={hours}")

    assert at_sqlite.broken_in_the_end() == {}
    assert [job.attempts for job in at_sqlite.place.jobs()] == [1, 1, 1]
    assert "clock and the database's differ by" in worker.said()
