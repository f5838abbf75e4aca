"""The partner's whole way in a real browser, with scripts and without; and what a member may not do."""

import io

import pytest
from PIL import Image

from renderers.reading import text_of
from tests.fakes import PDF
from tests.waiting import until

WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
DETAILS = {
    "legal_name": "Nord GmbH", "line1": "Weg 1", "city": "Hamburg", "postcode": "20095", "country": "DE",
    "vat_number": "DE136695976", "tax_percent": "19",
}  # fmt: skip


@pytest.fixture
def logo() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (200, 80), "#aa3322").save(picture, "PNG")
    return picture.getvalue()


@WITH_AND_WITHOUT
def test_from_the_invitation_through_three_stages_to_the_invoice_in_the_hand(
    shop, served, enters, comes, logo, scripts
):  # fmt: skip
    enters(shop.olga).goes("/console/partners/NORD").presses("Begin it")
    anna = _follows_the_invitation(comes(scripts=scripts), shop.anna, served)
    _two_stages(anna, shop)
    _opts_in(anna, logo)
    payout = shop.payout("R1", "validate")
    anna.goes(f"/portal/payouts/{payout}").presses("Approve")

    assert shop.state(payout) == "Ready"
    until(lambda: shop.owner.payouts.get(payout).invoice.status == "attached")
    number = shop.owner.payouts.get(payout).invoice.number
    pdf = anna.goes(f"/portal/documents/{number}/about").downloads("PDF")
    assert [each for each in (number, "Nord GmbH", "119,00") if each not in text_of(pdf)] == []


def _follows_the_invitation(anna, email: str, served):
    """She opens the mail's link, asks for one to sign in, and follows that: she comes out at her onboarding."""
    until(lambda: served.mailed(email))
    assert served.mailed(email)[0]["Subject"] == "Acme invites you: Referral partner onboarding"
    anna.goes(_link_in(served.mailed(email)[0])).fills(email=email).presses("Send me a link")
    until(lambda: len(served.mailed(email)) > 1)
    anna.goes(_link_in(served.mailed(email)[-1])).presses("Sign in to billhook")
    assert anna.page.url.endswith("/portal/onboarding")
    return anna


def _link_in(mail) -> str:
    return next(word for word in mail.get_body(("plain",)).get_content().split() if "/sign-in" in word)


def _two_stages(anna, shop) -> None:
    """What the shipped onboarding asks before self-invoicing; the vendor approves what it has to."""
    answers = {
        "guide": lambda: anna.ticks("Yes"),
        "agreement": lambda: anna.gives("file", "signed.pdf", "application/pdf", PDF),
        "terms": lambda: anna.ticks("Yes"),
        "company": lambda: anna.fills(website="https://nord.example", team_size="12").ticks("Retail"),
    }
    for _ in range(8):
        run = shop.partner.onboarding.view("NORD")
        step = next((each for each in run.steps if each.status == "Pending" and each.id in answers), None)
        if step is None:
            return
        anna.goes(f"/portal/onboarding/{step.id}")
        answers[step.id]()
        anna.presses("Send for approval" if step.approval else "Done")
        if step.approval:
            shop.owner.onboarding.approve("NORD", step.id)


def _opts_in(anna, logo: bytes) -> None:
    anna.goes("/portal/onboarding/self_invoicing")
    anna.ticks("Yes, issue invoices for us", "Registered for VAT or the like").fills(**DETAILS)
    anna.gives("logo", "logo.png", "image/png", logo).presses("Show how invoices will look")
    assert anna.page.locator("#preview img").count() == 1
    anna.gives("logo", "logo.png", "image/png", logo).opens("The agreement").accepts().presses("Done")
    assert "is done" in anna.reads


