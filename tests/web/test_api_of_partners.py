"""What a partner's own programs do by the HTTP API, in its main contact's name, and what they never see."""

import base64
import json

import pytest

from engine import people
from tests.fakes import PDF
from tests.web.program import program, program_of, program_of_contact
from tests.worlds import ANSWERS, DETAILS

FILE = {"filename": "R-17.pdf", "media_type": "application/pdf", "base64": base64.b64encode(PDF).decode()}
OPT_IN = {**DETAILS, "accept_agreement": "yes"}


@pytest.fixture
def vendor(web):
    return program(web, role="admin")


@pytest.fixture
def nord(web):
    return program_of(web)


@pytest.fixture
def wald(web):
    """A program of another partner, which has not opted in."""
    web.place.hand_out()
    web.place.partner("WALD", opted_in=False)
    return program_of(web, "WALD")


def terms(client):
    """Those of the agreement that the partner's program reads."""
    return client.post("/partners/WALD/self-invoicing/agreement", json={"answer": {}}).json()["terms"]


def answered(client, step):
    given = {"file": FILE} if step == "register" else ANSWERS[step]
    if step == "invoicing":
        given = {**given, "agreement_terms": terms(client)}
    return client.post(f"/partners/WALD/run/steps/{step}/answer", json={"answer": given})


def of_a_member(web):
    """The seat of Mia, a member of NORD, and a program of hers."""
    account = web.billhook.account(web.place.code)
    anna = account.main_contact("NORD")
    seat = anna.people.add_contact("NORD", "mia@example.com", "Mia")
    actor = next(each for each in anna.people.contacts("NORD") if each.id == seat).actor()
    return seat, program_of_contact(web, account.as_(actor))


def test_a_partner_s_program_goes_the_whole_way_from_onboarding_to_an_accepted_invoice(web, vendor, wald):
    vendor.post("/partners/WALD/run", json={})
    answers = [answered(wald, step).status_code for step in ("guide", "newsletter", "register", "team", "terms")]
    vendor.post("/partners/WALD/run/steps/register/approve", json={})
    opted_in = answered(wald, "invoicing")
    payout = web.place.payout("WALD", state="Pending")
    approved = wald.post(f"/payouts/{payout}/triggers/approve", json={}, headers={"Idempotency-Key": "november"})
    web.place.work()
    number = wald.get(f"/payouts/{payout}").json()["invoice"]["number"]
    accepted = wald.post(f"/invoices/{number}/accept")

    assert answers == [200] * 5
    assert (opted_in.status_code, wald.get("/partners/WALD/run").json()["status"]) == (200, "Completed")
    assert (approved.status_code, approved.json()["target"]) == (200, "Ready")
    assert (accepted.status_code, vendor.get(f"/invoices/{number}").json()["state"]) == (200, "accepted")


def test_opting_in_and_out_details_and_renewing_are_a_partner_s_program_s_to_do(wald):
    path = "/partners/WALD/self-invoicing"
    done = [
        wald.post(f"{path}/opt-in", json={"answer": {**OPT_IN, "agreement_terms": terms(wald)}}),
        wald.patch(f"{path}/details", json={"answer": {"footer": "Thank you."}}),
        wald.post("/partners/WALD/agreements/renew", json={"terms": terms(wald)}),
        wald.get("/partners/WALD/agreements/2"),
        wald.post(f"{path}/opt-out", json={"reason": "own software"}),
    ]

    assert [each.status_code for each in done] == [200] * 5
    assert done[3].json()["method"] == "api"
    assert wald.get(path).json()["choice"] == "opted_out"


@pytest.mark.parametrize(
    ("path", "body"), [("self-invoicing/opt-in", {"answer": OPT_IN}), ("agreements/renew", {})], ids=str
)
def test_a_program_that_does_not_say_which_text_was_read_accepts_none(wald, path, body):
    wald.post("/partners/WALD/self-invoicing/opt-in", json={"answer": {**OPT_IN, "agreement_terms": terms(wald)}})
    refused = wald.post(f"/partners/WALD/{path}", json=body)

    assert (refused.status_code, refused.json()["problems"][0]["field"]) == (422, "agreement_terms")
    assert "say which text was read, by its `terms`" in refused.json()["detail"]
    assert len(wald.get("/partners/WALD/agreements").json()) == 1


