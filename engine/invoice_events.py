"""
The events of an issued invoice, as rows: written once, in order. What they come to is a rule of `billing.acceptance`;
who may say them is not known here.
"""

import json
from datetime import datetime
from typing import Any

from engine import facts, notices, timers
from engine.accounts import zone_of
from engine.actor import Actor
from engine.billing.acceptance import (
    CONTESTED,
    CREDITED,
    DELIVERED,
    OBJECTIONS,
    PUT_RIGHT,
    InvoiceState,
    silence_ends,
    state_after,
)
from engine.billing.invoice import SELF_BILLED_CREDIT_NOTE
from engine.clock import stamp
from engine.objections import objections
from engine.store import Tx
from engine.views.names import name_of
from engine.world import Caller

CREDIT_NOTE = "261"
SILENCE = "deem_accepted"  # the kind of the timer that waits for the end of silence


def deliver(tx: Tx, account_id: str, invoice_id: str, *, now: datetime) -> None:
    """
    The document is attached: from here on the seller can have it, and the days of silence run. Delivered once only; of
    one that was credited meanwhile nothing is waited for.
    """
    row = by_id(tx, account_id, invoice_id)
    facts.lock(tx, account_id, row.payout_id)
    events = events_of(tx, row)
    if DELIVERED in {event.kind for event in events}:
        return
    write(tx, row, events, DELIVERED, actor=Actor.system(), now=now)
    if state_of(events) == "issued":
        _wait_for_silence(tx, row, now=now)


def credited(tx: Tx, caller: Caller, payout: Any, invoice_id: str, *, note: str, now: datetime) -> str:
    """
    The invoice is credited in full by `note`, in the transaction and under the locks of whoever does that, whatever its
    seller has said of it. It ends an objection, and with it the hold. Returns a sentence, '' for nothing.
    """
    row = by_id(tx, caller.account_id, invoice_id)
    events = events_of(tx, row)
    was = state_of(events)
    write(tx, row, events, CREDITED, actor=caller.actor, reason=f"credited by {note}", now=now)
    timers.cancel(tx, caller.account_id, kind=SILENCE, subject_id=invoice_id)
    if was != CONTESTED:
        return ""
    if holds(events) and not objections(tx, caller.account_id, payout.id):
        flag(tx, payout, held=False, reason="")
    return f"the objection to {row.number} is answered"


def issued_anew(tx: Tx, caller: Caller, payout: Any, *, number: str, now: datetime) -> str:
    """
    The payout's invoice is issued anew as `number`: that answers every objection to a credit note over the one before,
    and ends the hold. Returns a sentence, '' for nothing.
    """
    answered = [one for one in objections(tx, caller.account_id, payout.id) if one.type_code == CREDIT_NOTE]
    for one in answered:
        row = by_id(tx, caller.account_id, one.id)
        reason = f"issued anew as {number}"
        write(tx, row, events_of(tx, row), PUT_RIGHT, actor=caller.actor, reason=reason, now=now)
    if any(one.held for one in answered) and not objections(tx, caller.account_id, payout.id):
        flag(tx, payout, held=False, reason="")
    return "; ".join(f"the objection to {one.number} is answered" for one in answered)


def by_id(tx: Tx, account_id: str, invoice_id: str) -> Any:
    """The invoice's row: account_id, id, number, type_code, payout_id, partner_id, and the code of its partner."""
    return tx.one(_BY_ID, account=account_id, id=invoice_id)


def by_number(tx: Tx, account_id: str, number: str) -> Any:
    """The same row, or None."""
    return tx.one(_BY_NUMBER, account=account_id, number=number)


def waits(tx: Tx, row: Any) -> Any:
    """The timer (`due_at`) that will end the invoice's silence, or None."""
    return tx.one(_TIMER, account=row.account_id, kind=SILENCE, invoice=row.id)


def seller_country(tx: Tx, row: Any) -> str:
    """Where the seller of an invoice was when it was issued."""
    snapshot = json.loads(tx.one(_SNAPSHOT, account=row.account_id, id=row.id).snapshot)
    return str(snapshot["seller"]["address"]["country"])


def credit_notes(tx: Tx, row: Any) -> tuple[str, ...]:
    """The numbers of the credit notes over the invoice, oldest first."""
    notes = tx.all(_NOTES, account=row.account_id, payout=row.payout_id, invoice=row.id)
    return tuple(note.number for note in notes)


