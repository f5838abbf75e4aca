"""
What is to happen once, at an instant: rows that wait, fire, and never fire again. It knows no kind of timer.

    waiting -> fired | cancelled

A time is an instant, or what the clocks of the account's time zone will show; the latter moves with the account's zone.
What is due is fired by any sweeper, in a transaction of its own in which also its duty is done: a guarded UPDATE
decides which sweeper's commit counts, so the duty is done once however many look. The guard comes last, so that locks
are taken in the same order as where a timer is set or cancelled. After a stop everything that became due meanwhile
fires, in order of its instant. A clock that steps back fires nothing again; one that steps a day ahead fires what is
due within that day too early, but once.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine import failpoints
from engine.actor import Actor
from engine.clock import moment, stamp
from engine.errors import Conflict
from engine.ids import new_id
from engine.store import Tx
from engine.world import Caller, World

log = logging.getLogger("billhook.timers")

BATCH = 100  # so many at a time, so that a sweeper has other work in between
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 60))  # the last one again and again
_TIMER = Actor.system("timer")
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Timer:
    """
    A timer that waits. `kind` says what is done, `subject_id` to what, `key` tells two of a subject apart;
    `wall_clock` is what the account's clocks show then, None for one that was set to an instant.
    """

    account_id: str
    id: str
    kind: str
    subject_id: str
    key: str
    due_at: datetime
    wall_clock: datetime | None
    payload: Mapping[str, Any]
    attempts: int


Duty = Callable[[Tx, Caller, Timer], str]
"""What is done when a timer fires, in its transaction; returns a sentence. What it raises leaves the timer waiting."""


def set_at(
    tx: Tx,
    account_id: str,
    instant: datetime,
    *,
    kind: str,
    subject_id: str,
    key: str = "",
    payload: Mapping[str, Any] | None = None,
    now: datetime,
) -> bool:
    """
    Set a timer to an (aware) instant. Set again, one that waits or was cancelled waits for the new time; one that has
    fired stays so. Returns whether it waits.
    """
    return _set(tx, account_id, instant, "", kind, subject_id, key, payload or {}, now)


def set_local(
    tx: Tx,
    account_id: str,
    wall_clock: datetime,
    *,
    kind: str,
    subject_id: str,
    key: str = "",
    payload: Mapping[str, Any] | None = None,
    now: datetime,
) -> bool:
    """Set a timer to what the account's clocks show (a naive date and time: `first_instant`), else as `set_at`."""
    zone = ZoneInfo(tx.one(_ZONE, account=account_id).timezone)
    due = first_instant(wall_clock, zone)
    return _set(tx, account_id, due, wall_clock.isoformat(), kind, subject_id, key, payload or {}, now)


def cancel(tx: Tx, account_id: str, *, kind: str, subject_id: str, key: str | None = None) -> int:
    """Cancel a subject's timers of a kind that wait: one, or without `key` all. Returns how many there were."""
    sql = _CANCEL if key is None else _CANCEL + " AND key = :key"
    values = {} if key is None else {"key": key}
    return tx.run(sql, account=account_id, kind=kind, subject=subject_id, **values)


def rezone(tx: Tx, account_id: str, zone: ZoneInfo) -> int:
    """Move the account's wall-clock timers that wait to where its clocks will show their time. Returns how many."""
    shown = [row.wall_clock for row in tx.all(_WALL_CLOCKS, account=account_id)]
    there = {each: stamp(first_instant(datetime.fromisoformat(each), zone)) for each in shown}
    return sum(tx.run(_MOVE, account=account_id, wall_clock=each, due=due) for each, due in there.items())


def due(tx: Tx, *, kinds: tuple[str, ...], now: datetime, limit: int = BATCH) -> list[Timer]:
    """What is due in all accounts and is of these kinds, earliest first. What raised is left out until its next try."""
    if not kinds:
        return []
    values = {f"kind{n}": kind for n, kind in enumerate(kinds)}
    sql = _DUE.format(kinds=", ".join(f":{name}" for name in values))
    return [_timer(row) for row in tx.all(sql, now=stamp(now), limit=limit, **values)]


def fire_due(world: World, duties: Mapping[str, Duty], *, limit: int = BATCH) -> int:
    """
    Fire what is due, `limit` timers at most, earliest first, each in a transaction of its own. Returns how many fired.

    A duty that raises leaves its timer waiting for another try, ever later, with what it said as the timer's result;
    the others go on. Timers of a kind that is not in `duties` wait for a process that knows it.
    """
    now = world.clock.now()
    with world.store.reading() as tx:
        found = due(tx, kinds=tuple(sorted(duties)), now=now, limit=limit)
    return sum(_fire(world, timer, duties[timer.kind], now=now) for timer in found)


def first_instant(wall_clock: datetime, zone: ZoneInfo) -> datetime:
    """
    The first instant (UTC) at which clocks in `zone` show `wall_clock` or later. Of a time that comes twice, in autumn,
    it is the first; of one that is left out, in spring, the instant at which the clocks are put forward.
    """
    latest = wall_clock.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _on_the_wall(latest, zone) == wall_clock:
        return latest
    earliest = wall_clock.replace(tzinfo=zone, fold=1).astimezone(UTC).replace(microsecond=0)
    before, after = 0, int((latest - earliest).total_seconds()) + 1
    while after - before > 1:
        between = (before + after) // 2
        if _on_the_wall(earliest + timedelta(seconds=between), zone) < wall_clock:
            before = between
        else:
            after = between
    return earliest + timedelta(seconds=after)


