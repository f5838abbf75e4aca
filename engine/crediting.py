"""
Take an issued invoice back, whole or in part, and issue it again: credit notes, and what they do to rewards and payout.
What a credit note says is drawn up in `book`.

Whoever credits an invoice holds the lock of its payout, so two at once never take back more than it was for. A credit
of everything says that the invoice was wrong: its rewards stay where they are. A credit of lines says that a reward
was: it leaves the payout and waits to be accepted anew, or is reduced (decision 0009).
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from engine import (
    credited_rewards,
    facts,
    failpoints,
    history,
    idempotency,
    invoice_events,
    invoicing,
    notices,
    settlement,
)
from engine.billing import invoice as frozen
from engine.billing.errors import NotMoney
from engine.billing.invoice import Invoice
from engine.billing.money import Money
from engine.billing.parts import Part, is_whole, left
from engine.book import Book
from engine.contracts import Outcome
from engine.errors import Invalid, InvoiceRefused, NotFound, Problem, SelfInvoicingRefused
from engine.store import Tx
from engine.world import Caller


@dataclass(frozen=True, slots=True)
class Chosen:
    """
    What of an invoice is credited: `lines` by position, none for all that is left of it; `amount`: decimal text, of
    one line and without tax, where it is not all of that line; `clawback`: the reference of a clawback in no payout, by
    whose amount one line is credited, and which is settled by that.
    """

    lines: tuple[int, ...] = ()
    amount: str = ""
    clawback: str = ""


EVERYTHING = Chosen()


@dataclass(frozen=True, slots=True)
class Credited:
    """
    `note`: the credit note's number, '' where nothing was left to credit; `invoice`: that of the invoice issued in its
    place, if one was; `sentence`: what was done.
    """

    note: str
    sentence: str
    invoice: str = ""


@dataclass(frozen=True, slots=True)
class _Standing:
    """An invoice, the credit notes over it so far, oldest first, and its payout, locked."""

    id: str
    invoice: Invoice
    before: tuple[Invoice, ...]
    payout: Any


def credit(
    caller: Caller, number: str, chosen: Chosen = EVERYTHING, *, reason: str, key: str | None = None
) -> Credited:
    """
    Issue a credit note over an invoice, or over some of its lines, and have its document made. With `key` a repeat of
    the same request gets the first one's answer.

    Of lines that are credited whole the rewards leave the payout and are pending again; one that is credited in part
    is reduced by a reward of the negative amount beside it. In a payout that is paid they stay, since the money is out,
    and follow when the payment comes back. A payout whose invoice is wholly credited is put on hold, once it is Ready.

    Raises:
        NotAllowed, ReasonRequired: as everywhere. NotFound: there is no such number.
        InvoiceRefused: it is a credit note, or wholly credited.
        Invalid: no such line, an amount that is none, more than is left of the line, or no free clawback.
        Unlawful: more than is left of a tax group, as where a clawback took from it; every broken rule is named.
        IdempotencyConflict: the key was used for another request.
    """
    caller.require("credit invoice", "finance")
    why = caller.require_reason("credit invoice", reason)
    asked = {"verb": "credit invoice", "number": number, **asdict(chosen), "reason": why}
    return _once(caller, key, asked, lambda tx: credit_within(tx, caller, number, chosen, reason=why))


def reissue(caller: Caller, number: str, *, reason: str, key: str | None = None) -> Credited:
    """
    Credit what is left of an invoice and issue the payout's rewards anew, from the details as they are now: both or
    nothing. The new invoice is the payout's next revision.

    Raises:
        NotAllowed, ReasonRequired, NotFound, InvoiceRefused, IdempotencyConflict: as `credit`.
        SelfInvoicingRefused: part of it was credited after it was paid, which a new invoice would bill again; or the
            rules say that no invoice may be issued now; what is missing is told.
    """
    caller.require("reissue invoice", "finance")
    why = caller.require_reason("reissue invoice", reason)
    asked = {"verb": "reissue invoice", "number": number, "reason": why}
    return _once(caller, key, asked, lambda tx: _reissue(tx, caller, number, reason=why))


def credit_rest(tx: Tx, caller: Caller, payout: Any, *, now: datetime) -> Outcome:
    """A credit note over all that is left of the payout's invoice, if it has one, for an effect of its pipeline."""
    row = invoicing.live_invoice(tx, caller.account_id, payout.id)
    if row is None:
        return Outcome("")
    note_id, _, told = _take_back(tx, caller, _standing(tx, caller, row, payout), (), now=now)
    return Outcome(told, invoice_id=note_id)


