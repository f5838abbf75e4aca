"""Invoices, agreements, tax and webhooks in pages: what partner and vendor may say and do, without JavaScript."""

from decimal import Decimal

import pytest

from engine import tax_decisions, timers, webhooks
from engine.billing.tax import Treatment
from engine.duties import DUTIES
from tests.fakes import PDF, LatinLetters
from tests.web.stand_in import receiving


@pytest.fixture
def number(web):
    payout = web.place.payout(state="Ready")
    web.place.work()
    return web.place.view(payout).invoice.number


def test_a_partner_accepts_its_invoice(anna, number):
    anna.get(f"/portal/documents/{number}/about").press("Accept it")

    assert f"{number} is accepted." in anna.text
    assert not anna.page.xpath("//button[normalize-space()='Accept it']")


def test_an_objection_holds_the_payout_until_the_vendor_answers(anna, olga, number):
    anna.get(f"/portal/documents/{number}/about").press("Object", reason="30 seats, not 25.")
    olga.get(f"/console/documents/{number}/about")
    assert "30 seats, not 25." in olga.text
    olga.press("The partner accepts after all", reason="It will be in the next one.")

    assert "is accepted" in olga.text


def test_a_german_partner_may_object_to_what_its_silence_accepted(web, number):
    web.place.clock.advance(days=15)
    timers.fire_due(web.place.world, DUTIES)
    anna = web.browser().sign_in(web.ANNA)
    anna.get(f"/portal/documents/{number}/about").press("Object", reason="30 seats, not 25.")

    assert "its seller objects now; payout" in anna.text
    assert "Objected to after the days of silence" in anna.text
    assert not anna.page.xpath("//button[normalize-space()='Object']")


def test_an_invoice_is_credited_in_part_and_issued_anew(olga, number):
    olga.get(f"/console/documents/{number}/about").press(
        "Issue the credit note", reason="too much", line="1", amount="20,00"
    )
    assert "C00001" in olga.text
    olga.press("Credit it and issue it anew", reason="wrong address")

    assert "-00002" in olga.text


def test_what_stops_an_invoice_from_being_issued_anew_is_told_with_what_to_do_on_the_machine(web, olga, number):
    web.billhook.world.letters = LatinLetters()
    named = Treatment("local", Decimal("5.000"), tax_name="稅 VAT")
    tax_decisions.override(web.place.owner, "NORD", named, reason="ruling")
    olga.get(f"/console/documents/{number}/about").press("Credit it and issue it anew", reason="wrong tax")

    assert olga.at.status_code == 409
    assert "has 稅 of the tax name. Install a font for 稅. (vendor)" in olga.text


@pytest.mark.parametrize(
    ("credited", "how"),
    [({"line": "1", "amount": "20,00"}, "credited in part by"), ({}, "taken back by")],
)
def test_a_payout_says_on_both_sides_how_much_of_its_invoice_was_credited(web, anna, olga, number, credited, how):
    olga.get(f"/console/documents/{number}/about").press("Issue the credit note", reason="too much", **credited)
    (path,) = olga.page.xpath("//a[contains(@href, '/payouts/')]/@href")[-1:]
    seen = [olga.get(path).text, anna.get(path.replace("/console", "/portal")).text]

    assert all(f"{number}, {how} credit note ACME-NORD-C00001" in text for text in seen)


@pytest.mark.parametrize(
    ("filled", "told"),
    [
        ({"reason": ""}, "needs a reason"),
        ({"reason": "x", "amount": "1e999", "line": "1"}, "amount"),
        ({"reason": "x", "amount": "999,00", "line": "1"}, "100,00 EUR are left"),
        ({"reason": "x", "line": "7"}, "line"),
    ],
)
def test_a_credit_that_cannot_be_is_told_on_the_page(olga, number, filled, told):
    olga.get(f"/console/documents/{number}/about").press("Issue the credit note", **filled)

    assert olga.at.status_code == 422
    assert told in olga.text


