"""Reminders that a step is due or overdue: notices, when the timers of its due day fire. It sends no mail."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from engine import due_days, notices, steps
from engine.accounts import zone_of
from engine.definition import Onboarding, Step
from engine.store import Tx
from engine.timers import Timer
from engine.world import Caller


@dataclass(frozen=True, slots=True)
class _Asked:
    """A step of a run, and its row. `is_open` is false while its stage waits for an earlier one."""

    run: Any
    step: Step
    row: Any
    is_open: bool

    @property
    def due_on(self) -> date:
        return date.fromisoformat(self.row.due_on)


def remind(tx: Tx, caller: Caller, timer: Timer) -> str:
    """Tell the partner that its step is due, and the vendor too once it is overdue; nobody if it is not awaited."""
    asked = _asked(tx, caller, timer)
    today = caller.now.astimezone(zone_of(tx, caller.account_id)).date()
    left, days = (asked.due_on - today).days, due_days.days_of(timer.key)
    if why := _silent(asked, left, days):
        return f"nothing was told: {why}"
    _tell(tx, caller, asked, overdue=days == due_days.OVERDUE)
    return f"told that step '{asked.step.id}' of {asked.run.code} {_is(asked, overdue=days == due_days.OVERDUE)}"


def _silent(asked: _Asked, left: int, days: int) -> str:
    """Why nothing is to be told. After a long stop only the last reminder that is due tells."""
    if not asked.run.is_newest:
        return "the onboarding began anew"
    if asked.row.status not in steps.ASKED:
        return f"the step is {asked.row.status}"
    if not asked.is_open:
        return "the step waits for an earlier stage"
    if any(left <= later < days for later in (*asked.step.remind, due_days.OVERDUE)):
        return "a later reminder tells"
    return ""


def _tell(tx: Tx, caller: Caller, asked: _Asked, *, overdue: bool) -> None:
    what = _is(asked, overdue=overdue)
    facts = {"step": asked.step.title, "step_id": asked.step.id, "day": asked.row.due_on}
    sentences = {"partner": f"Step '{asked.step.id}' {what}."}
    if overdue:
        facts["kind"] = "overdue"
        sentences["vendor"] = f"{asked.run.code}: step '{asked.step.id}' {what}."
    for audience, sentence in sentences.items():
        notices.tell(
            tx, caller.account_id, audience=audience, partner_id=asked.run.partner_id, subject_id=asked.run.id,
            topic=due_days.KIND, sentence=sentence, facts=facts, now=caller.now,
        )  # fmt: skip


def _is(asked: _Asked, *, overdue: bool) -> str:
    return f"{'was' if overdue else 'is'} due on {asked.due_on}"


def _asked(tx: Tx, caller: Caller, timer: Timer) -> _Asked:
    run = tx.one(_RUN, account=caller.account_id, id=timer.subject_id)
    pipeline = caller.definition(tx, run.definition_id)
    assert isinstance(pipeline, Onboarding)  # noqa: S101 - a run's row can only refer to one
    step = pipeline.step(due_days.step_of(timer.key))
    assert step is not None  # noqa: S101 - the run is pinned to the definition that the timer was set by
    rows = steps.rows_of(tx, caller.account_id, run.id)
    reached = steps.progress(pipeline, {step_id: row.status for step_id, row in rows.items()})
    is_open = any(step in stage.steps for stage in reached.open_stages)
    return _Asked(run, step, rows[step.id], is_open)


_RUN = """
    SELECT r.id, r.definition_id, r.partner_id, p.code,
        r.id = (SELECT MAX(n.id) FROM run n WHERE n.account_id = r.account_id AND n.partner_id = r.partner_id)
            AS is_newest
    FROM run r JOIN partner p ON p.account_id = r.account_id AND p.id = r.partner_id
    WHERE r.account_id = :account AND r.id = :id"""