def catch_up(tx: Tx, caller: Caller, payout: Any, *, now: datetime) -> str:
    """
    What was credited while the payout, locked, was paid takes effect now that the payment has come back; without an
    invoice that is left it is put on hold. Returns a sentence.
    """
    told = []
    for row in tx.all(_AFTER_PAYMENT, account=caller.account_id, payout=payout.id):
        original, note = frozen.restore(row.original), frozen.restore(row.note)
        credits = credited_rewards.Credits(original, note, credited_rewards.parts_of(row.parts), None)
        told.append(credited_rewards.follow(tx, payout, credits, means="ready", now=now))
    credited_rewards.forget(tx, payout)
    issued = tx.one(_ISSUED, account=caller.account_id, payout=payout.id)
    if issued and not payout.on_hold and invoicing.live_invoice(tx, caller.account_id, payout.id) is None:
        reason = f"{issued.number} is wholly credited: issue it anew and release, or cancel"
        invoice_events.flag(tx, payout, held=True, reason=reason)
        told.append(f"payout {payout.id} is on hold")
    return _joined(*told)


def credit_within(tx: Tx, caller: Caller, number: str, chosen: Chosen, *, reason: str) -> Credited:
    """`credit` in a transaction that is open. Raises what `credit` raises, but for the role and the reason."""
    standing, now = _found(tx, caller, number), caller.now
    payout, invoice = standing.payout, standing.invoice
    clawback = credited_rewards.clawback(tx, payout, chosen.clawback) if chosen.clawback else None
    parts, means = _parts(standing, chosen, clawback), facts.meaning(tx, caller, payout)
    note_id, note, told = _take_back(tx, caller, standing, parts, now=now)
    if parts:
        credits = credited_rewards.Credits(invoice, note, parts, clawback)
        told = _joined(told, credited_rewards.follow(tx, payout, credits, means=means, now=now))
        if means == "paid" and not clawback:
            credited_rewards.remember(tx, payout, note_id, parts)
    if means == "paid":
        told = _joined(told, settlement.tell_of_credit(tx, payout, note, now=now))
    if is_whole(invoice, [*standing.before, note]):
        told = _joined(told, _hold(tx, caller, standing, note))
    invoicing.queue(tx, caller, payout, note_id, now=now)
    _note(tx, caller, standing, "credit_invoice", note, told, reason=reason, data={"note": note.number}, now=now)
    failpoints.hit("credit.before_commit")
    return Credited(note.number, told)


def _once(caller: Caller, key: str | None, asked: dict[str, Any], work: Callable[[Tx], Credited]) -> Credited:
    request = {"actor": caller.actor.id, "role": caller.actor.role, **asked}

    def do(tx: Tx) -> Credited:
        now, act = caller.now, lambda: asdict(work(tx))
        return Credited(**idempotency.once(tx, caller.account_id, key=key, request=request, now=now, act=act))

    return caller.transact(do)


