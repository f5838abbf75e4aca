"""
Who may look at which page, built from the router itself: every route is for everybody, a page or a call. Handlers get
nonsense on purpose; who is let in is told by what answers: 403, 303 to the way in, or else. Forms and calls have
tables of their own beside this one.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from billhook import Billhook
from billhook.settings import Settings
from billhook.web import api, pages
from billhook.web.application import create_app
from tests.web.house import ROLES, House, house_of

OPEN = {"/", "/sign-in", "/sign-in/{token}", "/sign-out", "/seats", "/dev/mail", "/oidc", "/oidc/back",
        "/livez", "/readyz", "/metrics", "/healthz",
        "/api/v1/openapi.json", "/static"}  # fmt: skip
#: Pages for the owner and admins alone. Everybody else of the vendor is answered 403.
OF_ADMINS = {"/console/tokens", "/console/webhooks", "/console/webhooks/{webhook}"}
OF_FINANCE = {"/console/payouts/sheet"}
FILLED = {
    "{code}": "NORD", "{payout_id}": "01a20927-b6c0-755e-b5b4-ff0ad96e420f", "{number:path}": "ACME-NORD-00001",
    "{version}": "1", "{format}": "pdf",
}  # fmt: skip


def routes() -> list[tuple[str, str]]:
    """Every method and path that the application answers."""
    with Billhook("sqlite://", settings=Settings()) as billhook:
        app = create_app(billhook)
    there = iter_route_contexts([*app.routes, *api.routes.routes, *pages.routes.routes])
    found = [(method, route.path) for route in there for method in sorted(route.methods or ())]
    return sorted({each for each in found if each[0] != "HEAD"} | {("GET", "/static")})


ROUTES = routes()
PAGES = [each for each in ROUTES if each[1].startswith(("/console", "/portal"))]
CALLS = [each for each in ROUTES if each[1].startswith("/api/") and each[1] not in OPEN]


@pytest.fixture(scope="module")
def house(tmp_path_factory, migrated_sqlite) -> Iterator[House]:
    with house_of(tmp_path_factory.mktemp("matrix"), migrated_sqlite) as house:
        yield house


def ask(client: TestClient, method: str, path: str) -> Any:
    headers = {"accept": "text/html", "sec-fetch-site": "cross-site"}
    return client.request(method, filled(path), headers=headers, follow_redirects=False)


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
            barred = (path in OF_ADMINS and who not in ("olga", "admin", "stranger")) or (
                path in OF_FINANCE and who == "viewer"
            )
            right = (303,) if not path.startswith(side) else (403,) if barred else (200, 303, 404, 422)
            wrong |= {} if status in right else {path: status}

    assert wrong == {}


@pytest.mark.parametrize("who", ["olga", "viewer", "anna", "member", "stranger"])
def test_no_form_of_another_site_changes_anything(house, who):
    posts = [each for each in PAGES if each[0] == "POST"]

    assert {ask(house.client(who), *each).status_code for each in posts} == {403}


def filled(path: str) -> str:
    for name, value in FILLED.items():
        path = path.replace(name, value)
    return path
