"""What the shipped guards and effects do with rewards, disputes, holds, four eyes and a partner's own invoice."""

import pytest

from engine import accounts, partners, payouts, tokens
from engine.errors import Invalid, Refused
from engine.payouts import Options
from engine.world import Caller
from tests.worlds import THEIR_INVOICE


def test_with_four_eyes_the_one_who_validated_may_not_mark_paid(place):
    place.partner()
    accounts.set_four_eyes(place.owner, on=True)
    payout = place.payout(state="Ready")

    with pytest.raises(Refused, match="Four eyes: the one who validated a payout may not mark it paid"):
        place.fire(payout, "mark_paid")
    assert place.fire(payout, "mark_paid", by=place.vendor("finance", "fred")).target == "Paid"


def test_a_held_payout_is_not_paid_until_it_is_released(place):
    place.partner()
    payout = place.payout(state="Ready")
    place.fire(payout, "hold", reason="bank details in doubt")

    with pytest.raises(Refused, match="It is on hold: bank details in doubt"):
        place.fire(payout, "mark_paid")
    place.fire(payout, "release", reason="they called back")
    assert place.fire(payout, "mark_paid").target == "Paid"


def test_staying_in_a_state_runs_no_on_enter(place):
    place.partner()
    payout = place.payout(state="Ready")

    fired = place.fire(payout, "hold", reason="wait")

    assert (fired.source, fired.target, len(place.decisions(payout))) == ("Ready", "Ready", 1)


def test_rewards_must_be_settled_and_refused_ones_leave(place):
    place.partner()
    kept, refused = place.reward(amount="60.00"), place.reward(amount="40.00", status="pending")
    payout = payouts.create(place.vendor(), "NORD", "EUR")

    with pytest.raises(Refused, match=f"Rewards wait to be accepted or refused: {refused}."):
        place.fire(payout, "validate")
    partners.settle_rewards(place.vendor(), [refused], status="refused", reason="x")
    assert place.fire(payout, "validate").sentences == ("1 refused reward(s) left",)
    assert (place.view(payout).net, kept) == ("60.00", "R1")


@pytest.mark.parametrize("clawback", ["-100.00", "-150.00"])
def test_a_total_of_zero_or_less_waits_to_be_netted(place, clawback):
    place.partner()
    place.reward(amount="100.00")
    place.reward(amount=clawback)
    payout = payouts.create(place.vendor(), "NORD", "EUR")

    with pytest.raises(Refused, match="The total is zero or less, so there is nothing to pay"):
        place.fire(payout, "validate")


def test_a_cancelled_payouts_rewards_go_back_to_the_pool(place):
    place.partner()
    payout = place.payout(state="Pending")

    place.fire(payout, "cancel", reason="wrong month")

    assert place.view(payouts.create(place.vendor(), "NORD", "EUR")).net == "100.00"


def test_a_reward_is_in_one_live_payout_at_most(place):
    place.partner()
    reward = place.reward()
    payouts.create(place.vendor(), "NORD", "EUR")

    with pytest.raises(Invalid, match="no free, unpaid EUR reward of NORD that is pending or accepted"):
        payouts.create(place.vendor(), "NORD", "EUR", Options((reward,)))
    with pytest.raises(Invalid, match="NORD has no eligible reward in EUR"):
        payouts.create(place.vendor(), "NORD", "EUR")


def test_a_payout_has_one_currency(place):
    place.partner()
    place.reward(amount="10.00", currency="CHF")
    place.reward(amount="20.00")

    assert place.view(payouts.create(place.vendor(), "NORD", "CHF")).net == "10.00"


def test_a_frozen_payouts_rewards_are_not_settled_again(place):
    place.partner()
    place.payout(state="Pending")

    with pytest.raises(Invalid, match="its payout is frozen; reopen or cancel the payout first"):
        partners.settle_rewards(place.vendor(), ["R1"], status="refused", reason="x")


