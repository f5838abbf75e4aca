"""
Where a run is: which stages are open, which steps wait. Rules first, pure; then the rows they are about.

A step has no row until its stage opens. Done is Completed or Skipped; all required steps of a stage done opens the
next; after the last stage the run is Completed (design: product.md section 3).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from engine import due_days, events, history
from engine.clock import stamp
from engine.definition import Onboarding, Stage, Step
from engine.store import Tx
from engine.world import Caller

PENDING, WAITING, COMPLETED = "Pending", "Waiting for approval", "Completed"
ACTION_REQUIRED, SKIPPED = "Action required", "Skipped"
DONE = frozenset({COMPLETED, SKIPPED})
ASKED = (PENDING, ACTION_REQUIRED)
SWITCH_OFF = "switch_off"

#: What may be done to a step in each status.
VERBS: dict[str, tuple[str, ...]] = {
    PENDING: ("answer", "skip"),
    WAITING: ("approve", "reject"),
    COMPLETED: ("invalidate",),
    ACTION_REQUIRED: ("answer", "skip"),
    SKIPPED: ("unskip",),
}


@dataclass(frozen=True, slots=True)
class Progress:
    """`open_stages` in order, the last one being the present; `completed` when nothing required is left."""

    open_stages: tuple[Stage, ...]
    completed: bool


def progress(pipeline: Onboarding, statuses: Mapping[str, str]) -> Progress:
    """How far the steps' statuses take a run. A stage that was re-opened closes those after it for the time being."""
    opened: list[Stage] = []
    for stage in pipeline.stages:
        opened.append(stage)
        if any(step.required and statuses.get(step.id) not in DONE for step in stage.steps):
            return Progress(tuple(opened), completed=False)
    return Progress(tuple(opened), completed=True)


def rows_of(tx: Tx, account_id: str, run_id: str) -> dict[str, Any]:
    """The run's step rows by step id."""
    return {row.step_id: row for row in tx.all(_ROWS, account=account_id, run=run_id)}


def version(row: Any) -> str:
    """Of a step's row: another one whenever it was answered or decided."""
    told = json.dumps([row.status, row.reason, row.answer, row.answered_by, row.changed_at])
    return sha256(told.encode()).hexdigest()[:16]


def advance(tx: Tx, caller: Caller, run: Any, pipeline: Onboarding) -> Progress:
    """Open what is due to open and bring the run's status up to date. The run is locked."""
    while True:
        rows = rows_of(tx, caller.account_id, run.id)
        reached = progress(pipeline, {step_id: row.status for step_id, row in rows.items()})
        unopened = [step for stage in reached.open_stages for step in stage.steps if step.id not in rows]
        for step in unopened:
            _open(tx, caller, run, step, needs_switch=caller.world.registry.ask(step.action).needs_switch)
        if not unopened:
            break
    status = COMPLETED if reached.completed else "Under way"
    changed = tx.run(
        _STATUS, account=caller.account_id, run=run.id, status=status,
        completed_at=stamp(caller.now) if reached.completed else None,
    )  # fmt: skip
    if changed and reached.completed:
        events.note(tx, caller.account_id, kind="run", subject_id=run.id, verb="complete", target=status,
                    now=caller.now)  # fmt: skip
    return reached


def change(tx: Tx, caller: Caller, run_id: str, step_id: str, *, status: str, reason: str = "") -> None:
    """Set a step's status; its answer stays."""
    tx.run(
        _CHANGE, account=caller.account_id, run=run_id, step=step_id, status=status, reason=reason,
        now=stamp(caller.now),
    )  # fmt: skip


def keep_answer(tx: Tx, caller: Caller, run_id: str, step_id: str, *, status: str, answer: str) -> None:
    """Set a step's answer (JSON text) and status."""
    tx.run(
        _ANSWER, account=caller.account_id, run=run_id, step=step_id, status=status, answer=answer,
        actor=caller.actor.id, now=stamp(caller.now),
    )  # fmt: skip


