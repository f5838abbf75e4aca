"""The first tables, and the triggers that refuse to change what is written once."""

from pathlib import Path

from alembic import op

from engine.migrations import frozen

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: Those that refer to others first.
_TABLES = (
    "attachment", "step", "decision", "dispute", "invoice", "payout_line", "run", "payout", "reward", "contact",
    "agreement", "series", "partner", "document", "definition", "history", "idempotency_key", "job", "notification",
    "account",
)  # fmt: skip


def upgrade() -> None:
    kind = "BLOB" if op.get_bind().dialect.name == "sqlite" else "BYTEA"
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").replace("{bytes}", kind)
    for statement in script.split(";\n"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement)
    frozen.create(op.get_bind())


def downgrade() -> None:
    frozen.drop(op.get_bind())
    cascade = "" if op.get_bind().dialect.name == "sqlite" else " CASCADE"
    for table in _TABLES:
        op.get_bind().exec_driver_sql(f"DROP TABLE {table}{cascade}")
