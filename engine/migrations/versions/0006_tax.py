"""Tax: overrides, online checks, rates of exchange."""

from alembic import op

from engine.migrations import frozen

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OVERRIDE = """
    CREATE TABLE tax_override (
        account_id TEXT NOT NULL,
        partner_id TEXT NOT NULL,
        seq BIGINT NOT NULL,
        treatment TEXT NOT NULL,
        reason TEXT NOT NULL,
        set_at TEXT NOT NULL,
        set_by TEXT NOT NULL,
        PRIMARY KEY (account_id, partner_id, seq),
        FOREIGN KEY (account_id, partner_id) REFERENCES partner (account_id, id)
    )"""
_ANSWER = """
    CREATE TABLE vat_answer (
        account_id TEXT NOT NULL,
        vat_number TEXT NOT NULL,
        seq BIGINT NOT NULL,
        country TEXT NOT NULL,
        verdict TEXT NOT NULL,
        detail TEXT NOT NULL,
        consultation TEXT NOT NULL,
        source TEXT NOT NULL,
        asked_at TEXT NOT NULL,
        asked_by TEXT NOT NULL,
        PRIMARY KEY (account_id, vat_number, seq)
    )"""
_RATE = """
    CREATE TABLE exchange_rate (
        account_id TEXT NOT NULL,
        base TEXT NOT NULL,
        quote TEXT NOT NULL,
        rate_date TEXT NOT NULL,
        seq BIGINT NOT NULL,
        rate TEXT NOT NULL,
        source TEXT NOT NULL,
        added_at TEXT NOT NULL,
        added_by TEXT NOT NULL,
        PRIMARY KEY (account_id, base, quote, rate_date, seq)
    )"""


def upgrade() -> None:
    for statement in (_OVERRIDE, _ANSWER, _RATE):
        op.get_bind().exec_driver_sql(statement)
    frozen.add(op.get_bind(), "exchange_rate", "tax_override", "vat_answer")


def downgrade() -> None:
    for table in ("exchange_rate", "vat_answer", "tax_override"):
        op.get_bind().exec_driver_sql(f"DROP TABLE {table}")
