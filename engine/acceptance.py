"""
What the seller says of an invoice: delivered, accepted, contested, and how an objection ends. It renders and issues
nothing; the rules are in `billing.acceptance`.

Whoever comes first under the payout's lock decides: acceptance, objection, the end of silence and a credit note exclude
each other. While an objection is open its payout is on hold, also one that is paid.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import facts, history, notices, service, timers
from engine.actor import Actor
from engine.billing.acceptance import (
    ACCEPTED,
    CONTESTED,
    CREDITED,
    DEEMED,
    DELIVERED,
    LATE_OBJECTION,
    OBJECTED,
    PUT_RIGHT,
    InvoiceState,
)
from engine.clock import moment
from engine.errors import InvoiceRefused, NotFound
from engine.invoice_events import (
    CREDIT_NOTE,
    SILENCE,
    by_id,
    by_number,
    credit_notes,
    events_of,
    flag,
    holds,
    seller_country,
    state_of,
    waits,
    write,
)
from engine.objections import objections
from engine.store import Tx
from engine.timers import Timer
from engine.views.names import who_of
from engine.world import Caller

_ITSELF = Actor.system("acceptance")


@dataclass(frozen=True, slots=True)
class InvoiceEventView:
    """One event: `at` in UTC; `actor`, `who` by name: '' where a partner may not know who of the vendor's it was."""

    kind: str
    at: str
    actor: str
    role: str
    reason: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """
    How an invoice (`type_code` 389) or credit note (261) stands. `silence_ends_at`: when it will count as accepted
    (UTC), '' where nothing waits for it. `may_contest`: whether its seller may object now. `credit_notes`: the
    numbers of those over it, oldest first.
    """

    number: str
    partner: str
    payout: str
    state: InvoiceState
    silence_ends_at: str
    events: tuple[InvoiceEventView, ...]
    type_code: str
    may_contest: bool
    credit_notes: tuple[str, ...]


def accept(caller: Caller, number: str) -> str:
    """
    The seller accepts an invoice or credit note; an objection it made before is taken back. Returns a sentence.

    Raises:
        NotAllowed: not by the partner's main contact.
        NotFound: the caller sees no such number.
        InvoiceRefused: its document is not there yet, or it has been accepted or credited.
    """
    caller.require("accept invoice", "partner")
    return caller.transact(lambda tx: _accept(tx, caller, number))


def contest(caller: Caller, number: str, *, reason: str) -> str:
    """
    The seller objects; the payout is on hold until the objection is answered. After the days of silence it still may,
    once, where the law of its country lets it. Returns a sentence.

    Raises:
        NotAllowed, NotFound, InvoiceRefused: as `accept`; also when the days of silence are over for other sellers.
        ReasonRequired: it does not say why.
    """
    caller.require("contest invoice", "partner")
    why = caller.require_reason("contest invoice", reason)
    return caller.transact(lambda tx: _contest(tx, caller, number, reason=why))


def resolve(caller: Caller, number: str, *, reason: str, put_right: bool = False) -> str:
    """
    Vendor finance notes that the seller accepts after all, and how that came; or, of a credit note, that the seller is
    right (`put_right`), and how it was put right. An invoice is put right by a credit note. Returns a sentence.

    Raises:
        NotAllowed: not by finance or above.
        NotFound, ReasonRequired: as everywhere.
        InvoiceRefused: it is not contested, or an invoice, which is not put right by words.
    """
    caller.require("resolve invoice", "finance")
    why = caller.require_reason("resolve invoice", reason)
    outcome = PUT_RIGHT if put_right else ACCEPTED
    return caller.transact(lambda tx: _resolve(tx, caller, number, outcome, reason=why))


def standing(tx: Tx, caller: Caller, number: str) -> Acceptance:
    """
    How an invoice or credit note stands, with every event.

    Raises:
        NotFound: the caller sees no such number.
    """
    row = _invoice(tx, caller, number)
    events = events_of(tx, row)
    timer = waits(tx, row)
    shown = tuple(_shown(caller, event) for event in events)
    state = _state_now(tx, caller, row, events)
    may_contest = state == DELIVERED or _may_object_late(tx, row, state)
    return Acceptance(row.number, row.partner, row.payout_id, state_of(events), timer.due_at if timer else "", shown,
                      row.type_code, may_contest, credit_notes(tx, row))  # fmt: skip


