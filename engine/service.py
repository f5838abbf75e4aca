"""
Fire a trigger at a payout: one verb, one transaction. This is the heart of the engine.

    lock the row -> ask every guard -> move -> effects -> prepare jobs -> history -> compare-and-set -> commit

It decides nothing about rewards, invoices or documents: guards, effects and actions do. What may be slow is never
done here; it is noted as a job in the same transaction.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from typing import Any

from engine import facts, failpoints, history, idempotency, marks, outbox
from engine.billing.text import is_readable
from engine.contracts import Document, Effect
from engine.definition import PayoutPipeline, Transition
from engine.desk import PayoutDesk
from engine.errors import (
    Conflict,
    Invalid,
    NoSuchTransition,
    NotAllowed,
    NotFound,
    Problem,
    ReasonRequired,
    Refusal,
    Refused,
    closest,
)
from engine.machine import Move, move
from engine.payable import always_asked
from engine.reasons import readable
from engine.store import Tx
from engine.uploads import safe_filename
from engine.wording import unknown
from engine.world import Caller

log = logging.getLogger("billhook.service")

_SLOW = 0.050

Verdicts = dict[Transition, tuple[Refusal, ...]]


@dataclass(frozen=True, slots=True)
class Fired:
    """What came of a trigger: `sentences` are those of effects and jobs, in order."""

    payout_id: str
    trigger: str
    source: str
    target: str
    version: int
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """
    A trigger as it was asked for. `data` is plain JSON; `uploads` are documents by the name an effect wants. `version`
    or `seen` bind it to the payout as it was looked at: to the very version, or to what its mark was then.
    """

    trigger: str
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    uploads: Mapping[str, Document] = field(default_factory=dict)
    version: int | None = None
    seen: str = ""


def fire(caller: Caller, payout_id: str, request: Request, *, key: str | None = None) -> Fired:
    """
    Advance a payout. With `key` a repeat of the same request gets the first one's answer.

    Raises:
        NotFound: there is no such payout for this caller.
        NoSuchTransition, Refused, ReasonRequired: not now; nothing was changed.
        NotAllowed: the role may not.
        Conflict: the payout is not any more as `request.version` or `request.seen` say.
        Invalid: data or uploads that nothing takes, an upload that is missing, a reason that cannot be kept.
        IdempotencyConflict: the key was used for another request.
    """
    readable(f"'{request.trigger}'", request.reason)

    def work(tx: Tx) -> Fired:
        fired = fire_in(tx, caller, payout_id, request, key=key)
        failpoints.hit("fire.before_commit")
        return fired

    with caller.world.observer.transition(caller.account_id, payout_id, request.trigger):
        fired = caller.transact(work)
        failpoints.hit("fire.committed")
        return fired


def fire_in(tx: Tx, caller: Caller, payout_id: str, request: Request, *, key: str | None = None) -> Fired:
    """`fire` in a transaction that is open. Raises what `fire` raises; then the transaction must not be committed."""
    if key is None:
        return _advance(tx, caller, payout_id, request)
    answer = idempotency.once(
        tx, caller.account_id, key=key, request=_fingerprint(caller, payout_id, request), now=caller.now,
        act=lambda: asdict(_advance(tx, caller, payout_id, request)),
    )  # fmt: skip
    return Fired(**{**answer, "sentences": tuple(answer["sentences"])})


def possible(tx: Tx, caller: Caller, row: Any) -> dict[str, tuple[Refusal, ...]]:
    """Every trigger the caller's role has in this state, with the refusals in its way (none: possible now)."""
    seen = facts.LiveFacts(tx, row, actor=caller.actor, data={})
    verdicts: dict[str, Verdicts] = {}
    pipeline = facts.pipeline_of(tx, caller, row)
    for arrow in pipeline.transitions_from(row.state):
        if caller.actor.may(*arrow.by):
            verdicts.setdefault(arrow.trigger, {})[arrow] = _refusals(caller, pipeline, arrow, seen)
    return {trigger: _told(caller, found) for trigger, found in verdicts.items()}


def what_bars_payment(caller: Caller, pipeline: PayoutPipeline, seen: facts.LiveFacts) -> tuple[Refusal, ...] | None:
    """What stands in the way of paying it from its state (nothing: (), no transition of the state pays it: None)."""
    arrows, paid = pipeline.transitions_from(seen.state), pipeline.meaning("paid").name
    verdicts = {arrow: _refusals(caller, pipeline, arrow, seen) for arrow in arrows if arrow.target == paid}
    return _told(caller, verdicts) if verdicts else None


def visible(caller: Caller, pipeline: PayoutPipeline, row: Any) -> bool:
    """A partner sees its own payouts, and no drafts."""
    if caller.actor.kind != "partner":
        return True
    return bool(row.partner_id == caller.actor.partner_id) and pipeline.state(row.state).means != "draft"


