"""
Drive a payout from its reward to Paid through billhook's HTTP API.

    python examples/client.py https://billhook.example bh_TOKEN DE-NORD

The token acts as a manager, with the scopes rewards:write, payouts:read, payouts:write and invoices:read. Every deed
has a key of its own, so after a lost answer the whole script may be run again: nothing is done twice.
"""

import sys
import time
from datetime import UTC, datetime
from typing import Any

import httpx

TODAY = datetime.now(UTC).date()


def pay(client: httpx.Client, partner: str, reference: str, amount: str, currency: str = "EUR") -> tuple[str, bytes]:
    """From the reward to Paid; returns the invoice's number and its PDF."""

    def post(path: str, body: dict[str, Any]) -> Any:
        answer = client.post(path, json=body, headers={"Idempotency-Key": f"{reference}:{path.rpartition('/')[2]}"})
        if answer.is_error:  # RFC 9457: `code` for programs, `detail` for people
            problem = answer.json()
            raise SystemExit(f"{problem['code']}: {problem['detail']}")
        return answer.json()

    reward = {"reference": reference, "partner": partner, "description": "Referral fee", "amount": amount,
              "currency": currency, "occurred_on": TODAY.isoformat(), "status": "accepted"}  # fmt: skip
    post("rewards", reward)
    payout = post("payouts", {"partner": partner, "currency": currency, "rewards": [reference], "ask": []})
    ready = post(f"payouts/{payout['id']}/triggers/validate", {})
    print(f"{ready['source']} -> {ready['target']}:", *ready["sentences"])
    number = wait_for_invoice(client, payout["id"])
    paid = post(f"payouts/{payout['id']}/triggers/mark_paid", {"data": {"payment_reference": f"SEPA-{reference}"}})
    print(f"{paid['source']} -> {paid['target']}")
    return number, client.get(f"invoices/{number}/file").raise_for_status().content


def wait_for_invoice(client: httpx.Client, payout: str, seconds: float = 60) -> str:
    """The number, as soon as the document is attached."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        invoice = client.get(f"payouts/{payout}").raise_for_status().json()["invoice"]
        if invoice["status"] == "attached":
            return str(invoice["number"])
        if invoice["status"] in ("blocked", "parked"):
            raise SystemExit("; ".join(invoice["reasons"]) or invoice["status"])
        time.sleep(0.2)
    raise SystemExit(f"The invoice of payout {payout} is not attached after {seconds:g} seconds.")


if __name__ == "__main__":
    address, token, whose = sys.argv[1:4]
    with httpx.Client(base_url=f"{address}/api/v1/", headers={"Authorization": f"Bearer {token}"}) as program:
        found, pdf = pay(program, whose, f"API-{TODAY:%Y%m%d}", "480.00")
    print(f"{found}: {len(pdf):,} bytes")
