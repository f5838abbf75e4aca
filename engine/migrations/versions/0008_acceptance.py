"""
Invoices are delivered, accepted, contested; what was attached before counts as delivered then. A job says since when no
worker knew it.
"""

from alembic import op

from engine.migrations import frozen

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_EVENT = """
    CREATE TABLE invoice_event (
        account_id TEXT NOT NULL,
        invoice_id TEXT NOT NULL,
        seq BIGINT NOT NULL,
        kind TEXT NOT NULL,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        role TEXT NOT NULL,
        reason TEXT NOT NULL,
        held BOOLEAN NOT NULL,
        PRIMARY KEY (account_id, invoice_id, seq),
        FOREIGN KEY (account_id, invoice_id) REFERENCES invoice (account_id, id)
    )"""
_TERMS = """
    CREATE TABLE agreement_terms (
        account_id TEXT NOT NULL,
        agreement_id TEXT NOT NULL,
        silence_days BIGINT NOT NULL,
        PRIMARY KEY (account_id, agreement_id),
        FOREIGN KEY (account_id, agreement_id) REFERENCES agreement (account_id, id)
    )"""
_SAID_BEFORE = """
    INSERT INTO agreement_terms (account_id, agreement_id, silence_days) SELECT account_id, id, 14 FROM agreement"""
_DAYS = "ALTER TABLE account ADD COLUMN acceptance_days BIGINT NOT NULL DEFAULT 14"
_UNKNOWN = "ALTER TABLE job ADD COLUMN unknown_since TEXT"
_ATTACHED = """
    INSERT INTO invoice_event (account_id, invoice_id, seq, kind, at, actor, role, reason, held)
    SELECT account_id, invoice_id, 1, 'delivered', attached_at, 'billhook', 'system', '', FALSE FROM attachment
    WHERE format = 'pdf'"""


def upgrade() -> None:
    for statement in (_EVENT, _TERMS, _DAYS, _UNKNOWN, _ATTACHED, _SAID_BEFORE):
        op.get_bind().exec_driver_sql(statement)
    frozen.add(op.get_bind(), "invoice_event", "agreement_terms")


def downgrade() -> None:
    op.get_bind().exec_driver_sql("DROP TABLE invoice_event")
    op.get_bind().exec_driver_sql("DROP TABLE agreement_terms")
    op.get_bind().exec_driver_sql("ALTER TABLE account DROP COLUMN acceptance_days")
    op.get_bind().exec_driver_sql("ALTER TABLE job DROP COLUMN unknown_since")
