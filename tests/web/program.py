"""A program that uses the HTTP API with a token of its own."""

from collections.abc import Sequence
from typing import Any

from starlette.testclient import TestClient

from engine.tokens import SCOPES, SCOPES_OF_PARTNERS


def program(web: Any, *, role: str, scopes: Sequence[str] = SCOPES) -> TestClient:
    """A client of the account's, whose token acts as `role` within `scopes`."""
    account = web.billhook.account(web.place.code).as_(web.place.owner.actor)
    _, token = account.tokens.create("test", role=role, scopes=scopes)
    return TestClient(web.app, base_url="http://localhost/api/v1/", headers={"Authorization": f"Bearer {token}"})


def program_of(web: Any, partner: str = "NORD", scopes: Sequence[str] = SCOPES_OF_PARTNERS) -> TestClient:
    """A program of the partner's main contact."""
    return program_of_contact(web, web.billhook.account(web.place.code).main_contact(partner), scopes)


def program_of_contact(web: Any, contact: Any, scopes: Sequence[str] = SCOPES_OF_PARTNERS) -> TestClient:
    """A program of a contact, whose workspace it is."""
    _, token = contact.tokens.create("test", scopes=scopes)
    return TestClient(web.app, base_url="http://localhost/api/v1/", headers={"Authorization": f"Bearer {token}"})
