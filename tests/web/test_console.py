"""The vendor's console, without JavaScript: what waits, partners, payouts one and many, settings, pipelines, tokens."""

from typing import get_args

import pytest

from billhook.web import words
from engine import definitions, onboarding, payouts, people, self_invoicing
from engine.billing.decision import Reason
from tests.fakes import PDF
from tests.worlds import DUE


@pytest.fixture
def place(web):
    return web.place


def pages(browser):
    return {href for href in browser.get("/console").page.xpath("//nav//a/@href") if href.startswith("/console")}


def test_every_page_of_the_menu_opens(place, olga):
    place.payout(state="Ready")
    found = {path: olga.get(path).at.status_code for path in pages(olga)}

    assert set(found.values()) == {200}
    assert len(found) >= 9


def test_home_shows_all_that_waits(place, web, olga, anna):
    draft = place.payout()
    place.hand_out()
    onboarding.start(place.vendor(), "NORD")
    anna.get("/portal/onboarding/guide").press("Done", viewed="yes")
    anna.get("/portal/onboarding/register").press(
        "Send for approval", files={"file": ("x.pdf", PDF, "application/pdf")}
    )
    olga.get("/console")

    assert "Register extract of NORD GmbH" in olga.text
    assert olga.page.xpath(f"//a[@href='/console/payouts/{draft}']")


def test_an_agreement_to_be_renewed_is_told_in_words(place, olga):
    self_invoicing.set_seller(place.contact(), "NORD", {"legal_name": "Nord AG"})
    payout = place.payout(state="Ready")
    told = [olga.get(each).at.text for each in ("/console", f"/console/payouts/{payout}")]

    assert ["No self-billing agreement is in force; the partner accepts one" in each for each in told] == [True, True]
    assert not any("renewal_needed" in each for each in told)


@pytest.mark.parametrize("table", [words.NO_INVOICE, words.NO_INVOICE_OF_PARTNER])
def test_every_reason_for_having_no_invoice_has_words(table):
    assert {*get_args(Reason), "cancelled", "not_decided", "not_ready"} == {*table}


def test_what_waits_for_an_answer_is_on_home_and_is_filtered_for(place, web, olga):
    payout, other = place.payout(state="Ready"), place.payout(state="Ready")
    web.work()
    number, accepted = (place.view(each).invoice.number for each in (payout, other))
    web.billhook.account(place.code).main_contact("NORD").invoices.contest(number, reason="30 seats, not 25.")
    places = ("/console", "/console/payouts?on_hold=yes", "/console/documents?contested=yes")
    shown = [olga.get(each).at.text for each in places]

    assert [f"/console/documents/{number}/about" in each for each in shown] == [True, False, True]
    assert [f"/console/payouts/{payout}" in each for each in shown] == [True, True, False]
    assert not any(f"/documents/{accepted}/" in each or other in each for each in shown)


def test_a_step_is_rejected_with_a_reason_and_approved(place, olga, anna):
    place.hand_out()
    onboarding.start(place.vendor(), "NORD")
    anna.get("/portal/onboarding/guide").press("Done", viewed="yes")
    for verb, told in (("Reject", "Action required"), ("Approve", "Completed")):
        anna.get("/portal/onboarding/register").press(
            "Send for approval", files={"file": ("x.pdf", PDF, "application/pdf")}
        )
        olga.get("/console/partners/NORD").press(f"{verb} Register extract", reason="Page two is missing.")
        assert f"Step 'Register extract' is {told} now." in olga.text


def test_a_partners_page_and_the_pipelines_say_until_when_a_step_is_to_be_done(place, web, olga):
    [published] = definitions.publish(place.owner, [DUE])
    onboarding.start(place.vendor(), "NORD")
    assert "Read the guide Pending Due 16 Nov 2026" in olga.get("/console/partners/NORD").text
    place.clock.advance(days=15)
    olga.sign_in(web.OLGA)

    assert "Read the guide Pending Overdue since 16 Nov 2026" in olga.get("/console/partners/NORD").text
    assert "due 14 days after it opens" in olga.get(f"/console/pipelines/{published.id}").text


def test_a_payout_goes_its_whole_way(place, olga):
    payout = place.payout()
    for button, told in (("Validate", "Pending"), ("Accept", "Ready"), ("Mark paid", "Paid")):
        olga.get(f"/console/payouts/{payout}").press(button, **({"reason": "agreed"} if button == "Accept" else {}))
        assert f"The payout is {told} now." in olga.text

    assert place.state(payout) == "Paid"


