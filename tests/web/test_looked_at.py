"""A button is of what was looked at: a document that came meanwhile changes nothing, somebody else's deed does."""

from dataclasses import replace

import pytest

from engine import crediting, definitions, partners, payouts
from engine.crediting import Chosen
from pipelines.writer import written
from tests.web.house import ALL_OPEN
from tests.web.program import program
from tests.worlds import ONBOARDING

CHANGED = "The payout has changed since you looked at it, so nothing was done. Look again and repeat."


@pytest.fixture
def place(web):
    return web.place


@pytest.fixture
def api(web):
    return program(web, role="admin")


def test_a_document_that_comes_meanwhile_makes_no_page_stale(place, olga):
    payout = place.payout(state="Ready")
    olga.get(f"/console/payouts/{payout}")
    place.work()
    olga.press("Mark paid")

    assert "The payout is Paid now." in olga.text
    assert [row.verb for row in place.history(payout)][-2:] == ["attach", "mark_paid"]


@pytest.mark.parametrize(("who", "place_of", "button"), [("olga", "console", "Accept"), ("anna", "portal", "Approve")])
def test_a_deed_that_was_done_meanwhile_does(request, place, who, place_of, button):
    person, payout = request.getfixturevalue(who), place.payout(state="Pending")
    person.get(f"/{place_of}/payouts/{payout}")
    place.fire(payout, "dispute", by=place.contact(), reason="It was 120.", data={"reward": "R1"})
    place.fire(payout, "resolve", reason="It was 100.", data={"reward": "R1"})
    before = place.history(payout)
    person.press(button, reason="agreed")

    assert (person.at.status_code, place.history(payout)) == (412, before)
    assert CHANGED in person.text
    assert person.press(button, reason="agreed").at.status_code == 200


def test_a_line_that_changed_meanwhile_does_too(place, olga):
    refused = place.reward(status="pending")
    payout = payouts.create(place.vendor(), "NORD", "EUR")
    olga.get(f"/console/payouts/{payout}")
    partners.settle_rewards(place.vendor(), [refused], status="refused", reason="no customer")
    olga.press("Cancel", reason="nothing is left")

    assert olga.at.status_code == 412
    assert CHANGED in olga.text


def test_what_was_credited_meanwhile_is_not_credited_once_more(place, olga, api):
    payout = place.payout(state="Ready")
    number = api.get(f"/payouts/{payout}").json()["invoice"]["number"]
    part = {"lines": [1], "amount": "20.00", "reason": "30 seats"}
    olga.get(f"/console/documents/{number}/about")
    api.post(f"/invoices/{number}/credit", json=part)
    olga.press("Issue the credit note", line="1", amount="20,00", reason="30 seats")

    assert (olga.at.status_code, f"Invoice {number} has changed since you looked at it" in olga.text) == (412, True)
    assert "Credited by ACME-NORD-C00001." in olga.text
    assert "1: R1, Lead R1, 100,00 €" in olga.text


def test_a_program_validates_the_sum_it_has_seen(place, api):
    dear = [place.reward(status="pending"), place.reward(status="pending")]
    payout = payouts.create(place.vendor(), "NORD", "EUR")
    seen = api.get(f"/payouts/{payout}").headers["etag"]
    api.post("/rewards/refuse", json={"references": dear[:1], "reason": "no customer"})
    path = f"/payouts/{payout}/triggers/cancel"
    stale = api.post(path, json={"reason": "why"}, headers={"If-Match": seen})
    now = api.get(f"/payouts/{payout}").headers["etag"]

    assert (stale.status_code, stale.json()["code"], now != seen) == (412, "stale", True)
    assert api.post(path, json={"reason": "why"}, headers={"If-Match": now}).is_success


def test_many_are_moved_as_they_were_looked_at_and_those_that_changed_since_are_told_and_left(place, olga):
    same, other = place.payout(state="Ready"), place.payout(state="Ready")
    crediting.credit(place.owner, place.view(other).invoice.number, Chosen((1,), amount="90.00"), reason="too much")
    olga.get("/console/payouts").press("See what would come of it", payout=[same, other], trigger="mark_paid")
    crediting.credit(place.owner, place.view(other).invoice.number, Chosen((1,), amount="9.00"), reason="too much")
    olga.press("Do it")

    assert "1 moved, 1 did not." in olga.text and "It has changed since you looked at it" in olga.text
    assert (place.state(same), place.state(other)) == ("Paid", "Ready")
    assert other in olga.page.xpath("//a[text()='Back to the payouts']/@href")[0]


def test_a_payout_moves_for_nobody_who_has_not_looked(place, olga):
    held, ready = place.payout(state="Ready"), place.payout(state="Ready")
    place.fire(held, "hold", reason="doubts")
    sent = {"csrf_token": olga.get("/console/payouts").token, "key": "k"}
    alone = olga.client.post(f"/console/payouts/{held}/release", data={**sent, "reason": "fine"})
    olga.client.post("/console/payouts/many", data={**sent, "trigger": "mark_paid", "payout": ready})
    unmarked = olga.client.post("/console/payouts/many", data={**sent, "trigger": "mark_paid", "seen": f"{ready}:"})

    assert (alone.status_code, unmarked.status_code) == (422, 422)
    assert (place.view(held).on_hold, place.state(ready)) == (True, "Ready")


