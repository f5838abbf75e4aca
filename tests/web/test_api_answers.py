"""Every operation of the HTTP API that reads is met with what it is about: its answer is a good one, as described."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis

from billhook.web.application import create_app
from engine.tokens import SCOPES
from tests.web.house import furnish, house_of
from tests.web.test_api_described import CHECKS, OPERATIONS

READS = [path for method, path in OPERATIONS if method == "GET"]
#: What nobody has uploaded or recorded in this account; other tests are about these.
ELSEWHERE = {
    "/api/v1/payouts/{payout}/own-invoice", "/api/v1/partners/{partner}/agreements/{version}/paper",
    "/api/v1/partners/{partner}/self-invoicing/logo",
}  # fmt: skip
#: Where another thing of the kind is meant: one that has no invoice yet, a pipeline of payouts.
OTHERS = {"/api/v1/payouts/{payout}/preview": "pending", "/api/v1/pipelines/{pipeline}/diagram": "lifecycle"}


class Reader:
    """A program that may read everything, and what it asks for by name."""

    def __init__(self, house: Any) -> None:
        things, owner = furnish(house), house.account.as_(house.place.owner_actor)
        _, token = owner.tokens.create("reader", role="owner", scopes=SCOPES)
        self.headers = {"Authorization": f"Bearer {token}"}
        self.known = things | {
            "partner": "NORD", "payout": things["ready"], "version": 1, "step": "register", "field": "file",
            "name": "guide.pdf", "lifecycle": next(each.id for each in owner.pipelines.list() if each.kind == "payout"),
        }  # fmt: skip
        self.schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(house.billhook))


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