def test_a_refused_move_is_told_on_the_payouts_page(place, olga):
    payout = place.payout(state="Ready")
    place.fire(payout, "hold", reason="doubts")
    olga.get(f"/console/payouts/{payout}")
    seen = {"csrf_token": olga.token, "seen": olga.page.xpath("//input[@name='seen']/@value")[0]}
    olga.at = olga.client.post(f"/console/payouts/{payout}/mark_paid", data=seen, headers={"accept": "text/html"})

    assert olga.at.status_code == 409
    assert "on hold: doubts" in olga.text


def test_many_payouts_are_moved_after_a_look_at_what_would_come_of_it(place, olga):
    good, bad = place.payout(state="Draft"), place.payout(state="Pending")
    olga.get("/console/payouts").press("See what would come of it", payout=[good, bad], trigger="validate")
    assert "1 would move, 1 would not. Nothing has happened yet." in olga.text
    assert place.state(good) == "Draft"
    olga.press("Do it")

    assert "1 moved, 0 did not." in olga.text
    assert (place.state(good), bad in olga.at.text) == ("Pending", False)


def test_all_that_the_filters_find_are_moved_also_those_of_other_pages(place, olga):
    drafts, pending = [place.payout(state="Draft") for _ in range(52)], place.payout(state="Pending")
    olga.get("/console/payouts?state=Draft").press("See what would come of it", everything="yes", trigger="validate")
    assert "52 would move, 0 would not." in olga.text
    olga.press("Do it")

    assert {place.state(each) for each in drafts} == {"Pending"}
    assert pending[-8:] not in olga.text


def test_those_that_would_not_move_are_told_by_reason_with_a_way_to_each(place, olga):
    ready = [place.payout(state="Ready") for _ in range(2)]
    olga.get("/console/payouts").press("See what would come of it", payout=ready, trigger="validate")

    assert "2: It is Ready and cannot 'Validate'." in olga.text
    assert set(olga.page.xpath("//li//a/@href")) >= {f"/console/payouts/{each}" for each in ready}


def test_doing_it_twice_does_it_once(place, olga):
    good = place.payout(state="Draft")
    preview = olga.get("/console/payouts").press("See what would come of it", payout=[good], trigger="validate").at
    for _ in range(2):
        olga.at = preview
        olga.press("Do it")
        assert "1 moved, 0 did not." in olga.text

    assert [row.verb for row in place.history(good)].count("validate") == 1


def test_before_the_switch_goes_off_it_is_told_what_waits_and_afterwards_what_gets_no_invoice(place, olga):
    place.partner("SUD")
    self_invoicing.set_seller(place.contact("SUD"), "SUD", {"vat_number": ""})
    place.payout("SUD", state="Ready")
    shown = olga.get("/console/account/payouts").text

    assert "before their invoice can be issued: 1. Switched off, they get no invoice" in shown
    assert "Payouts that waited and get no invoice now: 1." in olga.press("Switch self-invoicing off").text
    assert "they get no invoice" not in olga.get("/console/account/payouts").text


def test_the_switch_and_the_settings(place, olga):
    olga.get("/console/account/payouts").press("Switch self-invoicing off")
    assert "Self-invoicing is off." in olga.text
    assert "Four eyes is on." in olga.press("Switch four eyes on").text
    assert "The numbers were kept." in olga.press("Keep the numbers", pattern="{buyer}-{seller}-{n:06}").text
    assert "is none; name one such as Europe/Paris" in olga.press("Keep the time zone", timezone="Mars").text


def test_payouts_are_made_by_themselves_from_the_day_that_is_chosen(place, olga):
    page = olga.get("/console/account/payouts").press("Keep the day", day="5")

    assert "Payouts are made by themselves on day 5 of each month." in page.text
    assert page.page.xpath("//select[@name='day']/option[@selected]/text()") == ["5"]
    assert "No payouts are made by themselves." in olga.press("Keep the day", day="0").text
    assert "31 is no day that every month has." in olga.press("Keep the day", day="31").text


def test_a_box_that_may_stay_empty_is_not_required_by_the_browser(olga):
    assert olga.get("/console/account/payouts").page.xpath("//input[@type='checkbox'][@required]") == []


