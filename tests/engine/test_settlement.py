"""A payout that is paid shows what was paid, and beside it what is owed since or is not owed any more."""

import pytest

from engine import crediting, self_invoicing, verify
from engine.crediting import Chosen
from tests.worlds import ANOTHER_VAT_NUMBER

NUMBER = "ACME-NORD-00001"


@pytest.fixture
def paid(own_place):
    """NORD's invoice over 100.00, tax 19 %, paid."""
    own_place.partner()
    return own_place.payout(state="Paid")


def credit(place, *lines, **more):
    return crediting.credit(place.vendor("finance"), NUMBER, Chosen(lines, **more), reason="wrong").sentence


def shown(place, payout):
    view = place.view(payout)
    return view.net, view.gross, view.owed_since


def told(place):
    sql = "SELECT sentence FROM notification WHERE account_id = :account AND audience = 'vendor' ORDER BY id"
    return [row.sentence for row in place.all(sql)]


def green(place):
    return [row.invariant for row in verify.run(place.world, missing=lambda *_: ()) if not row.holds] == []


def test_credits_change_what_is_owed_and_not_what_was_paid(own_place, paid):
    first, then = credit(own_place, 1, amount="40.00"), credit(own_place)

    assert first.endswith("47.60 EUR was paid and is not owed any more")
    assert then.endswith("71.40 EUR was paid and is not owed any more")
    assert shown(own_place, paid) == ("100.00", "119.00", "-119.00")
    assert own_place.view(paid).since_payment == "119.00 EUR was paid and is not owed any more."
    assert "ACME-NORD-C00002: 71.40 EUR was paid and is not owed any more." in told(own_place)
    assert green(own_place)


def test_so_do_clawbacks_that_are_credited(own_place, paid):
    credit(own_place, 1, clawback=own_place.reward(amount="-20.00"))

    assert shown(own_place, paid) == ("100.00", "119.00", "-23.80")
    assert green(own_place)


def test_tax_of_an_invoice_that_comes_after_the_payment_is_told_as_owed(own_place):
    own_place.partner()
    self_invoicing.set_seller(own_place.contact(), "NORD", {"vat_number": ANOTHER_VAT_NUMBER})
    payout = own_place.payout(state="Paid")
    before = shown(own_place, payout)
    own_place.opt_in(vat_number=ANOTHER_VAT_NUMBER)

    assert (before, shown(own_place, payout)) == (("100.00", "100.00", ""), ("100.00", "100.00", "19.00"))
    assert told(own_place)[-1] == f"{NUMBER}: 19.00 EUR is owed beside what was paid."
    assert green(own_place)


def test_when_the_payment_comes_back_what_is_to_be_paid_is_shown(own_place, paid):
    credit(own_place, 1, amount="40.00")
    own_place.fire(paid, "payment_failed", reason="the bank returned it")

    assert shown(own_place, paid) == ("60.00", "71.40", "")
    own_place.fire(paid, "mark_paid")
    assert shown(own_place, paid) == ("60.00", "71.40", "")
