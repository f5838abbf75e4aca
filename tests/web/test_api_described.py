"""Whatever is sent, the HTTP API answers as its description says, and never with a 5xx (schemathesis)."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import checks

from billhook import Billhook
from billhook.settings import Settings
from billhook.web.api import routes
from billhook.web.api.described import description
from billhook.web.application import create_app
from engine.tokens import SCOPES
from tests.worlds import Place

OPERATIONS = [
    (method.upper(), path) for path, methods in description(routes)["paths"].items() for method in methods
]  # fmt: skip
#: 501 and the like are 5xx, too; what a verb refuses is a 4xx with a problem.
CHECKS = (
    checks.not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_schema_conformance, checks.response_headers_conformance,
)  # fmt: skip


class Described:
    """The application with an account in it in which something has happened, and a token for all of it."""

    def __init__(self, billhook: Billhook) -> None:
        place = Place(billhook.world.store)
        billhook.world.clock = place.clock
        place.partner()
        account = billhook.account(place.code).as_(place.owner.actor)
        _, token = account.tokens.create("schemathesis", role="owner", scopes=SCOPES)
        self.headers = {"Authorization": f"Bearer {token}"}
        payout = place.payout(state="Ready")
        place.work()
        [pipeline, *_] = account.pipelines.list()
        self.known = {
            "partner": "NORD", "payout": payout, "number": account.payouts.get(payout).invoice.number, "version": 1,
            "pipeline": pipeline.id, "step": "register", "verb": "approve", "trigger": "mark_paid",
        }  # fmt: skip
        self.schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(billhook))


@pytest.fixture(scope="module")
def described(tmp_path_factory, migrated_sqlite) -> Iterator[Described]:
    database = tmp_path_factory.mktemp("described") / "billhook.db"
    database.write_bytes(migrated_sqlite.read_bytes())
    with Billhook(f"sqlite:///{database}", settings=Settings(mail=str(database.parent / "mail"))) as billhook:
        yield Described(billhook)


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda each: each.removeprefix("/api/v1"))
def test_every_answer_is_one_that_is_described(described, request, method, path):
    operation = described.schema[path][method]
    examples = 60 if request.config.getoption("--long") else 4

    @_quickly(examples)
    @given(case=operation.as_strategy(), found=st.booleans())
    def answers(case: Any, found: bool) -> None:
        if found:
            case.path_parameters = {name: described.known.get(name, value) for name, value in _named(case)}
        case.call_and_validate(headers=described.headers, checks=CHECKS)

    answers()  # it asserts within: any answer that is not described is raised
    assert operation.responses


def _quickly(examples: int) -> settings:
    return settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


def _named(case: Any) -> list[tuple[str, Any]]:
    return list((case.path_parameters or {}).items())
