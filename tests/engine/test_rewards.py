"""Rewards that an account has: listed, found by filters, accepted and refused, each with what became of it."""

from functools import partial

import pytest

from engine import partners, payouts, views
from engine.actor import Actor
from engine.errors import Invalid, NotAllowed, NotFound, ReasonRequired, Unknown
from engine.payouts import Options
from engine.views import RewardFilter, Slice
from engine.world import Caller
from tests.engine.test_races import at_once
from tests.worlds import Place


@pytest.fixture
def pool(place):
    """Of NORD one reward of each status and a clawback, of WEST one; one of NORD's is in a draft, one is paid."""
    place.partner()
    place.partner("WEST", opted_in=False)
    paid = place.payout(state="Paid")
    names = [place.reward(status=status) for status in ("pending", "accepted", "refused")]
    place.reward(amount="-20.00")
    place.reward("WEST", currency="USD")
    payouts.create(place.vendor(), "NORD", "EUR", Options((names[0],), ()))
    return place, paid


def found(place, by=None, **where):
    with place.world.store.reading() as tx:
        return [*views.rewards(tx, by or place.owner, RewardFilter(**where)).items]


def named(place, **where):
    return [each.reference for each in found(place, **where)]


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ({}, ["R1", "R2", "R3", "R4", "R5", "R6"]),
        ({"status": "pending"}, ["R2"]),
        ({"status": "paid"}, ["R1"]),
        ({"partner": "WEST"}, ["R6"]),
        ({"partner": "NORD", "status": "accepted"}, ["R3", "R5"]),
        ({"currency": "USD"}, ["R6"]),
        ({"reference": "R4"}, ["R4"]),
        ({"reference": "R"}, []),
        ({"free": True}, ["R3", "R4", "R5", "R6"]),
        ({"free": False}, ["R1", "R2"]),
        ({"free": True, "status": "accepted", "partner": "NORD"}, ["R3", "R5"]),
    ],
)
def test_rewards_are_found_by_what_they_are(pool, where, names):
    assert named(pool[0], **where) == names


def test_rewards_of_a_payout_are_those_that_are_in_it(pool):
    place, paid = pool

    assert named(place, payout=paid) == ["R1"]
    assert named(place, payout=paid, status="pending") == []


def test_a_reward_says_what_became_of_it(pool):
    place, paid = pool
    partners.settle_rewards(place.vendor(), ["R3"], status="refused", reason="They knew us before.")
    first, _, third, *_, clawback, _ = found(place)

    assert (first.payout, first.status, first.frozen, first.amount) == (paid, "paid", True, "100.00")
    assert (third.payout, third.status, third.frozen) == (None, "refused", False)
    assert third.reason == "They knew us before."
    assert (clawback.amount, clawback.partner, clawback.occurred_on) == ("-20.00", "NORD", "2026-10-01")


def test_a_page_follows_the_other_and_the_newest_may_come_first(pool):
    with pool[0].world.store.reading() as tx:
        first = views.rewards(tx, pool[0].owner, part=Slice(limit=4, newest_first=True))
        second = views.rewards(tx, pool[0].owner, part=Slice(first.next, limit=4, newest_first=True))

    names = [each.reference for each in (*first.items, *second.items)]
    assert (names, second.next) == (["R6", "R5", "R4", "R3", "R2", "R1"], None)


def test_all_of_the_vendor_s_people_see_rewards_and_no_partner_does(pool):
    place = pool[0]
    token = Caller(place.world, place.account_id, Actor.api("token"))

    assert len(found(place, by=place.vendor("viewer"))) == len(found(place, by=token)) == 6
    with pytest.raises(NotAllowed, match="main contact may not 'rewards'"):
        found(place, by=place.contact())


@pytest.mark.parametrize(
    ("where", "error"),
    [({"status": "lost"}, Unknown), ({"partner": "EAST"}, NotFound), ({"payout": "p-1"}, NotFound)],
)
def test_what_is_not_there_is_not_looked_for(pool, where, error):
    with pytest.raises(error):
        found(pool[0], **where)


def test_what_another_account_has_is_not_there(pool, shared_store):
    another_place = Place(shared_store)

    assert found(another_place) == []
    with pytest.raises(NotFound):
        found(another_place, payout=pool[1])


def test_a_refusal_has_a_reason_which_an_acceptance_takes_away(pool):
    place = pool[0]
    with pytest.raises(ReasonRequired):
        partners.settle_rewards(place.vendor(), ["R3"], status="refused", reason=" ")
    partners.settle_rewards(place.vendor(), ["R3"], status="refused", reason="They knew us before.")
    partners.settle_rewards(place.vendor(), ["R3"], status="accepted", reason="They did not.")
    told = [(row.verb, row.reason, row.sentence) for row in place.history(place.account_id)[-2:]]

    assert (found(place, reference="R3")[0].status, found(place, reference="R3")[0].reason) == ("accepted", "")
    assert told == [("reward refused", "They knew us before.", "1 reward(s) were refused"),
                    ("reward accepted", "They did not.", "1 reward(s) were accepted")]  # fmt: skip


def test_several_are_settled_or_none(pool):
    place = pool[0]
    with pytest.raises(Invalid, match="R1: it is paid, or its payout is frozen"):
        partners.settle_rewards(place.vendor(), ["R2", "R1"], status="accepted")

    assert found(place, reference="R2")[0].status == "pending"


def test_validating_and_refusing_at_once_leave_no_refused_reward_in_a_frozen_payout(place, rounds):
    place.partner()
    seen = set()
    for turn in range(rounds):
        kept, doubtful = place.reward(), place.reward()
        payout = payouts.create(place.vendor(), "NORD", "EUR", Options((kept, doubtful), ("review",)))
        refuse = partial(partners.settle_rewards, place.vendor(), [doubtful], status="refused", reason="doubt")
        _, refused = at_once(lambda payout=payout: place.fire(payout, "validate"), refuse, turn=turn)

        total = place.one("SELECT total FROM payout WHERE account_id = :account AND id = :id", id=payout).total
        assert (total, refused if refused == 1 else refused.code) in {(10000, 1), (20000, "invalid")}
        seen.add(total)
    assert seen == {10000, 20000}
