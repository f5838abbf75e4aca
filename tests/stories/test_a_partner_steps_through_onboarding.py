"""A partner steps through stages of actions, one of them "Opt-in/out from self-invoicing"."""

import pytest

from engine.errors import StepRefused


def test_from_the_first_step_to_a_completed_run_and_an_invoice(programme, answers):
    contact = programme.partner(opted_in=False)
    programme.vendor.onboarding.start("NORD")
    for step, given in answers.items():
        if contact.onboarding.answer("NORD", step, given) == "Waiting for approval":
            programme.vendor.onboarding.approve("NORD", step)

    assert contact.onboarding.view("NORD").status == "Completed"
    payout = programme.payout("NORD", "validate", "accept")
    assert contact.payouts.get(payout).invoice.number == "ACME-NORD-00001"


def test_what_the_vendor_sends_back_is_answered_again(programme, answers):
    contact = programme.partner(opted_in=False)
    programme.vendor.onboarding.start("NORD")
    contact.onboarding.answer("NORD", "agreement", answers["agreement"])
    programme.vendor.onboarding.reject("NORD", "agreement", reason="a page is missing")
    [step] = [step for step in contact.onboarding.view("NORD").steps if step.id == "agreement"]

    assert (step.status, step.reason) == ("Action required", "a page is missing")
    assert contact.onboarding.answer("NORD", "agreement", answers["agreement"]) == "Waiting for approval"


def test_nobody_answers_what_is_not_open_yet(programme, answers):
    contact = programme.partner(opted_in=False)
    programme.vendor.onboarding.start("NORD")

    with pytest.raises(StepRefused, match="Step 'company' is not open and takes no 'answer'"):
        contact.onboarding.answer("NORD", "company", answers["company"])
