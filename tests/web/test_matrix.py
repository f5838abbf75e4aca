"""
Who may call what, built from the router itself: every route has a row, and whoever is not in it is refused with nothing
done. Handlers get nonsense on purpose; who is let in is told by what answers: 401, 403, 303 to the way in, or else.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from billhook import Billhook
from billhook.settings import Settings
from billhook.web import api
from billhook.web.api.described import description
from billhook.web.application import create_app
from engine import people
from engine.tokens import SCOPES, THINGS
from tests.web.conftest import Web
from tests.web.program import program, program_of, program_of_contact
from tests.worlds import Place

OPEN = {"/", "/sign-in", "/sign-in/{token}", "/sign-out", "/seats", "/dev/mail", "/oidc", "/oidc/back",
        "/livez", "/readyz", "/metrics", "/healthz",
        "/api/v1/openapi.json", "/static"}  # fmt: skip
ROLES = ("owner", "admin", "manager", "finance", "viewer")
#: What pages show, or do, for these of the vendor's people alone. Everybody else of them is answered 403.
ADMINS = ("owner", "admin")
OF_ADMINS = {
    ("GET", "/console/tokens"), ("POST", "/console/tokens"), ("POST", "/console/tokens/{token_id}/revoke"),
    ("GET", "/console/webhooks"), ("GET", "/console/webhooks/{webhook}"),
    ("POST", "/console/webhooks/{webhook}/secret"), ("POST", "/console/webhooks/{webhook}/resume"),
    ("POST", "/console/webhooks/{webhook}/remove"),
    ("POST", "/console/webhooks/{webhook}/deliveries/{delivery}"),
}  # fmt: skip
FILLED = {
    "{code}": "NORD", "{payout_id}": "01a20927-b6c0-755e-b5b4-ff0ad96e420f", "{number:path}": "ACME-NORD-00001",
    "{version}": "1", "{format}": "pdf",
}  # fmt: skip


def routes() -> list[tuple[str, str]]:
    """Every method and path that the application answers."""
    with Billhook("sqlite://", settings=Settings()) as billhook:
        app = create_app(billhook)
    there = iter_route_contexts([*app.routes, *api.routes.routes])
    found = [(method, route.path) for route in there for method in sorted(route.methods or ())]
    return sorted({each for each in found if each[0] != "HEAD"} | {("GET", "/static")})


ROUTES = routes()
PAGES = [each for each in ROUTES if each[1].startswith(("/console", "/portal"))]
CALLS = [each for each in ROUTES if each[1].startswith("/api/") and each[1] not in OPEN]


class House(Web):
    """With somebody in every role, a member beside NORD's main contact, and another account."""

    def __init__(self, billhook: Billhook, mail_folder: Any) -> None:
        super().__init__(billhook, mail_folder)
        for role in ROLES[1:]:
            people.invite(self.place.owner, f"{role}@example.com", role, role=role)
        people.add_contact(self.place.owner, "NORD", "member@example.com", "Mia Member")
        other = Place(billhook.world.store)
        people.invite(other.owner, "stranger@example.com", "Stranger", role="owner")
        self.clients: dict[str, TestClient] = {}

    def client(self, who: str) -> TestClient:
        if who not in self.clients:
            self.clients[who] = self.browser().sign_in(f"{who}@example.com").client
        return self.clients[who]


@pytest.fixture(scope="module")
def house(tmp_path_factory, migrated_sqlite) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("matrix")
    (folder / "billhook.db").write_bytes(migrated_sqlite.read_bytes())
    with Billhook(f"sqlite:///{folder}/billhook.db", settings=Settings(mail=str(folder / "mail"))) as opened:
        yield House(opened, folder / "mail")


def ask(client: TestClient, method: str, path: str) -> Any:
    headers = {"accept": "text/html", "sec-fetch-site": "cross-site"}
    return client.request(method, _filled(path), headers=headers, follow_redirects=False)


def test_every_route_is_for_everybody_or_a_page_or_a_call():
    assert {path for _, path in ROUTES} - {path for _, path in PAGES + CALLS} == OPEN & {path for _, path in ROUTES}


def test_who_is_not_signed_in_is_led_to_the_way_in_and_forms_from_elsewhere_are_refused(house):
    nobody = house.browser().client
    answers = {each: ask(nobody, *each) for each in PAGES}
    led = {each: (answer.status_code, answer.headers.get("location", "")[:8]) for each, answer in answers.items()}

    assert {each: told for each, told in led.items() if told not in ((303, "/sign-in"), (403, ""))} == {}


