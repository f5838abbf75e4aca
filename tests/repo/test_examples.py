"""The example files hold the cases that the demo is there to show."""

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from engine.partners import REWARD_STATUSES
from engine.reference import country_exists

EXAMPLES = Path(__file__).parents[2] / "examples"


def rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PARTNERS, REWARDS = rows("partners.csv"), rows("rewards.csv")


def test_partners_are_of_many_countries_with_addresses_that_reach_nobody():
    assert len({partner["country"] for partner in PARTNERS if country_exists(partner["country"])}) >= 5
    assert len({partner["code"] for partner in PARTNERS}) == len(PARTNERS)
    assert all(partner["main_contact_email"].endswith((".com", ".org")) for partner in PARTNERS)
    assert all("@example." in partner["main_contact_email"] for partner in PARTNERS)


def test_rewards_are_of_known_partners_and_known_statuses():
    assert {reward["partner"] for reward in REWARDS} <= {partner["code"] for partner in PARTNERS}
    assert {reward["status"] for reward in REWARDS} == set(REWARD_STATUSES)
    assert len({reward["reference"] for reward in REWARDS}) == len(REWARDS)


def test_one_total_is_below_zero_and_another_holds_a_clawback():
    totals: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for reward in REWARDS:
        totals[reward["partner"], reward["currency"]] += Decimal(reward["amount"])

    assert {key for key, total in totals.items() if total < 0} == {("SE-FJARD", "EUR")}
    assert any(reward["partner"] == "DE-NORD" and reward["amount"].startswith("-") for reward in REWARDS)
