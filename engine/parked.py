"""Jobs are parked, and get another chance, by somebody who is written down. What a job is, `outbox` knows."""

from collections.abc import Sequence
from typing import Any

from engine import history, outbox
from engine.store import Tx
from engine.world import Caller


def retry(caller: Caller, job_ids: Sequence[str]) -> int:
    """
    Give parked jobs five new attempts, in one transaction; those that are not parked stay. Returns how many there were.

    Raises:
        NotAllowed: the role may not.
    """
    caller.require("retry jobs", "vendor")

    def work(tx: Tx) -> int:
        count = outbox.retry(tx, caller.account_id, job_ids=job_ids)
        if count:
            _note(tx, caller, "retry jobs", f"{count} parked job(s) are tried again", {"jobs": [*job_ids]})
            tx.after_commit["jobs"] = caller.world.wake
        return count

    return caller.transact(work)


def park(caller: Caller, job_ids: Sequence[str], *, reason: str) -> int:
    """
    Give up jobs until somebody retries them, in one transaction; those that are being done or are over stay as they
    are. Returns how many there were.

    Raises:
        NotAllowed: the role may not. ReasonRequired, Invalid: no reason, or one that cannot be kept.
    """
    caller.require("park jobs", "vendor")
    why = caller.require_reason("park jobs", reason)

    def work(tx: Tx) -> int:
        told = f"parked by hand: {why}"
        count = outbox.park(tx, caller.account_id, job_ids=job_ids, sentence=told, now=caller.now)
        if count:
            _note(tx, caller, "park jobs", f"{count} job(s) were parked", {"jobs": [*job_ids]}, reason=why)
        return count

    return caller.transact(work)


def _note(tx: Tx, caller: Caller, verb: str, sentence: str, data: dict[str, Any], *, reason: str = "") -> None:
    deed = history.Deed(verb, sentence=sentence, data=data, reason=reason)
    history.note(tx, "account", caller.account_id, caller.account_id, deed, actor=caller.actor, now=caller.now)