def deem(tx: Tx, caller: Caller, timer: Timer) -> str:
    """The duty of the end of silence: an invoice that nobody contested counts as accepted."""
    row = by_id(tx, caller.account_id, timer.subject_id)
    facts.lock(tx, caller.account_id, row.payout_id)
    events = events_of(tx, row)
    if state_of(events) != DELIVERED:
        return f"nothing was done: {row.number} is {_said(state_of(events))}"
    sentence = f"{row.number} counts as accepted: it was not contested in {timer.payload['days']} days"
    now = caller.now
    write(tx, row, events, DEEMED, actor=caller.actor, now=now)
    _note(tx, caller, row, "deem_invoice_accepted", sentence, now=now)
    return sentence


def _accept(tx: Tx, caller: Caller, number: str) -> str:
    row, payout, events = _locked(tx, caller, number)
    now = caller.now
    state = state_of(events)
    if state not in (DELIVERED, CONTESTED):
        raise InvoiceRefused(number, "accepted", _why_not(state))
    back = ", and its objection is taken back" if state == CONTESTED else ""
    sentence = f"{number} is accepted{back}"
    write(tx, row, events, ACCEPTED, actor=caller.actor, now=now)
    timers.cancel(tx, caller.account_id, kind=SILENCE, subject_id=row.id)
    _note(tx, caller, row, "accept_invoice", sentence, now=now)
    _tell(tx, caller, row, "vendor", "invoice_accepted", f"{sentence}.", kind="taken_back" if back else "")
    if state == CONTESTED:
        _release(tx, caller, payout, events, reason=sentence)
    return sentence


def _contest(tx: Tx, caller: Caller, number: str, *, reason: str) -> str:
    row, payout, events = _locked(tx, caller, number)
    now = caller.now
    state = _state_now(tx, caller, row, events)
    late = _may_object_late(tx, row, state)
    if state != DELIVERED and not late:
        raise InvoiceRefused(number, "contested", _why_not(state))
    timers.cancel(tx, caller.account_id, kind=SILENCE, subject_id=row.id)
    held = not payout.on_hold or any(one.held for one in objections(tx, caller.account_id, payout.id))
    kind = OBJECTED if late else CONTESTED
    write(tx, row, events, kind, actor=caller.actor, reason=reason, held=held, now=now)
    sentence = f"{number} {'was accepted by silence, and its seller objects now' if late else 'is contested'}"
    _note(tx, caller, row, "contest_invoice", sentence, reason=reason, now=now)
    told = f"{sentence}: {reason}"
    _tell(tx, caller, row, "vendor", "invoice_contested", told, kind="late" if late else "", reason=reason)
    if not payout.on_hold:
        _change_hold(tx, caller, payout, effect="hold", reason=told)
    return f"{sentence}; payout {payout.id} is on hold until that is answered"


def _state_now(tx: Tx, caller: Caller, row: Any, events: list[Any]) -> InvoiceState:
    """Accepted by silence also from the end of silence until its timer is fired."""
    state, timer = state_of(events), waits(tx, row)
    if state == DELIVERED and timer and moment(timer.due_at) <= caller.now:
        return "deemed_accepted"
    return state


def _may_object_late(tx: Tx, row: Any, state: InvoiceState) -> bool:
    return state == DEEMED and seller_country(tx, row) in LATE_OBJECTION


def _resolve(tx: Tx, caller: Caller, number: str, outcome: str, *, reason: str) -> str:
    row, payout, events = _locked(tx, caller, number)
    now = caller.now
    state = state_of(events)
    if state != CONTESTED:
        raise InvoiceRefused(number, "resolved", f"It is {_said(state)}, and nobody waits for an answer.")
    if outcome == PUT_RIGHT and row.type_code != CREDIT_NOTE:
        raise InvoiceRefused(number, "put right", "An invoice is: credit it whole, or reissue it.")
    sentence = f"{number} is {'put right' if outcome == PUT_RIGHT else 'accepted after all'}"
    write(tx, row, events, outcome, actor=caller.actor, reason=reason, now=now)
    _note(tx, caller, row, "resolve_invoice", sentence, reason=reason, now=now)
    _tell(tx, caller, row, "partner", "invoice_resolved", f"{sentence}: {reason}", reason=reason)
    if not _release(tx, caller, payout, events, reason=sentence):
        return f"{sentence}; payout {payout.id} stays on hold: {payout.hold_reason}"
    return sentence