def test_programs_are_held_to_the_very_version(place, api):
    payout = place.payout(state="Ready")
    seen = api.get(f"/payouts/{payout}").headers["etag"]
    place.work()
    stale = api.post(f"/payouts/{payout}/triggers/mark_paid", json={}, headers={"If-Match": seen})

    assert api.get(f"/payouts/{payout}").headers["etag"] != seen
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")


def test_billing_details_that_somebody_else_kept_meanwhile_stay(web, place, olga):
    kept = web.billhook.account(place.code).as_(place.owner.actor).self_invoicing
    olga.get("/console/account/payouts")
    kept.buyer(replace(kept.buyer_details(), city="Lyon"))
    olga.press("Keep", line1="2 rue Neuve")

    assert olga.at.status_code == 412 and "What invoices say of you has changed since you looked at it" in olga.text
    assert (kept.buyer_details().city, "2 rue Neuve" in olga.at.text) == ("Lyon", True)
    olga.press("Keep")
    assert (kept.buyer_details().city, kept.buyer_details().line1) == ("Lyon", "2 rue Neuve")


def test_numbers_that_somebody_else_chose_meanwhile_stay(web, place, olga):
    settings = web.billhook.account(place.code).as_(place.owner.actor).settings
    olga.get("/console/account/payouts")
    settings.number_format("{buyer}-{seller}-{n:07}", credit_notes="{buyer}-{seller}-C{n:07}", yearly=False)
    olga.press("Keep the numbers", pattern="{buyer}-{seller}-{n:06}")

    assert (olga.at.status_code, settings.get().number_format) == (412, "{buyer}-{seller}-{n:07}")
    assert olga.page.xpath("//input[@name='credit_notes']/@value") == ["{buyer}-{seller}-C{n:07}"]


def test_a_setting_that_is_sent_twice_is_kept_and_not_told_to_be_somebody_elses(olga):
    page = olga.get("/console/account/payouts").at
    olga.press("Keep the days", days="20")
    olga.at = page

    assert "It stands as you wrote it." in olga.press("Keep the days", days="20").text


def test_pipelines_that_somebody_else_published_meanwhile_stay_live(web, place, olga):
    text = olga.get("/console/pipelines/publish").page.xpath("//textarea")[0].text
    definitions.publish(place.owner, [replace(ONBOARDING, title="Theirs")])
    live = web.billhook.account(place.code).as_(place.owner.actor).pipelines.live
    olga.press("Publish", text=text.replace("Referral programme", "Mine"))

    assert (olga.at.status_code, "Theirs" in written(live())) == (412, True)
    assert "What is live has changed since you looked at it" in olga.text and "Mine" in olga.text
    olga.press("Publish")
    assert "Mine" in written(live())


def test_what_is_sent_again_after_a_stale_look_undoes_nothing_of_the_others(web, place, olga):
    kept = web.billhook.account(place.code).as_(place.owner.actor).self_invoicing
    olga.get("/console/account/payouts")
    kept.buyer(replace(kept.buyer_details(), city="Lyon", postcode="69001"))
    olga.press("Keep", line1="2 rue Neuve", city="Bordeaux")
    told = [olga.page.get_element_by_id(f"{name}-wrong").text for name in ("city", "postcode")]
    olga.press("Keep")

    details = kept.buyer_details()
    assert told == ["This was changed to 'Lyon' meanwhile; here is what you wrote.",
                    "This was changed meanwhile; here is what is kept now."]  # fmt: skip
    assert (details.line1, details.city, details.postcode) == ("2 rue Neuve", "Bordeaux", "69001")


def test_a_form_of_billing_details_that_comes_back_is_still_about_those_it_was_filled_in_for(web, place, olga):
    kept = web.billhook.account(place.code).as_(place.owner.actor).self_invoicing
    olga.get("/console/account/payouts").press("Keep", vat_number="FR1")
    kept.buyer(replace(kept.buyer_details(), city="Lyon"))
    olga.press("Keep", vat_number="")

    assert (olga.at.status_code, kept.buyer_details().city) == (412, "Lyon")


OLD, NEW = "DE89370400440532013000", "DE02120300000000202051"


@pytest.fixture
def seller(web, place):
    return web.billhook.account(place.code).main_contact("NORD").self_invoicing


def test_what_a_partner_did_not_touch_writes_over_nothing_that_was_changed_meanwhile(anna, seller):
    seller.change("NORD", {"iban": OLD, "bic": ""})
    anna.get("/portal/account/payouts")
    seller.change("NORD", {"iban": NEW})
    anna.press("Keep", line1="Neuer Wall 9")
    kept = seller.profile("NORD").seller

    assert (anna.at.status_code, kept.line1, kept.payment.iban) == (200, "Neuer Wall 9", NEW)


