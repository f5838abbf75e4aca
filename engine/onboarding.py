"""
The verbs of a run: start, answer, approve, reject, invalidate, skip, unskip. One verb, one transaction.

What an answer may be, the step's action says; where the run goes next, `steps` says. A verb locks account, partner
and run, in this order.
"""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from engine import definitions, due_days, handouts, history, notices, self_invoicing, step_files, steps
from engine.clock import stamp
from engine.contracts import AskAction, Checked, Document, Field
from engine.definition import Onboarding, Stage, Step
from engine.errors import Conflict, Invalid, NotAllowed, NotFound, Problem, StepRefused, Unknown
from engine.files import DatabaseFiles
from engine.ids import new_id
from engine.store import Tx
from engine.world import Caller

#: What a vendor's verb makes of a step, and whether it wants a reason.
_VENDOR_VERBS = {
    "approve": (steps.COMPLETED, False),
    "reject": (steps.ACTION_REQUIRED, True),
    "invalidate": (steps.ACTION_REQUIRED, True),
    "skip": (steps.SKIPPED, True),
    "unskip": (steps.PENDING, False),
}


@dataclass(frozen=True, slots=True)
class StepView:
    """
    A step as a person sees it; `status` '' while its stage is not open, `changed_at` when it came to have it;
    `asks` are the fields of its answer; `version` is another one whenever it was answered or decided. `due_on` is
    the last day it is in time (ISO), '' where it has none; `overdue` that this day is over and the partner is still
    asked.
    """

    stage: str
    id: str
    title: str
    action: str
    required: bool
    approval: bool
    status: str
    reason: str
    answer: Mapping[str, Any]
    asks: tuple[Field, ...] = ()
    stage_title: str = ""
    changed_at: str = ""
    due_on: str = ""
    overdue: bool = False
    version: str = ""


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as a person sees it. `stage` is the present stage's id."""

    id: str
    partner: str
    pipeline: str
    version: int
    status: str
    stage: str
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class _Locked:
    partner: Any
    run: Any
    pipeline: Onboarding


class _StepDesk:
    """What an ask action may do in the transaction in which its answer is kept (`contracts.StepDesk`)."""

    def __init__(self, tx: Tx, caller: Caller, partner: Any) -> None:
        self._tx, self._caller, self._partner = tx, caller, partner
        self.actor, self.now = caller.actor, caller.now

    def keep(self, document: Document) -> str:
        return DatabaseFiles(self._tx, self._caller.account_id, self.now).put(document)

    def shown(self, handout: str) -> int:
        return handouts.newest(self._tx, self._caller, handout)

    def opt_in(self, answer: Mapping[str, Any], logo: Document | None) -> str:
        return self_invoicing.opt_in_within(self._tx, self._caller, self._partner, answer, logo=logo)

    def opt_out(self, reason: str) -> str:
        return self_invoicing.opt_out_within(self._tx, self._caller, self._partner, reason=reason)


def start(caller: Caller, partner_code: str, *, pipeline: str = "") -> str:
    """
    Begin a partner's onboarding on the live version of its pipeline; returns the run's id.

    Raises:
        NotFound: no such partner, or no such pipeline is published.
        Invalid: the partner is under way already.
    """
    caller.require("start onboarding", "vendor", "api")
    return caller.transact(lambda tx: _start(tx, caller, partner_code, pipeline))


def answer(caller: Caller, partner_code: str, step_id: str, given: Mapping[str, Any]) -> str:
    """
    Answer a step: `given` is text by field name, files as Documents. Returns the step's new status.

    Raises:
        Invalid: every field that is missing, unknown or wrong, or about a handout that is not there yet.
        StepRefused: the step does not wait for an answer. NotAllowed: it is for the main contact.
    """
    with caller.world.store.reading() as tx:
        _, _, pipeline = _find(tx, caller, partner_code)
    step = _step(pipeline, step_id)
    action = caller.world.registry.ask(step.action)
    _require_contact(caller, action)
    checked = action.check(step.settings, given, caller.world.tools)

    def work(tx: Tx) -> str:
        locked = _lock(tx, caller, partner_code, step_id, verb="answer")
        return _answer(tx, caller, locked, step, action=action, checked=checked)

    return caller.transact(work)


