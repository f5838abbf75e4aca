"""What a payout's page tells its partner: what happens next, and when things happened, by the account's clocks."""

from dataclasses import replace

import pytest

from engine import accounts, definitions, people, self_invoicing
from tests.worlds import ANOTHER_VAT_NUMBER, PAYOUT


@pytest.fixture
def place(web):
    return web.place


def next_step(browser, payout):
    (heading,) = browser.get(f"/portal/payouts/{payout}").page.xpath("//h2[text()='What happens next']")
    return heading.getnext().text.strip()


def test_one_that_waits_for_the_partner_says_so_until_it_is_paid(place, anna):
    payout = place.payout(state="Pending")
    told = [next_step(anna, payout)]
    for trigger, reason in (("accept", "by phone"), ("hold", "a question"), ("release", "answered"), ("mark_paid", "")):
        place.fire(payout, trigger, reason=reason)
        told.append(next_step(anna, payout))

    assert told == [
        "It waits for your approval. Something wrong with a line? Object to it, and Acme answers.",
        "Acme pays it.",
        "It is on hold: Acme pays it once the hold has ended.",
        "Acme pays it.",
        "Nothing: it is paid.",
    ]


def test_one_that_cannot_be_approved_yet_says_why(place, anna):
    payout = place.payout(state="Pending")
    anna.get(f"/portal/payouts/{payout}").press("Object", reason="It was 120.")

    assert next_step(anna, payout).startswith("It waits until it can be approved: ")


def test_a_member_reads_that_it_waits_for_the_main_contact(place, web):
    people.add_contact(place.owner, "NORD", "mia@example.com", "Mia Member")
    payout = place.payout(state="Pending")

    assert next_step(web.browser().sign_in("mia@example.com"), payout).endswith("by your main contact.")


def test_one_that_was_reopened_is_shown_as_being_revised_and_nothing_of_it(place, anna):
    payout, path = place.payout(state="Pending"), "/portal/payouts"
    place.fire(payout, "reopen", reason="one more")
    listed = (anna.get(path).text, anna.get("/portal").text)

    assert all("is being revised." in text and "There are no payouts yet" not in text for text in listed)
    assert anna.page.xpath(f"//a[@href='{path}/{payout}']")
    assert "Acme has been revising it since" in anna.get(f"{path}/{payout}").text
    assert "100" not in anna.page.xpath("//main")[0].text_content()


def test_what_is_pressed_on_an_older_tab_of_it_says_so(place, anna):
    payout = place.payout(state="Pending")
    anna.get(f"/portal/payouts/{payout}")
    place.fire(payout, "reopen", reason="one more")
    anna.press("Approve")

    assert (anna.at.status_code, place.state(payout)) == (412, "Draft")
    assert "The payout is being revised by now, so nothing was done." in anna.text


def test_one_whose_invoice_lacks_something_is_paid_all_the_same(place, anna):
    self_invoicing.set_seller(place.contact(), "NORD", {"vat_number": ANOTHER_VAT_NUMBER})
    payout = place.payout(state="Ready")

    assert next_step(anna, payout).startswith("Acme pays it. Its invoice follows as soon as")


def test_one_that_was_cancelled_says_that_nothing_follows(place, anna):
    payout = place.payout(state="Pending")
    place.fire(payout, "cancel", reason="twice")

    assert next_step(anna, payout) == "Nothing: it was cancelled."
    assert "There is none: the payout was cancelled." in anna.text


@pytest.mark.parametrize("withdrawn", ["switched off", "opted out"])
def test_why_there_was_no_invoice_is_told_as_it_was_decided_whatever_holds_now(place, anna, olga, withdrawn):
    off = withdrawn == "switched off"
    self_invoicing.set_switch(place.owner, on=False) if off else self_invoicing.opt_out(place.contact(), "NORD")
    payout = place.payout(state="Paid")
    self_invoicing.set_switch(place.owner, on=True) if off else place.opt_in("NORD")
    told = [browser.get(f"/{door}/payouts/{payout}").text for browser, door in ((anna, "portal"), (olga, "console"))]

    assert ("Acme did not issue invoices" if off else "you had not opted in to self-invoicing") in told[0]
    assert ("self-invoicing was switched off" if off else "the partner had not opted in") in told[1]
    assert all("when this was decided." in text for text in told)


def test_one_whose_pipeline_issues_no_invoice_does_not_say_that_it_is_not_ready(place, anna, olga):
    silent = tuple(replace(state, on_enter=()) for state in PAYOUT.states)
    definitions.publish(place.owner, [replace(PAYOUT, states=silent)])
    payout = place.payout(state="Paid")

    assert "There is none: payouts of this kind are not invoiced" in anna.get(f"/portal/payouts/{payout}").text
    assert "None: its pipeline issues none by itself." in olga.get(f"/console/payouts/{payout}").text


