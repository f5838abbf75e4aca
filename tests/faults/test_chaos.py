"""The short campaign: 100 payouts, 30 kills of everything, Redis lost and PostgreSQL restarted; nothing is amiss."""

import pytest

from tests.chaos.__main__ import table
from tests.chaos.campaign import run
from tests.chaos.plan import Plan, strikes


@pytest.mark.usefixtures("redis_of_this_worker", "postgres_of_this_worker")  # they say what a machine lacks
def test_everything_is_killed_and_nothing_is_lost_double_missing_or_wrong():
    outcome = run(Plan(seed=1))

    assert outcome.findings.broken == {}, table(outcome)
    assert outcome.exits == (0, 0, 0)
    assert outcome.held < 20


def test_a_seed_gives_the_same_campaign_again():
    assert list(strikes(Plan(seed=7))) == list(strikes(Plan(seed=7))) != list(strikes(Plan(seed=8)))