def flag(tx: Tx, payout: Any, *, held: bool, reason: str) -> None:
    """Put a payout on hold, or take it off, where no transition of its pipeline does."""
    tx.run(_FLAG, account=payout.account_id, payout=payout.id, held=held, reason=reason)


def events_of(tx: Tx, row: Any) -> list[Any]:
    """What happened to the invoice, oldest first."""
    return tx.all(_EVENTS, account=row.account_id, invoice=row.id)


def state_of(events: list[Any]) -> InvoiceState:
    """Where these events have led."""
    return state_after(event.kind for event in events)


def holds(events: list[Any]) -> bool:
    """Whether it was an objection that put the payout on hold: then the end of the last one releases it."""
    return any(event.kind in OBJECTIONS and event.held for event in events)


def write(
    tx: Tx,
    row: Any,
    events: list[Any],
    kind: str,
    *,
    actor: Actor,
    reason: str = "",
    held: bool = False,
    now: datetime,
) -> None:
    """Write the next event; the payout is locked, and `events` are all there are."""
    tx.insert(
        "invoice_event", account_id=row.account_id, invoice_id=row.id, seq=len(events) + 1, kind=kind, at=stamp(now),
        actor=actor.id, role=actor.role, reason=reason, held=held,
    )  # fmt: skip


def _wait_for_silence(tx: Tx, row: Any, *, now: datetime) -> None:
    zone = zone_of(tx, row.account_id)
    days = _days(tx, row)
    ends = silence_ends(now.astimezone(zone).date(), days=days)
    timers.set_local(tx, row.account_id, ends, kind=SILENCE, subject_id=row.id, payload={"days": days}, now=now)
    sentence = f"{row.number} is there. It counts as accepted unless you contest it before {ends.date()}."
    notices.tell(
        tx, row.account_id, audience="partner", partner_id=row.partner_id, subject_id=row.payout_id,
        topic="invoice_delivered", sentence=sentence, now=now, facts={
            "number": row.number, "amount": notices.money(row.gross, row.currency), "day": ends.date().isoformat(),
            "kind": "credit_note" if row.type_code == SELF_BILLED_CREDIT_NOTE else "",
        },
    )  # fmt: skip


def _days(tx: Tx, row: Any) -> int:
    """Those of the agreement that the invoice was issued under: a later setting of the account changes none of them."""
    version = json.loads(tx.one(_SNAPSHOT, account=row.account_id, id=row.id).snapshot)["agreement"]["version"]
    return int(tx.one(_DAYS, account=row.account_id, partner=row.partner_id, version=version).silence_days)


_INVOICE = """
    SELECT i.account_id, i.id, i.number, i.payout_id, i.partner_id, i.type_code, i.gross, i.currency,
        s.code AS partner FROM invoice i
    JOIN partner s ON s.account_id = i.account_id AND s.id = i.partner_id WHERE i.account_id = :account"""
_BY_NUMBER = _INVOICE + " AND i.number = :number"
_BY_ID = _INVOICE + " AND i.id = :id"
_EVENTS = f"""
    SELECT e.kind, e.at, e.actor, e.role, e.reason, e.held, {name_of("e", "actor")} FROM invoice_event e
    WHERE e.account_id = :account AND e.invoice_id = :invoice ORDER BY e.seq"""  # noqa: S608 - our own text
_TIMER = """
    SELECT due_at FROM timer
    WHERE account_id = :account AND kind = :kind AND subject_id = :invoice AND key = '' AND status = 'waiting'"""
_SNAPSHOT = "SELECT snapshot FROM invoice WHERE account_id = :account AND id = :id"
_NOTES = """
    SELECT number FROM invoice
    WHERE account_id = :account AND payout_id = :payout AND credits_id = :invoice ORDER BY seq"""
_DAYS = """
    SELECT t.silence_days FROM agreement g
    JOIN agreement_terms t ON t.account_id = g.account_id AND t.agreement_id = g.id
    WHERE g.account_id = :account AND g.partner_id = :partner AND g.version = :version"""
_FLAG = "UPDATE payout SET on_hold = :held, hold_reason = :reason WHERE account_id = :account AND id = :payout"
