"""Timers as they are listed: what is to happen later, or did, earliest first."""

from dataclasses import dataclass
from typing import Any

from engine.errors import Unknown
from engine.store import Tx
from engine.views.paging import FIRST, Key, Order, Page, Slice, beyond, onward, read_page
from engine.world import Caller

TIMER_STATUSES = ("waiting", "fired", "cancelled")
_ORDER = Order("timers", (str, str))


@dataclass(frozen=True, slots=True)
class TimerView:
    """
    A timer as it is shown: `due_at` (UTC), `wall_clock` '' for one that was set to an instant; `attempts` that did not
    succeed, and `result`, what came of the last one.
    """

    id: str
    kind: str
    subject: str
    key: str
    due_at: str
    wall_clock: str
    status: str
    attempts: int
    result: str


def timers(tx: Tx, caller: Caller, *, status: str = "waiting", part: Slice = FIRST) -> Page[TimerView]:
    """
    A page of the account's timers that are waiting, fired or cancelled, earliest first.

    Raises:
        NotAllowed: the role is none of the vendor's.
        Unknown: there is no such status.
        Invalid: the cursor is not this list's, or the limit is not from 1 to 500.
    """
    caller.require("timers", "viewer")
    if status not in TIMER_STATUSES:
        raise Unknown("status of a timer", status, TIMER_STATUSES)
    values = {"account": caller.account_id, "status": status}

    def fetch(after: Key | None, count: int) -> list[Any]:
        statement = _TIMERS + onward("due_at", "id", after=after, newest_first=part.newest_first)
        return tx.all(statement, **values, **beyond(after), count=count)

    return read_page(
        _ORDER,
        part,
        fetch=fetch,
        key=lambda row: (row.due_at, row.id),
        show=lambda rows: [TimerView(*row) for row in rows],
    )


_TIMERS = """
    SELECT id, kind, subject_id, key, due_at, wall_clock, status, attempts, result FROM timer
    WHERE account_id = :account AND status = :status"""
