"""
Which notice a payout's transition comes to, and the facts that it carries. The topic follows from what states mean and
which effects ran, never from names: states and triggers are the vendor's own.
"""

from collections.abc import Mapping
from typing import Any

from engine.definition import PayoutPipeline
from engine.facts import LiveFacts
from engine.machine import Move
from engine.notices import money

GENERAL = "payout_changed"
_STAYING = {
    "hold": "payout_held", "release_hold": "payout_released", "resolve_dispute": "payout_dispute_answered",
}  # fmt: skip
_REASON_IS_INTERNAL = ("payout_held", "payout_released")  # as on the partner's pages
_DONE_BY_PARTNER = {"keep_own_invoice": "own_invoice_uploaded", "open_dispute": "payout_disputed"}


def topic_for_partner(pipeline: PayoutPipeline, moved: Move, *, shown: bool = False) -> str:
    """The topic; '' where there is nothing to tell: of a draft, unless it was `shown` before and is no more."""
    before, after = pipeline.state(moved.source).means, pipeline.state(moved.target).means
    if before == "draft" and (after == "draft" or (after == "cancelled" and not shown)):
        return ""
    if moved.source == moved.target:
        return next((_STAYING[effect] for effect in moved.effects if effect in _STAYING), GENERAL)
    if after == "waiting":
        return "payout_to_approve" if _may_approve(pipeline, moved.target) else GENERAL
    if after == "ready":
        return {"ready": GENERAL, "paid": "payout_unpaid"}.get(before, "payout_ready")
    return {"draft": "payout_revised", "paid": "payout_paid", "cancelled": "payout_cancelled"}[after]


def topic_for_vendor(pipeline: PayoutPipeline, moved: Move) -> str:
    """The topic."""
    before, after = pipeline.state(moved.source).means, pipeline.state(moved.target).means
    if before == "waiting" and after == "ready":
        return "payout_approved"
    return next((_DONE_BY_PARTNER[effect] for effect in moved.effects if effect in _DONE_BY_PARTNER), GENERAL)


def facts_of(seen: LiveFacts, moved: Move, *, topic: str, before: str, written: str) -> Mapping[str, Any]:
    """What a notice of this transition is worded from. `before`: what the state meant that the payout left."""
    kind = _kind(seen, topic, before)
    told = {
        "amount": money(seen.total, seen.row.currency), "deed": moved.trigger, "state": moved.target,
        "reason": "" if seen.actor.kind == "system" or topic in _REASON_IS_INTERNAL else written, "kind": kind,
        "line": seen.data.get("reward", ""), "reference": seen.data.get("payment_reference", ""),
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def _kind(seen: LiveFacts, topic: str, before: str) -> str:
    if topic == "payout_to_approve":
        return "invoice" if "invoice" in seen.ask and not seen.self_invoiced and not seen.own_invoice else ""
    return "on_behalf" if topic == "payout_ready" and before == "waiting" else ""


def _may_approve(pipeline: PayoutPipeline, state: str) -> bool:
    """Whether the partner has a way from here to where the payout is ready."""
    return any(
        "partner" in arrow.by and arrow.target and pipeline.state(arrow.target).means == "ready"
        for arrow in pipeline.transitions_from(state)
    )
