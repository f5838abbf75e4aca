"""The partner's portal, without JavaScript: onboarding, payouts, documents, self-invoicing, people."""

from hashlib import sha256

import pytest

from engine import definitions, onboarding, people, self_invoicing
from engine.effects import MOST_UPLOADS
from tests.fakes import PDF
from tests.worlds import DETAILS, DUE


@pytest.fixture
def place(web):
    return web.place


@pytest.fixture
def under_way(place):
    place.hand_out()
    onboarding.start(place.vendor(), "NORD")
    return place


def test_a_partner_sees_its_stages_and_steps(under_way, anna):
    anna.get("/portal/onboarding")

    assert "Welcome now" in anna.text
    assert "Read the guide Pending" in anna.text
    assert "Register extract not open yet" in anna.text


def test_a_partner_steps_through_and_is_told_what_follows(under_way, anna):
    anna.get("/portal/onboarding/guide").press("Done", viewed="yes")
    assert "'Read the guide' is done." in anna.text
    anna.get("/portal/onboarding/register").press(
        "Send for approval", files={"file": ("x.pdf", PDF, "application/pdf")}
    )

    assert "'Register extract' waits for approval." in anna.text
    assert "Register extract Waiting for approval" in anna.text


def test_a_wrong_answer_is_told_beside_its_field_and_kept_as_it_was_typed(under_way, anna):
    anna.get("/portal/onboarding/guide").press("Done", viewed="yes")
    page = anna.get("/portal/onboarding/team").press("Done", size="x" * 501)

    assert page.at.status_code == 422
    assert "at most 500 fit" in page.page.get_element_by_id("size-wrong").text
    assert page.get("/portal/onboarding/team").page.get_element_by_id("size").value == "x" * 501


def test_a_rejected_step_says_why(under_way, anna):
    anna.get("/portal/onboarding/guide").press("Done", viewed="yes")
    anna.get("/portal/onboarding/register").press(
        "Send for approval", files={"file": ("x.pdf", PDF, "application/pdf")}
    )
    onboarding.decide(under_way.vendor(), "NORD", "register", "reject", reason="Page two is missing.")

    assert "Page two is missing." in anna.get("/portal/onboarding").text


def test_a_step_that_is_not_open_says_when_it_opens(under_way, anna):
    closed = anna.get("/portal/onboarding/register")

    assert closed.at.status_code == 409
    assert "It opens when the stage 'Welcome' is done." in closed.text


def test_a_step_says_when_it_is_due_that_it_is_overdue_and_nothing_once_it_is_done(place, web, anna):
    place.hand_out()
    definitions.publish(place.owner, [DUE])
    onboarding.start(place.vendor(), "NORD")
    assert "Read the guide Due 16.11.2026 Pending" in anna.get("/portal/onboarding").text
    assert "Due 16.11.2026" in anna.get("/portal/onboarding/guide").text
    place.clock.advance(days=14, seconds=12 * 3600)
    assert "Read the guide Overdue since 16.11.2026 Pending" in anna.sign_in(web.ANNA).get("/portal/onboarding").text
    assert "Overdue since 16.11.2026" in anna.get("/portal/onboarding/guide").text
    anna.press("Done", viewed="yes")

    assert "due" not in anna.text.lower() and "due" not in anna.get("/portal/onboarding/guide").text.lower()


def test_an_answer_given_twice_changes_nothing(under_way, web):
    first, second = (web.browser().sign_in(web.ANNA).get("/portal/onboarding/guide") for _ in range(2))
    first.press("Done", viewed="yes")
    second.press("Done", viewed="yes")

    assert "Step 'guide' is Completed and takes no 'answer'." in second.text


def test_a_partner_sees_its_payouts_but_no_drafts(place, anna):
    draft, pending = place.payout(), place.payout(state="Pending")
    anna.get("/portal/payouts")

    assert anna.page.xpath("//tbody//a/@href") == [f"/portal/payouts/{pending}"]
    assert anna.get(f"/portal/payouts/{draft}").at.status_code == 404


def test_a_partner_approves_a_payout_and_downloads_its_invoice(place, anna):
    payout = place.payout(state="Pending")
    anna.get(f"/portal/payouts/{payout}").press("Approve")
    assert "The payout is Ready now." in anna.text
    place.work()
    answer = anna.client.get(anna.get(f"/portal/payouts/{payout}").page.xpath("//a[text()='PDF']/@href")[0])

    assert answer.content.startswith(b"%PDF")
    assert answer.headers["content-disposition"].startswith('attachment; filename="ACME-NORD-00001.pdf"')


def test_approving_a_payout_that_was_changed_meanwhile_changes_nothing(place, anna):
    payout = place.payout(state="Pending")
    anna.get(f"/portal/payouts/{payout}")
    place.fire(payout, "hold", reason="x") if place.state(payout) == "Ready" else place.fire(
        payout, "reopen", reason="x"
    )
    place.fire(payout, "validate")
    anna.press("Approve")

    assert "The payout has changed since you looked at it" in anna.text
    assert place.state(payout) == "Pending"


def test_a_partner_objects_to_a_line_and_cannot_approve_until_it_is_resolved(place, anna):
    payout = place.payout(state="Pending")
    anna.get(f"/portal/payouts/{payout}").press("Object", reason="It was 120.")

    assert "dispute" in anna.text
    assert anna.page.xpath("//button[text()='Approve']/@disabled")


