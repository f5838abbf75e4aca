"""Handouts: the account's own documents, which partners read under a name; a version is written once."""

from alembic import op

from engine.migrations import frozen

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_HANDOUT = """
    CREATE TABLE handout (
        account_id TEXT NOT NULL,
        name TEXT NOT NULL,
        version BIGINT NOT NULL,
        sha256 TEXT NOT NULL,
        added_by TEXT NOT NULL,
        added_at TEXT NOT NULL,
        PRIMARY KEY (account_id, name, version),
        FOREIGN KEY (account_id, sha256) REFERENCES document (account_id, sha256)
    )"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(_HANDOUT)
    frozen.add(op.get_bind(), "handout")


def downgrade() -> None:
    op.get_bind().exec_driver_sql("DROP TABLE handout")
