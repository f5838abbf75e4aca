"""What has no invoice any more is not paid, whatever its hold says; issuing anew and cancelling are the ways out."""

import pytest

from engine import acceptance, bulk, crediting, payouts, verify, waiting
from engine.crediting import Chosen
from engine.errors import Refused
from engine.payouts import Options
from engine.service import Request

NUMBER = "ACME-NORD-00001"
TOLD = (
    "Its invoice was wholly credited by ACME-NORD-C00001, and none stands in its place. Issue it anew (issue_now) or "
    "cancel the payout."
)


@pytest.fixture
def ready(own_place):
    """NORD's invoice over 100.00 and 50.00, its documents attached."""
    own_place.partner()
    rewards = (own_place.reward(), own_place.reward(amount="50.00"))
    payout = payouts.create(own_place.vendor(), "NORD", "EUR", Options(rewards, ()))
    own_place.fire(payout, "validate")
    own_place.work()
    return payout


def credit(place, *lines):
    done = crediting.credit(place.vendor("finance"), NUMBER, Chosen(lines), reason="wrong")
    place.work()
    return done


def pay(place, payout):
    return place.fire(payout, "mark_paid", by=place.vendor("finance"))


def why_not(place, payout):
    with place.world.store.reading() as tx:
        return [each.sentence for each in payouts.standing(tx, place.owner, payout).possible["mark_paid"]]


def green(place):
    return [row.invariant for row in verify.run(place.world, missing=lambda *_: ()) if not row.holds] == []


def test_a_release_does_not_make_payable_what_was_credited_while_it_was_on_hold(own_place, ready):
    own_place.fire(ready, "hold", reason="bank details")
    credit(own_place)
    own_place.fire(ready, "release", reason="the bank details are right")

    assert (why_not(own_place, ready), own_place.view(ready).gross) == ([TOLD], "0.00")
    with pytest.raises(Refused) as refused:
        pay(own_place, ready)
    assert [each.guard for each in refused.value.refusals] == ["invoice_stands"]
    assert green(own_place)


def test_the_end_of_an_objection_to_the_credit_note_does_not_either(own_place, ready):
    pay(own_place, ready)
    credit(own_place)
    acceptance.contest(own_place.contact(), "ACME-NORD-C00001", reason="It was right.")
    own_place.fire(ready, "payment_failed", reason="the bank returned it")
    acceptance.accept(own_place.contact(), "ACME-NORD-C00001")

    assert not own_place.view(ready).on_hold
    with pytest.raises(Refused, match="wholly credited by ACME-NORD-C00001"):
        pay(own_place, ready)


def test_a_payout_of_which_every_line_was_credited_is_not_paid_but_cancelled(own_place, ready):
    credit(own_place, 1, 2)
    own_place.fire(ready, "release", reason="why")

    assert (own_place.view(ready).net, why_not(own_place, ready)) == ("0.00", [TOLD])
    own_place.fire(ready, "cancel", reason="nothing is left")
    assert own_place.state(ready) == "Cancelled"


def test_many_at_once_are_refused_for_the_same_reason(own_place, ready):
    credit(own_place)
    own_place.fire(ready, "release", reason="why")
    [outcome] = bulk.fire_many(own_place.vendor("finance"), [ready], Request("mark_paid"))

    assert TOLD in str(outcome)
    assert own_place.state(ready) == "Ready"


def test_issued_anew_it_is_paid(own_place, ready):
    credit(own_place)
    waiting.issue_now(own_place.owner, ready, reason="right now")
    own_place.fire(ready, "release", reason="issued anew")
    pay(own_place, ready)

    assert own_place.state(ready) == "Paid"
    assert green(own_place)


def test_what_is_credited_in_part_or_never_had_an_invoice_is_paid(own_place, ready):
    credit(own_place, 2)
    own_place.partner("OST", opted_in=False)
    other = own_place.payout("OST", "Ready")
    pay(own_place, ready)
    pay(own_place, other)

    assert [own_place.state(each) for each in (ready, other)] == ["Paid", "Paid"]
