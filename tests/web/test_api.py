"""The HTTP API as programs meet it: tokens, scopes, keys, versions, pages, problems."""

import base64

import pytest
from starlette.testclient import TestClient

from engine.tokens import SCOPES


@pytest.fixture
def api(web):
    """A program of the vendor's that may do everything."""
    return program(web, role="admin")


def program(web, *, role, scopes=SCOPES):
    account = web.billhook.account(web.place.code).as_(web.place.owner.actor)
    _, token = account.tokens.create("test", role=role, scopes=scopes)
    return TestClient(web.app, base_url="http://localhost/api/v1", headers={"Authorization": f"Bearer {token}"})


def test_a_payout_is_made_advanced_and_looked_at(web, api):
    web.place.reward()
    made = api.post("/payouts", json={"partner": "NORD", "currency": "EUR"})
    fired = api.post(f"/payouts/{made.json()['id']}/triggers/validate", json={})

    assert made.status_code == 201
    assert made.headers["location"] == f"/api/v1/payouts/{made.json()['id']}"
    assert (fired.status_code, fired.json()["source"]) == (200, "Draft")
    seen = api.get(made.headers["location"].removeprefix("/api/v1"))
    assert seen.headers["etag"] == fired.headers["etag"]
