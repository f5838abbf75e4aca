"""
What an event is called for the outside, and what is told of it: ids, codes, states and amounts, nobody's name or
address. It knows no webhook.
"""

from collections.abc import Mapping
from typing import Any

from engine import views
from engine.definition import PayoutPipeline
from engine.store import Tx
from engine.world import Caller

TYPES = (
    "payout.draft", "payout.waiting", "payout.ready", "payout.paid", "payout.cancelled", "payout.changed",
    "invoice.issued", "invoice.blocked", "invoice.attached", "invoice.accepted", "invoice.contested",
    "invoice.resolved", "invoice.credited", "run.started", "run.completed", "step.waiting_for_approval",
    "step.completed", "step.rejected", "step.changed", "partner.added", "partner.opted_in", "partner.opted_out",
    "partner.changed", "account.changed",
)  # fmt: skip
_OF_INVOICES = {
    "attach": "invoice.attached", "accept_invoice": "invoice.accepted", "deem_accepted": "invoice.accepted",
    "contest_invoice": "invoice.contested", "resolve_invoice": "invoice.resolved", "credit_invoice": "invoice.credited",
    "reissue_invoice": "invoice.credited",
}  # fmt: skip
_OF_PARTNERS = {"add": "partner.added", "opt_in": "partner.opted_in", "opt_out": "partner.opted_out"}
_OF_RUNS = {"start": "run.started", "complete": "run.completed", "reject": "step.rejected"}
_OF_STEPS = {"Waiting for approval": "step.waiting_for_approval", "Completed": "step.completed"}


def type_of(tx: Tx, caller: Caller, event: Any) -> str:
    """The type of an event's row, one of `TYPES`."""
    if event.kind == "payout":
        return _of_payout(tx, caller, event)
    if event.kind == "run":
        return _OF_RUNS.get(event.verb) or _OF_STEPS.get(event.target, "step.changed")
    if event.kind == "partner":
        return _OF_PARTNERS.get(event.verb, "partner.changed")
    return f"invoice.{event.verb}" if event.kind == "invoice" else "account.changed"


def data_of(tx: Tx, caller: Caller, event: Any) -> Mapping[str, Any]:
    """
    Ids, codes, states and amounts: nobody's name or address leaves the house this way. `source`, `target` and
    `version` are those of the event; what may have changed since stands in `now`.
    """
    told = {"subject": event.subject_id, "verb": event.verb, "source": event.source, "target": event.target}
    if event.seq:
        told["version"] = event.seq
    if event.kind in ("payout", "invoice"):
        payout = views.payout(tx, caller, event.subject_id)
        invoice = {"status": payout.invoice.status, "number": payout.invoice.number}
        now = {"state": payout.state, "version": payout.version, "net": payout.net, "gross": payout.gross,
               "invoice": invoice}  # fmt: skip
        return {**told, "partner": payout.partner, "currency": payout.currency, "now": now}
    if event.kind == "account":
        return told
    row = tx.one(_PARTNER, account=event.account_id, id=event.subject_id)
    return {**told, "partner": row.code if row else ""}


def _of_payout(tx: Tx, caller: Caller, event: Any) -> str:
    """By what the state means, whatever the pipeline calls it."""
    if event.verb in _OF_INVOICES:
        return _OF_INVOICES[event.verb]
    if event.source == event.target:
        return "payout.changed"
    row = tx.one("SELECT definition_id FROM payout WHERE account_id = :account AND id = :id", account=event.account_id,
                 id=event.subject_id)  # fmt: skip
    pipeline = caller.definition(tx, row.definition_id)
    states = pipeline.states if isinstance(pipeline, PayoutPipeline) else ()
    return next((f"payout.{state.means}" for state in states if state.name == event.target), "payout.changed")


_PARTNER = """
    SELECT code FROM partner WHERE account_id = :account AND (id = :id OR id = (
        SELECT partner_id FROM run WHERE account_id = :account AND id = :id))"""
