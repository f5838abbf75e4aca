"""One delivery of a webhook: what is to be sent now, and what the address answered. It sends nothing itself."""

from dataclasses import dataclass

from engine.clock import stamp
from engine.errors import JobError
from engine.store import Tx
from engine.world import World


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be sent now."""

    id: str
    url: str
    secret: str
    body: str


def parcel(tx: Tx, account_id: str, delivery_id: str) -> Parcel | None:
    """What is to be sent; None where the address is paused or gone."""
    row = tx.one(_PARCEL, account=account_id, id=delivery_id)
    if row is None or row.ended_at is not None or row.paused_because:
        return None
    return Parcel(row.id, row.url, row.secret, row.body)


def answered(world: World, account_id: str, delivery_id: str, *, status: int, answer: str) -> str:
    """
    Write down what the address said. 410 (Gone) pauses it, as the specification asks.

    Raises:
        JobError: it was not 2xx: to be tried again.
    """
    now = stamp(world.clock.now())
    good = 200 <= status < 300

    def work(tx: Tx) -> None:
        tx.send(_ANSWERED, account=account_id, id=delivery_id, status=status, answer=answer[:500],
                sent_at=now if good else "")  # fmt: skip
        if status == 410:
            tx.send(_GONE, account=account_id, id=delivery_id)

    world.store.unit_of_work(work)
    if not good:
        raise JobError(f"The webhook answered {status or 'nothing'}: {answer[:200]}", permanent=status == 410)
    return f"delivered, {status}"


_PARCEL = """
    SELECT d.id, d.body, w.url, w.secret, w.paused_because, w.ended_at FROM delivery d
    JOIN webhook w ON w.account_id = d.account_id AND w.id = d.webhook_id
    WHERE d.account_id = :account AND d.id = :id"""
_ANSWERED = """
    UPDATE delivery SET status = :status, answer = :answer, sent_at = :sent_at
    WHERE account_id = :account AND id = :id"""
_GONE = """
    UPDATE webhook SET paused_because = 'It answered 410 (Gone).'
    WHERE account_id = :account AND id = (SELECT webhook_id FROM delivery WHERE account_id = :account AND id = :id)"""
