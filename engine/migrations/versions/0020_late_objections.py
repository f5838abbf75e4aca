"""
An objection after the days of silence is open until it is answered, and holds its payout. Of those that were only noted
before, the ones whose invoice is wholly credited are answered by that; the payouts of the others are put on hold, and
released by hand after the answer, for events never change.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in (_CREDITED, _HOLD):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """A hold that was put on stays, and is released by hand: it says for what."""


_OPEN = """
    e.kind = 'objected' AND NOT EXISTS (
        SELECT 1 FROM invoice_event o WHERE o.account_id = e.account_id AND o.invoice_id = e.invoice_id
            AND o.kind IN ('accepted', 'credited', 'put_right'))"""
_CREDITED = f"""
    INSERT INTO invoice_event (account_id, invoice_id, seq, kind, at, actor, role, reason, held)
    SELECT i.account_id, i.id, (
            SELECT MAX(s.seq) + 1 FROM invoice_event s WHERE s.account_id = i.account_id AND s.invoice_id = i.id),
        'credited', MAX(n.issued_at), 'billhook', 'system', 'credited by ' || MAX(n.number), FALSE
    FROM invoice i JOIN invoice n ON n.account_id = i.account_id AND n.credits_id = i.id
    WHERE EXISTS (SELECT 1 FROM invoice_event e WHERE e.account_id = i.account_id AND e.invoice_id = i.id AND {_OPEN})
    GROUP BY i.account_id, i.id, i.gross HAVING SUM(n.gross) = i.gross"""  # noqa: S608 - our own text
_HOLD = f"""
    UPDATE payout SET on_hold = TRUE, hold_reason = 'its seller objects to an invoice that its silence had accepted'
    WHERE NOT on_hold AND EXISTS (
        SELECT 1 FROM invoice i JOIN invoice_event e ON e.account_id = i.account_id AND e.invoice_id = i.id
        WHERE i.account_id = payout.account_id AND i.payout_id = payout.id AND {_OPEN})"""  # noqa: S608 - our own text
