"""The console: forms come back with what was typed, who may what, payouts and people by name."""

import pytest

from engine import crediting, onboarding, people, self_invoicing
from engine.contracts import Document
from tests.fakes import PDF


@pytest.fixture
def place(web):
    return web.place


FORMS = [
    ("/console/account/payouts", "Keep the numbers", {"pattern": "INV-{n}", "credit_notes": "C-{n}"}, "pattern"),
    ("/console/account/payouts", "Keep the time zone", {"timezone": "Mars/X"}, "timezone"),
    ("/console/partners/NORD/tax", "Tax it so", {"rate": "abc", "reason": "as agreed", "category": "E"}, "rate"),
    ("/console/payouts", "Make it of all eligible rewards", {"partner": "NOBODY", "currency": "USD"}, "new-partner"),
    ("/console/payouts", "Make it of all eligible rewards", {"partner": "NORD", "currency": "USD"}, "new-partner"),
    ("/console/tokens", "Make it", {"name": "Shop", "role": "finance", "scope": []}, "scope"),
    ("/console/webhooks", "Add it", {"url": "nowhere", "type": ["payout.ready"]}, "url"),
    ("/console/partners/NORD", "Invite", {"name": "Zoe", "email": "nowhere"}, "email"),
    ("/console/people", "Invite", {"name": "Zoe", "email": "nowhere", "role": "finance"}, "email"),
]


@pytest.mark.parametrize(("path", "button", "typed", "field"), FORMS)
def test_a_form_comes_back_with_what_was_typed_and_the_problem_beside_its_field(olga, path, button, typed, field):
    olga.get(path).press(button, **typed)
    form = next(
        each for each in olga.page.forms if button in each.text_content() and each.xpath(".//*[@class='wrong']")
    )
    told = form.xpath(".//small[@class='wrong']/@id")

    assert olga.at.status_code == 422
    assert [each.removesuffix("-wrong").split("-")[-1] for each in told] == [field.split("-")[-1]]
    assert {
        name: form.inputs[name].value for name in typed if name in ("name", "reason", "partner", "url", "role")
    } == {name: value for name, value in typed.items() if name in ("name", "reason", "partner", "url", "role")}
    assert not form.xpath("ancestor::details[not(@open)]")


def test_a_filter_by_a_partner_that_nobody_knows_finds_nothing(place, olga):
    payout = place.payout()

    assert "No payout fits." in olga.get("/console/payouts?partner=NOBODY").text
    assert olga.get("/console/payouts?partner=nord").page.xpath(f"//td/a[@href='/console/payouts/{payout}']")
    assert "No invoice fits" in olga.get("/console/documents?partner=NOBODY").text


def test_a_viewer_is_offered_nothing_that_only_others_may(place, web, olga):
    payout = place.payout()
    people.invite(place.owner, "vic@example.com", "Vic", role="viewer")
    vic = web.browser().sign_in("vic@example.com")
    paths = ["/console/payouts", f"/console/payouts/{payout}", "/console/partners", "/console/partners/NORD",
             "/console/partners/NORD/tax", "/console/partners/NORD/agreements", "/console/pipelines"]  # fmt: skip
    buttons = {
        path: vic.get(path).page.xpath("//main//form[@method='post']//button | //main//a[@role='button']")
        for path in paths
    }

    assert {path: len(found) for path, found in buttons.items() if found} == {}
    assert not vic.page.xpath("//nav//a[@href='/console/tokens'] | //nav//a[@href='/console/webhooks']")


def test_a_refusal_for_the_role_says_who_may(web, place):
    people.invite(place.owner, "vic@example.com", "Vic", role="viewer")
    vic = web.browser().sign_in("vic@example.com").get("/console")
    path, data = "/console/partners/NORD/steps/guide/approve", {"csrf_token": vic.token}
    vic.at = vic.client.post(path, data=data, headers={"accept": "text/html"})

    assert vic.at.status_code == 403
    assert "viewer may not 'approve'. It is for: owners, admins and managers. Ask one of them." in vic.text


def test_a_payout_is_called_by_its_partner_and_the_day_it_was_made(place, olga):
    payout = place.payout()
    page = olga.get(f"/console/payouts/{payout}").page

    assert page.xpath("//title/text()") == ["NORD, 2 Nov 2026"]
    assert f"Id, for support and the API: {payout}" in olga.text
    assert olga.get("/console/payouts").page.xpath(f"//a[@href='/console/payouts/{payout}']/text()") == ["2 Nov 2026"]


def test_a_contact_is_removed_and_another_made_the_main_one_after_a_second_look(place, olga):
    people.add_contact(place.owner, "NORD", "zoe@example.com", "Zoe")
    olga.get(olga.get("/console/partners/NORD").page.xpath("//a[text()='Make main contact']/@href")[0])
    assert "needs a reason" in olga.press("Hand over to Zoe", reason="").text
    assert "The main contact is another one now" in olga.press("Hand over to Zoe", reason="Anna has left.").text
    olga.get(olga.page.xpath("//li/a[text()='Remove']/@href")[0])
    olga.press(olga.page.xpath("//main//form//button/text()")[0])

    assert "Their access has ended." in olga.text