def test_a_line_is_disputed_an_own_invoice_given_and_an_issued_one_contested(web, nord):
    asked = web.place.payout(state="Pending", ask=("review", "invoice"))
    given = nord.post(f"/payouts/{asked}/triggers/upload_invoice", json={"uploads": {"invoice": FILE}})
    line = nord.get(f"/payouts/{asked}/explain").json()["lines"][0]["reference"]
    disputed = nord.post(f"/payouts/{asked}/triggers/dispute", json={"reason": "no", "data": {"reward": line}})
    ready = web.place.payout(state="Ready")
    web.place.work()
    number = nord.get(f"/payouts/{ready}").json()["invoice"]["number"]
    contested = nord.post(f"/invoices/{number}/contest", json={"reason": "too little"})

    assert [each.status_code for each in (given, disputed, contested)] == [200] * 3
    assert nord.get(f"/payouts/{asked}/own-invoice").content == PDF


def test_the_same_bytes_keep_the_name_under_which_each_partner_gave_them_as_its_own_invoice(web, nord, wald):
    given = []
    for client, partner, name in ((wald, "WALD", "Falcon.pdf"), (nord, "NORD", "facture 17")):
        payout = web.place.payout(partner, state="Pending", ask=("review", "invoice"))
        sent = {"uploads": {"invoice": FILE | {"filename": name}}}
        assert client.post(f"/payouts/{payout}/triggers/upload_invoice", json=sent).status_code == 200
        given.append(client.get(f"/payouts/{payout}/own-invoice").headers)

    assert ["Falcon.pdf" in each["content-disposition"] for each in given] == [True, False]
    assert 'filename="facture-17.pdf"' in given[1]["content-disposition"]
    assert {each["content-type"] for each in given} == {"application/pdf"}


def test_a_partner_s_program_sees_its_own_and_no_drafts(web, nord, wald):
    draft, ready, other = web.place.payout(), web.place.payout(state="Ready"), web.place.payout("WALD", state="Ready")
    web.place.work()

    assert [each["id"] for each in nord.get("/payouts").json()["items"]] == [ready]
    assert [each["code"] for each in nord.get("/partners").json()["items"]] == ["NORD"]
    assert {each["partner"] for each in nord.get("/invoices").json()["items"]} == {"NORD"}
    for payout in (draft, other):
        hidden = [nord.get(f"/payouts/{payout}{part}") for part in ("", "/explain", "/history", "/preview")]
        hidden.append(nord.post(f"/payouts/{payout}/triggers/approve", json={}))
        assert {each.status_code for each in hidden} == {404}
    assert nord.get("/payouts", params={"partner": "WALD"}).status_code == 404


def test_what_the_vendor_keeps_to_itself_is_not_told(web, vendor, nord):
    payout = web.place.payout(state="Ready")
    vendor.post(f"/payouts/{payout}/triggers/hold", json={"reason": "suspicious"})
    tax = {"category": "S", "rate": "19", "reason": "suspicious"}
    assert vendor.put("/partners/NORD/tax/override", json=tax).status_code == 200
    paths = ("/payouts", f"/payouts/{payout}", f"/payouts/{payout}/explain", f"/payouts/{payout}/history",
             "/partners/NORD/history", "/partners/NORD/explain", "/partners/NORD/tax")  # fmt: skip
    told = {path: nord.get(path) for path in paths}

    assert {each.status_code for each in told.values()} == {200}
    assert [path for path, each in told.items() if "suspicious" in each.text or "olga" in each.text] == []
    assert "suspicious" in vendor.get("/partners/NORD/history").text


def test_a_partner_s_history_comes_in_pages_newest_first(vendor, nord):
    for number in range(3):
        vendor.post("/partners/NORD/contacts", json={"name": f"C{number}", "email": f"c{number}@example.com"})
    for client in (vendor, nord):
        first = client.get("/partners/NORD/history", params={"limit": 2}).json()
        then = client.get("/partners/NORD/history", params={"limit": 1, "after": first["next"]}).json()

        told = [each["what"] for each in first["items"] + then["items"]]
        assert told == [f"Added C{number} as a contact" for number in (2, 1, 0)]


@pytest.mark.parametrize(
    "path",
    ["/events", "/jobs", "/timers", "/webhooks", "/webhooks/types", "/account", "/account/numbers", "/people",
     "/pipelines", "/approvals", "/self-invoicing", "/tax/rates", "/partners/NORD/tax/overrides"],
)  # fmt: skip
def test_lists_and_settings_of_the_vendor_are_none_of_a_partner_s_program(nord, path):
    assert nord.get(path).status_code == 403


