"""The vendor's whole way in a real browser: the switch, approvals, many at once, paid."""

import pytest

from engine.contracts import Document
from tests.fakes import PDF
from tests.waiting import until

WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@WITH_AND_WITHOUT
def test_from_the_menu_to_the_switch_approvals_and_payment(shop, enters, scripts):
    shop.owner.self_invoicing.switch(on=False)
    _waits_for_approval(shop)
    olga = enters(shop.olga, scripts=scripts)
    _switches_on(olga, shop)
    _rejects_then_approves(olga, shop)
    shop.opt_in()
    payouts = [shop.payout(f"R{number}") for number in range(3)]
    _validates_all(olga, payouts)
    for payout in payouts:
        olga.goes(f"/console/payouts/{payout}").opens("Accept").fills(reason="agreed").presses("Accept")
        until(lambda p=payout: shop.owner.payouts.get(p).invoice.status == "attached")  # which is a change of it, too
        olga.goes(f"/console/payouts/{payout}").opens("Mark paid").presses("Mark paid")

    assert [shop.state(payout) for payout in payouts] == ["Paid"] * 3


def _switches_on(olga, shop) -> None:
    olga.goes("/console").opens("Olga Owner", within="header").presses("Account > Payouts", within="header")
    olga.presses("Switch self-invoicing on")
    assert shop.owner.settings.get().switch_on


def _waits_for_approval(shop) -> None:
    shop.owner.onboarding.start("NORD")
    shop.partner.onboarding.answer("NORD", "guide", {"viewed": "yes"})
    _gives_the_contract(shop)


def _gives_the_contract(shop) -> None:
    shop.partner.onboarding.answer("NORD", "agreement", {"file": Document("signed.pdf", "application/pdf", PDF)})


def _rejects_then_approves(olga, shop) -> None:
    step = next(each for each in shop.owner.onboarding.view("NORD").steps if each.id == "agreement")
    olga.goes("/console/approvals").presses(step.title)
    olga.fills(reason="Page 2 is not signed.").presses(f"Reject {step.title}")
    assert "is Action required now" in olga.reads
    _gives_the_contract(shop)
    olga.goes("/console/partners/NORD").presses(f"Approve {step.title}")
    assert "is Completed now" in olga.reads


def _validates_all(olga, payouts: list[str]) -> None:
    """A look at what would come of it, then it is done."""
    olga.goes("/console/payouts?state=Draft")
    for payout in payouts:
        olga.page.locator(f"input[value='{payout}']").check()
    olga.fills(trigger="validate").presses("See what would come of it")
    assert "3" in olga.reads
    olga.presses("Do it")


def test_a_switch_that_goes_off_stops_invoices_and_the_partner_sees_it(shop, enters):
    shop.opt_in()
    enters(shop.olga).goes("/console/account/payouts").presses("Switch self-invoicing off")
    payout = shop.payout("R1", "validate", "accept")

    assert shop.owner.payouts.get(payout).invoice.status == "not_applicable"
    anna = enters(shop.anna).goes("/portal/account/payouts")
    assert "Acme does not offer self-invoicing at present" in anna.reads


def test_with_scripts_a_second_press_sends_nothing(shop, enters):
    shop.opt_in()
    olga = enters(shop.olga).goes(f"/console/payouts/{shop.payout('R1')}")
    sent: list[str] = []
    olga.page.on("request", lambda request: sent.append(request.method))
    olga.finds("Validate").evaluate("b => { b.form.requestSubmit(b); setTimeout(() => b.form.requestSubmit(b), 4); }")
    olga.page.wait_for_url("**/payouts/*")
    olga.page.wait_for_load_state("networkidle")

    assert sent.count("POST") == 1
    assert "Pending" in olga.reads


def test_the_page_of_a_payout_shows_its_document_as_soon_as_it_is_made(shop, enters):
    shop.opt_in()
    payout = shop.payout("R1", "validate")
    olga = enters(shop.olga).goes(f"/console/payouts/{payout}").opens("Accept").fills(reason="agreed")
    olga.presses("Accept")
    olga.page.locator("#invoice").get_by_role("button", name="PDF").wait_for(timeout=30_000)

    assert "Its document is being made" not in olga.reads
