"""A credit or reissue under a key is done once: its repeat gets the first one's answer."""

import pytest

from engine import crediting, payouts, verify
from engine.crediting import Chosen
from engine.errors import IdempotencyConflict
from engine.payouts import Options

NUMBER = "ACME-NORD-00001"


@pytest.fixture
def paper(own_place):
    """NORD's invoice over two rewards of 100.00 and 50.00, tax 19 %."""
    own_place.partner()
    rewards = (own_place.reward(), own_place.reward(amount="50.00"))
    own_place.fire(payouts.create(own_place.vendor(), "NORD", "EUR", Options(rewards, ())), "validate")


def green(place):
    return [row.invariant for row in verify.run(place.world, missing=lambda *_: ()) if not row.holds] == []


def test_a_repeat_under_the_same_key_makes_no_second_note(own_place, paper):
    by = own_place.vendor("finance")
    done = [crediting.credit(by, NUMBER, Chosen((1,), "20.00"), reason="x", key="k") for _ in range(2)]
    again = [crediting.reissue(by, NUMBER, reason="x", key="r") for _ in range(2)]

    assert done[0] == done[1] and again[0] == again[1]
    assert [each.number for each in own_place.snapshots()] == [
        NUMBER, "ACME-NORD-00002", "ACME-NORD-C00001", "ACME-NORD-C00002",
    ]  # fmt: skip
    assert green(own_place)


def test_the_same_key_for_another_credit_is_refused(own_place, paper):
    by = own_place.vendor("finance")
    crediting.credit(by, NUMBER, Chosen((1,), "20.00"), reason="x", key="k")
    before = own_place.everything()

    for other in (Chosen((1,), "20.01"), Chosen((2,)), Chosen()):
        with pytest.raises(IdempotencyConflict):
            crediting.credit(by, NUMBER, other, reason="x", key="k")
    with pytest.raises(IdempotencyConflict):
        crediting.reissue(by, NUMBER, reason="x", key="k")
    assert own_place.everything() == before