def test_invoices_and_credit_notes_are_numbered_as_wanted_and_anew_each_year(olga):
    page = olga.get("/console/account/payouts").press("Keep the numbers", yearly="yes")
    assert "would give a number again in another year. Put {year} in it" in page.text
    page.press("Keep the numbers", pattern="{buyer}-{seller}-{year}-{n}", credit_notes="{buyer}-{seller}-{year}-C{n}",
               yearly="yes")  # fmt: skip

    assert "The numbers were kept." in page.text
    assert page.page.get_element_by_id("credit_notes").value == "{buyer}-{seller}-{year}-C{n}"
    assert page.page.xpath("//input[@name='yearly']/@checked")


def test_the_days_of_silence_are_kept_for_agreements_to_come(olga):
    page = olga.get("/console/account/payouts").press("Keep the days", days="21")

    assert "Agreements from now on say 21 days of silence." in page.text
    assert page.page.get_element_by_id("days").value == "21"
    assert "365 is not from 1 to 90." in olga.press("Keep the days", days="365").text


def test_jobs_that_wait_are_parked_with_a_reason_and_tried_again(web, olga):
    web.place.payout(state="Ready")
    page = olga.get("/console/jobs?status=pending")
    job = page.page.xpath("//tr[td='Issue invoice']//input[@name='job']/@value")[0]

    assert "'park jobs' needs a reason, which is kept with it." in page.press("Park the chosen", job=[job]).text
    assert "1 job(s) are parked." in page.press("Park the chosen", job=[job], reason="The printer is away.").text
    assert "parked by hand: The printer is away." in page.text
    assert "1 job(s) are tried again." in page.press("Try the chosen again, or all", job=[job]).text


def test_wrong_billing_details_are_told_beside_their_field(olga):
    olga.get("/console/account/payouts").press("Keep", vat_number="DE1", payment_days="soon")
    assert olga.page.get_element_by_id("payment_days-wrong").text == "A whole number of days, such as 30."
    olga.press("Keep", vat_number="DE1", payment_days="30")

    assert olga.page.get_element_by_id("vat_number-wrong") is not None


def test_a_viewer_sees_the_settings_and_may_not_change_them(web, olga):
    olga.get("/console/people").press("Invite", name="Vic", email="vic@example.com", role="viewer")
    vic = web.browser().sign_in("vic@example.com").get("/console/account/payouts")

    assert "Only owners and admins may change this." in vic.text
    assert not vic.page.xpath("//main//button")


def test_a_token_is_shown_once(olga):
    olga.get("/console/tokens").press("Make it", name="Platform", role="manager", scope=["payouts:read"])
    token = olga.page.xpath("//pre/code/text()")[0]

    assert token.startswith("bh_")
    assert token not in olga.get("/console/tokens").at.text
    assert "revoked" in olga.press("Revoke").text


def test_a_file_is_checked_with_its_problems_marked_and_published(olga, root):
    text = (root / "pipelines.yaml").read_text()
    olga.get("/console/pipelines/publish").press("Publish", text="onboarding: 3")
    assert olga.at.status_code == 422
    assert any("1 | onboarding: 3\n       |             ^" in each.text for each in olga.page.xpath("//ol//pre"))
    olga.press("Publish", text=text)

    assert "Live now:" in olga.text


def test_a_new_file_begins_with_what_is_live(olga):
    text = olga.get("/console/pipelines/publish").page.get_element_by_id("text").text

    assert text.strip().startswith("version: 1\nonboarding:\n")
    assert "(unchanged)" in olga.press("Publish").text


def test_a_version_says_who_is_under_way_on_it_and_how_it_is_written(web, olga):
    onboarding.start(web.place.vendor(), "NORD")
    page = olga.get(olga.get("/console/pipelines").page.xpath("//tr[td='onboarding']//a/@href")[0])

    assert "NORD NORD GmbH" in page.text
    assert "action: self_invoicing" in page.page.xpath("//details/pre")[0].text


def test_a_lifecycle_is_drawn(olga):
    pipeline = olga.get("/console/pipelines").page.xpath("//tr[td='payout']//a/@href")[0]

    assert olga.get(pipeline).page.xpath("//svg/@aria-label") == ["Payout: Draft, Pending, Ready, Paid, Cancelled"]