def test_the_preview_follows_what_is_typed(shop, enters):
    anna = enters(shop.anna).goes("/portal/account/payouts")
    anna.ticks("Yes, issue invoices for us").opens("The agreement").fills(legal_name="Nordlicht & Söhne GmbH")

    anna.page.get_by_alt_text("A preview of an invoice of Nordlicht & Söhne GmbH").wait_for(timeout=30_000)
    assert "Nordlicht & Söhne GmbH" in anna.page.locator("#agreement pre").inner_text()


@WITH_AND_WITHOUT
def test_a_preview_is_there_before_anything_is_typed(shop, enters, scripts):
    anna = enters(shop.anna, scripts=scripts).goes("/portal/account/payouts")

    anna.page.locator("#preview img").wait_for()
    assert anna.page.locator("#preview img").evaluate("e => e.decode().then(() => e.naturalWidth)") > 300


def test_without_scripts_the_agreement_is_shown_with_what_was_typed(shop, enters):
    anna = enters(shop.anna, scripts=False).goes("/portal/account/payouts")
    anna.ticks("Yes, issue invoices for us").fills(legal_name="Nordlicht & Söhne GmbH")
    anna.presses("Show how invoices will look").opens("The agreement")

    assert "Nordlicht & Söhne GmbH" in anna.page.locator("#agreement pre").inner_text()


def test_a_form_that_was_left_stands_as_it_was_left(shop, enters):
    anna = enters(shop.anna).goes("/portal/account/payouts").fills(legal_name="Half a na")
    anna.page.get_by_text("Kept as a draft.").wait_for()
    anna.goes("/portal").goes("/portal/account/payouts")

    assert anna.page.locator("[name=legal_name]").input_value() == "Half a na"
    anna.presses("Begin anew")
    assert anna.page.locator("[name=legal_name]").input_value() == ""


@WITH_AND_WITHOUT
def test_a_member_sees_and_may_not_opt_in(shop, enters, scripts):
    ben = enters(shop.ben, scripts=scripts).goes("/portal/account/payouts")

    assert "Only the main contact may change this." in ben.reads
    assert ben.finds("Keep").is_disabled()


@WITH_AND_WITHOUT
def test_while_the_switch_is_off_opting_in_is_not_offered_and_the_page_says_so(shop, enters, scripts):
    shop.opt_in()
    shop.owner.self_invoicing.switch(on=False)
    anna = enters(shop.anna, scripts=scripts).goes("/portal/account/payouts")

    assert "does not offer self-invoicing at present" in anna.reads
    assert anna.page.get_by_label("Yes, issue invoices for us").count() == 0
    assert "can issue your invoices for you" not in anna.reads
    anna.ticks("No, we write our own invoices").presses("Keep")
    assert shop.partner.self_invoicing.profile("NORD").choice == "opted_out"


def test_who_never_opted_in_sees_no_form_for_it_while_the_switch_is_off(shop, enters):
    shop.owner.self_invoicing.switch(on=False)
    anna = enters(shop.anna).goes("/portal/account/payouts")

    assert [anna.page.locator(f"main [name={name}]").count() for name in ("choice", "legal_name")] == [1, 0]
    assert anna.page.locator("#preview").count() == 0


def test_an_objection_to_a_line_is_made_and_answered(shop, enters):
    shop.opt_in()
    payout = shop.payout("R9", "validate")
    enters(shop.anna).goes(f"/portal/payouts/{payout}").opens("Object to a line").fills(
        line="R9", reason="30 seats, not 25."
    ).presses("Object")

    assert "30 seats, not 25." in enters(shop.olga).goes(f"/console/payouts/{payout}").reads


def test_mail_is_chosen(shop, enters):
    anna = enters(shop.anna).goes("/portal/mail").fills(language="fr")
    anna.page.get_by_label("Your invoice is there").uncheck()
    anna.presses("Keep")

    assert "Kept" in anna.reads
    kept = next(seat for seat in shop.partner.people.contacts("NORD") if seat.email == shop.anna)
    assert (kept.language, kept.muted) == ("fr", ("invoice_delivered",))
