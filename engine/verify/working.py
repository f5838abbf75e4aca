"""I10: every job ends done or parked and shown; none has more attempts than it may, nobody long lost holds one."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from engine.clock import stamp
from engine.outbox import ATTEMPTS
from engine.verify.checked import Looked, Scope, paged

_SWEEPS = timedelta(hours=2)  # two, at the slowest pace that the settings allow


def working(scope: Scope) -> Iterator[Looked]:
    lapsed = stamp(scope.world.clock.now() - _SWEEPS)
    newest = scope.tx.one(_NEWEST).at or ""
    for row in paged(scope.tx, _JOBS, "account_id", "id"):
        yield f"job {row.account}/{row.id}", list(_broken(row, lapsed, newest))


def _broken(row: Any, lapsed: str, newest: str) -> Iterator[str]:
    if not row.subject:
        yield f"it is about {row.subject_id}, and there is no such payout, delivery or mail in its account."
    if not 0 <= row.attempts <= ATTEMPTS:
        yield f"it has had {row.attempts} attempts, and {ATTEMPTS} are the most."
    if row.status in ("done", "parked"):
        yield from _ended(row)
    elif row.status not in ("pending", "offered", "claimed"):
        yield f"it is '{row.status}', which no job is."
    elif row.finished_at:
        yield f"it is {row.status} and was finished at {row.finished_at}."
    if row.status == "claimed" and (row.lease_until or "") < min(lapsed, newest):
        yield f"its lease ended at {row.lease_until}, others have been worked on since, and nobody took it."


def _ended(row: Any) -> Iterator[str]:
    if not row.finished_at:
        yield f"it is {row.status} and does not say since when."
    if not row.result:
        yield f"it is {row.status} and does not say what came of it."


_NEWEST = "SELECT MAX(finished_at) AS at FROM job"
_JOBS = """
    SELECT j.account_id, j.id, a.code AS account, j.subject_id, j.status, j.attempts, j.lease_until, j.finished_at,
        j.result, COALESCE(p.id, d.id, m.id) AS subject
    FROM job j
    JOIN account a ON a.id = j.account_id
    LEFT JOIN payout p ON p.account_id = j.account_id AND p.id = j.subject_id
    LEFT JOIN delivery d ON d.account_id = j.account_id AND d.id = j.subject_id
    LEFT JOIN mail m ON m.account_id = j.account_id AND m.id = j.subject_id
    WHERE (j.account_id, j.id) > (:after_account_id, :after_id) ORDER BY j.account_id, j.id LIMIT :page"""