def test_a_partner_is_added_and_its_onboarding_begun(olga):
    olga.get("/console/partners/new").press("Add", code="WEST")
    assert olga.at.status_code == 422
    olga.press("Add", code="WEST", name="West Ltd", country="GB", language="en", main_contact_name="Will",
               main_contact_email="will@example.com")  # fmt: skip
    assert "Partner WEST was added." in olga.text
    assert "The onboarding has begun." in olga.press("Begin it").text


def test_a_draft_that_comes_to_less_than_nothing_is_cancelled_so_that_a_later_one_nets_it(place, olga):
    place.reward(amount="100.00")
    place.reward(amount="-450.00")
    payout = payouts.create(place.vendor(), "NORD", "EUR")
    assert "Nothing to pay" in olga.get(f"/console/payouts/{payout}").text
    olga.press("Cancel it, net them later")
    assert "The payout is Cancelled now." in olga.text
    place.reward(amount="500.00")
    olga.get("/console/payouts").press("Make it of all eligible rewards", partner="NORD", currency="EUR")

    assert "150,00 € to pay" in olga.text


def test_a_partners_history_names_steps_and_agreements(place, olga, anna):
    place.hand_out()
    onboarding.start(place.vendor(), "NORD")
    anna.get("/portal/onboarding/guide").press("Done", viewed="yes")
    olga.get("/console/partners/NORD/agreements").press("Offer the agreement")
    told = olga.get("/console/partners/NORD").text

    assert "Answered step 'Read the guide' → Completed by Anna Schmidt (main contact)" in told
    assert "The self-billing agreement was offered, text 2026-1 by Olga Owner" in told


def test_a_partner_with_a_long_history_shows_its_newest_deeds_and_leads_on_to_older_ones(place, olga):
    for number in range(25):
        people.add_contact(place.owner, "NORD", f"c{number}@example.com", f"Contact {number}")
    newest = olga.get("/console/partners/NORD")
    first = newest.page.xpath("//ol[@class='history']/li")
    (on,) = newest.page.xpath("//a[@rel='next']/@href")
    older = olga.get(f"/console/partners/NORD{on}").page.xpath("//ol[@class='history']/li")

    assert len(first) == 20 and "Contact 24" in first[0].text_content()
    assert "Contact 4" in older[0].text_content()
    assert olga.get("/console/partners/NORD?after=x").at.status_code == 422


def test_a_pipeline_is_told_in_words_and_by_the_names_of_its_file(place, olga):
    place.payout()
    payout = place.one("SELECT id FROM definition WHERE account_id = :account AND kind = 'payout'").id
    page = olga.get(f"/console/pipelines/{payout}").page

    assert [each.text_content() for each in page.xpath("//*[@title='mark_paid']")] == ["Mark paid"]
    assert "mark_paidMark paid" in [each.text_content() for each in page.xpath("//svg//text")]
    assert page.xpath("//*[@title='not_on_hold']")[0].text_content() == "the payout is not on hold"


def test_of_many_payouts_a_role_is_offered_what_it_may_do(place, web, olga):
    place.payout(state="Ready")
    olga.get("/console/people").press("Invite", name="Fin", email="fin@example.com", role="finance")
    fin = web.browser().sign_in("fin@example.com").get("/console/payouts")
    offered = [browser.get("/console/payouts").page.xpath("//select[@name='trigger']/option/@value")
               for browser in (fin, olga)]  # fmt: skip

    assert offered[0] == ["mark_paid"]
    assert "approve" not in offered[1]
    assert {"validate", "cancel", "mark_paid"} < set(offered[1])


def test_in_what_happened_the_newest_is_marked_wherever_it_stands(place, olga):
    payout = place.payout(state="Ready")
    onboarding.start(place.vendor(), "NORD")
    partner, ready = (olga.get(f"/console/{path}").page for path in ("partners/NORD", f"payouts/{payout}"))

    assert partner.xpath("//ol[@class='history']/li[@class='now']") == partner.xpath("//ol[@class='history']/li[1]")
    assert ready.xpath("//ol[@class='history']/li[@class='now']") == ready.xpath("//ol[@class='history']/li[last()]")


def test_finance_takes_what_is_to_be_paid_along_as_a_sheet(place, olga):
    place.payout(state="Ready")
    (way,) = olga.get("/console/payouts?state=Ready").page.xpath("//a[contains(., '(CSV)')]/@href")
    sheet = olga.get(way).at

    assert (way, sheet.headers["content-type"][:8]) == ("/console/payouts/sheet?state=Ready", "text/csv")
    assert "ACME-NORD-00001" in sheet.text