def name_of(row: Any) -> str:
    return f"payout {row.id}"


def _fingerprint(caller: Caller, payout_id: str, request: Request) -> dict[str, Any]:
    """What makes two requests under one key the same: also who asks, so that nobody gets another's answer."""
    uploads = {name: sha256(document.content).hexdigest() for name, document in request.uploads.items()}
    return {
        "actor": caller.actor.id, "role": caller.actor.role, "payout": payout_id, "trigger": request.trigger,
        "reason": request.reason, "data": dict(request.data), "uploads": uploads, "version": request.version,
        **({"seen": request.seen} if request.seen else {}),
    }  # fmt: skip


def _advance(tx: Tx, caller: Caller, payout_id: str, request: Request) -> Fired:
    row = facts.lock(tx, caller.account_id, payout_id)
    if row is None or not visible(caller, pipeline := facts.pipeline_of(tx, caller, row), row):
        raise NotFound("payout", payout_id)
    if request.version not in (None, row.version):
        raise Conflict(name_of(row))
    if request.seen and request.seen != marks.of(tx, caller.account_id, payout_id):
        raise Conflict(name_of(row))
    arrows = _arrows(tx, caller, pipeline, row, request)
    verdicts = _verdicts(tx, caller, arrows, row, request)
    if all(verdicts.values()):
        raise _refused(tx, caller, row, request, verdicts)
    if not is_readable(request.reason) and next(arrow for arrow, refusals in verdicts.items() if not refusals).reason:
        raise ReasonRequired(request.trigger)
    return _carry_out(tx, caller, row, request, verdicts, move(
        pipeline, name_of(row), row.state, request.trigger, verdicts=verdicts))  # fmt: skip


def _arrows(tx: Tx, caller: Caller, pipeline: PayoutPipeline, row: Any, request: Request) -> tuple[Transition, ...]:
    """The transitions that this trigger may mean here for this role."""
    offered = pipeline.transitions_from(row.state, request.trigger)
    if not offered:
        raise _not_offered(tx, caller, pipeline, row, request.trigger)
    arrows = tuple(arrow for arrow in offered if caller.actor.may(*arrow.by))
    if not arrows:
        groups = sorted({group for arrow in offered for group in arrow.by})
        raise NotAllowed(request.trigger, caller.actor.position, groups)
    if not is_readable(request.reason) and all(arrow.reason for arrow in arrows):
        raise ReasonRequired(request.trigger)
    return arrows


def _not_offered(tx: Tx, caller: Caller, pipeline: PayoutPipeline, row: Any, trigger: str) -> NoSuchTransition:
    """What can be done instead now, and whose turn it is where the trigger is to be had a step further on."""
    onward, verdicts = pipeline.transitions_from(row.state), possible(tx, caller, row)
    ways = [arrow for arrow in onward if arrow.target and pipeline.transitions_from(arrow.target, trigger)]
    known = {arrow.trigger for arrow in pipeline.transitions}
    return NoSuchTransition(
        name_of(row), row.state, trigger,
        [name for name, refusals in verdicts.items() if not refusals],
        others={arrow.trigger for arrow in onward} - set(verdicts),
        before=tuple(dict.fromkeys(f"{arrow.trigger} ({', '.join(arrow.by)})" for arrow in ways)),
        suggestion=None if trigger in known else closest(trigger, known),
    )  # fmt: skip


def _verdicts(tx: Tx, caller: Caller, arrows: tuple[Transition, ...], row: Any, request: Request) -> Verdicts:
    seen = facts.LiveFacts(tx, row, actor=caller.actor, data=request.data)
    pipeline = facts.pipeline_of(tx, caller, row)
    return {arrow: _refusals(caller, pipeline, arrow, seen) for arrow in arrows}


def _refusals(
    caller: Caller, pipeline: PayoutPipeline, arrow: Transition, seen: facts.LiveFacts
) -> tuple[Refusal, ...]:
    guards = [(name, caller.world.registry.guard(name)) for name in arrow.guards]
    guards += [(guard.name, guard) for guard in always_asked(pipeline, arrow) if guard.name not in arrow.guards]
    answers = [(name, guard.check(seen)) for name, guard in guards]
    return tuple(replace(answer, guard=name) for name, answer in answers if answer is not None)


def _refused(tx: Tx, caller: Caller, row: Any, request: Request, verdicts: Verdicts) -> Refused:
    now_possible = [trigger for trigger, refusals in possible(tx, caller, row).items() if not refusals]
    told = _told(caller, verdicts)
    return Refused(name_of(row), row.state, request.trigger, refusals=told, allowed=now_possible)