def _on_the_wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def _set(
    tx: Tx,
    account_id: str,
    due_at: datetime,
    wall_clock: str,
    kind: str,
    subject_id: str,
    key: str,
    payload: Mapping[str, Any],
    now: datetime,
) -> bool:
    return bool(tx.run(
        _SET, account=account_id, id=new_id(), kind=kind, subject=subject_id, key=key, wall_clock=wall_clock,
        due=stamp(due_at), payload=json.dumps(payload, sort_keys=True), now=stamp(now),
    ))  # fmt: skip


def _timer(row: Any) -> Timer:
    return Timer(
        account_id=row.account_id, id=row.id, kind=row.kind, subject_id=row.subject_id, key=row.key,
        due_at=moment(row.due_at), wall_clock=datetime.fromisoformat(row.wall_clock) if row.wall_clock else None,
        payload=json.loads(row.payload), attempts=row.attempts,
    )  # fmt: skip


def _fire(world: World, timer: Timer, duty: Duty, *, now: datetime) -> bool:
    """The edge to what others wrote: whatever a duty raises is answered here."""
    try:
        world.store.unit_of_work(lambda tx: _do(tx, world, timer, duty, now=now))
    except _Taken:
        return False
    except Exception as error:
        log.exception("timer %s, %s of %s, did not fire", timer.id, timer.kind, timer.subject_id)
        told = _told(error)
        world.store.unit_of_work(lambda tx: _put_off(tx, timer, told, now=now))
        return False
    log.info("timer %s, %s of %s, has fired", timer.id, timer.kind, timer.subject_id)
    return True


def _do(tx: Tx, world: World, timer: Timer, duty: Duty, *, now: datetime) -> None:
    key = {"account": timer.account_id, "id": timer.id, "due": stamp(timer.due_at)}
    if tx.one(_STILL, **key) is None:
        raise _Taken(f"Timer {timer.id}")
    sentence = duty(tx, Caller(world, timer.account_id, _TIMER), timer)
    if not tx.run(_FIRE, **key, now=stamp(now), result=sentence):
        raise _Taken(f"Timer {timer.id}")
    failpoints.hit("timer.before_commit")


def _told(error: Exception) -> str:
    """What it says, as any database keeps it: a timer that cannot even be put off would hold up those behind it."""
    sentence = str(error) or type(error).__name__
    return sentence[:_LONGEST].replace("\0", "").encode(errors="replace").decode()


def _put_off(tx: Tx, timer: Timer, told: str, *, now: datetime) -> None:
    later = stamp(now + BACK_OFF[min(timer.attempts, len(BACK_OFF) - 1)])
    tx.run(_PUT_OFF, account=timer.account_id, id=timer.id, attempts=timer.attempts, later=later, result=told)


class _Taken(Conflict):
    """Another sweeper fired it, or it was moved or cancelled: what was done here is rolled back."""


_ZONE = "SELECT timezone FROM account WHERE id = :account FOR SHARE"
_SET = """
    INSERT INTO timer (account_id, id, kind, subject_id, key, wall_clock, due_at, payload, status, attempts, not_before,
        result, created_at)
    VALUES (:account, :id, :kind, :subject, :key, :wall_clock, :due, :payload, 'waiting', 0, '', '', :now)
    ON CONFLICT (account_id, kind, subject_id, key) DO UPDATE SET wall_clock = excluded.wall_clock,
        due_at = excluded.due_at, payload = excluded.payload, status = 'waiting', attempts = 0, not_before = '',
        result = ''
    WHERE timer.status <> 'fired'"""
_CANCEL = """
    UPDATE timer SET status = 'cancelled'
    WHERE account_id = :account AND kind = :kind AND subject_id = :subject AND status = 'waiting'"""
_WALL_CLOCKS = """
    SELECT DISTINCT wall_clock FROM timer
    WHERE account_id = :account AND status = 'waiting' AND wall_clock <> ''"""
_MOVE = """
    UPDATE timer SET due_at = :due
    WHERE account_id = :account AND status = 'waiting' AND wall_clock = :wall_clock"""
_DUE = """
    SELECT account_id, id, kind, subject_id, key, due_at, wall_clock, payload, attempts FROM timer
    WHERE status = 'waiting' AND due_at <= :now AND not_before <= :now AND kind IN ({kinds})
    ORDER BY due_at, id LIMIT :limit"""
_STILL = "SELECT id FROM timer WHERE account_id = :account AND id = :id AND status = 'waiting' AND due_at = :due"
_FIRE = """
    UPDATE timer SET status = 'fired', fired_at = :now, result = :result
    WHERE account_id = :account AND id = :id AND status = 'waiting' AND due_at = :due"""
_PUT_OFF = """
    UPDATE timer SET attempts = attempts + 1, not_before = :later, result = :result
    WHERE account_id = :account AND id = :id AND status = 'waiting' AND attempts = :attempts"""