def test_times_and_days_are_those_of_the_account(place, anna):
    accounts.set_timezone(place.owner, "Pacific/Auckland")
    place.payout(state="Ready")
    place.work()

    assert "03.11.2026" in anna.get("/portal/documents").text
    assert "03.11.2026, 01:00" in anna.get("/portal/documents/ACME-NORD-00001/about").text
    assert "Times are those of Pacific/Auckland." in anna.text


def test_an_objection_without_a_word_is_told_beside_it_and_the_line_stays_chosen(place, anna):
    payout = place.payout(state="Pending")
    anna.get(f"/portal/payouts/{payout}").press("Object", reason=" ")

    assert anna.at.status_code == 422
    assert anna.page.get_element_by_id("reason-wrong").text == "Say in a sentence what is wrong with it."
    assert anna.page.xpath("//details[@open]/summary[text()='Object to a line']")


def test_a_reason_that_is_too_long_is_kept_and_the_limit_said_beside_it(place, anna):
    payout = place.payout(state="Pending")
    anna.get(f"/portal/payouts/{payout}").press("Object", reason="x" * 2001)

    assert "at most 2000 fit" in anna.page.get_element_by_id("reason-wrong").text
    assert anna.page.get_element_by_id("reason").text.strip() == "x" * 2001


@pytest.mark.parametrize(("who", "button", "state"), [("anna", "Object", "Pending"), ("olga", "Cancel", "Ready")])
def test_a_page_that_was_sent_already_and_is_sent_with_another_reason_says_so(request, place, who, button, state):
    person, payout = request.getfixturevalue(who), place.payout(state=state)
    form = person.get(f"/{'portal' if who == 'anna' else 'console'}/payouts/{payout}").at
    person.press(button, reason="It was 120.")
    person.at, before = form, place.history(payout)
    person.press(button, reason="It was 130.")

    assert (person.at.status_code, place.history(payout)) == (422, before)
    assert "This form was sent before, filled in otherwise, and that was done." in person.text
    assert "Key 'page:" not in person.text


def test_a_disputed_line_is_marked_with_what_was_said(place, anna):
    payout = place.payout(state="Pending")
    anna.get(f"/portal/payouts/{payout}").press("Object", reason="It was 120.")

    (row,) = anna.get(f"/portal/payouts/{payout}").page.find_class("disputed")
    assert "Under dispute: It was 120." in row.text_content()


def test_an_own_invoice_is_asked_for_only_where_the_payout_asks_for_one(place, anna):
    self_invoicing.opt_out(place.contact(), "NORD")
    asking, reviewing = place.payout(state="Pending", ask=["invoice"]), place.payout(state="Pending")
    offered = [
        anna.get(f"/portal/payouts/{each}").page.xpath("//input[@name='invoice']") for each in (asking, reviewing)
    ]

    assert [len(each) for each in offered] == [1, 0]


def test_uploading_nothing_is_told_beside_the_file(place, anna):
    self_invoicing.opt_out(place.contact(), "NORD")
    payout = place.payout(state="Pending", ask=["invoice"])
    anna.get(f"/portal/payouts/{payout}").press("Upload")

    assert anna.page.get_element_by_id("invoice-file-wrong").text == "Choose the file first."


def test_a_payout_is_named_by_its_day_and_a_partner_reads_nothing_of_its_draft(place, anna):
    payout = place.payout(state="Pending")
    anna.get(f"/portal/payouts/{payout}")

    assert "Payout of 02.11.2026" in anna.text
    assert "Draft" not in anna.text
    assert payout[-8:] not in anna.text


def test_one_whose_invoice_waits_leads_to_account_payouts(place, anna):
    self_invoicing.set_seller(place.contact(), "NORD", {"vat_number": ANOTHER_VAT_NUMBER})
    payout = place.payout(state="Ready")
    (invoice,) = anna.get(f"/portal/payouts/{payout}").page.xpath("//section[@id='invoice']")

    assert "The agreement has to be renewed." in invoice.text_content()
    assert invoice.xpath(".//a/@href") == ["/portal/account/payouts"]


def test_when_it_was_paid_and_by_which_reference_stands_on_both_sides_pages(web, anna, olga):
    payout = web.place.payout(state="Ready")
    web.place.fire(payout, "mark_paid", data={"payment_reference": "SEPA-7"})
    pages = [anna.get(f"/portal/payouts/{payout}"), olga.get(f"/console/payouts/{payout}")]

    assert all("Paid on" in page.text and "reference SEPA-7" in page.text for page in pages)
