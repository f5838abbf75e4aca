"""The HTTP API as programs meet it: tokens, scopes, keys, versions, pages, problems."""

import base64
import io
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from tests.fakes import PDF
from tests.web.program import program, program_of

FILE = {"filename": "R-17.pdf", "media_type": "application/pdf", "base64": base64.b64encode(PDF).decode()}
PARTNER = {"code": "SUED", "name": "Süd GmbH", "country": "DE", "language": "de", "main_contact_name": "Eva Süd",
           "main_contact_email": "eva@example.com"}  # fmt: skip


@pytest.fixture
def api(web):
    """A program of the vendor's that may do everything."""
    return program(web, role="admin")


@pytest.fixture
def payout(web):
    return web.place.payout(state="Pending")


def made(api, web):
    web.place.reward()
    return api.post("/payouts", json={"partner": "NORD", "currency": "EUR"})


def test_a_payout_is_made_advanced_and_looked_at(web, api):
    found = made(api, web)
    fired = api.post(f"/payouts/{found.json()['id']}/triggers/validate", json={})

    assert (found.status_code, found.headers["location"]) == (201, f"/api/v1/payouts/{found.json()['id']}")
    assert (fired.status_code, fired.json()["source"]) == (200, "Draft")
    assert api.get(f"/payouts/{found.json()['id']}").headers["etag"] == fired.headers["etag"]


def test_a_list_comes_a_page_at_a_time(web, api):
    ids = [made(api, web).json()["id"] for _ in range(3)]
    first = api.get("/payouts", params={"limit": 2}).json()
    second = api.get("/payouts", params={"limit": 2, "after": first["next"]}).json()

    assert [each["id"] for each in first["items"] + second["items"]] == ids
    assert second["next"] is None


@pytest.mark.parametrize("sent", [{}, {"Authorization": "Bearer bh_none"}, {"Authorization": "Basic YTpi"}])
def test_without_a_token_that_opens_something_nothing_is_told(web, api, sent):
    api.headers.pop("Authorization")
    answer = api.get("/payouts", headers=sent)

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "token_needed"
    assert answer.json()["detail"] == (
        "This address wants an API token that is not revoked. Send 'Authorization: Bearer bh_...'; owners, admins and "
        "partners' contacts make tokens under Account > API tokens."
    )


def test_a_revoked_token_opens_nothing_from_the_next_request_on(api):
    [token] = api.get("/tokens").json()
    gone = api.delete(f"/tokens/{token['id']}")

    assert (gone.status_code, api.get("/tokens").status_code) == (204, 401)


def test_a_token_does_what_its_scopes_say_and_no_more(web):
    reader = program(web, role="admin", scopes=["payouts:read"])
    answer = reader.post("/payouts", json={"partner": "NORD", "currency": "EUR"})

    assert reader.get("/payouts").status_code == 200
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert answer.json()["scope"] == "payouts:write"
    assert answer.json()["detail"] == (
        "The token has no scope 'payouts:write'; it has payouts:read. Make one that has it."
    )


def test_a_token_may_no_more_than_its_role(web):
    answer = program(web, role="viewer").post("/partners/NORD/agreements/revoke", json={"reason": "no"})

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert answer.json()["detail"].startswith("viewer may not 'revoke agreement'. It is for: owners and admins.")


def test_a_repeat_under_the_same_key_is_not_done_again(web, api):
    web.place.reward()
    sent = {"json": {"partner": "NORD", "currency": "EUR"}, "headers": {"Idempotency-Key": "november"}}
    first, second = api.post("/payouts", **sent), api.post("/payouts", **sent)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert len(api.get("/payouts").json()["items"]) == 1


def test_fifty_at_once_under_one_key_are_one(web, api):
    for _ in range(3):
        web.place.reward()
    sent = {"json": {"partner": "NORD", "currency": "EUR"}, "headers": {"Idempotency-Key": "november"}}
    with ThreadPoolExecutor(16) as pool:
        answers = [*pool.map(lambda _: api.post("/payouts", **sent), range(50))]

    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["id"] for each in answers}) == 1


def test_one_key_is_for_one_request(web, api):
    key = {"Idempotency-Key": "one"}
    api.post("/people", json={"name": "Max", "email": "max@acme.example", "role": "manager"}, headers=key)
    answer = api.post("/people", json={"name": "Eve", "email": "eve@acme.example", "role": "owner"}, headers=key)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_conflict")


