"""
The due day of a step: given when the step first waits for its partner, together with the timers of its reminders. What
is told when they fire is not known here.
"""

from datetime import date, datetime, time, timedelta

from engine import timers
from engine.accounts import zone_of
from engine.definition import Step
from engine.store import Tx
from engine.world import Caller

KIND = "step_due"
AT = time(9, 0)  # as the clocks of the account's time zone show
OVERDUE = -1  # days before the due day: the day after it


def begin(tx: Tx, caller: Caller, run_id: str, step: Step) -> None:
    """Give a step that waits its due day, by the account's clocks; one that has had one in this run keeps it."""
    if not step.due:
        return
    due_on = caller.now.astimezone(zone_of(tx, caller.account_id)).date() + timedelta(days=step.due)
    if tx.run(_GIVE, account=caller.account_id, run=run_id, step=step.id, due_on=due_on.isoformat()):
        for days in (*step.remind, OVERDUE):
            _set(tx, caller, run_id, step.id, due_on, days)


def key_of(step_id: str, days: int) -> str:
    """What tells the timers of a run apart; `days_of` and `step_of` read it."""
    return f"{step_id}:{days}"


def step_of(key: str) -> str:
    return key.partition(":")[0]


def days_of(key: str) -> int:
    return int(key.partition(":")[2])


def _set(tx: Tx, caller: Caller, run_id: str, step_id: str, due_on: date, days: int) -> None:
    morning = datetime.combine(due_on - timedelta(days=days), AT)
    timers.set_local(
        tx, caller.account_id, morning, kind=KIND, subject_id=run_id, key=key_of(step_id, days), now=caller.now
    )


_GIVE = """
    UPDATE step SET due_on = :due_on
    WHERE account_id = :account AND run_id = :run AND step_id = :step AND due_on = ''"""
