"""
An invoice that is wholly credited is credited, also where its seller had accepted it before, in words or by silence.
Where somebody objected to such a one after all, that is answered, and the hold that the objection put ends.
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in (_RELEASE, _CREDITED):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """What is credited stays so: the code before reads the event as well."""


_WHOLE = """
    i.type_code = '389' AND i.gross <= (
        SELECT COALESCE(SUM(n.gross), 0) FROM invoice n
        WHERE n.account_id = i.account_id AND n.payout_id = i.payout_id AND n.credits_id = i.id)"""
_OPEN = """
    SELECT 1 FROM invoice i JOIN invoice_event e ON e.account_id = i.account_id AND e.invoice_id = i.id
    WHERE i.account_id = payout.account_id AND i.payout_id = payout.id AND e.kind IN ('contested', 'objected')
        AND NOT EXISTS (
            SELECT 1 FROM invoice_event o WHERE o.account_id = e.account_id AND o.invoice_id = e.invoice_id
                AND o.kind IN ('accepted', 'credited', 'put_right'))"""
_RELEASE = f"""
    UPDATE payout SET on_hold = FALSE, hold_reason = ''
    WHERE on_hold AND EXISTS ({_OPEN} AND e.held AND {_WHOLE}) AND NOT EXISTS ({_OPEN} AND NOT ({_WHOLE}))"""  # noqa: S608 - our own text
_LAST = """
    SELECT n.{column} FROM invoice n
    WHERE n.account_id = i.account_id AND n.payout_id = i.payout_id AND n.credits_id = i.id
    ORDER BY n.seq DESC LIMIT 1"""
_CREDITED = f"""
    INSERT INTO invoice_event (account_id, invoice_id, seq, kind, at, actor, role, reason, held)
    SELECT i.account_id, i.id, (
            SELECT COALESCE(MAX(s.seq), 0) + 1 FROM invoice_event s
            WHERE s.account_id = i.account_id AND s.invoice_id = i.id),
        'credited', ({_LAST.format(column="issued_at")}), 'billhook', 'system',
        'credited by ' || ({_LAST.format(column="number")}), FALSE
    FROM invoice i
    WHERE {_WHOLE} AND NOT EXISTS (
        SELECT 1 FROM invoice_event c
        WHERE c.account_id = i.account_id AND c.invoice_id = i.id AND c.kind = 'credited')"""  # noqa: S608 - our own text