def test_a_request_that_was_refused_leaves_its_key_free(web, api, payout):
    path, key = f"/payouts/{payout}/triggers/mark_paid", {"Idempotency-Key": "pay"}
    refused = api.post(path, json={}, headers=key)
    api.post(f"/payouts/{payout}/triggers/accept", json={"reason": "agreed"})

    assert refused.status_code == 409
    assert api.post(path, json={}, headers=key).json()["target"] == "Paid"


def test_a_version_that_is_not_the_present_one_is_not_moved(api, payout):
    path = f"/payouts/{payout}/triggers/accept"
    stale = api.post(path, json={"reason": "agreed"}, headers={"If-Match": '"99"'})
    present = api.post(
        path, json={"reason": "agreed"}, headers={"If-Match": api.get(f"/payouts/{payout}").headers["etag"]}
    )

    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert stale.json()["detail"] == (
        f"Payout {payout} has changed since you looked at it, so nothing was done. Look again and repeat."
    )
    assert present.json()["target"] == "Ready"


@pytest.mark.parametrize(
    ("sent", "status"), [("*", 200), ('"2"', 200), ('"1"', 412), ('"2-0"', 412), ("1", 422), ('W/"1"', 422)]
)
def test_if_match_names_a_version_or_any(api, payout, sent, status):
    answer = api.post(f"/payouts/{payout}/triggers/accept", json={"reason": "agreed"}, headers={"If-Match": sent})

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("uploads", "status", "told"),
    [
        ({"invoice": FILE}, 403, "not_allowed"),
        ({"invoice": "JVBERi0="}, 422, "a file: filename, media_type, base64."),
        ({"invoice": {**FILE, "base64": "%"}}, 422, "its base64 (RFC 4648) cannot be read."),
    ],
)
def test_a_trigger_takes_files_and_an_own_invoice_is_the_partner_s_to_send(api, payout, uploads, status, told):
    answer = api.post(f"/payouts/{payout}/triggers/upload_invoice", json={"uploads": uploads})

    assert answer.status_code == status
    assert told in answer.text


def test_what_details_would_come_to_is_asked_for_with_nothing_kept(api):
    path, answer = "/partners/NORD/self-invoicing", {"answer": {"footer": "Thank you.", "tax_status": "small_business"}}
    before = api.get(path).json()
    drawn = api.post(f"{path}/example", json={**answer, "format": "html"})
    told = api.post("/partners/NORD/tax", json={**answer, "language": "en"}).json()
    agreed = api.post(f"{path}/agreement", json=answer).json()

    assert (drawn.headers["content-type"], "Thank you." in drawn.text) == ("text/html; charset=utf-8", True)
    assert (told["treatment"]["category"], agreed["language"]) == ("E", "de")
    assert api.get(path).json() == before


@pytest.mark.parametrize("path", ["/partners", "/invoices", "/jobs", "/payouts"])
def test_a_list_can_begin_with_the_newest(web, api, path):
    for number in range(2):
        api.post("/partners", json={**PARTNER, "code": f"SUED{number}"})
        web.place.payout(state="Ready")
    onward, back = (api.get(path, params={"newest_first": each}).json()["items"] for each in (False, True))

    assert len(onward) > 1
    assert back == onward[::-1]


def test_a_refusal_tells_what_stands_in_the_way_and_what_is_possible(api, payout):
    problem = api.post(f"/payouts/{payout}/triggers/mark_paid", json={}).json()

    assert (problem["status"], problem["code"], problem["title"]) == (409, "no_such_transition", "Conflict")
    assert "accept" in problem["allowed"]
    assert len(problem["request"]) > 8


def test_what_is_of_another_account_is_not_there(web, api):
    from tests.worlds import Place

    other = Place(web.billhook.world.store)
    other.partner()
    payout = other.payout(state="Ready")
    answers = [api.get(f"/payouts/{payout}{part}") for part in ("", "/explain", "/history", "/preview")] + [
        api.post(f"/payouts/{payout}/triggers/mark_paid", json={})
    ]

    assert {each.status_code for each in answers} == {404}


def test_many_payouts_are_rehearsed_then_moved(web, api):
    ids = [made(api, web).json()["id"] for _ in range(2)]
    sent = {"trigger": "validate", "payouts": ids}
    dry = api.post("/payouts/bulk", json={**sent, "dry_run": True}).json()
    done = api.post("/payouts/bulk", json=sent, headers={"Idempotency-Key": "all"}).json()

    assert (dry["moved"], done["moved"], done["refused"]) == (2, 2, 0)
    assert api.post("/payouts/bulk", json=sent, headers={"Idempotency-Key": "all"}).json() == done
    again = api.post("/payouts/bulk", json={**sent, "seen": {ids[0]: dry["outcomes"][0]["mark"]}}).json()
    assert [each["refused"]["code"] for each in again["outcomes"]] == ["conflict", "no_such_transition"]