def test_a_payout_s_asking_is_chosen_when_it_is_made(place, olga):
    place.reward()
    olga.get("/console/payouts").press("Make it of all eligible rewards", partner="nord", currency="eur", ask="nothing")

    assert "The payout is Ready now." in olga.press("Validate").text


def test_many_are_paid_under_one_reference_and_the_way_back_keeps_the_filters(place, olga):
    ready = place.payout(state="Ready")
    olga.get("/console/payouts?state=Ready&partner=NORD").press(
        "See what would come of it", payout=[ready], trigger="mark_paid", payment_reference="SEPA 7"
    )
    back = olga.page.xpath("//a[text()='Back to the payouts']/@href")[0]
    olga.press("Do it")

    assert back == f"/console/payouts?state=Ready&partner=NORD&payout={ready}"
    assert olga.get(back).at.status_code == 200
    assert place.one("SELECT payment_reference FROM payout").payment_reference == "SEPA 7"


def test_a_dispute_is_answered_by_choosing_among_the_lines_in_question(place, olga):
    payout = place.payout(state="Pending")
    assert not olga.get(f"/console/payouts/{payout}").page.xpath("//summary[contains(., 'Resolve')]")
    reference = place.one("SELECT reference FROM reward").reference
    place.fire(payout, "dispute", by=place.contact(), reason="30 seats", data={"reward": reference})
    olga.get(f"/console/payouts/{payout}")

    assert "under dispute" in olga.text
    assert olga.page.xpath("//select[@name='reward']/option/@value") == [reference]


def test_partners_are_found_by_code_or_name_and_show_how_far_they_are(place, olga):
    place.partner("SUED")

    assert "NORD GmbH" in olga.get("/console/partners?search=nord gm").text
    assert not olga.page.xpath("//td/a[text()='SUED']")
    assert "No partner fits." in olga.get("/console/partners?search=%25").text


def test_a_timeline_names_who_did_it_and_a_partner_reads_the_vendor_s_name(place, olga, anna):
    payout = place.payout()
    olga.get(f"/console/payouts/{payout}").press("Validate")

    assert "by Olga Owner (owner)," in olga.text
    assert "by Acme," in anna.get(f"/portal/payouts/{payout}").text
    assert "Olga" not in anna.text


def test_activity_says_who_did_what_to_whom(place, olga):
    olga.get("/console/people").press("Invite", name="Felix", email="felix@example.com", role="finance")
    onboarding.start(place.vendor(), "NORD")
    olga.get("/console/partners/NORD").press("Skip Newsletter", reason="not needed")
    told = [" ".join(row.text_content().split()) for row in olga.get("/console/activity").page.xpath("//tbody/tr")]

    assert any("Olga Owner owner Skipped step 'Newsletter'" in each for each in told)
    assert any("Olga Owner owner Gave Felix a seat as finance" in each for each in told)


def test_a_payout_whose_invoice_was_taken_back_is_invoiced_again_on_its_page(place, olga):
    payout = place.payout(state="Ready")
    place.work()
    crediting.credit(place.owner, "ACME-NORD-00001", reason="wrong")
    olga.get(f"/console/payouts/{payout}").press("Issue it", reason="again")

    assert [row.number[-5:] for row in place.invoices() if row.type_code == "389"] == ["00001", "00002"]


@pytest.mark.parametrize("refused", ["own invoice", "opted out", "switched off"])
def test_an_invoice_is_not_offered_where_it_must_be_refused(place, olga, refused):
    self_invoicing.opt_out(place.contact(), "NORD")
    payout = place.payout(state="Pending", ask=["invoice"])
    if refused == "own invoice":
        own = {"invoice": Document("R 17.pdf", "application/pdf", PDF)}
        place.fire(payout, "upload_invoice", by=place.contact(), uploads=own)
    place.fire(payout, "accept", reason="by phone")
    if refused != "opted out":
        place.opt_in("NORD")
    if refused == "switched off":
        self_invoicing.set_switch(place.owner, on=False)

    assert "Issue an invoice now" not in olga.get(f"/console/payouts/{payout}").text


def test_an_invoice_that_may_not_be_issued_any_more_is_refused_on_the_page(place, olga):
    self_invoicing.opt_out(place.contact(), "NORD")
    payout = place.payout(state="Ready")
    place.opt_in("NORD")
    olga.get(f"/console/payouts/{payout}")
    self_invoicing.opt_out(place.contact(), "NORD")
    olga.press("Issue it", reason="agreed")

    assert olga.at.status_code == 409
    assert "No invoice: the partner has not opted in to self-invoicing." in olga.text