@pytest.mark.parametrize("who", [*ROLES[1:], "olga", "anna", "member", "stranger"])
def test_who_may_look_at_which_page(house, who):
    side = "/portal" if who in ("anna", "member") else "/console"
    wrong = {}
    for method, path in PAGES:
        if method == "GET":
            status = ask(house.client(who), method, path).status_code
            barred = (method, path) in OF_ADMINS and who not in ("olga", "admin", "stranger")
            right = (303,) if not path.startswith(side) else (403,) if barred else (200, 303, 404, 422)
            wrong |= {} if status in right else {path: status}

    assert wrong == {}


@pytest.mark.parametrize("who", ["olga", "viewer", "anna", "member", "stranger"])
def test_no_form_of_another_site_changes_anything(house, who):
    posts = [each for each in PAGES if each[0] == "POST"]

    assert {ask(house.client(who), *each).status_code for each in posts} == {403}


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_a_call_wants_a_token_with_the_scope_of_its_thing(house, call):
    nobody = TestClient(house.app, base_url="http://localhost")
    without = program(house, role="owner", scopes=_other_than(call[1]))

    assert ask(nobody, *call).status_code == 401
    assert without.request(call[0], f"http://localhost{_filled(call[1])}").json()["code"] == "scope_missing"


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
    ("GET", "/api/v1/payouts"), ("POST", "/api/v1/payouts/bulk"), ("GET", "/api/v1/payouts/{payout}"),
    ("GET", "/api/v1/payouts/{payout}/explain"), ("GET", "/api/v1/payouts/{payout}/history"),
    ("GET", "/api/v1/payouts/{payout}/preview"), ("GET", "/api/v1/payouts/{payout}/own-invoice"),
    ("GET", "/api/v1/invoices"), ("GET", "/api/v1/invoices/{number}"), ("GET", "/api/v1/invoices/{number}/file"),
}  # fmt: skip
DESCRIBED = {
    (method.upper(), path): operation
    for path, methods in description(api.routes)["paths"].items() for method, operation in methods.items()
}  # fmt: skip


@pytest.fixture(scope="module")
def programs(house) -> dict[str, TestClient]:
    """A program of each contact, within every scope that it can have."""
    account = house.billhook.account(house.place.code)
    anna = account.main_contact("NORD")
    people.add_contact(house.place.owner, "NORD", "removed@example.com", "Rem Removed")
    seats = {each.email.partition("@")[0]: each for each in anna.people.contacts("NORD")}
    house.place.partner("WALD")
    made = {name: program_of_contact(house, account.as_(seats[name].actor())) for name in ("anna", "member", "removed")}
    anna.people.remove_contact("NORD", seats["removed"].id)
    return made | {"other": program_of(house, "WALD")}


def call_with_example(client: TestClient, method: str, path: str) -> Any:
    """The call with the body of its example, about NORD."""
    body = DESCRIBED[method, path].get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
    filled = path.replace("{partner}", "NORD").replace("{number}", "ACME-NORD-00001").replace("{version}", "1")
    filled = filled.replace("{verb}", "approve")
    wanted = {"vat_number": "DE136695976"} if (method, path[-11:]) == ("GET", "/tax/checks") else {}
    return client.request(method, f"http://localhost{filled}", json=body, params=wanted)


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


@pytest.mark.parametrize(("who", "side"), [("viewer", "/console"), ("member", "/portal"), ("stranger", "/console")])
def test_who_may_only_look_changes_nothing_by_any_form(house, who, side):
    browser = house.browser().sign_in(f"{who}@example.com")
    token = browser.get(side).token
    before = _written(house)
    answers = {
        path: browser.client.post(
            _filled(path), data={"csrf_token": token, "reason": "x", "on": "true", "seen": "1", "role": "owner"},
            headers={"accept": "text/html", "sec-fetch-site": "same-origin"}, follow_redirects=False,
        ).status_code
        for method, path in PAGES if method == "POST" and path.startswith(side) and path not in HARMLESS
    }  # fmt: skip

    assert _written(house) == before
    others = {path: status for path, status in answers.items() if status not in (403, 404, 409, 422)}
    assert who == "stranger" or others == {}


#: Rehearsals, what only looks or chose nothing, and one's own mail.
HARMLESS = {"/console/payouts/many", "/console/rewards/settle",
            "/console/pipelines/publish", "/portal/account/payouts/preview", "/console/mail",
            "/portal/mail"}  # fmt: skip


def _filled(path: str) -> str:
    for name, value in FILLED.items():
        path = path.replace(name, value)
    return path


def _written(house: House) -> list[int]:
    """How many rows NORD's account has."""
    tables = ("history", "membership", "contact", "api_token", "webhook", "document", "notification", "payout", "job")
    count = "SELECT COUNT(*) AS found FROM {} WHERE account_id = :account"
    with house.billhook.world.store.reading() as tx:
        return [tx.one(count.format(table), account=house.place.account_id).found for table in tables]
