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
from billhook.web.application import create_app
from engine import people
from engine.tokens import SCOPES, THINGS
from tests.web.conftest import Web
from tests.web.program import program
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


def _other_than(path: str) -> list[str]:
    """Every scope but those of the things that the route could be about."""
    about = {"partners", "onboarding", "self_invoicing", "agreements", "rewards"}
    thing = path.split("/")[3].replace("-", "_")
    things = {
        "partners": about, "tax": {"self_invoicing"}, "approvals": {"onboarding"},
        "timers": {"jobs"},
    }.get(thing, {thing})  # fmt: skip
    return [scope for scope in SCOPES if scope.partition(":")[0] not in things and scope.partition(":")[0] in THINGS]


@pytest.mark.parametrize(("who", "side"), [("viewer", "/console"), ("member", "/portal"), ("stranger", "/console")])
def test_who_may_only_look_changes_nothing_by_any_form(house, who, side):
    browser = house.browser().sign_in(f"{who}@example.com")
    token = browser.get(side).token
    before = _written(house)
    answers = {
        path: browser.client.post(
            _filled(path), data={"csrf_token": token, "reason": "x", "on": "true", "version": "1", "role": "owner"},
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
