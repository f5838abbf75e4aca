"""
What the database says of itself in a moment: open jobs, parked ones, numbers, timers. It knows no Prometheus.

Every question goes through an index and costs as much as is open, however much is done: the backlog, the series (one a
seller and kind), the timers that wait.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.clock import moment, stamp
from engine.store import Tx
from engine.world import World

_STATUSES = ("pending", "offered", "claimed", "parked")


@dataclass(frozen=True, slots=True)
class Reading:
    """Counts, and ages in seconds. `jobs` by status; `numbers` given so far, by the document's type code."""

    jobs: Mapping[str, int]
    put_off: int
    oldest_open_job: float
    numbers: Mapping[str, int]
    timers: int
    oldest_due_timer: float


def read(world: World) -> Reading:
    """One state of the database, over all accounts."""
    with world.store.reading() as tx:
        return _read(tx, world.clock.now())


def _read(tx: Tx, now: datetime) -> Reading:
    open_jobs = tx.all(_OPEN)
    timers = tx.one(_TIMERS, now=stamp(now))
    counts = {row.status: int(row.jobs) for row in (*open_jobs, *tx.all(_PARKED))}
    return Reading(
        jobs={status: counts.get(status, 0) for status in _STATUSES},
        put_off=sum(int(row.put_off or 0) for row in open_jobs),
        oldest_open_job=_age(min((row.oldest for row in open_jobs), default=None), now),
        numbers={row.type_code: int(row.numbers) for row in tx.all(_NUMBERS)},
        timers=int(timers.timers),
        oldest_due_timer=_age(timers.due, now),
    )


def _age(since: str | None, now: datetime) -> float:
    """Seconds; a clock that stepped back makes nothing younger than now."""
    return max((now - moment(since)).total_seconds(), 0.0) if since else 0.0


_OPEN = """
    SELECT status, COUNT(*) AS jobs, MIN(created_at) AS oldest,
        SUM(CASE WHEN status = 'pending' AND attempts > 0 THEN 1 ELSE 0 END) AS put_off
    FROM job WHERE status IN ('pending','offered','claimed') GROUP BY status"""
_PARKED = "SELECT 'parked' AS status, COUNT(*) AS jobs FROM job WHERE status = 'parked'"
_NUMBERS = "SELECT type_code, SUM(last_number) AS numbers FROM series GROUP BY type_code"
_TIMERS = """
    SELECT COUNT(*) AS timers, MIN(CASE WHEN due_at <= :now THEN due_at END) AS due
    FROM timer WHERE status = 'waiting'"""
