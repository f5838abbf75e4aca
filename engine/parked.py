"""Parked jobs get another chance from somebody, who is written down. What a job is, `outbox` knows."""

from collections.abc import Sequence

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
            deed = history.Deed(
                "retry jobs", sentence=f"{count} parked job(s) are tried again", data={"jobs": [*job_ids]}
            )
            history.note(tx, "account", caller.account_id, caller.account_id, deed, actor=caller.actor, now=caller.now)
            tx.after_commit["jobs"] = caller.world.wake
        return count

    return caller.transact(work)
