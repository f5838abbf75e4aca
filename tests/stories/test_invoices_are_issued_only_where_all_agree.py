"""No invoice without the vendor's switch, the partner's consent and complete details; and when it comes later."""

import pytest

from engine.errors import SelfInvoicingRefused
from tests.worlds import BUYER


def status(programme, payout):
    invoice = programme.vendor.payouts.get(payout).invoice
    return invoice.status, invoice.reasons


def test_turning_the_switch_on_never_invoices_what_is_ready_already_but_issue_now_does(programme):
    programme.partner()
    programme.vendor.self_invoicing.switch(on=False)
    payout = programme.payout("NORD", "validate", "accept")
    programme.vendor.self_invoicing.switch(on=True)
    assert status(programme, payout) == ("not_applicable", ("switch_off",))

    programme.vendor.self_invoicing.issue_now(payout, reason="we agreed on it")
    assert programme.billhook.drain(seconds=60)
    assert status(programme, payout) == ("attached", ())


def test_an_opt_out_touches_later_payouts_only(programme):
    contact = programme.partner()
    before = programme.payout("NORD", "validate", "accept")
    contact.self_invoicing.opt_out("NORD", reason="own software")
    after = programme.payout("NORD", "validate", "accept")
    assert programme.billhook.drain(seconds=60)

    assert status(programme, before) == ("attached", ())
    assert status(programme, after) == ("not_applicable", ("opted_out",))


def test_a_blocked_invoice_says_what_is_missing_and_comes_once_it_is_there(programme):
    programme.partner()
    programme.buyer_moves_out()
    payout = programme.payout("NORD", "validate", "accept")
    blocked, reasons = status(programme, payout)
    assert blocked == "blocked" and all(reason.endswith("(vendor)") for reason in reasons)
    with pytest.raises(SelfInvoicingRefused):
        programme.vendor.self_invoicing.issue_now(payout, reason="try")

    programme.vendor.self_invoicing.buyer(BUYER)
    assert programme.billhook.drain(seconds=60)
    assert status(programme, payout) == ("attached", ())
