"""A program that uses the HTTP API with a token of its own."""

from collections.abc import Sequence
from typing import Any

from starlette.testclient import TestClient

from engine.tokens import SCOPES


def program(web: Any, *, role: str, scopes: Sequence[str] = SCOPES) -> TestClient:
    """A client of the account's, whose token acts as `role` within `scopes`."""
    account = web.billhook.account(web.place.code).as_(web.place.owner.actor)
    _, token = account.tokens.create("test", role=role, scopes=scopes)
    return TestClient(web.app, base_url="http://localhost/api/v1/", headers={"Authorization": f"Bearer {token}"})