def test_a_disputed_line_holds_the_payout_until_it_is_resolved(place):
    place.partner()
    payout = place.payout(state="Pending")
    place.fire(payout, "dispute", by=place.contact(), reason="we agreed on 120", data={"reward": "R1"})

    for trigger, by in (("accept", place.vendor()), ("approve", place.contact())):
        with pytest.raises(Refused, match=r"Under dispute: R1\."):
            place.fire(payout, trigger, by=by, reason="why")
    place.fire(payout, "resolve", reason="100 it was", data={"reward": "R1"})
    assert place.fire(payout, "approve", by=place.contact()).target == "Ready"


def test_reopening_answers_the_disputes_of_a_payout(place):
    place.partner()
    _, disputed = place.reward(), place.reward()
    payout = payouts.create(place.vendor(), "NORD", "EUR")
    place.fire(payout, "validate")
    place.fire(payout, "dispute", by=place.contact(), reason="not ours", data={"reward": disputed})

    place.fire(payout, "reopen", reason="you are right")
    partners.settle_rewards(place.vendor(), [disputed], status="refused", reason="x")
    place.fire(payout, "validate")

    assert place.fire(payout, "approve", by=place.contact()).target == "Ready"
    assert place.one("SELECT resolution FROM dispute WHERE account_id = :account").resolution == "you are right"
    assert place.view(payout).net == "100.00"


@pytest.mark.parametrize(
    ("reward", "sentence"),
    [("R999", "'R999' is no line of this payout; name one of R1."), ("R1", "R1 is under dispute already.")],
)
def test_only_a_line_that_is_not_disputed_yet_can_be(place, reward, sentence):
    place.partner()
    payout = place.payout(state="Pending")
    place.fire(payout, "dispute", by=place.contact(), reason="too little", data={"reward": "R1"})

    with pytest.raises(Invalid) as refused:
        place.fire(payout, "dispute", by=place.contact(), reason="again", data={"reward": reward})

    assert refused.value.problems[0].sentence == sentence


def test_an_asked_invoice_must_be_uploaded_by_a_partner_who_is_not_opted_in(place):
    place.partner(opted_in=False)
    payout = place.payout(state="Pending", ask=("invoice",))

    with pytest.raises(Refused, match="The invoice that was asked for is not uploaded yet"):
        place.fire(payout, "approve", by=place.contact())
    place.fire(payout, "upload_invoice", by=place.contact(), uploads={"invoice": THEIR_INVOICE})
    assert place.fire(payout, "approve", by=place.contact()).target == "Ready"
    assert place.decisions(payout) == [("ready", "not_applicable", "opted_out")]


def test_whether_an_invoice_is_asked_for_is_asked_again_at_approval(place):
    place.partner(opted_in=False)
    payout = place.payout(state="Pending", ask=("invoice",))
    place.opt_in()

    place.fire(payout, "approve", by=place.contact())

    assert place.decisions(payout) == [("ready", "issued", "lawful")]


def test_what_is_possible_says_for_each_trigger_what_stands_in_its_way(place):
    place.partner()
    payout = place.payout(state="Ready")
    with place.world.store.reading() as tx:
        standing = payouts.standing(tx, place.vendor(), payout)

    assert standing.means == "ready"
    assert {trigger: len(refusals) for trigger, refusals in standing.possible.items()} == {
        "mark_paid": 0, "cancel": 0, "hold": 0, "release": 1,
    }  # fmt: skip


def test_with_four_eyes_a_token_is_the_person_who_made_it(place):
    place.partner()
    accounts.set_four_eyes(place.owner, on=True)
    payout = place.payout(state="Ready")
    _, token = tokens.create(place.vendor("admin", "vera"), "Hers", role="admin", scopes=["payouts:write"])
    holder = tokens.holder(place.world, token)
    assert holder is not None

    with pytest.raises(Refused, match="Four eyes"):
        place.fire(payout, "mark_paid", by=Caller(place.world, place.account_id, holder.actor))