def _reissue(tx: Tx, caller: Caller, number: str, *, reason: str) -> Credited:
    standing, now = _found(tx, caller, number), caller.now
    payout = standing.payout
    credited_rewards.require_followed(tx, payout)
    decision = invoicing.weigh(tx, caller, payout, now=now)
    if not decision.issued:
        raise SelfInvoicingRefused(f"invoice {number}", decision.for_vendor(), missing=decision.missing)
    note_id, note, told = _take_back(tx, caller, standing, (), now=now)
    outcome = invoicing.decide(tx, caller, payout, occasion="reissued", now=now)
    if outcome.invoice_id is None:
        raise SelfInvoicingRefused(f"invoice {number}", outcome.sentence)
    for invoice_id in (note_id, outcome.invoice_id):
        invoicing.queue(tx, caller, payout, invoice_id, now=now)
    issued = invoicing.number_of(tx, caller.account_id, outcome.invoice_id)
    answered = invoice_events.issued_anew(tx, caller, payout, number=issued, now=now)
    if facts.meaning(tx, caller, payout) == "paid":
        answered = _joined(answered, settlement.tell_of_issue(tx, payout, issued, now=now))
    told, data = _joined(told, outcome.sentence, answered), {"note": note.number, "reissued": issued}
    _note(tx, caller, standing, "reissue_invoice", note, told, reason=reason, data=data, now=now)
    failpoints.hit("credit.before_commit")
    return Credited(note.number, told, issued)


def _found(tx: Tx, caller: Caller, number: str) -> _Standing:
    """
    The invoice that is to be credited, with its payout locked.

    Raises:
        NotFound: the account has no such number. InvoiceRefused: nothing of it can be credited.
    """
    row = tx.one(_BY_NUMBER, account=caller.account_id, number=number)
    if row is None:
        raise NotFound("document", number)
    payout = facts.lock(tx, caller.account_id, row.payout_id)
    standing = _standing(tx, caller, row, payout)
    if standing.invoice.is_credit_note:
        raise InvoiceRefused(number, "credited", _ITSELF_A_NOTE)
    if is_whole(standing.invoice, standing.before):
        by = ", ".join(note.number for note in standing.before)
        told = f"It is wholly credited already, by {by}.{_instead(tx, caller, payout)}"
        raise InvoiceRefused(number, "credited", told)
    return standing


def _instead(tx: Tx, caller: Caller, payout: Any) -> str:
    """The way on for a payout whose invoice was taken back: the one in its place, or the verb that makes one."""
    if live := invoicing.live_invoice(tx, caller.account_id, payout.id):
        return f" {live.number} stands in its place."
    if facts.meaning(tx, caller, payout) not in ("ready", "paid"):
        return ""
    return f" Nothing stands in its place: to invoice payout {payout.id} again, take issue now (issue_now)."


def _standing(tx: Tx, caller: Caller, row: Any, payout: Any) -> _Standing:
    notes = tx.all(_NOTES, account=caller.account_id, payout=payout.id, invoice=row.id)
    before = tuple(frozen.restore(note.snapshot) for note in notes)
    return _Standing(row.id, frozen.restore(row.snapshot), before, payout)


def _parts(standing: _Standing, chosen: Chosen, clawback: Any) -> tuple[Part, ...]:
    """What was chosen, of what is left; none for all of it."""
    invoice = standing.invoice
    problems = [
        Problem("line", f"{invoice.number} has no line {position}; it has 1 to {len(invoice.lines)}.")
        for position in chosen.lines
        if not 1 <= position <= len(invoice.lines)
    ]
    if (chosen.amount or clawback) and len(set(chosen.lines)) != 1:
        name, told = ("clawback", "a clawback") if clawback else ("amount", "an amount")
        problems.append(Problem(name, f"{told} is of one line: name it."))
    if chosen.amount and clawback:
        problems.append(Problem("amount", "it is that of the clawback; leave it out."))
    amount = -clawback.amount if clawback else _amount(invoice, chosen.amount, problems)
    rest = {part.position: part.amount for part in left(invoice, standing.before)}
    for position in sorted(set(chosen.lines)):
        if 1 <= position <= len(invoice.lines) and position not in rest:
            problems.append(Problem("line", f"line {position} is credited already."))
        elif amount > abs(rest.get(position, amount)):
            over = Money(abs(rest[position]), invoice.currency).text()
            problems.append(Problem("amount", f"of line {position} {over} {invoice.currency.code} are left."))
    if problems:
        raise Invalid("The credit note", problems)
    if amount:
        [position] = set(chosen.lines)
        return (Part(position, amount if rest[position] > 0 else -amount),)
    return tuple(Part(position, rest[position]) for position in sorted(set(chosen.lines)))


