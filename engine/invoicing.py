"""
Decide on self-invoicing, issue, and read what was issued: the rows around the pure rules in `engine.billing`. What an
invoice is drawn up from is in `book`, how one is taken back in `crediting`.

Everything here runs inside a transaction that somebody else opened, with account, partner and payout locked in this
order.
"""

import json
from datetime import datetime, time
from typing import Any

from engine import events, facts, failpoints, notices, outbox, timers
from engine.billing import invoice as frozen
from engine.billing.decision import Decision
from engine.billing.invoice import Invoice
from engine.book import Book
from engine.clock import stamp
from engine.contracts import Document, Outcome
from engine.errors import NotFound
from engine.files import DatabaseFiles
from engine.history import to_json
from engine.store import Tx
from engine.world import Caller

FORMAT = "pdf"
SUPPLY_DAY = "supply_day"  # the timer of a blocked payout, some of which is still to be supplied


def decide(tx: Tx, caller: Caller, payout: Any, *, occasion: str, now: datetime) -> Outcome:
    """
    Decide by product.md section 5, write the decision row and, where it says so, issue.

    occasion: `ready` (decided once only; coming back to Ready decides nothing), `issued_after_fix`, `reconsidered`
    (still blocked, by something else), `withdrawn` or `issue_now`. The instant of decision is the commit of the
    transaction this runs in.
    """
    last = last_decision(tx, caller.account_id, payout.id)
    if occasion == "ready" and last:
        return Outcome("the decision on self-invoicing stands")
    book = Book(tx, caller, payout)
    decision, made = book.weigh(now)
    seq = last.seq + 1 if last else 1
    _write_decision(tx, caller, payout, decision, seq=seq, occasion=occasion, book=book, now=now)
    if made is None:
        _tell(tx, caller, payout, decision, now=now)
        if decision.outcome == "blocked":
            _await_supply(tx, caller, payout, book, now=now)
        return Outcome(decision.sentence, data={"decision": seq, "reason": decision.reason})
    invoice_id = book.write(made)
    return Outcome(f"issued {made.number}", invoice_id=invoice_id, data={"decision": seq})


def weigh(tx: Tx, caller: Caller, payout: Any, *, now: datetime) -> Decision:
    """What `decide` would say now. Nothing is written."""
    return Book(tx, caller, payout).weigh(now)[0]


def queue(tx: Tx, caller: Caller, payout: Any, invoice_id: str, *, now: datetime) -> None:
    """Note the job that makes and attaches the document, by the action that the payout's pipeline names."""
    pipeline = facts.pipeline_of(tx, caller, payout)
    registry = caller.world.registry
    names = [name for state in pipeline.states for name in state.on_enter if registry.job(name).issues_invoice]
    outbox.note(
        tx, caller.account_id, action=names[0], subject_id=payout.id, payload={"invoice_id": invoice_id},
        payload_version=registry.job(names[0]).payload_version, now=now,
    )  # fmt: skip
    tx.after_commit["jobs"] = caller.world.wake


def last_decision(tx: Tx, account_id: str, payout_id: str) -> Any:
    """The decision row that counts, or None."""
    return tx.one(_LAST_DECISION, account=account_id, payout=payout_id)


def live_invoice(tx: Tx, account_id: str, payout_id: str) -> Any:
    """The row of the payout's invoice that is not wholly credited, or None."""
    return tx.one(_LIVE_INVOICE, account=account_id, payout=payout_id)


def invoice(tx: Tx, account_id: str, invoice_id: str) -> Invoice:
    """The frozen invoice.

    Raises:
        NotFound: the account has none under this id.
    """
    return frozen.restore(_invoice_row(tx, account_id, invoice_id).snapshot)


def number_of(tx: Tx, account_id: str, invoice_id: str) -> str:
    """The invoice's number."""
    return str(_invoice_row(tx, account_id, invoice_id).number)


def attachment(tx: Tx, account_id: str, invoice_id: str, *, format: str) -> Any:
    """The attachment's row (sha256, attached_at), or None."""
    return tx.one(_ATTACHMENT, account=account_id, invoice=invoice_id, format=format)


