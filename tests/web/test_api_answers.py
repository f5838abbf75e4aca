"""Every operation of the HTTP API is met with what it is about: its answer is a good one, as described."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis

from billhook.web.application import create_app
from engine.tokens import SCOPES, SCOPES_OF_PARTNERS
from tests.web.house import furnish, house_of
from tests.web.test_api_described import CHECKS, OPERATIONS
from tests.web.test_matrix_of_calls import DESCRIBED
from tests.worlds import DETAILS

READS = [path for method, path in OPERATIONS if method == "GET"]
#: What nobody has uploaded or recorded in this account; other tests are about these.
ELSEWHERE = {
    "/api/v1/payouts/{payout}/own-invoice", "/api/v1/partners/{partner}/agreements/{version}/paper",
    "/api/v1/partners/{partner}/self-invoicing/logo",
}  # fmt: skip
#: Where another thing of the kind is meant: one that has no invoice yet, a pipeline of payouts.
OTHERS = {"/api/v1/payouts/{payout}/preview": "pending", "/api/v1/pipelines/{pipeline}/diagram": "lifecycle"}


class Reader:
    """Programs of both sides that may do everything, and what they ask for by name."""

    def __init__(self, house: Any) -> None:
        things, owner = furnish(house), house.account.as_(house.place.owner_actor)
        _, token = owner.tokens.create("reader", role="owner", scopes=SCOPES)
        self.headers = {"Authorization": f"Bearer {token}"}
        self.known = things | {
            "partner": "NORD", "payout": things["ready"], "version": 1, "step": "register", "field": "file",
            "name": "guide.pdf", "trigger": "mark_paid", "verb": "approve", "member": things["viewer_id"],
            "lifecycle": next(each.id for each in owner.pipelines.list() if each.kind == "payout"),
        }  # fmt: skip
        anna = house.account.main_contact("NORD")
        self.known["seen"] = next(each.version for each in anna.onboarding.view("NORD").steps if each.id == "register")
        self.known["terms"] = anna.self_invoicing.agreement("NORD", DETAILS).terms
        _, own = anna.tokens.create("program", scopes=SCOPES_OF_PARTNERS)
        self.partner_s = {"Authorization": f"Bearer {own}"}
        self.house, self.kept = house, house.keep()
        self.schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(house.billhook))

    def named(self, name: str) -> Any:
        return self.known.get(name, name)

    def filled(self, body: Any) -> Any:
        """The body with what is known for `<name>`."""
        text = json.dumps(body)
        for name, value in self.known.items():
            text = text.replace(f"<{name}>", str(value))
        return json.loads(text)


@pytest.fixture(scope="module")
def reader(tmp_path_factory, migrated_sqlite) -> Iterator[Reader]:
    with house_of(tmp_path_factory.mktemp("answers"), migrated_sqlite) as house:
        yield Reader(house)


@pytest.mark.parametrize("path", sorted({*READS} - ELSEWHERE), ids=lambda each: each.removeprefix("/api/v1"))
def test_what_is_there_is_answered_as_it_is_described(reader, path):
    operation = reader.schema[path]["GET"]
    named = {each.name: reader.known[OTHERS.get(path, each.name)] for each in operation.path_parameters}
    asked = {"vat_number": "DE136695976"} if path.endswith("/tax/checks") else {}
    answer = operation.Case(path_parameters=named, query=asked).call_and_validate(headers=reader.headers, checks=CHECKS)

    assert answer.status_code == 200


WRITES = sorted((method, path) for method, path in OPERATIONS if method != "GET")
#: Here no register answers; tests/web/test_api_reading.py has one.
NO_REGISTER = ("POST", "/api/v1/tax/checks")
#: What the main contact's program does; everything else is the owner's.
OF_PARTNERS = ("/answer", "/opt-in", "/opt-out", "/details", "/renew", "/contest", "/{number}/accept", "/me/mail")
#: Where the example is about another thing than the one that is known by that name, or names what is not there.
ABOUT = {
    "/invoices/{number}/resolve": ({"number": "contested"}, {"put_right": False}),
    "/partners/{partner}/agreements/paper": ({"partner": "WALD"}, {}),
    "/partners/{partner}/agreements/renew": ({}, {"terms": "<terms>"}),
    "/partners/{partner}/run": ({"partner": "WALD"}, {}),
    "/partners/{partner}/run/steps/{step}/answer": ({"step": "team"}, {"answer": {"size": "three"}}),
    "/partners/{partner}/run/steps/{step}/{verb}": ({}, {"version": "<seen>"}),
    "/partners/{partner}/self-invoicing/opt-in": ({}, {"answer": DETAILS | {"agreement_terms": "<terms>"}}),
    "/payouts": ({}, {"partner": "NORD"}),
    "/payouts/{payout}/credit-clawbacks": (
        {"payout": "claws"}, {"against": {"<claw>": {"number": "<number>", "line": 1}}},
    ),
    "/payouts/{payout}/issue-now": ({"payout": "late"}, {}),
    "/rewards": ({}, {"partner": "NORD"}),
    "/rewards/accept": ({}, {"references": ["<pending_reward>"]}),
    "/rewards/refuse": ({}, {"references": ["<pending_reward>"]}),
}  # fmt: skip


@pytest.mark.parametrize(("method", "path"), [each for each in WRITES if each != NO_REGISTER], ids=str)
def test_what_can_be_done_is_answered_as_it_is_described(reader, method, path):
    operation, of_partner = reader.schema[path][method], path.endswith(OF_PARTNERS)
    others, body = ABOUT.get(path.removeprefix("/api/v1"), ({}, {}))
    named = {each.name: reader.named(others.get(each.name, each.name)) for each in operation.path_parameters}
    example = DESCRIBED[method, path].get("requestBody", {}).get("content", {}).get("application/json", {})
    sent = {"body": reader.filled(example["example"] | body), "media_type": "application/json"} if example else {}
    case = operation.Case(path_parameters=named, **sent)
    answer = case.call_and_validate(headers=reader.partner_s if of_partner else reader.headers, checks=CHECKS)
    reader.house.restore(reader.kept)

    assert answer.status_code in (200, 201, 202, 204), answer.text
