"""examples/client.py drives a payout from reward to Paid over HTTP, against a real server and the real press."""

import runpy
from pathlib import Path

import httpx
import pytest

from billhook.web.application import create_app
from renderers.reading import text_of
from tests.web.served import serving

CLIENT = Path(__file__).parents[2] / "examples" / "client.py"
SCOPES = ["rewards:write", "payouts:read", "payouts:write", "invoices:read"]


@pytest.fixture
def client(at_work, programme):
    _, token = programme.vendor.tokens.create("example", role="manager", scopes=SCOPES)
    headers = {"Authorization": f"Bearer {token}"}
    with serving(create_app(at_work)) as address, httpx.Client(base_url=f"{address}/api/v1/", headers=headers) as made:
        yield made


def test_a_payout_goes_from_its_reward_to_paid_and_a_second_run_does_nothing_twice(client, programme):
    programme.partner("NORD")
    pay = runpy.run_path(str(CLIENT))["pay"]

    first, second = (pay(client, "NORD", "API-1", "480.00") for _ in range(2))

    assert first == second
    assert "480" in text_of(first[1])
    [payout] = programme.vendor.payouts.list(partner="NORD")
    assert (payout.state, payout.invoice.number) == ("Paid", first[0])


def test_a_problem_is_told_as_the_service_tells_it(client, programme):
    programme.partner("NORD")
    pay = runpy.run_path(str(CLIENT))["pay"]

    with pytest.raises(SystemExit, match=r"invalid: Reward 'API-2' cannot be accepted\. amount: "):
        pay(client, "NORD", "API-2", "a lot")


def test_it_is_short_enough_to_be_read():
    assert len(CLIENT.read_text(encoding="utf-8").splitlines()) < 60