def test_agreements_are_listed_exported_offered_recorded_and_revoked(olga):
    olga.get("/console/partners/NORD/agreements").press("Offer the agreement")
    assert "The agreement was offered" in olga.text
    olga.press(
        "Record it", files={"paper": ("a.pdf", PDF, "application/pdf")}, signed_by="Anna", signed_on="2026-11-02"
    )
    assert "by Anna" in olga.text
    olga.press("Revoke it", reason="The programme ends.")

    assert "was revoked" in olga.text
    assert olga.client.get("/console/partners/NORD/agreements/2/paper").content == PDF


def test_a_paper_has_its_own_end_and_its_own_days_of_silence(olga):
    sent = {"signed_by": "Anna", "signed_on": "2026-11-02"}
    file = {"paper": ("a.pdf", PDF, "application/pdf")}
    olga.get("/console/partners/NORD/agreements").press(
        "Record it", files=file, ends="2028-01-01", silence_days="5,5", **sent
    )
    assert "A number of days from 1 to 90." in olga.text
    olga.press("Record it", files=file, ends="2028-01-01", silence_days="5", **sent)
    assert "no later than 2027-11-02" in olga.text
    olga.press("Record it", files=file, ends="2027-05-01", silence_days="5", **sent)

    assert "1 May 2027" in olga.text


@pytest.mark.parametrize("days", ["9" * 4301, "１４", "100"])
def test_days_of_silence_that_are_no_days_are_told_beside_their_field(olga, days):
    file = {"paper": ("a.pdf", PDF, "application/pdf")}
    olga.get("/console/partners/NORD/agreements").press(
        "Record it", files=file, signed_by="Anna", signed_on="2026-11-02", silence_days=days
    )

    assert olga.at.status_code == 422
    assert olga.page.xpath("//*[@name='silence_days'][@aria-invalid='true']")


def test_a_paper_without_a_day_is_refused(olga):
    olga.get("/console/partners/NORD/agreements").press(
        "Record it", files={"paper": ("a.pdf", PDF, "application/pdf")}, signed_by="Anna", signed_on="soon"
    )

    assert "A day such as 2026-11-02." in olga.text


def test_tax_is_explained_overridden_and_left_to_the_rules_again(olga):
    olga.get("/console/mail").press("Keep", language="de")
    olga.get("/console/partners/NORD/tax").press("Tax it so", category="S", rate="7,7", reason="reduced")
    assert "Taxed at a rate (S): 7,7 %: reduced" in olga.text
    olga.press("Follow the rules", reason="no longer")

    assert "the rules again: no longer" in olga.text


@pytest.mark.parametrize(
    ("filled", "told"),
    [({"rate": "NaN"}, "rate"), ({"rate": "a"}, "'a' cannot be read as a number."), ({"category": "ZZ"}, "One of S")],
)
def test_a_treatment_that_cannot_be_is_told(olga, filled, told):
    olga.get("/console/partners/NORD/tax").press("Tax it so", **{"category": "S", "reason": "x", **filled})

    assert olga.at.status_code == 422
    assert told in olga.text


@pytest.fixture
def webhook(web, olga):
    """Its page, after it was told of a draft."""
    web.billhook.world.courier.anywhere = True
    with receiving() as receiver:
        olga.get("/console/webhooks").press("Add it", url=receiver.url, type="payout.draft")
        assert "whsec_" in olga.text
        web.place.payout()
        webhooks.spread(web.billhook.world)
        web.work()
    return olga.get(olga.page.xpath("//table//a/@href")[0])


def test_a_webhook_s_deliveries_are_shown_and_sent_again(webhook):
    assert "payout.draft" in webhook.text
    webhook.press("Send again")

    assert "It is sent again." in webhook.text


def test_a_webhook_is_paused_resumed_given_a_new_secret_and_removed(webhook):
    webhook.press("Pause", reason="maintenance")
    assert "maintenance" in webhook.text
    webhook.press("Resume").press("New secret")
    assert "whsec_" in webhook.text
    webhook.press("Remove")

    assert "There are none yet." in webhook.text


def test_a_webhook_to_this_machine_is_refused_beside_its_field(olga):
    olga.get("/console/webhooks").press("Add it", url="http://localhost/x")

    assert "An https:// address without a user" in olga.text
