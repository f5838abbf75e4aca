"""
Whose job is next: accounts take turns, so that one account's ten thousand do not starve another's one.

It reads the job table and changes nothing. Nothing here scans the jobs of an account: the accounts that have some
waiting are found by skipping from one to the next in the index, and of each only the first few jobs are read.
"""

from collections import Counter
from datetime import datetime
from itertools import count

from engine.clock import stamp
from engine.store import Tx


class Turns:
    """Which account this process has served how long ago. Threads share it."""

    def __init__(self) -> None:
        self._served: dict[str, int] = {}
        self._ticks = count(1)

    def serve(self, account_id: str) -> None:
        self._served[account_id] = next(self._ticks)

    def last(self, account_id: str) -> int:
        """0 for an account that was never served; the later, the larger."""
        return self._served.get(account_id, 0)


def next_jobs(tx: Tx, turns: Turns, *, now: datetime, free: int) -> list[str]:
    """The due jobs to hint at next, `free` at most: each account's first, then each one's second, and so on."""
    in_hand = Counter({row.account_id: row.jobs for row in tx.all(_IN_HAND)})
    waiting = sorted(
        (row.account_id for row in tx.all(_WAITING)), key=lambda account: (in_hand[account], turns.last(account))
    )
    due = [
        (in_hand[account] + place, turns.last(account), row.id)
        for account in waiting[:free]
        for place, row in enumerate(tx.all(_DUE, account=account, now=stamp(now), free=free))
    ]
    return [job_id for *_, job_id in sorted(due)[:free]]


def fairest(tx: Tx, turns: Turns, job_id: str, *, now: datetime) -> str:
    """
    The job to take when a hint at `job_id` has come: that one, unless an account that has none in work has waited
    longer for its turn. Hints queue up; so who comes late with one job is still next.
    """
    hinted = tx.one(_ACCOUNT_OF, id=job_id)
    if hinted is None:
        return job_id
    working = {row.account_id for row in tx.all(_WORKING)}
    asking = {row.account_id for row in tx.all(_ASKING)} - working
    turn, account = min(((turns.last(account), account) for account in asking), default=(0, ""))
    if not account or turn >= turns.last(hinted.account_id):
        return job_id
    first = tx.one(_FIRST, account=account, now=stamp(now))
    return job_id if first is None else str(first.id)


_SKIPPING = """
    WITH RECURSIVE waiting (account_id) AS (
        SELECT MIN(account_id) FROM job WHERE status = 'pending'
        UNION ALL
        SELECT (SELECT MIN(account_id) FROM job WHERE status = 'pending' AND account_id > waiting.account_id)
        FROM waiting WHERE waiting.account_id IS NOT NULL)
    SELECT account_id FROM waiting WHERE account_id IS NOT NULL"""
_WAITING = _SKIPPING + " ORDER BY account_id"
_ASKING = _SKIPPING + " UNION SELECT account_id FROM job WHERE status = 'offered'"  # noqa: S608 - our own text
_WORKING = "SELECT DISTINCT account_id FROM job WHERE status = 'claimed'"
_IN_HAND = """
    SELECT account_id, COUNT(*) AS jobs FROM (
        SELECT account_id FROM job WHERE status = 'offered'
        UNION ALL SELECT account_id FROM job WHERE status = 'claimed') AS hand
    GROUP BY account_id"""
_DUE = """
    SELECT id FROM job WHERE status = 'pending' AND account_id = :account AND not_before <= :now
    ORDER BY not_before, id LIMIT :free"""
_FIRST = """
    SELECT MIN(id) AS id FROM (
        SELECT id FROM job WHERE status = 'offered' AND account_id = :account
        UNION ALL
        SELECT id FROM (
            SELECT id FROM job WHERE status = 'pending' AND account_id = :account AND not_before <= :now
            ORDER BY not_before, id LIMIT 1) AS due) AS first
    HAVING MIN(id) IS NOT NULL"""
_ACCOUNT_OF = "SELECT account_id FROM job WHERE id = :id AND status = 'offered'"