@pytest.mark.parametrize(("seen", "moved"), [({}, 2), ({"seen": {}}, 0), ({"seen": "those"}, 1)])
def test_with_marks_nothing_is_moved_that_nobody_looked_at(web, api, seen, moved):
    first = web.place.payout(state="Ready")
    sent = {"trigger": "mark_paid", "where": {"state": "Ready"}}
    dry = api.post("/payouts/bulk", json={**sent, "dry_run": True}).json()
    web.place.payout(state="Ready")
    given = {"seen": {first: dry["outcomes"][0]["mark"]}} if seen.get("seen") else seen
    done = api.post("/payouts/bulk", json={**sent, **given}).json()

    assert (done["moved"], done["refused"]) == (moved, 2 - moved)
    assert {each["refused"]["code"] for each in done["outcomes"] if each["refused"]} <= {"conflict"}


def test_the_marks_of_a_dry_run_are_sent_back_as_they_came(web, api):
    ready, draft = web.place.payout(state="Ready"), web.place.payout()
    sent = {"trigger": "mark_paid", "payouts": [ready, draft, "nobody"]}
    dry = api.post("/payouts/bulk", json={**sent, "dry_run": True}).json()["outcomes"]
    done = api.post("/payouts/bulk", json={**sent, "seen": {each["payout"]: each["mark"] for each in dry}}).json()

    assert [bool(each["mark"]) for each in dry] == [True, False, False]
    assert [each["refused"] for each in done["outcomes"]] == [None, dry[1]["refused"], dry[2]["refused"]]
    assert [each["refused"]["code"] for each in dry[1:]] == ["no_such_transition", "not_found"]


