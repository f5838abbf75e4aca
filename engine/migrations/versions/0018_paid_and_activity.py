"""When a payout was paid; and an index by time of every deed, payouts' too, which activity is read by."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

#: Of what is paid now: when it came to the state that it is in.
_FILL = """
    UPDATE payout SET paid_at = (
        SELECT MAX(h.at) FROM history h WHERE h.account_id = payout.account_id AND h.subject_id = payout.id
            AND h.target = payout.state AND h.source <> h.target)
    WHERE EXISTS (
        SELECT 1 FROM payout_line l JOIN reward r ON r.account_id = l.account_id AND r.id = l.reward_id
        WHERE l.account_id = payout.account_id AND l.payout_id = payout.id AND l.live AND r.status = 'paid')"""


def upgrade() -> None:
    run = op.get_bind().exec_driver_sql
    run("ALTER TABLE payout ADD COLUMN paid_at TEXT")
    run(_FILL)
    run("DROP INDEX deeds_by_time")
    run("CREATE INDEX deeds_by_time ON history (account_id, at, subject_id, seq)")


def downgrade() -> None:
    run = op.get_bind().exec_driver_sql
    run("DROP INDEX deeds_by_time")
    run("CREATE INDEX deeds_by_time ON history (account_id, at, subject_id, seq) WHERE subject_kind <> 'payout'")
    run("ALTER TABLE payout DROP COLUMN paid_at")
