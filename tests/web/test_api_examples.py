"""Every example of a request in the OpenAPI description, sent to an account that it could be about, can be read."""

from collections.abc import Iterator

import pytest

from billhook import Billhook
from billhook.settings import Settings
from billhook.web.api import routes
from billhook.web.api.described import description
from tests.web.conftest import Web
from tests.web.program import program, program_of

TOLD = [
    (method.upper(), path, operation["requestBody"]["content"]["application/json"]["example"])
    for path, methods in description(routes)["paths"].items() for method, operation in methods.items()
    if "requestBody" in operation
]  # fmt: skip
#: What only the partner's main contact may do, by a token of its own.
OF_PARTNERS = ("/answer", "/opt-in", "/opt-out", "/details", "/renew", "/contest")
#: What this account cannot take now: no draft of clawbacks, a run under way, an agreement that has ended, other terms.
NOT_NOW = ("/credit-clawbacks", "/run", "/agreements/paper", "/agreements/revoke", "/opt-in", "/renew")


class Prepared:
    """An account called as the examples say: DE-NORD with a payout of every kind, and both sides' programs."""

    def __init__(self, web: Web) -> None:
        place = web.place
        place.partner("DE-NORD")
        vendor = program(web, role="owner")
        vendor.post("/partners/DE-NORD/run", json={})
        place.payout("DE-NORD", state="Ready")
        place.work()
        [invoice] = vendor.get("/invoices").json()["items"]
        place.reward("DE-NORD")
        waiting = place.payout("DE-NORD", state="Ready")
        webhook = vendor.post("/webhooks", json={"url": "https://example.com/b"}).json()["id"]
        member = vendor.post("/people", json={"name": "Al", "email": "al@example.com", "role": "viewer"}).json()["id"]
        self.clients = {True: program_of(web, "DE-NORD"), False: vendor}
        self.known = {
            "{partner}": "DE-NORD", "{payout}": waiting, "{number}": invoice["number"], "{trigger}": "mark_paid",
            "{webhook}": webhook, "{contact}": "nobody", "{member}": member, "{step}": "register", "{verb}": "skip",
        }  # fmt: skip


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, migrated_sqlite) -> Iterator[Prepared]:
    folder = tmp_path_factory.mktemp("examples")
    (folder / "billhook.db").write_bytes(migrated_sqlite.read_bytes())
    with Billhook(f"sqlite:///{folder}/billhook.db", settings=Settings(mail=str(folder / "mail"))) as opened:
        yield Prepared(Web(opened, folder / "mail"))


@pytest.mark.parametrize(("method", "path", "example"), TOLD, ids=lambda each: each if isinstance(each, str) else "")
def test_no_example_of_a_request_is_refused_as_unreadable(prepared, method, path, example):
    filled = path
    for name, value in prepared.known.items():
        filled = filled.replace(name, value)
    answer = prepared.clients[path.endswith(OF_PARTNERS)].request(method, f"http://localhost{filled}", json=example)

    assert "cannot be read" not in answer.text
    assert answer.status_code in (200, 201, 202, 204, 404, 409) or path.endswith(NOT_NOW), answer.text
