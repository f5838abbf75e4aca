"""Jobs as they are listed: all as they were noted, or those of one status as they are or were due."""

from dataclasses import dataclass
from typing import Any

from engine.errors import Unknown
from engine.store import Tx
from engine.views.paging import FIRST, Key, Order, Page, Slice, beyond, onward, read_page
from engine.world import Caller

STATUSES = ("pending", "offered", "claimed", "done", "parked")
_NOTED = Order("jobs", (str,))
_DUE = Order("jobs of a status", (str, str))


@dataclass(frozen=True, slots=True)
class JobView:
    """`attempts` so far; `not_before` '' for at once; `result` is what came of the last attempt."""

    id: str
    action: str
    payout: str
    status: str
    attempts: int
    not_before: str
    result: str


def jobs(tx: Tx, caller: Caller, *, status: str = "", action: str = "", part: Slice = FIRST) -> Page[JobView]:
    """
    A page of the account's jobs, of one status or action; oldest first, with a status by when they are to be done.

    Raises:
        NotAllowed: jobs are for the vendor's people.
        Unknown: there is no such status, or no such action.
        Invalid: the cursor is not this list's, or the limit is not from 1 to 500.
    """
    caller.require("jobs", "viewer")
    if status and status not in STATUSES:
        raise Unknown("status of a job", status, STATUSES)
    _require_action(tx, caller, action)
    sql = _JOBS + (" AND status = :status" if status else "") + (" AND action = :action" if action else "")
    values = {"account": caller.account_id, "status": status, "action": action}
    order, columns = (_DUE, ("not_before", "id")) if status else (_NOTED, ("id",))

    def fetch(after: Key | None, count: int) -> list[Any]:
        statement = sql + onward(*columns, after=after, newest_first=part.newest_first)
        return tx.all(statement, **values, **beyond(after), count=count)

    def key(row: Any) -> Key:
        return tuple(getattr(row, column) for column in columns)

    return read_page(order, part, fetch=fetch, key=key, show=lambda rows: [JobView(*row) for row in rows])


def _require_action(tx: Tx, caller: Caller, action: str) -> None:
    """One that is not registered any more may still have jobs."""
    known = caller.world.registry.jobs
    if action and action not in known and not tx.one(_OF_ACTION, account=caller.account_id, action=action):
        raise Unknown("action", action, known)


_OF_ACTION = "SELECT id FROM job WHERE account_id = :account AND action = :action LIMIT 1"
_JOBS = """
    SELECT id, action, subject_id, status, attempts, not_before, result FROM job
    WHERE account_id = :account"""