def decide(
    caller: Caller, partner_code: str, step_id: str, verb: str, *, reason: str = "", version: str | None = None
) -> str:
    """
    The vendor's verbs: approve, reject, invalidate, skip, unskip. Returns the step's new status.

    version: the one that was looked at; a step that was answered or decided since then stays as it is.

    Raises:
        Unknown: no such verb. StepRefused: not in this status. ReasonRequired: it wants a reason.
        Conflict: the step is of another version by now.
    """
    if verb not in _VENDOR_VERBS:
        raise Unknown("onboarding verb", verb, _VENDOR_VERBS)
    caller.require(verb, "vendor")
    status, wants_reason = _VENDOR_VERBS[verb]
    if wants_reason:
        reason = caller.require_reason(verb, reason)

    def work(tx: Tx) -> str:
        locked = _lock(tx, caller, partner_code, step_id, verb=verb)
        if version not in (None, steps.version(steps.rows_of(tx, caller.account_id, locked.run.id)[step_id])):
            raise Conflict(f"Step '{step_id}'")
        steps.change(tx, caller, locked.run.id, step_id, status=status, reason=reason)
        if status == steps.PENDING:
            due_days.begin(tx, caller, locked.run.id, _step(locked.pipeline, step_id))
        if status == steps.ACTION_REQUIRED:
            _tell_partner(tx, caller, locked, step_id, verb, reason)
        steps.advance(tx, caller, locked.run, locked.pipeline)
        _note(tx, caller, locked.run.id, verb, step_id, status, reason=reason)
        return status

    return caller.transact(work)


def view(caller: Caller, partner_code: str) -> RunView:
    """The partner's newest run. Raises NotFound: there is none that this caller may see."""
    with caller.world.store.reading() as tx:
        partner, run, pipeline = _find(tx, caller, partner_code)
        rows = steps.rows_of(tx, caller.account_id, run.id)
    reached = steps.progress(pipeline, {step_id: row.status for step_id, row in rows.items()})
    return RunView(
        run.id, partner.code, pipeline.name, run.definition_version, run.status, reached.open_stages[-1].id,
        _all_seen(caller, run, pipeline, rows),
    )  # fmt: skip


def opened(run: RunView, step_id: str) -> StepView:
    """
    A step that can be looked at.

    Raises:
        NotFound: the run has none of this id. StepRefused: its stage is not open yet; which one is in its way.
    """
    found = next((each for each in run.steps if each.id == step_id), None)
    if found is None:
        raise NotFound("step", step_id)
    if not found.status:
        raise _not_open(run.steps, step_id, "answer")
    return found


def file(caller: Caller, partner_code: str, step_id: str, field: str) -> Document:
    """
    What was uploaded for a field of a step of the partner's newest run.

    Raises:
        NotFound: this caller sees no such partner, run, step or file, or its bytes are not those that were kept.
    """
    with caller.world.store.reading() as tx:
        _, run, pipeline = _find(tx, caller, partner_code)
        step, row = pipeline.step(step_id), steps.rows_of(tx, caller.account_id, run.id).get(step_id)
        asks = caller.world.registry.ask(step.action).fields(step.settings) if step and row else ()
        for found in step_files.files_in(row.answer if row else "{}", asks):
            if found.field == field:
                return step_files.read(tx, caller, found)
    raise NotFound("file", f"{step_id}/{field} of {partner_code}")


def _start(tx: Tx, caller: Caller, partner_code: str, pipeline_name: str) -> str:
    partner = _lock_partner(tx, caller, partner_code)
    under_way = tx.one(_RUN, account=caller.account_id, partner=partner.id)
    if under_way and under_way.status != steps.COMPLETED:
        raise Invalid(f"Partner {partner_code}", [Problem("", "its onboarding is under way already.")])
    published = definitions.live(tx, caller.account_id, kind="onboarding", name=pipeline_name or partner.pipeline)
    if tx.one(_RUN_OF, account=caller.account_id, partner=partner.id, definition=published.id):
        raise Invalid(f"Partner {partner_code}", [Problem("", "it has completed this version of the pipeline.")])
    run_id = new_id()
    tx.insert(
        "run", account_id=caller.account_id, id=run_id, partner_id=partner.id, definition_id=published.id,
        status="Under way", version=0, head="", created_at=stamp(caller.now),
    )  # fmt: skip
    pipeline = caller.definition(tx, published.id)
    assert isinstance(pipeline, Onboarding)  # noqa: S101 - `live` was asked for one
    steps.advance(tx, caller, tx.one(_RUN, account=caller.account_id, partner=partner.id), pipeline)
    deed = history.Deed("start", sentence=f"{pipeline.title} began, version {published.version}")
    history.note(tx, "run", caller.account_id, run_id, deed, actor=caller.actor, now=caller.now)
    _invite(tx, caller, partner.id, pipeline)
    return run_id


