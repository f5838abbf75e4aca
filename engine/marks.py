"""
The mark of a payout: all that somebody who looks at it decides on, as a short text. Two marks differ when a deed was
done or a line changed between them. A document that came meanwhile is neither: nobody decides otherwise for it.
"""

import hashlib

from engine.store import Tx

PAPERWORK = "attach"  # the one deed that changes what can be downloaded and nothing else


def of(tx: Tx, account_id: str, payout_id: str) -> str:
    """The payout's mark as it is now; ask under its lock where something depends on it."""
    last = tx.one(_LAST_DEED, account=account_id, payout=payout_id, paperwork=PAPERWORK).seq
    lines = tx.all(_LINES, account=account_id, payout=payout_id)
    said = "\n".join([str(last), *(f"{line.reference} {line.amount} {line.status}" for line in lines)])
    return hashlib.sha256(said.encode()).hexdigest()[:_LENGTH]


_LENGTH = 20
_LAST_DEED = """
    SELECT COALESCE(MAX(seq), 0) AS seq FROM history
    WHERE account_id = :account AND subject_id = :payout AND verb <> :paperwork"""
# `|| ''`: sorted, and not read through the index of references, which holds every reward of the account.
_LINES = """
    SELECT r.reference, r.amount, r.status FROM payout_line l
    JOIN reward r ON r.account_id = l.account_id AND r.id = l.reward_id
    WHERE l.account_id = :account AND l.payout_id = :payout AND l.live ORDER BY r.reference || ''"""