def attach(tx: Tx, account_id: str, invoice_id: str, document: Document, *, format: str, now: datetime) -> bool:
    """Store and attach the document where none is attached in this format yet. False when one was."""
    sha256 = DatabaseFiles(tx, account_id, now).put(document)
    failpoints.hit("attach.stored")
    made_with = to_json(document.made_with)
    return tx.run(
        _ATTACH, account=account_id, invoice=invoice_id, format=format, sha256=sha256, made_with=made_with,
        now=stamp(now),
    ) == 1  # fmt: skip


def _write_decision(
    tx: Tx,
    caller: Caller,
    payout: Any,
    decision: Decision,
    *,
    seq: int,
    occasion: str,
    book: Book,
    now: datetime,
) -> None:
    tx.insert(
        "decision", account_id=caller.account_id, payout_id=payout.id, seq=seq, partner_id=payout.partner_id,
        occasion=occasion, outcome=decision.outcome, reason=decision.reason,
        missing=json.dumps([item.to_json() for item in decision.missing]),
        agreement_id=book.agreement.id if book.agreement else None, decided_at=stamp(now), decided_by=caller.actor.id,
        account_version=book.account.version, partner_version=book.partner.version,
    )  # fmt: skip
    if decision.outcome != "not_applicable":
        events.note(tx, caller.account_id, kind="invoice", subject_id=payout.id, verb=decision.outcome, now=now)


def _tell(tx: Tx, caller: Caller, payout: Any, decision: Decision, *, now: datetime) -> None:
    """A blocked invoice is told to those who can supply what is missing."""
    if decision.outcome != "blocked":
        return
    renewal = decision.reason == "renewal_needed"
    total = payout.total if payout.frozen else facts.unfrozen_total(tx, caller.account_id, payout.id)
    told = {"amount": notices.money(int(total), payout.currency), "kind": "blocked" if renewal else ""}
    for audience in sorted({"partner"} if renewal else {item.who for item in decision.missing}):
        notices.tell(
            tx, caller.account_id, audience=audience, partner_id=payout.partner_id, subject_id=payout.id,
            topic="renewal_requested" if renewal else "invoice_blocked", sentence=decision.sentence, now=now,
            facts={**told, "missing": [item.field for item in decision.missing if item.who == audience]},
        )  # fmt: skip


def _await_supply(tx: Tx, caller: Caller, payout: Any, book: Book, *, now: datetime) -> None:
    """What is dated ahead holds the invoice up until its day has come on the account's clocks."""
    day = book.last_supply()
    if day > now.astimezone(book.zone).date():
        timers.set_local(
            tx, caller.account_id, datetime.combine(day, time()), kind=SUPPLY_DAY, subject_id=payout.id,
            key=day.isoformat(), now=now,
        )  # fmt: skip


def _invoice_row(tx: Tx, account_id: str, invoice_id: str) -> Any:
    row = tx.one(_INVOICE, account=account_id, id=invoice_id)
    if row is None:
        raise NotFound("invoice", invoice_id)
    return row


_LAST_DECISION = """
    SELECT seq, occasion, outcome, reason, missing, decided_at FROM decision
    WHERE account_id = :account AND payout_id = :payout ORDER BY seq DESC LIMIT 1"""
_LIVE_INVOICE = """
    SELECT i.id, i.number, i.snapshot FROM invoice i
    WHERE i.account_id = :account AND i.payout_id = :payout AND i.type_code = '389' AND i.gross > (
        SELECT COALESCE(SUM(c.gross), 0) FROM invoice c
        WHERE c.account_id = i.account_id AND c.payout_id = i.payout_id AND c.credits_id = i.id)
    ORDER BY i.revision DESC LIMIT 1"""
_INVOICE = "SELECT id, number, snapshot, snapshot_hash FROM invoice WHERE account_id = :account AND id = :id"
_ATTACHMENT = """
    SELECT sha256, attached_at FROM attachment
    WHERE account_id = :account AND invoice_id = :invoice AND format = :format"""
_ATTACH = """
    INSERT INTO attachment (account_id, invoice_id, format, sha256, made_with, attached_at)
    VALUES (:account, :invoice, :format, :sha256, :made_with, :now)
    ON CONFLICT (account_id, invoice_id, format) DO NOTHING"""