def _amount(invoice: Invoice, text: str, problems: list[Problem]) -> int:
    if not text:
        return 0
    try:
        amount = Money.parse(text, invoice.currency).minor
    except NotMoney as error:
        problems.append(Problem("amount", str(error)))
        return 0
    if amount <= 0:
        problems.append(Problem("amount", f"{text} takes nothing back; write what is credited as it stands there."))
    return amount


def _take_back(
    tx: Tx, caller: Caller, standing: _Standing, parts: Sequence[Part], *, now: datetime
) -> tuple[str, Invoice, str]:
    """Issue the credit note: its id, what it says, and a sentence. An invoice that is wholly credited is answered."""
    book = Book(tx, caller, standing.payout)
    note = book.credit(standing.invoice, parts, before=standing.before, now=now)
    note_id = book.write(note, credits_id=standing.id)
    whole = is_whole(standing.invoice, [*standing.before, note])
    part = "" if whole and not standing.before else "the rest of " if whole else "part of "
    told = f"credited {part}{standing.invoice.number} by {note.number}"
    if whole:
        answered = invoice_events.credited(tx, caller, standing.payout, standing.id, note=note.number, now=now)
        told = _joined(told, answered)
    return note_id, note, told


def _hold(tx: Tx, caller: Caller, standing: _Standing, note: Invoice) -> str:
    """What has no invoice any more is not paid by mistake."""
    payout = facts.read(tx, caller.account_id, standing.payout.id)
    if payout.on_hold or facts.meaning(tx, caller, payout) != "ready":
        return ""
    reason = f"{standing.invoice.number} is wholly credited by {note.number}: issue it anew and release, or cancel"
    invoice_events.flag(tx, payout, held=True, reason=reason)
    return f"payout {payout.id} is on hold"


def _note(
    tx: Tx, caller: Caller, standing: _Standing, verb: str, note: Invoice, told: str, *, reason: str,
    data: dict[str, str], now: datetime,
) -> None:  # fmt: skip
    whole = is_whole(standing.invoice, [*standing.before, note])
    kind = "part" if not whole else "rest" if standing.before else ""
    amount = notices.money(note.gross, note.currency.code)
    number, payout = standing.invoice.number, standing.payout
    deed = history.Deed(verb, reason=reason, sentence=told, data={"invoice": number, **data})
    history.note(tx, "payout", caller.account_id, payout.id, deed, actor=caller.actor, now=now)
    notices.tell(
        tx, caller.account_id, audience="partner", partner_id=payout.partner_id, subject_id=payout.id,
        topic="invoice_credited", sentence=f"{told}: {reason}", now=now,
        facts={"number": number, "kind": kind, "amount": amount, "reason": reason, **data},
    )  # fmt: skip


def _joined(*sentences: str) -> str:
    return "; ".join(sentence for sentence in sentences if sentence)


_ITSELF_A_NOTE = (
    "It is itself a credit note; credit the invoice, or issue it again. An objection to it is answered by that, or by "
    "'resolve'."
)
_BY_NUMBER = "SELECT id, payout_id, snapshot FROM invoice WHERE account_id = :account AND number = :number"
_ISSUED = """
    SELECT number FROM invoice WHERE account_id = :account AND payout_id = :payout AND type_code = '389'
    ORDER BY revision DESC LIMIT 1"""
_AFTER_PAYMENT = """
    SELECT c.parts, n.snapshot AS note, o.snapshot AS original FROM credit_after_payment c
    JOIN invoice n ON n.account_id = c.account_id AND n.id = c.note_id
    JOIN invoice o ON o.account_id = n.account_id AND o.id = n.credits_id
    WHERE c.account_id = :account AND c.payout_id = :payout ORDER BY n.seq"""
_NOTES = """
    SELECT snapshot FROM invoice
    WHERE account_id = :account AND payout_id = :payout AND type_code = '261' AND credits_id = :invoice ORDER BY seq"""