def offer_again(tx: Tx, caller: Caller, *, now: datetime) -> int:
    """The switch went on: steps of runs under way that were skipped for it wait again. Returns how many."""
    skipped = tx.all(_OF_RUNS_UNDER_WAY, account=caller.account_id, status=SKIPPED, reason=SWITCH_OFF)
    for row in skipped:
        change(tx, caller, row.run_id, row.step_id, status=PENDING)
        if step := _pipeline(tx, caller, row).step(row.step_id):
            due_days.begin(tx, caller, row.run_id, step)
        _note(tx, caller, row, "offer_again", "is offered: self-invoicing was switched on", now=now)
    return len(skipped)


def withdraw(tx: Tx, caller: Caller, *, now: datetime) -> int:
    """The switch went off: steps that wait for it are skipped, so that no run stands still. Returns how many."""
    waiting = tx.all(_OF_RUNS_UNDER_WAY, account=caller.account_id, status=PENDING, reason="")
    withdrawn = [row for row in waiting if _needs_switch(tx, caller, row)]
    for row in withdrawn:
        change(tx, caller, row.run_id, row.step_id, status=SKIPPED, reason=SWITCH_OFF)
        _note(tx, caller, row, "withdraw", "is skipped: self-invoicing was switched off", now=now)
        advance(tx, caller, row, _pipeline(tx, caller, row))
    return len(withdrawn)


def _needs_switch(tx: Tx, caller: Caller, row: Any) -> bool:
    step = _pipeline(tx, caller, row).step(row.step_id)
    return step is not None and caller.world.registry.ask(step.action).needs_switch


def _pipeline(tx: Tx, caller: Caller, row: Any) -> Onboarding:
    pipeline = caller.definition(tx, row.definition_id)
    assert isinstance(pipeline, Onboarding)  # noqa: S101 - a run's row can only refer to one
    return pipeline


def _note(tx: Tx, caller: Caller, row: Any, verb: str, what: str, *, now: datetime) -> None:
    deed = history.Deed(verb, sentence=f"step '{row.step_id}' {what}", data={"step": row.step_id})
    history.note(tx, "run", caller.account_id, row.run_id, deed, actor=caller.actor, now=now)


def _open(tx: Tx, caller: Caller, run: Any, step: Step, *, needs_switch: bool) -> None:
    skipped = needs_switch and not run.switch_on
    tx.insert(
        "step", account_id=caller.account_id, run_id=run.id, step_id=step.id, status=SKIPPED if skipped else PENDING,
        answer="{}", reason=SWITCH_OFF if skipped else "", answered_by="", changed_at=stamp(caller.now), due_on="",
    )  # fmt: skip
    if not skipped:
        due_days.begin(tx, caller, run.id, step)


_ROWS = """
    SELECT step_id, status, answer, reason, answered_by, changed_at, due_on FROM step
    WHERE account_id = :account AND run_id = :run"""
_STATUS = """
    UPDATE run SET status = :status, completed_at = :completed_at
    WHERE account_id = :account AND id = :run AND status <> :status"""
_CHANGE = """
    UPDATE step SET status = :status, reason = :reason, changed_at = :now
    WHERE account_id = :account AND run_id = :run AND step_id = :step"""
_ANSWER = """
    UPDATE step SET status = :status, answer = :answer, answered_by = :actor, reason = '', changed_at = :now
    WHERE account_id = :account AND run_id = :run AND step_id = :step"""
_OF_RUNS_UNDER_WAY = """
    SELECT s.run_id, s.step_id, r.id, r.definition_id, a.switch_on
    FROM step s
    JOIN run r ON r.account_id = s.account_id AND r.id = s.run_id
    JOIN account a ON a.id = s.account_id
    WHERE s.account_id = :account AND s.status = :status AND s.reason = :reason AND r.status = 'Under way'
    ORDER BY s.run_id, s.step_id FOR UPDATE OF r"""
