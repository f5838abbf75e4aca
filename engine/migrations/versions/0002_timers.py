"""Timers: rows that fire once, when their instant has come."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLE = """
    CREATE TABLE timer (
        account_id TEXT NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        subject_id TEXT NOT NULL,
        key TEXT NOT NULL,
        wall_clock TEXT NOT NULL,
        due_at TEXT NOT NULL,
        payload TEXT NOT NULL,
        status TEXT NOT NULL,
        attempts BIGINT NOT NULL,
        not_before TEXT NOT NULL,
        result TEXT NOT NULL,
        fired_at TEXT,
        created_at TEXT NOT NULL,
        PRIMARY KEY (account_id, id),
        UNIQUE (account_id, kind, subject_id, key)
    )"""
_BY_DUE = "CREATE INDEX timers_by_due ON timer (due_at) WHERE status = 'waiting'"


def upgrade() -> None:
    for statement in (_TABLE, _BY_DUE):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.get_bind().exec_driver_sql("DROP TABLE timer")
