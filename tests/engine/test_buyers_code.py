"""The buyer's code is what numbers begin with: it is changed and not emptied once there are any."""

from dataclasses import replace

import pytest

from engine import crediting, self_invoicing
from engine.errors import Invalid
from tests.worlds import BUYER


def test_it_is_not_emptied_once_invoices_are_numbered_with_it(own_place):
    own_place.partner()
    own_place.payout(state="Ready")

    with pytest.raises(Invalid, match="code: invoices are numbered with it, and so are the credit notes over them"):
        self_invoicing.set_buyer(own_place.owner, replace(BUYER, code=""))
    self_invoicing.set_buyer(own_place.owner, replace(BUYER, code="AC"))
    assert crediting.credit(own_place.owner, "ACME-NORD-00001", reason="x").note == "AC-NORD-C00001"


def test_before_that_it_may_still_be_missing(own_place):
    self_invoicing.set_buyer(own_place.owner, replace(BUYER, code=""))

    assert self_invoicing.buyer_of(own_place.owner).code == ""