def test_onboarding_is_answered_with_files_and_decided(web, api):
    file = {"filename": "extract.pdf", "media_type": "application/pdf", "base64": base64.b64encode(PDF).decode()}
    run = api.post("/partners/NORD/run", json={})
    wrong = api.post("/partners/NORD/run/steps/register/answer", json={"answer": {"file": {"base64": "%"}}})
    refused = api.post("/partners/NORD/run/steps/register/answer", json={"answer": {"file": file}})

    assert (run.status_code, run.json()["stage"]) == (201, "welcome")
    assert (wrong.status_code, wrong.json()["problems"][0]["sentence"]) == (
        422,
        "its base64 (RFC 4648) cannot be read.",
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


def test_a_payout_tells_when_it_was_made_and_paid_and_by_which_reference(web, api):
    payout = web.place.payout(state="Ready")
    before = api.get(f"/payouts/{payout}").json()
    api.post(f"/payouts/{payout}/triggers/mark_paid", json={"data": {"payment_reference": "SEPA-7"}})
    paid = api.get(f"/payouts/{payout}").json()
    api.post(f"/payouts/{payout}/triggers/payment_failed", json={"reason": "account closed"})
    failed = api.get(f"/payouts/{payout}").json()

    assert (before["created_at"][:10], before["paid_at"], before["payment_reference"]) == ("2026-11-02", None, "")
    assert (paid["paid_at"][:10], paid["payment_reference"]) == ("2026-11-02", "SEPA-7")
    assert (failed["paid_at"], failed["payment_reference"]) == (None, "")


def test_events_are_the_activity_of_the_account_payouts_and_onboarding_too(web, api):
    payout = web.place.payout(state="Ready")
    api.post("/partners/NORD/run", json={})
    first = api.get("/events", params={"limit": 3}).json()
    items = first["items"] + api.get("/events", params={"after": first["next"]}).json()["items"]
    found = {(each["subject"], each["verb"], each["partner"]) for each in items}

    assert {("payout", "validate", "NORD"), ("run", "start", "NORD"), ("partner", "opt_in", "NORD")} <= found
    assert payout in {each["subject_id"] for each in items}


def test_why_a_partner_is_where_it_is_is_explained_within_the_token_s_scopes(web, api):
    payout = web.place.payout(state="Pending")
    web.place.reward()
    told = api.get("/partners/NORD/explain").json()
    little = program(web, role="admin", scopes=["partners:read"]).get("/partners/NORD/explain").json()

    assert (told["partner"]["code"], told["self_invoicing"]["choice"], told["missing"]) == ("NORD", "opted_in", [])
    assert ([each["id"] for each in told["payouts"]], told["rewards_wait_in"]) == ([payout], ["EUR"])
    assert (told["onboarding"], little["history"]) == (None, told["history"])
    assert [little[name] for name in ("self_invoicing", "payouts", "rewards_wait_in")] == [None] * 3


def test_numbers_and_the_rules_of_tax_can_be_read(api):
    rules = api.get("/tax/rules").json()
    numbers = api.get("/account/numbers").json()

    assert numbers["invoices"] == "{buyer}-{seller}-{n:05}"
    assert (numbers["credit_notes"], numbers["yearly"]) == ("{buyer}-{seller}-C{n:05}", False)
    assert len(rules) > 10
    assert {"name", "sellers", "category", "sources", "doubt"} <= set(rules[0])


def test_a_partner_s_logo_can_be_had(web, api):
    path, kept = "/partners/NORD/self-invoicing", io.BytesIO()
    Image.new("RGB", (40, 20), "navy").save(kept, "PNG")
    logo = {**FILE, "filename": "logo.png", "base64": base64.b64encode(kept.getvalue()).decode()}
    before = api.get(f"{path}/logo").status_code
    changed = program_of(web).patch(f"{path}/details", json={"answer": {"logo": logo}})
    after = api.get(f"{path}/logo")

    assert (before, changed.status_code, after.headers["content-type"]) == (404, 200, "image/png")
    assert after.content.startswith(b"\x89PNG")


def test_an_invoice_is_had_in_every_format_and_credited(web, api):
    payout = web.place.payout(state="Ready")
    web.place.work()
    number = api.get(f"/payouts/{payout}").json()["invoice"]["number"]
    credited = api.post(f"/invoices/{number}/credit", json={"amount": "20.00", "lines": [1], "reason": "too much"})

    assert api.get(f"/invoices/{number}/file").headers["content-disposition"].startswith("attachment;")
    assert api.get(f"/invoices/{number}").json()["state"] == "delivered"
    assert (credited.status_code, credited.json()["note"]) == (200, number.replace("0000", "C0000"))


def test_an_invoice_is_accepted_by_its_seller_alone(web, api):
    payout = web.place.payout(state="Ready")
    web.place.work()
    number = api.get(f"/payouts/{payout}").json()["invoice"]["number"]

    assert api.post(f"/invoices/{number}/accept").status_code == 403


def test_a_token_is_shown_once(api):
    made = api.post("/tokens", json={"name": "books", "role": "finance", "scopes": ["invoices:read"]}).json()

    assert made["token"].startswith("bh_")
    assert made["token"] not in json.dumps(api.get("/tokens").json())


def test_pipelines_are_checked_with_line_and_column_and_published(api, root):
    text = (root / "pipelines.yaml").read_text()
    wrong = api.post("/pipelines/check", json={"yaml": "version: 1\nfoo: 1\n"}).json()
    refused = api.post("/pipelines", json={"yaml": "version: 1\nfoo: 1\n"})
    published = api.post("/pipelines", json={"yaml": text})

    assert {"line", "column", "code", "message"} <= set(wrong[0])
    assert refused.status_code == 422
    assert published.status_code == 201
    diagram = next(each["id"] for each in published.json() if each["kind"] == "payout")
    assert api.get(f"/pipelines/{diagram}/diagram").headers["content-type"].startswith("image/svg+xml")


def test_a_pipeline_can_be_had_as_yaml_with_who_is_under_way_on_it(api, root):
    published = api.post("/pipelines", json={"yaml": (root / "pipelines.yaml").read_text()}).json()
    pipeline = next(each["id"] for each in published if each["kind"] == "onboarding")
    assert api.post("/partners/NORD/run", json={}).status_code < 300
    written = api.get(f"/pipelines/{pipeline}/yaml")

    assert written.headers["content-type"] == "application/yaml"
    assert api.post("/pipelines/check", json={"yaml": written.text}).json() == []
    assert [each["partner"] for each in api.get(f"/pipelines/{pipeline}/partners").json()["items"]] == ["NORD"]


def test_answers_say_what_is_left_of_the_limit(api):
    first, second = api.get("/account"), api.get("/account")

    assert int(first.headers["ratelimit-limit"]) == 60_000
    assert int(first.headers["ratelimit-remaining"]) == int(second.headers["ratelimit-remaining"]) + 1
    assert 0 < int(second.headers["ratelimit-reset"]) <= 60


def test_so_do_downloads(api):
    assert api.get("/payouts/export").headers["ratelimit-limit"] == "60000"


@pytest.mark.parametrize("length", [str(31 * 2**20), "9" * 5000], ids=["31 MB", "5,000 figures"])
def test_a_body_that_is_too_large_has_the_same_code_under_every_python(api, length):
    answer = api.post("/rewards", content=b"{}", headers={"content-length": length})

    assert (answer.status_code, answer.json()["code"]) == (413, "content_too_large")
