"""Firing triggers at payouts: every row of the shipped lifecycle, who may, what is refused, and what is written."""

import json
from dataclasses import replace

import pytest

from engine import accounts, definitions, payouts, service
from engine.errors import (
    Conflict,
    Invalid,
    NoSuchTransition,
    NotAllowed,
    NotFound,
    ReasonRequired,
    Refused,
)
from engine.history import Deed, Link, beginning, chained
from engine.payouts import Options
from engine.service import Request
from tests.worlds import PAYOUT, THEIR_INVOICE, Place

EVERYBODY = ("owner", "admin", "manager", "finance", "viewer", "main_contact", "member", "api")


def a_caller(place: Place, role: str):
    if role in ("main_contact", "member"):
        return place.contact("NORD", role)
    return place.api() if role == "api" else place.vendor(role)


@pytest.mark.parametrize(
    ("source", "ask", "trigger", "by", "target"),
    [
        ("Draft", ("review",), "validate", "manager", "Pending"),
        ("Draft", ("invoice", "review"), "validate", "manager", "Pending"),
        ("Draft", (), "validate", "manager", "Ready"),
        ("Draft", ("invoice",), "validate", "manager", "Ready"),  # opted in: nothing is left to ask
        ("Pending", ("review",), "reopen", "manager", "Draft"),
        ("Pending", ("review",), "approve", "main_contact", "Ready"),
        ("Pending", ("review",), "accept", "manager", "Ready"),
        ("Ready", ("review",), "mark_paid", "finance", "Paid"),
        ("Paid", ("review",), "payment_failed", "api", "Ready"),
        ("Draft", ("review",), "cancel", "manager", "Cancelled"),
        ("Pending", ("review",), "cancel", "manager", "Cancelled"),
        ("Ready", ("review",), "cancel", "manager", "Cancelled"),
        ("Ready", ("review",), "hold", "manager", "Ready"),
    ],
)
def test_a_payout_moves_as_its_lifecycle_says(place, source, ask, trigger, by, target):
    place.partner()
    payout = place.payout(state=source, ask=ask)

    fired = place.fire(payout, trigger, by=a_caller(place, by), reason="as agreed")

    assert (fired.source, fired.target, place.state(payout)) == (source, target, target)


def test_a_payout_may_be_made_by_the_vendor_and_by_a_program_but_by_no_partner(place):
    place.partner()
    allowed = []
    for role in EVERYBODY:
        reward = place.reward()
        try:
            payouts.create(a_caller(place, role), "NORD", "EUR", Options((reward,)))
            allowed.append(role)
        except NotAllowed:
            continue

    assert allowed == ["owner", "admin", "manager", "api"]


WHO = {
    ("Draft", "validate"): {"owner", "admin", "manager"},
    ("Pending", "reopen"): {"owner", "admin", "manager"},
    ("Pending", "approve"): {"main_contact"},
    ("Pending", "accept"): {"owner", "admin", "manager"},
    ("Pending", "upload_invoice"): {"main_contact"},
    ("Ready", "mark_paid"): {"owner", "admin", "manager", "finance"},
    ("Ready", "hold"): {"owner", "admin", "manager"},
    ("Ready", "cancel"): {"owner", "admin", "manager"},
    ("Paid", "payment_failed"): {"owner", "admin", "manager", "api"},
}


@pytest.mark.parametrize(("state", "trigger"), WHO)
def test_a_trigger_is_only_for_the_roles_its_pipeline_names(place, state, trigger):
    place.partner()
    may = set()
    for role in EVERYBODY:
        payout = place.payout(state=state)
        try:
            place.fire(payout, trigger, by=a_caller(place, role), reason="why", uploads={"invoice": THEIR_INVOICE}
                       if trigger == "upload_invoice" else {})  # fmt: skip
            may.add(role)
        except (NotAllowed, NotFound):
            assert place.state(payout) == state

    assert may == WHO[state, trigger]


def test_a_trigger_for_other_roles_is_refused_by_naming_them(place):
    place.partner()
    payout = place.payout(state="Pending")

    with pytest.raises(NotAllowed, match=r"finance may not 'accept'\. It is for: owners, admins and managers\."):
        place.fire(payout, "accept", by=place.vendor("finance"), reason="why")


def test_a_refusal_says_what_is_possible_instead(place):
    place.partner()
    payout = place.payout(state="Ready")

    with pytest.raises(NoSuchTransition) as refused:
        place.fire(payout, "accept", reason="why")

    assert str(refused.value) == (f"payout {payout} is Ready and cannot 'accept'. From here: cancel, hold, mark_paid.")


