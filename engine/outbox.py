"""
Jobs as rows: note, offer, claim, finish, put off, park. The table is the queue; a broker only carries hints.

    pending -> offered -> claimed -> done | parked        (put off: back to pending, later; parked by hand before it
                                                          is claimed)

It knows no broker and no action. A claim has a lease and a fencing token: work that comes late with an old token
changes nothing. Every change is a guarded UPDATE, so any number of sweepers and workers may do it at once.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.clock import moment, stamp
from engine.ids import new_id
from engine.store import Tx
from engine.turns import Turns, fairest, next_jobs

AT_ONCE = ""  # sorts before every instant, so a clock that steps back puts no fresh job off
BACK_OFF = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
ATTEMPTS = len(BACK_OFF) + 1
FARTHEST = timedelta(hours=1)  # no hint or usual lease reaches so far: what does is of a clock that stepped back
UPGRADE_WAIT = timedelta(seconds=10)  # before a job of another version is hinted at again
UPGRADE_LIMIT = timedelta(days=1)  # a rolling upgrade is over by then


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that is ours until the lease ends. `attempt` counts from 1."""

    account_id: str
    job_id: str
    action: str
    subject_id: str
    payload: Mapping[str, Any]
    attempt: int
    token: int


def note(
    tx: Tx,
    account_id: str,
    *,
    action: str,
    subject_id: str,
    payload: Mapping[str, Any],
    now: datetime,
    payload_version: int = 1,
) -> str:
    """Write a job into the transaction that makes it due; returns its id. The version is the action's."""
    job_id = new_id()
    tx.insert(
        "job", account_id=account_id, id=job_id, action=action, subject_id=subject_id, payload=json.dumps(payload),
        payload_version=payload_version, status="pending", attempts=0, token=0, not_before=AT_ONCE, result="",
        created_at=stamp(now),
    )  # fmt: skip
    return job_id


def offer(tx: Tx, *, window: int, now: datetime, patience: timedelta, turns: Turns | None = None) -> list[str]:
    """
    Choose jobs to hint at and mark them offered, until `window` hints are out and one for each job in work. Accounts
    take turns. A hint older than `patience`, or a lease that has run out, makes a job due again: its message or its
    worker is lost.
    """
    tx.send(_LAPSED, now=stamp(now), stale=stamp(now - patience), attempts=ATTEMPTS)
    out = tx.one(_OUT)
    free = window + out.claimed - out.offered
    if free <= 0:
        return []
    chosen = next_jobs(tx, turns or Turns(), now=now, free=free)
    return [job_id for job_id in chosen if tx.run(_OFFER, id=job_id, now=stamp(now))]


def straighten(tx: Tx, *, now: datetime, lease: timedelta) -> None:
    """
    After the clock has stepped back by hours: what was to wait until then waits no more, nor is a claim held. Claims of
    a `lease` that is long by itself are left alone.
    """
    far = stamp(now + max(FARTHEST, 2 * lease))
    for sql in _FROM_THE_FUTURE:
        tx.send(sql, far=far, at_once=AT_ONCE)


def take_turn(tx: Tx, job_id: str, *, now: datetime, turns: Turns) -> str:
    """Which job to claim on a hint at `job_id`. In another account's turn the hinted one waits for a new hint."""
    chosen = fairest(tx, turns, job_id, now=now)
    if chosen != job_id:
        tx.send(_WITHDRAW, id=job_id)
    return chosen


def claim(
    tx: Tx, job_id: str, *, now: datetime, lease: timedelta, knows: Callable[[str, int], bool] = lambda _a, _v: True
) -> Claim | None:
    """
    Take a job: attempt and token go up, the lease begins. None when it is done, parked or somebody's; or when this
    worker does not know the action or this version of its payload: then the job waits for a worker that does, with
    no attempt used up, and is parked when a day after it was first left none has come.
    """
    row = tx.one(_CLAIM, id=job_id, now=stamp(now), until=stamp(now + lease), attempts=ATTEMPTS)
    if row is None:
        return None
    if not knows(row.action, row.payload_version):
        _leave(tx, row, now)
        return None
    return Claim(row.account_id, row.id, row.action, row.subject_id, json.loads(row.payload), row.attempts, row.token)


def release(tx: Tx, job: Claim) -> bool:
    """Give a claim back unfinished, at once and with its attempt: who stops has not failed. False when it was lost."""
    return tx.run(_RELEASE, id=job.job_id, token=job.token) == 1


def put_off(tx: Tx, job: Claim, *, until: datetime) -> bool:
    """Give a claim back until then, with its attempt: its turn has not come. False when it was lost."""
    return tx.run(_RELEASE_UNTIL, id=job.job_id, token=job.token, later=stamp(until)) == 1


def finish(tx: Tx, job: Claim, *, sentence: str, now: datetime) -> bool:
    """Done. False when the claim was lost meanwhile: then the caller must roll back."""
    return tx.run(_FINISH, id=job.job_id, token=job.token, status="done", result=sentence, now=stamp(now)) == 1