def test_a_partner_that_writes_its_own_invoice_uploads_it(place, anna):
    self_invoicing.opt_out(place.contact(), "NORD")
    payout = place.payout(state="Pending", ask=("invoice",))
    anna.get(f"/portal/payouts/{payout}").press("Upload", files={"invoice": ("own.pdf", PDF, "application/pdf")})
    anna.press("Approve")

    assert place.state(payout) == "Ready"
    assert "There is none: you had not opted in to self-invoicing when this was decided." in anna.text


def test_opting_in_out_and_changing_details_at_account_payouts(place, web):
    place.partner("OST", opted_in=False)
    people.add_contact(place.owner, "OST", "otto@example.com", "Otto")
    seat = next(each for each in seats(place, "OST") if each.name == "Otto")
    people.hand_over(place.owner, "OST", seat.id, reason="the first has left")
    otto = web.browser().sign_in("otto@example.com").get("/portal/account/payouts")
    filled = {name: value for name, value in DETAILS.items() if name != "accept_agreement"}
    otto.press("Keep", choice="opt_in", accept_agreement="yes", **filled)
    assert "Opted in to self-invoicing under agreement version 1" in otto.text
    otto.press("Keep", choice="opt_in", footer="Thank you")
    assert "Details kept" in otto.text
    assert "You are opted out." in otto.press("Keep", choice="opt_out", reason="own software").text


def seats(place, partner):
    with place.world.store.reading() as tx:
        return people.contacts(tx, place.owner, partner)


def test_what_is_wrong_with_the_details_is_told_beside_them(anna):
    anna.get("/portal/account/payouts").press("Keep", choice="opt_in", iban="DE00", tax_percent="-5")

    assert anna.at.status_code == 422
    assert anna.page.get_element_by_id("tax_percent-wrong") is not None
    assert anna.page.get_element_by_id("iban").value == "DE00"


def test_while_the_switch_is_off_the_page_says_so_and_opting_out_is_possible(place, anna):
    self_invoicing.set_switch(place.owner, on=False)
    anna.get("/portal/account/payouts")

    assert "does not offer self-invoicing at present" in anna.text
    assert "Opted out" in anna.press("Keep", choice="opt_out").text


def test_a_member_sees_the_page_and_may_not_change_it(place, web):
    people.add_contact(place.owner, "NORD", "ben@example.com", "Ben")
    ben = web.browser().sign_in("ben@example.com").get("/portal/account/payouts")

    assert "Only the main contact may change this." in ben.text
    assert "member may not 'opt out'" in ben.press("Keep", choice="opt_out").text


def test_contacts_are_invited_handed_over_to_and_removed(anna, web):
    anna.get("/portal/people").press("Invite", name="Ben", email="ben@example.com")
    assert "Ben may sign in now." in anna.text
    assert "already" in anna.press("Invite", name="Ben", email="ben@example.com").text
    anna.get("/portal/people").press("Make main contact")

    assert "Ben" in web.browser().sign_in("ben@example.com").text
    assert anna.get("/portal/people").page.xpath("//button[text()='Remove']") == []


def test_a_partner_sees_how_its_invoices_will_look_before_it_keeps_anything(place, anna):
    before = place.everything()
    anna.get("/portal/account/payouts").press("Show how invoices will look", choice="opt_in", footer="Vielen Dank")

    assert anna.page.xpath("//img[@class='look']/@src")[0].startswith("data:image/png;base64,iVBOR")
    assert anna.page.get_element_by_id("footer").text.strip() == "Vielen Dank"
    assert place.everything() == before


def test_what_is_missing_for_an_invoice_is_told_with_the_preview(place, anna):
    anna.get("/portal/account/payouts").press("Show how invoices will look", choice="opt_in", legal_name="", city="")

    assert "Your legal name is missing." in anna.text and "(partner)" not in anna.text


def asked(web):
    """A payout that waits for the partner's own invoice: it has opted out."""
    self_invoicing.opt_out(web.place.contact(), "NORD")
    return web.place.payout(state="Pending", ask=["invoice"])


def test_an_own_invoice_is_given_and_read_by_both_sides(web, anna, olga):
    payout = asked(web)
    anna.get(f"/portal/payouts/{payout}").press("Upload", files={"invoice": ("R 17.pdf", PDF, "application/pdf")})
    link = f"/payouts/{payout}/own-invoice"
    read = [olga.client.get(f"/console{link}"), anna.client.get(f"/portal{link}")]

    assert [each.content for each in read] == [PDF, PDF]
    assert read[0].headers["content-disposition"].startswith('attachment; filename="R-17.pdf"')
    assert olga.get(f"/console/payouts/{payout}").page.xpath(f"//a[@href='/console{link}']")


def test_an_own_invoice_from_before_its_name_was_kept_has_none_of_anybody_elses(web, anna):
    payout, older = asked(web), asked(web)
    anna.get(f"/portal/payouts/{payout}").press("Upload", files={"invoice": ("R 17.pdf", PDF, "application/pdf")})
    given = "UPDATE payout SET own_invoice = :sha256 WHERE id = :id"
    web.place.owner.transact(lambda tx: tx.run(given, sha256=sha256(PDF).hexdigest(), id=older))
    read = anna.client.get(f"/portal/payouts/{older}/own-invoice")

    assert read.content == PDF
    assert read.headers["content-disposition"].startswith('attachment; filename="own-invoice.pdf"')


def test_an_own_invoice_is_sent_so_often_and_no_more(web, anna):

    payout = asked(web)
    for number in range(MOST_UPLOADS + 1):
        file = ("R.pdf", b"%%PDF-1.7\n%d\n%%%%EOF\n" % number, "application/pdf")
        anna.get(f"/portal/payouts/{payout}").press("Upload", files={"invoice": file})

    assert "It was uploaded 20 times already. Ask the vendor." in anna.text
