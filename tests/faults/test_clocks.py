"""One worker's clock is a day wrong: its work counts, the others' too, and numbers stay in order."""

import pytest


@pytest.mark.parametrize("hours", [24, -24])
def test_a_worker_whose_clock_is_a_day_wrong_spoils_nothing(alone, hours):
    alone.hire("--stays", "--lease=10", "--sweep=1")
    alone.hire("--stays", "--lease=10", "--sweep=1", f"--hours={hours}")
    alone.ready(30)

    assert alone.broken_in_the_end() == {}
    assert alone.attached() == 30


@pytest.mark.parametrize("hours", [24, -24])
def test_a_worker_whose_clock_is_a_day_wrong_does_what_is_due_when_it_is_alone(alone, hours):
    alone.ready(3)
    alone.hire("--stays", f"--hours={hours}")

    assert alone.broken_in_the_end() == {}
    assert [job.attempts for job in alone.place.jobs()] == [1, 1, 1]