def _locked(tx: Tx, caller: Caller, number: str) -> tuple[Any, Any, list[Any]]:
    row = _invoice(tx, caller, number)
    payout = facts.lock(tx, caller.account_id, row.payout_id)
    return row, payout, events_of(tx, row)


def _invoice(tx: Tx, caller: Caller, number: str) -> Any:
    row = by_number(tx, caller.account_id, number)
    if row is None or (caller.actor.partner_id or row.partner_id) != row.partner_id:
        raise NotFound("document", number)
    return row


def _release(tx: Tx, caller: Caller, payout: Any, events: list[Any], *, reason: str) -> bool:
    """Where an objection made the hold and none is left. A hold that was there before stays."""
    if not holds(events) or objections(tx, caller.account_id, payout.id):
        return False
    _change_hold(tx, caller, payout, effect="release_hold", reason=reason)
    return True


def _change_hold(tx: Tx, caller: Caller, payout: Any, *, effect: str, reason: str) -> None:
    """
    By the pipeline's own trigger, in the name of the engine. Where it has none in this state, as for a Paid payout, the
    flag is set all the same: a payment that comes back must not be made again before the objection is answered.
    """
    engine = Caller(caller.world, caller.account_id, _ITSELF)
    arrows = facts.pipeline_of(tx, caller, payout).transitions_from(payout.state)
    ways = {arrow.trigger for arrow in arrows if effect in arrow.effects}
    now_possible = service.possible(tx, engine, facts.read(tx, caller.account_id, payout.id)) if ways else {}
    open_ways = sorted(trigger for trigger in ways if not now_possible[trigger])
    if open_ways:
        service.fire_in(tx, engine, payout.id, service.Request(open_ways[0], reason))
        return
    held = effect == "hold"
    flag(tx, payout, held=held, reason=reason if held else "")


def _note(tx: Tx, caller: Caller, row: Any, verb: str, sentence: str, *, reason: str = "", now: datetime) -> None:
    deed = history.Deed(verb, reason=reason, sentence=sentence, data={"invoice": row.number})
    history.note(tx, "payout", row.account_id, row.payout_id, deed, actor=caller.actor, now=now)


def _tell(
    tx: Tx, caller: Caller, row: Any, audience: str, topic: str, sentence: str, *, kind: str = "", reason: str = ""
) -> None:
    notices.tell(
        tx, row.account_id, audience=audience, partner_id=row.partner_id, subject_id=row.payout_id, topic=topic,
        sentence=sentence, facts={"number": row.number, "kind": kind, "reason": reason}, now=caller.now,
    )  # fmt: skip


def _said(state: InvoiceState | str) -> str:
    return "accepted by silence" if state == DEEMED else state.replace("_", " ")


def _why_not(state: InvoiceState | str) -> str:
    return _WHY_NOT[state]


def _shown(caller: Caller, event: Any) -> InvoiceEventView:
    """Others' ids are not shown to a partner, only which side they are on."""
    known = caller.actor.kind != "partner" or event.actor == caller.actor.id
    actor, who = (event.actor, who_of(event)) if known else ("", "")
    return InvoiceEventView(event.kind, event.at, actor, event.role, event.reason, who)


_TOO_LATE = "It is {} already. What is wrong with it is put right by a credit note: ask the vendor's finance for one."
_WHY_NOT = {
    "issued": "Its document is still being made. Repeat it when that is attached.",
    CONTESTED: "It is contested already; the vendor's finance has to answer.",
    ACCEPTED: _TOO_LATE.format("accepted"),
    DEEMED: _TOO_LATE.format("accepted by silence"),
    PUT_RIGHT: "It was put right, so nothing more is to be said about it.",
    CREDITED: "It is credited, so nothing more is to be said about it.",
}