def _answer(tx: Tx, caller: Caller, locked: _Locked, step: Step, *, action: AskAction, checked: Checked) -> str:
    _require_handouts(tx, caller, action.fields(step.settings), checked)
    files = DatabaseFiles(tx, caller.account_id, caller.now)
    kept = {
        name: {"sha256": files.put(document), "filename": document.filename}
        for name, document in checked.uploads.items()
    }
    sentence = action.complete(_StepDesk(tx, caller, locked.partner), checked)
    status = steps.WAITING if step.approval else steps.COMPLETED
    body = json.dumps({**checked.answer, **kept}, sort_keys=True, ensure_ascii=False)
    steps.keep_answer(tx, caller, locked.run.id, step.id, status=status, answer=body)
    if step.approval:
        _tell_vendor(tx, caller, locked, step)
    steps.advance(tx, caller, locked.run, locked.pipeline)
    _note(tx, caller, locked.run.id, "answer", step.id, status, sentence=sentence)
    return status


def _require_handouts(tx: Tx, caller: Caller, asks: Sequence[Field], checked: Checked) -> None:
    """Nobody says of what is not there that it was read; a field that may be left out asks for nothing."""
    answered = [each for each in asks if each.required or each.name in checked.answer]
    if wanting := handouts.missing(tx, caller, answered):
        raise Invalid("The answer", [Problem(each.name, _not_there(each.document)) for each in wanting])


def _not_there(document: str) -> str:
    return (
        f"The document {document} is not there to be read yet. The vendor puts it there, in the console at Handouts "
        f"or by: billhook handouts add FILE --name {shlex.quote(document)}"
    )


def _find(tx: Tx, caller: Caller, partner_code: str) -> tuple[Any, Any, Onboarding]:
    partner = tx.one(_PARTNER, account=caller.account_id, code=partner_code)
    if partner is None or (caller.actor.kind == "partner" and caller.actor.partner_id != partner.id):
        raise NotFound("partner", partner_code)
    run = tx.one(_RUN, account=caller.account_id, partner=partner.id)
    if run is None:
        raise NotFound("run", partner_code)
    pipeline = caller.definition(tx, run.definition_id)
    assert isinstance(pipeline, Onboarding)  # noqa: S101 - a run's row can only refer to one
    return partner, run, pipeline


def _lock(tx: Tx, caller: Caller, partner_code: str, step_id: str, *, verb: str) -> _Locked:
    """Account, partner and run locked, and the step found to be one that takes the verb now."""
    _lock_partner(tx, caller, partner_code)
    partner, run, pipeline = _find(tx, caller, partner_code)
    tx.one("SELECT id FROM run WHERE account_id = :account AND id = :id FOR UPDATE", account=caller.account_id,
           id=run.id)  # fmt: skip
    step = _step(pipeline, step_id)
    rows = steps.rows_of(tx, caller.account_id, run.id)
    reached = steps.progress(pipeline, {name: row.status for name, row in rows.items()})
    if not any(step in stage.steps for stage in reached.open_stages):
        raise _not_open(_all_seen(caller, run, pipeline, rows), step_id, verb)
    status = rows[step.id].status
    if verb not in (takes := steps.VERBS.get(status, ())):
        raise StepRefused(step_id, status, verb, allowed=takes)
    return _Locked(partner, run, pipeline)


def _lock_partner(tx: Tx, caller: Caller, code: str) -> Any:
    tx.one("SELECT id FROM account WHERE id = :account FOR SHARE", account=caller.account_id)
    row = tx.one(_PARTNER + " FOR UPDATE", account=caller.account_id, code=code)
    if row is None:
        raise NotFound("partner", code)
    return row


def _step(pipeline: Onboarding, step_id: str) -> Step:
    step = pipeline.step(step_id)
    if step is None:
        raise Unknown("step", step_id, [step.id for stage in pipeline.stages for step in stage.steps])
    return step


def _require_contact(caller: Caller, action: AskAction) -> None:
    group = "partner" if action.main_contact_only else "member"
    if caller.actor.kind != "partner" or not caller.actor.may(group):
        raise NotAllowed("answer", caller.actor.position, ["the partner's main contact"] if group == "partner" else [
            "the partner's contacts"])  # fmt: skip