def fail(tx: Tx, job: Claim, *, sentence: str, permanent: bool, now: datetime) -> str:
    """Put off, or park after the last attempt. Returns the new status; '' when the claim was lost meanwhile."""
    if permanent or job.attempt >= ATTEMPTS:
        parked = tx.run(_FINISH, id=job.job_id, token=job.token, status="parked", result=sentence, now=stamp(now))
        return "parked" if parked else ""
    later = stamp(now + BACK_OFF[job.attempt - 1])
    return "pending" if tx.run(_PUT_OFF, id=job.job_id, token=job.token, later=later, result=sentence) else ""


def retry(tx: Tx, account_id: str, *, job_ids: Sequence[str]) -> int:
    """Give parked jobs five new attempts; returns how many there were."""
    return sum(tx.run(_RETRY, account=account_id, id=job_id, at_once=AT_ONCE) for job_id in job_ids)


def park(tx: Tx, account_id: str, *, job_ids: Sequence[str], sentence: str, now: datetime) -> int:
    """Park jobs that nobody has in hand; returns how many there were."""
    values = {"account": account_id, "result": sentence, "now": stamp(now)}
    return sum(tx.run(_PARK, id=job_id, **values) for job_id in job_ids)


def unfinished(tx: Tx, *, due_by: datetime | None = None) -> int:
    """How many jobs are neither done nor parked; with `due_by`, not counting those that were put off beyond it."""
    return int(tx.one(_OPEN).jobs if due_by is None else tx.one(_OPEN + _AT_HAND, now=stamp(due_by)).jobs)


def _leave(tx: Tx, row: Any, now: datetime) -> None:
    sentence = f"it waits for a worker that knows {row.action} in version {row.payload_version}; upgrade the workers"
    since = moment(row.unknown_since) if row.unknown_since else now
    over = now - since > UPGRADE_LIMIT
    tx.send(
        _LEAVE, id=row.id, token=row.token, status="parked" if over else "pending", result=sentence,
        finished_at=stamp(now) if over else None, later=stamp(now + UPGRADE_WAIT), since=stamp(since),
    )  # fmt: skip


_LAPSED = """
    UPDATE job SET status = CASE WHEN attempts >= :attempts AND status = 'claimed' THEN 'parked' ELSE 'pending' END,
        result = CASE WHEN status = 'claimed' THEN 'the worker was lost' ELSE result END,
        finished_at = CASE WHEN attempts >= :attempts AND status = 'claimed' THEN :now ELSE NULL END,
        offered_at = NULL, lease_until = NULL
    WHERE (status = 'offered' AND offered_at < :stale) OR (status = 'claimed' AND lease_until < :now)"""
_FROM_THE_FUTURE = (
    "UPDATE job SET offered_at = :at_once WHERE status = 'offered' AND offered_at > :far",
    "UPDATE job SET lease_until = :at_once WHERE status = 'claimed' AND lease_until > :far",
    "UPDATE job SET not_before = :at_once WHERE status = 'pending' AND not_before > :far",
)
_OUT = """
    SELECT (SELECT COUNT(*) FROM job WHERE status = 'offered') AS offered,
        (SELECT COUNT(*) FROM job WHERE status = 'claimed') AS claimed"""
_OFFER = "UPDATE job SET status = 'offered', offered_at = :now WHERE id = :id AND status = 'pending'"
_CLAIM = """
    UPDATE job SET status = 'claimed', attempts = attempts + 1, token = token + 1, lease_until = :until,
        offered_at = NULL
    WHERE id = :id AND attempts < :attempts AND (
        status = 'offered' OR (status = 'pending' AND not_before <= :now)
        OR (status = 'claimed' AND lease_until < :now))
    RETURNING account_id, id, action, subject_id, payload, payload_version, attempts, token, unknown_since"""
_WITHDRAW = "UPDATE job SET status = 'pending', offered_at = NULL WHERE id = :id AND status = 'offered'"
_LEAVE = """
    UPDATE job SET status = :status, attempts = attempts - 1, not_before = :later, result = :result,
        finished_at = :finished_at, lease_until = NULL, unknown_since = :since
    WHERE id = :id AND token = :token AND status = 'claimed'"""
_RELEASE = """
    UPDATE job SET status = 'pending', attempts = attempts - 1, lease_until = NULL
    WHERE id = :id AND token = :token AND status = 'claimed'"""
_RELEASE_UNTIL = """
    UPDATE job SET status = 'pending', attempts = attempts - 1, lease_until = NULL, not_before = :later
    WHERE id = :id AND token = :token AND status = 'claimed'"""
_FINISH = """
    UPDATE job SET status = :status, result = :result, finished_at = :now, lease_until = NULL
    WHERE id = :id AND token = :token AND status = 'claimed'"""
_PUT_OFF = """
    UPDATE job SET status = 'pending', not_before = :later, result = :result, lease_until = NULL
    WHERE id = :id AND token = :token AND status = 'claimed'"""
_RETRY = """
    UPDATE job SET status = 'pending', attempts = 0, not_before = :at_once, finished_at = NULL,
        unknown_since = NULL
    WHERE account_id = :account AND id = :id AND status = 'parked'"""
_PARK = """
    UPDATE job SET status = 'parked', result = :result, finished_at = :now, offered_at = NULL
    WHERE account_id = :account AND id = :id AND status IN ('pending', 'offered')"""
_OPEN = "SELECT COUNT(*) AS jobs FROM job WHERE status IN ('pending', 'offered', 'claimed')"
_AT_HAND = " AND (status <> 'pending' OR not_before <= :now)"
