"""
What happens, noted beside the deed for whoever wants to be told: one statement in the same transaction, which writes
nothing while the account has no webhook. It knows no address and no type of event.
"""

from datetime import datetime

from engine.clock import stamp
from engine.ids import new_id
from engine.store import Tx


def note(
    tx: Tx,
    account_id: str,
    *,
    kind: str,
    subject_id: str,
    verb: str,
    now: datetime,
    seq: int = 0,
    source: str = "",
    target: str = "",
) -> None:
    """`kind` is the subject's (`account`, `partner`, `run`, `payout`) or `invoice`; `seq` that of its history's row."""
    tx.send(
        _NOTE, account=account_id, id=new_id(), kind=kind, subject=subject_id, seq=seq, verb=verb, source=source,
        target=target, at=stamp(now),
    )  # fmt: skip


_NOTE = """
    INSERT INTO event (account_id, id, kind, subject_id, seq, verb, source, target, at)
    SELECT :account, :id, :kind, :subject, :seq, :verb, :source, :target, :at
    WHERE EXISTS (SELECT 1 FROM webhook w WHERE w.account_id = :account AND w.ended_at IS NULL)"""