def test_only_triggers_of_ones_own_role_are_offered_instead(place):
    place.partner()
    payout = place.payout(state="Pending")

    with pytest.raises(NoSuchTransition) as refused:
        place.fire(payout, "mark_paid", by=place.contact())

    assert refused.value.allowed == ["approve", "dispute", "upload_invoice"]


def test_a_final_state_says_so(place):
    place.partner()
    payout = place.payout(state="Cancelled")

    with pytest.raises(NoSuchTransition, match=r"is Cancelled and cannot 'validate'\. This state is final\."):
        place.fire(payout, "validate")


def test_every_guard_that_refuses_is_told_at_once(place):
    place.partner()
    accounts.set_four_eyes(place.owner, on=True)
    payout = place.payout(state="Ready")
    place.fire(payout, "hold", reason="bank details in doubt")

    with pytest.raises(Refused) as refused:
        place.fire(payout, "mark_paid")

    assert [refusal.guard for refusal in refused.value.refusals] == ["not_on_hold", "four_eyes"]
    assert refused.value.allowed == ["cancel", "release"]


def test_of_two_transitions_that_exclude_each_other_only_the_one_that_was_meant_is_told_about(place):
    place.partner()
    place.reward(amount="-10.00")
    payout = payouts.create(place.owner, "NORD", "EUR")

    with pytest.raises(Refused) as refused:
        place.fire(payout, "validate")

    assert [refusal.guard for refusal in refused.value.refusals] == ["total_is_positive"]


@pytest.mark.parametrize("trigger", ["reopen", "accept", "cancel", "dispute"])
def test_a_trigger_that_is_kept_with_a_reason_wants_one(place, trigger):
    place.partner()
    payout = place.payout(state="Pending")
    by = place.contact() if trigger == "dispute" else place.vendor()

    with pytest.raises(ReasonRequired, match=f"'{trigger}' needs a reason, which is kept with it."):
        place.fire(payout, trigger, by=by, reason="  ")
    with pytest.raises(ReasonRequired):
        place.fire(payout, trigger, by=by, reason="-")


def test_data_that_nothing_takes_is_refused_and_not_dropped(place):
    place.partner()
    payout = place.payout(state="Ready")

    with pytest.raises(Invalid) as refused:
        place.fire(payout, "mark_paid", data={"payment_referense": "B1", "colour": "red"})

    assert [problem.field for problem in refused.value.problems] == ["payment_referense", "colour"]
    assert "did you mean 'payment_reference'?" in str(refused.value)


def test_an_upload_that_is_missing_or_not_asked_for_is_refused(place):
    place.partner()
    payout = place.payout(state="Pending")

    with pytest.raises(Invalid, match="invoice: this upload is missing"):
        place.fire(payout, "upload_invoice", by=place.contact())
    with pytest.raises(Invalid, match="photo: 'accept' does not take it"):
        place.fire(payout, "accept", reason="why", uploads={"photo": THEIR_INVOICE})


def test_a_stale_version_is_refused(place):
    place.partner()
    payout = place.payout(state="Pending")
    seen = place.view(payout).version
    place.fire(payout, "reopen", reason="one more reward")

    with pytest.raises(Conflict, match="was changed by somebody else meanwhile"):
        place.fire(payout, "cancel", reason="why", version=seen)
    assert place.fire(payout, "cancel", reason="why", version=seen + 1).version == seen + 2


REFUSED = [
    ("Ready", "accept", {"reason": "why"}, NoSuchTransition),
    ("Ready", "no_such_thing", {}, NoSuchTransition),
    ("Ready", "release", {"reason": "why"}, Refused),
    ("Ready", "hold", {}, ReasonRequired),
    ("Ready", "mark_paid", {"version": 1}, Conflict),
    ("Ready", "mark_paid", {"data": {"colour": "red"}}, Invalid),
    ("Pending", "resolve", {"reason": "why", "data": {"reward": "R999"}}, Invalid),
    ("Pending", "approve", {}, NotAllowed),
]


@pytest.mark.parametrize(("state", "trigger", "request_", "error"), REFUSED)
def test_what_is_refused_changes_nothing_at_all(place, state, trigger, request_, error):
    place.partner()
    payout = place.payout(state=state)
    before = place.everything()

    with pytest.raises(error):
        place.fire(payout, trigger, key="once", **request_)

    assert place.everything() == before


