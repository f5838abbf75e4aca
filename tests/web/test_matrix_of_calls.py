"""
Which calls of the API a token may make, built from the description itself: by scope, by role of the vendor and by
contact. Each call has the body of its example and is about a thing that is there.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from starlette.testclient import TestClient

from billhook.web import api
from billhook.web.api.described import description
from engine import people
from engine.tokens import SCOPES, THINGS
from tests.web.house import ROLES, House, furnish, house_of
from tests.web.program import program, program_of, program_of_contact
from tests.web.test_matrix import CALLS, filled


@pytest.fixture(scope="module")
def house(tmp_path_factory, migrated_sqlite) -> Iterator[House]:
    with house_of(tmp_path_factory.mktemp("calls"), migrated_sqlite) as house:
        yield house


@pytest.fixture(scope="module")
def things(house) -> Mapping[str, str]:
    """What calls are about, by the names that paths have for them."""
    made = furnish(house)
    return made | {"payout": made["ready"], "trigger": "mark_paid", "member": made["viewer_id"], "name": "guide.pdf",
                   "step": "register", "verb": "approve", "field": "file", "partner": "NORD",
                   "version": "1"}  # fmt: skip


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_a_call_wants_a_token_with_the_scope_of_its_thing(house, call):
    nobody = TestClient(house.app, base_url="http://localhost")
    without = program(house, role="owner", scopes=_other_than(call[1]))

    assert nobody.request(call[0], filled(call[1])).status_code == 401
    assert without.request(call[0], f"http://localhost{filled(call[1])}").json()["code"] == "scope_missing"


#: What a contact's token may call at all, by scope; everything else is answered 403 (or 401 when its seat is gone).
OF_MAIN_CONTACTS = {
    ("PATCH", "/api/v1/partners/{partner}/self-invoicing/details"),
    ("POST", "/api/v1/partners/{partner}/self-invoicing/opt-in"),
    ("POST", "/api/v1/partners/{partner}/self-invoicing/opt-out"),
    ("POST", "/api/v1/partners/{partner}/agreements/renew"),
    ("POST", "/api/v1/partners/{partner}/contacts"),
    ("DELETE", "/api/v1/partners/{partner}/contacts/{contact}"),
    ("POST", "/api/v1/partners/{partner}/contacts/{contact}/hand-over"),
    ("POST", "/api/v1/payouts/{payout}/triggers/{trigger}"),
    ("POST", "/api/v1/invoices/{number}/accept"), ("POST", "/api/v1/invoices/{number}/contest"),
}  # fmt: skip
OF_CONTACTS = OF_MAIN_CONTACTS | {
    ("GET", "/api/v1/me"), ("PUT", "/api/v1/me/mail"),
    ("GET", "/api/v1/tokens"), ("POST", "/api/v1/tokens"), ("DELETE", "/api/v1/tokens/{token}"),
    ("GET", "/api/v1/partners"), ("GET", "/api/v1/partners/{partner}"), ("GET", "/api/v1/partners/{partner}/explain"),
    ("GET", "/api/v1/partners/{partner}/history"), ("GET", "/api/v1/partners/{partner}/contacts"),
    ("GET", "/api/v1/handouts/{name}"), ("GET", "/api/v1/partners/{partner}/run/steps/{step}/files/{field}"),
    ("GET", "/api/v1/partners/{partner}/run"), ("POST", "/api/v1/partners/{partner}/run/steps/{step}/answer"),
    ("GET", "/api/v1/partners/{partner}/self-invoicing"), ("GET", "/api/v1/partners/{partner}/self-invoicing/logo"),
    ("GET", "/api/v1/partners/{partner}/self-invoicing/example"),
    ("POST", "/api/v1/partners/{partner}/self-invoicing/example"),
    ("POST", "/api/v1/partners/{partner}/self-invoicing/agreement"),
    ("GET", "/api/v1/partners/{partner}/agreements"), ("GET", "/api/v1/partners/{partner}/agreements/offers"),
    ("GET", "/api/v1/partners/{partner}/agreements/{version}"),
    ("GET", "/api/v1/partners/{partner}/agreements/{version}/pdf"),
    ("GET", "/api/v1/partners/{partner}/agreements/{version}/paper"),
    ("GET", "/api/v1/partners/{partner}/tax"), ("POST", "/api/v1/partners/{partner}/tax"),
    ("GET", "/api/v1/tax/rules"),
    ("GET", "/api/v1/payouts"), ("GET", "/api/v1/payouts/revised"), ("POST", "/api/v1/payouts/bulk"),
    ("GET", "/api/v1/payouts/{payout}"),
    ("GET", "/api/v1/payouts/{payout}/explain"), ("GET", "/api/v1/payouts/{payout}/history"),
    ("GET", "/api/v1/payouts/{payout}/preview"), ("GET", "/api/v1/payouts/{payout}/own-invoice"),
    ("GET", "/api/v1/invoices"), ("GET", "/api/v1/invoices/{number}"), ("GET", "/api/v1/invoices/{number}/file"),
}  # fmt: skip
DESCRIBED = {
    (method.upper(), path): operation
    for path, methods in description(api.routes)["paths"].items() for method, operation in methods.items()
}  # fmt: skip


@pytest.fixture(scope="module")
def programs(house, things) -> dict[str, TestClient]:
    """A program of each contact, within every scope that it can have."""
    account = house.billhook.account(house.place.code)
    anna = account.main_contact("NORD")
    people.add_contact(house.place.owner, "NORD", "removed@example.com", "Rem Removed")
    seats = {each.email.partition("@")[0]: each for each in anna.people.contacts("NORD")}
    made = {name: program_of_contact(house, account.as_(seats[name].actor())) for name in ("anna", "member", "removed")}
    anna.people.remove_contact("NORD", seats["removed"].id)
    return made | {"other": program_of(house, "WALD")}


ABOUT = {"partner": "NORD", "number": "ACME-NORD-00001", "version": "1", "verb": "approve"}


def call_with_example(client: TestClient, method: str, path: str, things: Mapping[str, str] = ABOUT) -> Any:
    """The call with the body of its example, about NORD and, by default, nothing else that is there."""
    body = DESCRIBED[method, path].get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
    for name, value in things.items():
        path = path.replace(f"{{{name}}}", value)
    wanted = {"vat_number": "DE136695976"} if (method, path) == ("GET", "/api/v1/tax/checks") else {}
    return client.request(method, f"http://localhost{path}", json=body, params=wanted)


@pytest.mark.parametrize("call", DESCRIBED, ids=" ".join)
def test_a_partner_s_program_gets_what_is_its_own_and_403_for_what_is_the_vendor_s(programs, call):
    statuses = {who: call_with_example(client, *call).status_code for who, client in programs.items()}

    assert statuses["removed"] == 401
    assert max(statuses.values()) < 500
    if call in OF_CONTACTS:
        assert statuses["anna"] != 403
    else:
        assert {statuses[who] for who in ("anna", "member", "other")} <= {403, 404}
    if call in OF_MAIN_CONTACTS:
        assert statuses["member"] in (403, 404)
    if "{partner}" in call[1]:
        assert statuses["other"] in (403, 404)


def _other_than(path: str) -> list[str]:
    """Every scope but those of the things that the route could be about."""
    about = {"partners", "onboarding", "self_invoicing", "agreements", "rewards"}
    thing = path.split("/")[3].replace("-", "_")
    things = {
        "partners": about, "tax": {"self_invoicing"}, "approvals": {"onboarding"},
        "timers": {"jobs"}, "me": {"people"},
    }.get(thing, {thing})  # fmt: skip
    return [scope for scope in SCOPES if scope.partition(":")[0] not in things and scope.partition(":")[0] in THINGS]


#: Which of the vendor's roles a token acts as that may make a call: as on pages. What is looked at, all may.
ADMINS, RUNNERS, FINANCE = ROLES[:2], ROLES[:3], ROLES[:4]
OF_ROLES: dict[tuple[str, ...], tuple[str, ...]] = {
    ADMINS: (
        "PUT /account/acceptance-days", "PUT /account/four-eyes", "PUT /account/numbers", "PUT /account/payout-day",
        "PUT /account/timezone", "PUT /self-invoicing/buyer", "PUT /self-invoicing/switch", "POST /pipelines",
        "POST /people", "PUT /people/{member}/role", "DELETE /people/{member}", "GET /tokens", "POST /tokens",
        "DELETE /tokens/{token}", "GET /webhooks", "POST /webhooks", "DELETE /webhooks/{webhook}",
        "GET /webhooks/{webhook}/deliveries", "POST /webhooks/{webhook}/pause", "POST /webhooks/{webhook}/resume",
        "POST /webhooks/{webhook}/secret", "POST /webhooks/deliveries/{delivery}/resend",
        "POST /partners/{partner}/contacts/{contact}/hand-over", "POST /partners/{partner}/agreements/revoke",
    ),
    RUNNERS: (
        "POST /handouts", "POST /jobs/park", "POST /jobs/retry", "POST /partners", "POST /partners/bulk",
        "POST /partners/{partner}/agreements/offer", "POST /partners/{partner}/agreements/paper",
        "POST /partners/{partner}/contacts", "DELETE /partners/{partner}/contacts/{contact}",
        "POST /partners/{partner}/run", "POST /partners/{partner}/run/steps/{step}/{verb}", "POST /payouts",
        "POST /rewards", "POST /rewards/accept", "POST /rewards/bulk", "POST /rewards/refuse",
    ),
    FINANCE: (
        "POST /invoices/{number}/credit", "POST /invoices/{number}/reissue", "POST /invoices/{number}/resolve",
        "POST /partners/{partner}/tax/follow-rules", "PUT /partners/{partner}/tax/override", "POST /tax/checks",
        "POST /tax/rates", "POST /payouts/{payout}/triggers/{trigger}", "GET /payouts/export",
        "POST /payouts/{payout}/credit-clawbacks", "POST /payouts/{payout}/issue-now",
    ),
    ROLES: (
        "POST /partners/{partner}/self-invoicing/agreement", "POST /partners/{partner}/self-invoicing/example",
        "POST /partners/{partner}/tax", "POST /payouts/bulk", "POST /pipelines/check",
    ),
    (): (
        "PATCH /partners/{partner}/self-invoicing/details", "POST /partners/{partner}/self-invoicing/opt-in",
        "POST /partners/{partner}/self-invoicing/opt-out", "POST /partners/{partner}/agreements/renew",
        "POST /partners/{partner}/run/steps/{step}/answer", "POST /invoices/{number}/accept",
        "POST /invoices/{number}/contest", "PUT /me/mail",
    ),
}  # fmt: skip
ROWS = {call: roles for roles, calls in OF_ROLES.items() for call in calls}


def test_every_call_that_changes_something_has_a_row():
    changing = {_named(call) for call in DESCRIBED if call[0] != "GET"}

    assert {call for call in ROWS if not call.startswith("GET ")} == changing


@pytest.mark.parametrize("role", ROLES)
def test_a_token_of_the_vendor_s_may_what_its_role_may_and_nothing_else(house, things, role):
    client, wrong = program(house, role=role), {}
    client.get("account")  # from now on the day of its use stands
    before, kept = house.written(), house.keep()
    for refused in (True, False):
        for call in DESCRIBED:
            if refused is (role not in ROWS.get(_named(call), ROLES)):
                status = call_with_example(client, *call, things).status_code
                right = status in (403, 404) if refused else status < 500 and status not in (401, 403)
                wrong |= {} if right else {_named(call): status}
                if not refused and call[0] != "GET":
                    house.restore(kept)
        wrong |= dict.fromkeys(house.changed(before), "was written")

    assert wrong == {}


def _named(call: tuple[str, str]) -> str:
    return f"{call[0]} {call[1].removeprefix('/api/v1')}"
