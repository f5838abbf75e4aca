"""Previews: an invoice as it would look, with no number, nothing written, and what is missing told beside it."""

from decimal import Decimal

import pytest

from engine import previewing, tax_decisions
from engine.billing.tax import Treatment
from engine.errors import Invalid, NotFound, SelfInvoicingRefused, Unknown
from tests.worlds import DETAILS


def of_payout(place, payout, by=None) -> previewing.Preview:
    return previewing.of_payout(by or place.owner, payout)


def of_partner(place, **answer) -> previewing.Preview:
    return previewing.of_partner(place.contact(), "NORD", answer)


def test_a_preview_says_what_the_invoice_will_say_but_for_number_and_instant(place):
    place.partner()
    payout = place.payout(state="Pending")
    preview = of_payout(place, payout).invoice
    place.fire(payout, "accept", reason="why")
    place.work()
    issued = place.one("SELECT net, tax, gross FROM invoice WHERE account_id = :account")

    assert (preview.net, preview.tax, preview.gross) == tuple(issued) == (10000, 1900, 11900)
    assert (preview.number, preview.is_preview, preview.payout) == ("", True, payout)


def test_a_preview_takes_no_number_and_writes_nothing(place):
    place.partner()
    payout = place.payout(state="Pending")
    before = place.everything()
    of_payout(place, payout)
    of_partner(place, legal_name="Another GmbH")

    assert place.everything() == before
    place.fire(payout, "accept", reason="why")
    assert [row.number for row in place.invoices()] == ["ACME-NORD-00001"]


def test_a_refused_reward_is_not_in_the_preview(place):
    from engine.partners import settle_rewards
    from engine.payouts import Options, create

    place.partner()
    kept, refused = place.reward(), place.reward(status="pending")
    payout = create(place.vendor(), "NORD", "EUR", Options((kept, refused)))
    settle_rewards(place.owner, [refused], status="refused", reason="x")

    assert [line.reference for line in of_payout(place, payout).invoice.lines] == [kept]


def test_a_payout_that_has_its_invoice_is_not_previewed(place):
    place.partner()
    payout = place.payout(state="Ready")

    with pytest.raises(SelfInvoicingRefused) as refused:
        of_payout(place, payout)
    told = "it has the invoice ACME-NORD-00001; look at that: billhook invoices show ACME-NORD-00001"
    assert str(refused.value) == f"payout {payout}: {told}"


def test_a_partner_previews_its_own_payouts_and_no_drafts(place):
    place.partner()
    place.partner("SUD")
    draft, pending = place.payout(), place.payout(state="Pending")

    assert of_payout(place, pending, place.contact()).invoice.payout == pending
    for payout, who in ((draft, "NORD"), (pending, "SUD")):
        with pytest.raises(NotFound, match=f"There is no payout '{payout}' that you can see"):
            of_payout(place, payout, place.contact(who))


def test_a_form_that_is_hardly_filled_in_is_previewed_with_what_is_missing(place):
    place.partner(opted_in=False)
    preview = of_partner(place, legal_name="Nord GmbH")

    assert preview.invoice.seller.legal_name == "Nord GmbH"
    assert (preview.invoice.net, preview.invoice.tax) == (133000, 0)
    assert {item.who for item in preview.missing} == {"partner"}
    assert "The seller's country is missing." in [item.sentence for item in preview.missing]


def test_a_form_that_is_filled_in_lacks_nothing_and_is_taxed_as_the_invoice_will_be(place):
    place.partner(opted_in=False)
    answer = {name: value for name, value in DETAILS.items() if name != "accept_agreement"}
    preview = of_partner(place, **answer)

    assert (preview.invoice.tax, preview.missing) == (25270, ())
    assert preview.invoice.agreement.version == 0


@pytest.mark.parametrize(
    ("language", "first"),
    [("fr", "Exemple : commission d’apport"), ("de", "Beispiel: Vermittlungsprovision")],
)
def test_example_lines_speak_the_documents_language(place, language, first):
    place.partner()
    preview = previewing.of_partner(place.owner, "NORD", {}, language=language)

    assert (preview.invoice.language, preview.invoice.lines[0].description) == (language, first)


def test_examples_come_in_any_currency(place):
    place.partner()

    assert previewing.of_partner(place.owner, "NORD", {}, currency="jpy").invoice.net == 1330
    with pytest.raises(Unknown, match="No currency is called 'XXQ'"):
        previewing.of_partner(place.owner, "NORD", {}, currency="XXQ")


def test_a_preview_takes_fields_of_the_form_only(place):
    place.partner()

    with pytest.raises(Invalid, match="color"):
        of_partner(place, color="red")


def test_another_partners_preview_is_not_there(place):
    place.partner()
    place.partner("SUD")

    with pytest.raises(NotFound, match="There is no partner 'NORD' that you can see"):
        previewing.of_partner(place.contact("SUD"), "NORD", {})


def test_an_override_that_was_decided_for_another_country_is_missing_in_the_preview_too(place):
    place.partner()
    tax_decisions.override(place.owner, "NORD", Treatment("S", Decimal(7)), reason="ruling")

    assert of_partner(place).missing == ()
    (missing,) = of_partner(place, country="FR", vat_number="FR40303265045").missing
    assert (missing.field, missing.who) == ("tax_override", "vendor")
