"""`ETag` and `If-Match`: what was changed since a program saw it is not changed by it."""

import gzip

import pytest

from engine import onboarding
from tests.web.program import program, program_of
from tests.worlds import ANSWERS

BUYER = {"code": "ACME", "legal_name": "Acme SAS", "line1": "1 rue", "city": "Paris", "country": "FR"}
#: What is read, what is changed by it, and how; read by whom.
CHANGES = [
    ("/account", "PUT", "/account/four-eyes", {"on": True}),
    ("/account", "PUT", "/account/timezone", {"timezone": "Europe/Rome"}),
    ("/account", "PUT", "/account/acceptance-days", {"days": 21}),
    ("/account", "PUT", "/account/payout-day", {"day": 3}),
    ("/account/numbers", "PUT", "/account/numbers", {"invoices": "{buyer}-{seller}-{n:07}"}),
    ("/self-invoicing", "PUT", "/self-invoicing/switch", {"on": False}),
    ("/self-invoicing", "PUT", "/self-invoicing/buyer", BUYER),
    ("/partners/NORD/run", "POST", "/partners/NORD/run/steps/guide/skip", {"reason": "known to us"}),
]
OF_PARTNERS = [
    ("/partners/NORD/self-invoicing", "PATCH", "/partners/NORD/self-invoicing/details", {"answer": {"city": "Kiel"}}),
    ("/partners/NORD/self-invoicing", "POST", "/partners/NORD/self-invoicing/opt-out", {"reason": "moving"}),
    ("/partners/NORD/run", "POST", "/partners/NORD/run/steps/guide/answer", {"answer": ANSWERS["guide"]}),
]


@pytest.fixture
def api(web):
    web.place.hand_out()
    onboarding.start(web.place.vendor(), "NORD")
    return program(web, role="admin")


@pytest.mark.parametrize(("read", "method", "path", "body"), CHANGES)
def test_what_the_vendor_changes_is_as_it_was_seen(api, read, method, path, body):
    seen = {"If-Match": api.get(read).headers["etag"]}
    stale = api.request(method, path, json=body, headers={"If-Match": '"1"'})

    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert api.get(read).headers["etag"] == seen["If-Match"]
    assert api.request(method, path, json=body, headers=seen).is_success
    assert api.get(read).headers["etag"] != seen["If-Match"]


@pytest.mark.parametrize(("read", "method", "path", "body"), OF_PARTNERS)
def test_what_a_partner_changes_is_as_it_was_seen(web, api, read, method, path, body):
    nord = program_of(web)
    seen = {"If-Match": nord.get(read).headers["etag"]}
    stale = nord.request(method, path, json=body, headers={"If-Match": '"1"'})

    assert (stale.status_code, nord.get(read).headers["etag"]) == (412, seen["If-Match"])
    assert nord.request(method, path, json=body, headers=seen).is_success
    assert nord.get(read).headers["etag"] != seen["If-Match"]


@pytest.mark.parametrize("deed", ["credit", "reissue"])
def test_an_invoice_is_as_it_was_seen(web, api, deed):
    payout = web.place.payout(state="Ready")
    web.work()
    number = api.get(f"/payouts/{payout}").json()["invoice"]["number"]
    seen = {"If-Match": api.get(f"/invoices/{number}").headers["etag"]}
    program_of(web).post(f"/invoices/{number}/contest", json={"reason": "It was 30 seats."})
    stale = api.post(f"/invoices/{number}/{deed}", json={"reason": "30 seats"}, headers=seen)
    seen = {"If-Match": api.get(f"/invoices/{number}").headers["etag"]}

    assert stale.json()["detail"].startswith(f"Invoice {number} has changed since you looked at it")
    assert api.post(f"/invoices/{number}/{deed}", json={"reason": "30 seats"}, headers=seen).is_success


def test_a_repeat_under_a_key_gets_its_answer_though_the_version_is_another_now(api):
    headers = {"If-Match": api.get("/account").headers["etag"], "Idempotency-Key": "zone"}
    answers = [api.put("/account/timezone", json={"timezone": "Europe/Rome"}, headers=headers) for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 200]


@pytest.mark.parametrize("given", ["5", 'W/"5"', "", '"5", "6"'])
def test_what_is_no_etag_is_told_in_a_sentence(api, given):
    answer = api.put("/account/four-eyes", json={"on": True}, headers={"If-Match": given})

    assert answer.status_code == 422
    assert "it is one ETag as it came, in its quotes" in answer.json()["detail"]


def test_a_condition_that_nothing_looks_at_is_refused(api):
    member = {"name": "Max", "email": "max@acme.example", "role": "manager"}
    answer = api.post("/people", json=member, headers={"If-Match": '"5"'})

    assert answer.status_code == 422
    assert answer.json()["problems"] == [
        {"field": "If-Match", "sentence": "this operation is held to no version, so nothing was done; leave it out."}
    ]


def test_a_key_that_is_none_is_told_in_a_sentence(api):
    answer = api.put("/account/four-eyes", json={"on": True}, headers={"Idempotency-Key": "two words"})

    assert answer.status_code == 422
    assert "1 to 200 letters, figures and signs of ASCII, without a space." in answer.json()["detail"]


def test_a_body_that_is_packed_is_refused(api):
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    answer = api.put("/account/four-eyes", content=gzip.compress(b'{"on": true}'), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert "The body is in 'gzip', and nothing is unpacked here." in answer.json()["detail"]


def test_a_credit_note_over_a_part_makes_an_invoice_another(web, api):
    payout = web.place.payout(state="Ready")
    number = api.get(f"/payouts/{payout}").json()["invoice"]["number"]
    seen = {"If-Match": api.get(f"/invoices/{number}").headers["etag"]}
    part = {"lines": [1], "amount": "20.00", "reason": "30 seats"}
    answers = [api.post(f"/invoices/{number}/credit", json=part, headers=seen).status_code for _ in range(2)]

    assert answers == [200, 412]
    assert api.get(f"/invoices/{number}").json()["credit_notes"] == ["ACME-NORD-C00001"]