def test_what_is_not_yours_answers_as_what_does_not_exist(place, shared_store):
    place.partner()
    payout = place.payout(state="Pending")
    draft = place.payout(state="Draft")
    place.partner("OTHER")
    stranger = Place(shared_store)
    nowhere = "0190-nowhere"

    for by, asked in [(place.contact("OTHER"), payout), (stranger.owner, payout), (place.contact(), draft),
                      (place.owner, nowhere)]:  # fmt: skip
        with pytest.raises(NotFound) as refused:
            service.fire(by, asked, Request("approve"))
        assert str(refused.value) == str(NotFound("payout", asked))


def test_history_keeps_who_why_with_what_and_what_every_guard_said(place):
    place.partner()
    payout = place.payout(state="Ready")
    place.fire(payout, "mark_paid", by=place.vendor("finance", "fred"), data={"payment_reference": "B-17"})

    row = place.history(payout)[-1]

    assert (row.actor, row.role, row.verb, row.source, row.target) == ("fred", "finance", "mark_paid", "Ready", "Paid")
    assert json.loads(row.data) == {"payment_reference": "B-17", "guards": {"not_on_hold": "yes", "four_eyes": "yes"}}
    assert place.history(payout)[-2].reason == "test"


def test_history_numbers_without_gap_and_chains_each_row_to_the_one_before(place):
    place.partner()
    payout = place.payout(state="Paid")
    place.work()
    rows, head = place.history(payout), beginning(Link("payout", place.account_id, payout, 0, ""))

    for row in rows:
        deed = Deed(row.verb, row.source, row.target, row.reason, row.sentence)
        head = chained(head, row.seq, row.at, row.actor, row.role, deed, row.data)
        assert row.hash == head
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    assert place.one("SELECT version, head FROM payout WHERE id = :id", id=payout) == (5, head)


def test_a_failed_payment_decides_nothing_again_and_issues_no_second_invoice(place):
    place.partner()
    payout = place.payout(state="Paid")

    place.fire(payout, "payment_failed", reason="account closed")

    assert len(place.invoices()) == len(place.decisions(payout)) == len(place.jobs()) == 1
    assert place.fire(payout, "mark_paid").target == "Paid"


def test_paying_marks_the_rewards_and_keeps_the_reference_until_the_payment_fails(place):
    place.partner()
    payout = place.payout(state="Ready")
    row = "SELECT p.payment_reference, r.status FROM payout p, reward r WHERE p.id = :id AND r.account_id = :account"

    place.fire(payout, "mark_paid", data={"payment_reference": "B1"})
    assert place.one(row, id=payout) == ("B1", "paid")

    place.fire(payout, "payment_failed", reason="bounced")
    assert place.one(row, id=payout) == ("", "accepted")


@pytest.mark.parametrize(
    ("trigger", "by", "audience"), [("validate", "manager", "partner"), ("approve", "main_contact", "vendor")]
)
def test_the_other_side_is_told(place, trigger, by, audience):
    place.partner()
    payout = place.payout(state="Draft" if trigger == "validate" else "Pending")
    told = "SELECT COUNT(*) AS n FROM notification WHERE account_id = :account AND audience = :audience"
    before = place.one(told, audience=audience).n

    place.fire(payout, trigger, by=a_caller(place, by))

    assert place.one(told, audience=audience).n == before + 1


def test_every_trigger_of_the_lifecycle_has_a_row_here():
    tried = {trigger for _, trigger in WHO} | {"cancel", "dispute", "resolve", "release"}

    assert {transition.trigger for transition in PAYOUT.transitions} == tried


def test_of_two_ways_the_one_that_is_taken_says_whether_a_reason_is_wanted(place):
    place.partner()
    arrows = [replace(arrow, reason=arrow.target == "Pending") for arrow in PAYOUT.transitions]
    definitions.publish(place.owner, [replace(PAYOUT, transitions=tuple(arrows))])
    asked, unasked = place.payout(ask=("review",)), place.payout(ask=())

    with pytest.raises(ReasonRequired):
        place.fire(asked, "validate")
    assert place.fire(unasked, "validate").target == "Ready"


@pytest.mark.parametrize("reason", ["a\x00b", "\ud800", "x" * 2001, "\n".join("y" * 50)])
def test_a_reason_that_no_page_could_show_is_refused(place, reason):
    place.partner()
    payout = place.payout(state="Pending")

    with pytest.raises(Invalid, match=r"^'accept' cannot be accepted\. reason: The text "):
        place.fire(payout, "accept", reason=reason)