def test_a_draft_of_an_old_page_brings_no_old_account_back(anna, seller):
    seller.change("NORD", {"iban": OLD, "bic": ""})
    old = anna.get("/portal/account/payouts").at
    seller.change("NORD", {"iban": NEW})
    anna.at = old
    anna.press("Keep as draft", line1="Neuer Wall 9").get("/portal/account/payouts")

    assert [anna.page.forms[-1].fields[name] for name in ("line1", "iban")] == ["Neuer Wall 9", NEW]


def test_nobody_opts_in_with_details_that_are_others_than_the_page_showed(anna, seller):
    anna.get("/portal/account/payouts")
    seller.change("NORD", {"iban": NEW, "bic": ""})
    anna.press("Keep", line1="Neuer Wall 9", accept_agreement="yes")
    form = anna.page.get_element_by_id("filled")

    assert anna.at.status_code == 412 and "What invoices say of you has changed since you looked at it" in anna.text
    assert [form.fields[name] for name in ("line1", "iban", "accept_agreement")] == ["Neuer Wall 9", NEW, None]
    anna.press("Keep", accept_agreement="yes")
    assert (seller.profile("NORD").seller.line1, seller.profile("NORD").seller.payment.iban) == ("Neuer Wall 9", NEW)


@pytest.fixture
def answered_again(web, place):
    """The team's step is open, and `answered_again()` has it answered elsewhere and sent back."""
    definitions.publish(place.owner, [ALL_OPEN])
    account = web.billhook.account(place.code)
    owner, contact = account.as_(place.owner.actor).onboarding, account.main_contact("NORD").onboarding
    owner.start("NORD")
    return lambda: (contact.answer("NORD", "team", {"size": "four"}), owner.invalidate("NORD", "team", reason="5?"))


def test_a_step_that_was_answered_and_sent_back_meanwhile_is_not_answered_over(anna, answered_again):
    anna.get("/portal/onboarding/team")
    answered_again()
    anna.press("Done", size="three")

    assert anna.at.status_code == 412 and "The step has changed since you looked at it" in anna.text
    assert anna.page.get_element_by_id("filled").fields["size"] == "three"
    assert "is done" in anna.press("Done").text


def test_a_draft_of_an_old_page_hides_no_answer_that_was_given_meanwhile(anna, answered_again):
    anna.get("/portal/onboarding/team")
    answered_again()
    anna.press("Keep as draft").get("/portal/onboarding/team")

    assert anna.page.get_element_by_id("filled").fields["size"] == "four"
    assert "You have not sent this form yet" not in anna.text


def test_mails_that_were_chosen_in_another_window_stay_so(anna):
    first = anna.get("/portal/mail").at
    ticks = anna.page.xpath("//input[@name='wanted']/@value")
    anna.press("Keep", wanted=ticks[1:])
    anna.at = first
    anna.press("Keep", wanted=ticks[:-1], language="fr").get("/portal/mail")

    assert anna.page.xpath("//input[@name='wanted'][@checked]/@value") == ticks[1:-1]


@pytest.mark.parametrize(("button", "said"), [("Accept it", {}), ("Object", {"reason": "It was 30 seats."})])
def test_a_partner_says_nothing_of_an_invoice_that_was_credited_in_part_meanwhile(place, anna, api, button, said):
    number = api.get(f"/payouts/{place.payout(state='Ready')}").json()["invoice"]["number"]
    place.work()
    anna.get(f"/portal/documents/{number}/about")
    api.post(f"/invoices/{number}/credit", json={"lines": [1], "amount": "20.00", "reason": "30 seats"})
    anna.press(button, **said)

    assert (anna.at.status_code, api.get(f"/invoices/{number}").json()["state"]) == (412, "delivered")
    assert "Credited by ACME-NORD-C00001." in anna.text
    assert said.get("reason", "") in anna.text
    assert anna.press(button, **said).at.status_code == 200


def test_an_objection_that_an_older_tab_does_not_show_is_not_taken_back_there(web, place, anna):
    payout = place.payout(state="Ready")
    place.work()
    number = place.view(payout).invoice.number
    anna.get(f"/portal/documents/{number}/about")
    web.billhook.account(place.code).main_contact("NORD").invoices.contest(number, reason="30 seats, not 25.")
    anna.press("Accept it")

    assert (anna.at.status_code, place.view(payout).on_hold) == (412, True)
    assert "30 seats, not 25." in anna.text
    assert anna.press("Accept it").at.status_code == 200


def test_a_partner_objects_to_no_line_of_a_payout_that_changed_meanwhile(place, anna):
    payout = place.payout(state="Pending")
    anna.get(f"/portal/payouts/{payout}")
    place.fire(payout, "dispute", by=place.contact(), reason="It was 90.", data={"reward": "R1"})
    place.fire(payout, "resolve", reason="It was 100.", data={"reward": "R1"})
    before = place.history(payout)
    anna.press("Object", line="R1", reason="It was 120.")

    assert (anna.at.status_code, place.history(payout)) == (412, before)
    assert CHANGED in anna.text
    assert "It was 120." in anna.text
