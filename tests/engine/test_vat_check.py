"""A register may be asked about VAT numbers: its answers are kept, and only a yes that is not old counts."""

import json
from dataclasses import replace

import pytest

from engine import self_invoicing, tax_decisions
from engine.errors import Invalid, NotAllowed, NoVatCheck
from engine.vat_check import VatAnswer
from tests.fakes import FakeRegister
from tests.worlds import BUYER


def test_without_one_the_way_out_is_told(place):
    place.partner()

    with pytest.raises(NoVatCheck, match="Set BILLHOOK_VAT_CHECK=vies to ask the register of the EU"):
        tax_decisions.check_seller(place.owner, "NORD")


def test_with_one_an_invoice_waits_until_it_has_said_yes(place):
    place.world.vat_check = FakeRegister({"DE136695976": VatAnswer("valid", consultation="WAPI1")})
    place.partner()
    payout = place.payout(state="Ready")
    waited = place.missing(payout)

    answer = tax_decisions.check_seller(place.vendor("finance"), "NORD")
    assert waited == [("vat_number", "vendor")]
    assert (answer.verdict, answer.consultation, answer.asked_at) == ("valid", "WAPI1", place.clock.now())
    assert place.decisions(payout)[-1] == ("issued_after_fix", "issued", "lawful")


def test_a_yes_is_for_every_partner_that_waits_for_the_same_number(place):
    place.world.vat_check = FakeRegister({"DE136695976": VatAnswer("valid")})
    place.partner()
    place.partner("SUD")
    payouts = [place.payout(code, state="Ready") for code in ("NORD", "SUD")]
    waited = [place.missing(payout) for payout in payouts]

    tax_decisions.check_seller(place.owner, "NORD")
    assert waited == [[("vat_number", "vendor")]] * 2
    assert [place.decisions(payout)[-1][1] for payout in payouts] == ["issued", "issued"]


@pytest.mark.parametrize(
    ("answer", "who", "told"),
    [
        (VatAnswer("not valid"), "partner", "is not a valid VAT number: so FAKE answered on"),
        (VatAnswer("unknown", "MS_UNAVAILABLE"), "vendor", "is unknown: so FAKE answered on"),
    ],
)
def test_no_and_unknown_are_not_valid(place, answer, who, told):
    place.world.vat_check = FakeRegister({"DE136695976": answer})
    place.partner()
    tax_decisions.check_seller(place.owner, "NORD")
    payout = place.payout(state="Ready")

    assert place.missing(payout) == [("vat_number", who)]
    assert told in place.view(payout).invoice.reasons[0]


def test_a_yes_of_too_long_ago_is_asked_for_again(place):
    place.world.vat_check = FakeRegister({"DE136695976": VatAnswer("valid")})
    place.partner()
    tax_decisions.check_seller(place.owner, "NORD")
    place.clock.advance(days=32)

    assert place.missing(place.payout(state="Ready")) == [("vat_number", "vendor")]


def test_of_a_buyer_abroad_the_number_is_wanted_too(place):
    place.world.vat_check = FakeRegister({"DE136695976": VatAnswer("valid"), "FR40303265045": VatAnswer("valid")})
    self_invoicing.set_buyer(place.owner, replace(BUYER, country="FR", vat_number="FR40303265045"))
    place.partner()
    tax_decisions.check_seller(place.owner, "NORD")
    payout = place.payout(state="Ready")
    waited = place.missing(payout)

    tax_decisions.check_buyer(place.owner)
    assert waited == [("vat_number", "vendor")]
    assert place.decisions(payout)[-1][1] == "issued"
    assert place.world.vat_check.askers == ["FR40303265045"] * 2


@pytest.mark.parametrize("verdict", ["not valid", "unknown"])
def test_a_buyers_number_that_was_refused_keeps_waiting_whatever_else_the_buyer_has(place, verdict):
    place.world.vat_check = FakeRegister({"DE136695976": VatAnswer("valid"), "FR40303265045": VatAnswer(verdict)})
    buyer = replace(BUYER, country="FR", vat_number="FR40303265045", legal_number="303265045")
    self_invoicing.set_buyer(place.owner, buyer)
    place.partner()
    tax_decisions.check_seller(place.owner, "NORD")
    tax_decisions.check_buyer(place.owner)
    payout = place.payout(state="Ready")
    waited = place.missing(payout)

    self_invoicing.set_buyer(place.owner, replace(buyer, vat_number=""))
    assert waited == [("vat_number", "vendor")]
    assert place.decisions(payout)[-1][1] == "issued"


def test_the_reverse_charge_of_a_seller_outside_the_eu_waits_for_the_buyers_number_too(place):
    place.world.vat_check = FakeRegister({"DE129273398": VatAnswer("not valid")})
    place.partner(opted_in=False)
    place.opt_in(country="US", vat_number="", tax_number="12-3456789")
    tax_decisions.check_buyer(place.owner)
    payout = place.payout(state="Ready")

    assert place.missing(payout) == [("vat_number", "vendor")]
    assert "DE129273398 is not a valid VAT number" in place.view(payout).invoice.reasons[0]


def test_answers_are_kept_and_are_deeds(place):
    place.world.vat_check = FakeRegister({"DE136695976": VatAnswer("unknown", "TIMEOUT")})
    partner = place.one("SELECT id FROM partner WHERE account_id = :account AND code = :c", c=place.partner()).id
    tax_decisions.check_seller(place.owner, "NORD")
    place.world.vat_check = FakeRegister({"DE136695976": VatAnswer("valid")})
    tax_decisions.check_seller(place.owner, "NORD")

    kept = tax_decisions.answers(place.vendor("viewer"), "DE136695976")
    assert [(each.verdict, each.detail) for each in kept] == [("valid", ""), ("unknown", "TIMEOUT")]
    assert json.loads(place.history(partner)[-1].data)["verdict"] == {"before": "unknown", "after": "valid"}


@pytest.mark.parametrize(
    ("details", "told"),
    [
        ({"tax_status": "small_business", "vat_number": "", "tax_number": "1"}, "there is none to ask about."),
        ({"country": "GB", "vat_number": "GB980780684"}, "FAKE has no VAT numbers of GB; the check digits"),
    ],
)
def test_what_cannot_be_asked_is_told(place, details, told):
    place.world.vat_check = FakeRegister({})
    place.partner(opted_in=False)
    place.opt_in(**details)

    with pytest.raises(Invalid) as refused:
        tax_decisions.check_seller(place.owner, "NORD")
    assert told in str(refused.value)


def test_it_takes_finance(place):
    place.partner()

    with pytest.raises(NotAllowed):
        tax_decisions.check_seller(place.vendor("viewer"), "NORD")