def _not_open(seen: Sequence[StepView], step_id: str, verb: str) -> StepRefused:
    """Of the stages before the step's own, the last one that is not done opens it."""
    stage = next(each.stage for each in seen if each.id == step_id)
    before = takewhile(lambda each: each.stage != stage, seen)
    undone = [each.stage_title for each in before if each.required and each.status not in steps.DONE]
    return StepRefused(step_id, "not open", verb, allowed=(), opens_after=undone[-1])


def _all_seen(caller: Caller, run: Any, pipeline: Onboarding, rows: Mapping[str, Any]) -> tuple[StepView, ...]:
    today = caller.now.astimezone(ZoneInfo(run.timezone)).date().isoformat()
    return tuple(
        _seen(stage, step, rows.get(step.id), action=caller.world.registry.ask(step.action), today=today)
        for stage in pipeline.stages
        for step in stage.steps
    )


def _seen(stage: Stage, step: Step, row: Any, *, action: AskAction, today: str) -> StepView:
    due_on = row.due_on if row else ""
    return StepView(
        stage.id, step.id, step.title, step.action, step.required, step.approval,
        row.status if row else "", row.reason if row else "", json.loads(row.answer) if row else {},
        tuple(action.fields(step.settings)), stage.title, row.changed_at if row else "", due_on,
        overdue=bool(due_on) and due_on < today and row.status in steps.ASKED,
        version=steps.version(row) if row else "",
    )  # fmt: skip


def _note(
    tx: Tx, caller: Caller, run_id: str, verb: str, step_id: str, status: str, *, reason: str = "", sentence: str = ""
) -> None:
    deed = history.Deed(verb, target=status, reason=reason, sentence=sentence, data={"step": step_id})
    history.note(tx, "run", caller.account_id, run_id, deed, actor=caller.actor, now=caller.now)


def _invite(tx: Tx, caller: Caller, partner_id: str, pipeline: Onboarding) -> None:
    """The partner's main contact, who may not have heard of us yet. The notice's subject is the seat itself."""
    main = tx.one(_MAIN_CONTACT, account=caller.account_id, partner=partner_id)
    notices.tell(
        tx, caller.account_id, audience="partner", partner_id=partner_id, subject_id=main.id,
        topic="onboarding_started", sentence=f"You are invited to begin: {pipeline.title}.",
        facts={"pipeline": pipeline.title, "step": pipeline.stages[0].steps[0].title}, now=caller.now,
    )  # fmt: skip


def _tell_partner(tx: Tx, caller: Caller, locked: _Locked, step_id: str, verb: str, reason: str) -> None:
    told = {"step": _step(locked.pipeline, step_id).title, "step_id": step_id, "kind": verb, "reason": reason}
    notices.tell(
        tx, caller.account_id, audience="partner", partner_id=locked.partner.id, subject_id=locked.run.id,
        topic="step_action_required", sentence=f"Step '{step_id}' needs you again: {reason}", facts=told,
        now=caller.now,
    )  # fmt: skip


def _tell_vendor(tx: Tx, caller: Caller, locked: _Locked, step: Step) -> None:
    notices.tell(
        tx, caller.account_id, audience="vendor", partner_id=locked.partner.id, subject_id=locked.run.id,
        topic="step_waiting_for_approval", now=caller.now, facts={"step": step.title},
        sentence=f"{locked.partner.code}: step '{step.id}' waits for approval.",
    )  # fmt: skip


_PARTNER = """
    SELECT id, code, language, pipeline, seller, self_invoicing FROM partner
    WHERE account_id = :account AND code = :code"""
_MAIN_CONTACT = """
    SELECT id FROM contact WHERE account_id = :account AND partner_id = :partner AND is_main AND ended_at IS NULL"""
_RUN_OF = "SELECT id FROM run WHERE account_id = :account AND partner_id = :partner AND definition_id = :definition"
_RUN = """
    SELECT r.id, r.definition_id, r.status, a.switch_on, a.timezone, d.version AS definition_version FROM run r
    JOIN account a ON a.id = r.account_id
    JOIN definition d ON d.account_id = r.account_id AND d.id = r.definition_id
    WHERE r.account_id = :account AND r.partner_id = :partner ORDER BY r.id DESC LIMIT 1"""
