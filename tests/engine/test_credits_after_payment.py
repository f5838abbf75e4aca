"""A credit note over a payout that is paid: the money is out, and when it comes back the rewards follow after all."""

import pytest

from engine import crediting, payouts, verify, waiting
from engine.crediting import Chosen
from engine.errors import Refused, SelfInvoicingRefused
from engine.payouts import Options

NUMBER = "ACME-NORD-00001"


@pytest.fixture
def paid(own_place):
    """NORD's invoice over two rewards of 100.00 and 50.00, tax 19 %, in a payout that is paid."""
    own_place.partner()
    rewards = (own_place.reward(), own_place.reward(amount="50.00"))
    payout = payouts.create(own_place.vendor(), "NORD", "EUR", Options(rewards, ()))
    own_place.fire(payout, "validate")
    own_place.fire(payout, "mark_paid", by=own_place.vendor("finance"))
    return payout


def credit(place, *lines, amount=""):
    return crediting.credit(place.vendor("finance"), NUMBER, Chosen(lines, amount), reason="wrong")


def comes_back(place, payout):
    return place.fire(payout, "payment_failed", reason="the bank returned it")


def standing(place, payout):
    view = place.view(payout)
    with place.world.store.reading() as tx:
        lines = sorted((row.amount, row.status) for row in payouts.lines(tx, place.owner, payout))
    return view.net, view.on_hold, lines


def green(place):
    return [row.invariant for row in verify.run(place.world, missing=lambda *_: ()) if not row.holds] == []


def test_part_of_a_line_is_taken_from_its_reward_when_the_money_comes_back(own_place, paid):
    told = credit(own_place, 1, amount="40.00").sentence
    assert told.endswith("47.60 EUR was paid and is not owed any more")
    assert standing(own_place, paid) == ("150.00", False, [(5000, "paid"), (10000, "paid")])

    fired = comes_back(own_place, paid)

    assert any(each.endswith("is reduced") for each in fired.sentences)
    assert standing(own_place, paid) == (
        "110.00",
        False,
        [(-4000, "accepted"), (5000, "accepted"), (10000, "accepted")],
    )
    assert green(own_place)


def test_a_line_that_was_credited_leaves_when_the_money_comes_back(own_place, paid):
    credit(own_place, 2)
    comes_back(own_place, paid)

    assert standing(own_place, paid) == ("100.00", False, [(10000, "accepted")])
    assert own_place.one("SELECT status FROM reward WHERE account_id = :account AND amount = 5000").status == "pending"
    assert green(own_place)


def test_rewards_follow_once_however_often_the_money_comes_back(own_place, paid):
    credit(own_place, 1, amount="40.00")
    comes_back(own_place, paid)
    own_place.fire(paid, "mark_paid", by=own_place.vendor("finance"))
    comes_back(own_place, paid)

    assert standing(own_place, paid)[0] == "110.00"
    assert green(own_place)


def test_a_payout_without_an_invoice_any_more_is_not_paid_a_second_time(own_place, paid):
    credit(own_place)
    assert not own_place.view(paid).on_hold
    comes_back(own_place, paid)

    row = own_place.one("SELECT on_hold, hold_reason FROM payout WHERE account_id = :account")
    assert (bool(row.on_hold), row.hold_reason) == (
        True, f"{NUMBER} is wholly credited: issue it anew and release, or cancel",
    )  # fmt: skip
    with pytest.raises(Refused, match="on hold"):
        own_place.fire(paid, "mark_paid", by=own_place.vendor("finance"))
    assert green(own_place)


def test_an_invoice_whose_payment_came_back_untouched_is_paid_again(own_place, paid):
    comes_back(own_place, paid)
    own_place.fire(paid, "mark_paid", by=own_place.vendor("finance"))

    assert standing(own_place, paid) == ("150.00", False, [(5000, "paid"), (10000, "paid")])


REFUSED = (
    r"part of it was credited by ACME-NORD-C00001 after it had been paid, and a new invoice would bill that again\. "
    r"If the payment came back, mark it so \(payment_failed\); else credit what else is wrong by its lines\."
)


def test_what_was_credited_is_not_billed_anew_while_the_payout_is_paid(own_place, paid):
    credit(own_place, 1, amount="40.00")

    with pytest.raises(SelfInvoicingRefused, match=REFUSED):
        crediting.reissue(own_place.vendor("finance"), NUMBER, reason="address")
    credit(own_place)
    with pytest.raises(SelfInvoicingRefused, match=REFUSED):
        waiting.issue_now(own_place.vendor(), paid, reason="anew")


def test_after_it_came_back_the_invoice_is_issued_anew_over_what_is_left(own_place, paid):
    credit(own_place, 1, amount="40.00")
    comes_back(own_place, paid)
    crediting.reissue(own_place.vendor("finance"), NUMBER, reason="address")

    nets = [(each.type_code, each.net) for each in own_place.snapshots()]
    assert nets == [("389", 15000), ("389", 11000), ("261", 4000), ("261", 11000)]
    assert green(own_place)