def test_a_member_s_program_looks_and_may_not_speak_for_the_partner(web):
    seat, mia = of_a_member(web)
    payout = web.place.payout(state="Pending")
    refused = [
        mia.post(f"/payouts/{payout}/triggers/approve", json={}),
        mia.post("/partners/NORD/self-invoicing/opt-out", json={}),
        mia.post("/partners/NORD/contacts", json={"name": "Eve", "email": "eve@example.com"}),
    ]

    assert (mia.get(f"/payouts/{payout}").status_code, [each.status_code for each in refused]) == (200, [403] * 3)
    people.hand_over(web.place.owner, "NORD", seat, reason="Anna is gone")
    assert mia.post(f"/payouts/{payout}/triggers/approve", json={}).status_code == 200
    assert mia.get("/me").json()["role"] == "main_contact"


def test_a_program_of_a_contact_that_was_removed_opens_nothing(web):
    seat, mia = of_a_member(web)
    before = mia.get("/payouts").status_code
    people.remove_contact(web.place.owner, "NORD", seat)

    assert (before, mia.get("/payouts").status_code) == (200, 401)


def test_scopes_bind_a_partner_s_program_too(web):
    reader = program_of(web, scopes=["payouts:read"])
    payout = web.place.payout(state="Pending")

    assert reader.get(f"/payouts/{payout}").status_code == 200
    assert reader.post(f"/payouts/{payout}/triggers/approve", json={}).json()["code"] == "scope_missing"
    assert reader.get("/partners/NORD/self-invoicing").json()["code"] == "scope_missing"


def test_nobody_s_key_is_in_the_way_of_somebody_else_s(web, vendor, nord):
    first, second = (web.place.payout(state="Pending") for _ in range(2))
    key = {"Idempotency-Key": "november"}
    theirs = nord.post(f"/payouts/{first}/triggers/approve", json={}, headers=key)
    ours = vendor.post(f"/payouts/{second}/triggers/accept", json={"reason": "agreed"}, headers=key)
    again = nord.post(f"/payouts/{second}/triggers/approve", json={}, headers=key)

    assert (theirs.status_code, ours.status_code) == (200, 200)
    assert again.json()["code"] == "idempotency_conflict"


def test_tokens_are_made_listed_and_revoked_by_a_contact_s_program_for_itself(nord, vendor):
    sent = {"name": "Books", "scopes": ["payouts:read"]}
    made = nord.post("/tokens", json=sent)
    listed = nord.get("/tokens").json()
    beyond = nord.post("/tokens", json={**sent, "scopes": ["webhooks:read"]})
    vendors = vendor.get("/tokens").json()

    assert (made.status_code, [each["role"] for each in listed]) == (201, ["contact", "contact"])
    assert (beyond.status_code, [each["role"] for each in vendors]) == (422, ["admin"])
    assert nord.delete(f"/tokens/{vendors[0]['id']}").status_code == 404
    assert nord.delete(f"/tokens/{made.json()['id']}").status_code == 204


def test_whose_token_it_is_and_which_mails_they_get(web, nord):
    kept = nord.put("/me/mail", json={"language": "fr", "muted": ["payout_changed"]})
    me = nord.get("/me").json()
    nobody = program(web, role="admin").put("/me/mail", json={"language": "fr"})

    assert (kept.status_code, me["role"], me["seat"]["email"]) == (204, "main_contact", "anna@example.com")
    assert (me["seat"]["language"], me["seat"]["muted"], me["seat"]["partner"]) == ("fr", ["payout_changed"], "NORD")
    assert (nobody.status_code, nord.put("/me/mail", json={"language": "x"}).status_code) == (404, 422)


def test_a_contact_makes_a_token_on_its_page_and_ends_it_there(web, anna):
    page = anna.get("/portal/tokens").press("Make it", name="Books", scope=["payouts:read"])
    token = page.at.text.partition("<code>")[2].partition("<")[0]
    books = {"Authorization": f"Bearer {token}"}
    api = program(web, role="viewer")

    assert api.get("/me", headers=books).json()["code"] == "scope_missing"
    assert (api.get("/payouts", headers=books).status_code, token in anna.get("/portal/tokens").at.text) == (200, False)
    anna.press("Revoke")
    assert api.get("/payouts", headers=books).status_code == 401


def test_what_a_program_did_is_told_with_its_token_where_the_vendor_looks(web, vendor, nord):
    payout = web.place.payout(state="Pending")
    nord.post(f"/payouts/{payout}/triggers/approve", json={})
    [deed] = [each for each in vendor.get("/events").json()["items"] if each["verb"] == "approve"]
    [mine] = nord.get("/tokens").json()

    assert (deed["subject"], deed["subject_id"], deed["partner"]) == ("payout", payout, "NORD")
    assert (deed["role"], deed["target"], deed["data"]["by_token"]) == ("main_contact", "Ready", mine["id"])
    assert json.loads(web.place.history(payout)[-1].data)["by_token"] == mine["id"]
