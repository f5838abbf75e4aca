"""Which notice a transition comes to: by what states mean and which effects ran, whatever they are called."""

import json

import pytest

from engine.definition import PayoutPipeline, State, Transition
from engine.machine import Move
from engine.payout_notices import topic_for_partner, topic_for_vendor

#: No name of it is one of the shipped pipeline's.
THEIRS = PayoutPipeline(
    "theirs", "Theirs", "Skizze",
    (
        State("Skizze", "draft"), State("Beim Partner", "waiting"), State("Beim Chef", "waiting"),
        State("Frei", "ready"), State("Gebucht", "ready"), State("Raus", "paid"), State("Weg", "cancelled", final=True),
    ),
    (
        Transition("ja", "Beim Partner", "Frei", ("partner",)),
        Transition("freigeben", "Beim Chef", "Frei", ("vendor",)),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("source", "target", "effects", "topic"),
    [
        ("Skizze", "Beim Partner", (), "payout_to_approve"),
        ("Frei", "Beim Partner", (), "payout_to_approve"),
        ("Skizze", "Beim Chef", (), "payout_changed"),
        ("Skizze", "Frei", (), "payout_ready"),
        ("Beim Chef", "Frei", (), "payout_ready"),
        ("Frei", "Gebucht", (), "payout_changed"),
        ("Beim Partner", "Skizze", (), "payout_revised"),
        ("Gebucht", "Raus", (), "payout_paid"),
        ("Raus", "Frei", (), "payout_unpaid"),
        ("Frei", "Weg", (), "payout_cancelled"),
        ("Frei", "Frei", ("hold",), "payout_held"),
        ("Frei", "Frei", ("release_hold",), "payout_released"),
        ("Beim Partner", "Beim Partner", ("resolve_dispute", "tell_partner"), "payout_dispute_answered"),
        ("Frei", "Frei", ("tell_partner",), "payout_changed"),
        ("Skizze", "Weg", (), ""),
        ("Skizze", "Skizze", ("hold",), ""),
    ],
)
def test_a_partner_is_told_what_a_transition_means_for_it(source, target, effects, topic):
    assert topic_for_partner(THEIRS, Move("tut_was", source, target, effects, ())) == topic


@pytest.mark.parametrize(
    ("source", "target", "effects", "topic"),
    [
        ("Beim Partner", "Frei", ("tell_vendor",), "payout_approved"),
        ("Beim Partner", "Beim Partner", ("open_dispute",), "payout_disputed"),
        ("Beim Partner", "Beim Partner", ("keep_own_invoice",), "own_invoice_uploaded"),
        ("Beim Partner", "Beim Chef", (), "payout_changed"),
    ],
)
def test_a_vendor_is_told_what_its_partner_did(source, target, effects, topic):
    assert topic_for_vendor(THEIRS, Move("tut_was", source, target, effects, ())) == topic


def told(place, audience):
    sql = "SELECT topic, facts FROM notification WHERE account_id = :account AND audience = :audience ORDER BY id"
    return [(row.topic, json.loads(row.facts)) for row in place.all(sql, audience=audience)]


EUROS = {"minor": 10000, "currency": "EUR"}


def test_a_notice_of_a_payout_carries_amount_deed_and_reason(place):
    place.partner()
    payout = place.payout(state="Pending")
    place.fire(payout, "reopen", reason="one more lead")

    assert told(place, "partner") == [
        ("payout_to_approve", {"amount": EUROS, "deed": "validate", "state": "Pending", "reason": "test"}),
        ("payout_revised", {"amount": EUROS, "deed": "reopen", "state": "Draft", "reason": "one more lead"}),
    ]


def test_who_writes_its_own_invoices_is_asked_for_one_and_who_is_opted_in_is_not(place):
    place.partner("SELF", opted_in=False)
    place.partner("BILLED")
    for code in ("SELF", "BILLED"):
        place.payout(code, state="Pending", ask=("invoice",))

    assert [facts.get("kind") for _, facts in told(place, "partner")] == ["invoice", None]


def test_the_vendor_learns_which_line_is_disputed_and_why(place):
    place.partner()
    payout = place.payout(state="Pending")
    place.fire(payout, "dispute", by=place.contact(), reason="30 seats", data={"reward": "R1"})

    [(topic, facts)] = told(place, "vendor")
    assert topic == "payout_disputed"
    assert (facts["line"], facts["reason"], facts["amount"]) == ("R1", "30 seats", EUROS)