def _told(caller: Caller, verdicts: Verdicts) -> tuple[Refusal, ...]:
    """
    The refusals worth telling; none when an arrow is open. Where two arrows exclude each other, the one that was never
    meant is left out: its guard says no only because its negation, on the other arrow, says yes.
    """
    if not all(verdicts.values()):
        return ()
    refusals = list(dict.fromkeys(refusal for found in verdicts.values() for refusal in found))
    asked = {name for arrow in verdicts for name in arrow.guards}
    fulfilled = asked - {refusal.guard for refusal in refusals}
    guard = caller.world.registry.guard
    ruled_out = {guard(name).negates for name in fulfilled} | {
        name for name in asked if guard(name).negates in fulfilled
    }
    return tuple(item for item in refusals if item.guard not in ruled_out) or tuple(refusals)


def _carry_out(
    tx: Tx,
    caller: Caller,
    row: Any,
    request: Request,
    verdicts: Verdicts,
    moved: Move,
) -> Fired:
    now = caller.now
    effects = [caller.world.registry.effect(name) for name in moved.effects]
    _check_data(request, effects)
    desk = PayoutDesk(tx, caller, row, now=now, reason=request.reason.strip(), data=request.data,
                      uploads=request.uploads, moved=moved)  # fmt: skip
    sentences = [effect.apply(desk) for effect in effects]
    sentences += [_prepare(desk, name) for name in moved.jobs]
    told = tuple(sentence for sentence in sentences if sentence)
    deed = history.Deed(
        moved.trigger, moved.source, moved.target, request.reason.strip(), "; ".join(told),
        {**request.data, "guards": _kept(verdicts), **_sent(request)},
    )  # fmt: skip
    link = history.Link("payout", caller.account_id, row.id, row.version, row.head)
    link, written = history.drawn_up(link, deed, actor=caller.actor, now=now)
    history.tell(tx, link, deed, now=now)
    if not tx.both(history.INSERT, _MOVE, **written, state=moved.target, before=row.version):
        raise Conflict(name_of(row))
    return Fired(row.id, moved.trigger, moved.source, moved.target, link.version, told)


def _check_data(request: Request, effects: list[Effect]) -> None:
    """Refuse data that nothing takes, and uploads that are missing: nothing a caller sends is silently dropped."""
    taken = {name for effect in effects for name in effect.takes}
    wanted = {name for effect in effects for name in effect.wants}
    problems = [Problem(name, _not_taken(request.trigger, name, taken)) for name in unknown(request.data, taken)]
    problems += [Problem(name, _not_taken(request.trigger, name, wanted)) for name in unknown(request.uploads, wanted)]
    problems += [Problem(name, "this upload is missing.") for name in sorted(wanted - set(request.uploads))]
    if problems:
        raise Invalid(f"'{request.trigger}'", problems)


def _not_taken(trigger: str, name: str, taken: set[str]) -> str:
    near = closest(name, taken)
    offer = f"did you mean '{near}'?" if near else f"it takes {', '.join(sorted(taken)) or 'nothing of the kind'}."
    return f"'{trigger}' does not take it; {offer}"


def _prepare(desk: PayoutDesk, name: str) -> str:
    """Plan a job inside the transaction. Authors' code runs under locks here, so slowness is logged."""
    began = time.monotonic()
    registry = desk.caller.world.registry
    prepared = registry.job(name).prepare(desk)
    if (took := time.monotonic() - began) > _SLOW:
        log.warning("%s.prepare took %.0f ms under locks", name, took * 1000)
    if prepared.job is not None:
        outbox.note(desk.rows, desk.account_id, action=prepared.job, subject_id=desk.payout.id,
                    payload=prepared.data, payload_version=registry.job(prepared.job).payload_version,
                    now=desk.now)  # fmt: skip
        desk.rows.after_commit["jobs"] = desk.caller.world.wake
    return prepared.sentence


def _sent(request: Request) -> dict[str, Any]:
    """What was sent with it: each document by its hash, under the name that its sender gave it."""
    found = {
        name: {"filename": safe_filename(document.filename), "sha256": sha256(document.content).hexdigest()}
        for name, document in request.uploads.items()
    }
    return {"uploads": found} if found else {}


def _kept(verdicts: Verdicts) -> dict[str, str]:
    """Every guard that was asked, and its answer."""
    said = {refusal.guard: refusal.sentence for refusals in verdicts.values() for refusal in refusals}
    return {name: said.get(name, "yes") for arrow in verdicts for name in arrow.guards}


_MOVE = """
    UPDATE payout SET state = :state, version = :seq, head = :hash
    WHERE account_id = :account_id AND id = :subject_id AND version = :before"""
