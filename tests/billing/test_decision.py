"""Whether a payout that becomes Ready gets an invoice: the first line that fits, from the top."""

from dataclasses import replace

import pytest

from engine.billing.decision import Circumstances, decide
from engine.billing.errors import Missing

GOOD = Circumstances(switch_on=True, opted_in=True, own_invoice=False, agreement="in_force")
NO_CITY = Missing("city", "The seller's city is missing.", "partner")
AGAIN = "The partner renews it by opting in again."


@pytest.mark.parametrize(
    ("changes", "outcome", "reason", "sentence"),
    [
        ({}, "issued", "lawful", "Invoice issued on the partner's behalf."),
        (
            {"switch_on": False, "opted_in": False, "own_invoice": True, "agreement": "none", "missing": (NO_CITY,)},
            "not_applicable",
            "switch_off",
            "No invoice: self-invoicing is switched off for this account.",
        ),
        (
            {"opted_in": False, "own_invoice": True, "agreement": "revoked", "missing": (NO_CITY,)},
            "not_applicable",
            "opted_out",
            "No invoice: the partner has not opted in to self-invoicing.",
        ),
        (
            {"own_invoice": True, "agreement": "expired", "missing": (NO_CITY,)},
            "not_applicable",
            "own_invoice",
            "No invoice: the partner has uploaded its own.",
        ),
        (
            {"agreement": "expired", "missing": (NO_CITY,)},
            "blocked",
            "renewal_needed",
            f"Invoice blocked: the self-billing agreement has expired. {AGAIN}",
        ),
        (
            {"agreement": "changed", "changed": ("vat_number",)},
            "blocked",
            "renewal_needed",
            "Invoice blocked: the VAT number has changed since the self-billing agreement was accepted. " + AGAIN,
        ),
        (
            {"missing": (NO_CITY,)},
            "blocked",
            "details_missing",
            "Invoice blocked. The seller's city is missing. (partner)",
        ),
    ],
)
def test_the_first_line_that_fits_decides(changes, outcome, reason, sentence):
    decision = decide(replace(GOOD, **changes))

    assert (decision.outcome, decision.reason, decision.sentence) == (outcome, reason, sentence)
    assert decision.issued == (outcome == "issued")


@pytest.mark.parametrize("state", ["none", "not_yet", "expired", "revoked", "superseded"])
def test_no_agreement_in_force_no_invoice(state):
    decision = decide(replace(GOOD, agreement=state))

    assert (decision.outcome, decision.reason) == ("blocked", "renewal_needed")
    assert decision.sentence.startswith("Invoice blocked: ")


def test_what_is_missing_is_kept_with_the_decision():
    assert decide(replace(GOOD, missing=(NO_CITY,))).missing == (NO_CITY,)
