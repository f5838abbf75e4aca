"""The days an agreement says, as it says them; the days of silence that an offered text says."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("agreement_terms", "first_day TEXT NOT NULL DEFAULT ''"),
    ("agreement_terms", "end_day TEXT NOT NULL DEFAULT ''"),
    ("agreement_offer", "silence_days BIGINT NOT NULL DEFAULT 14"),
)


def upgrade() -> None:
    for table, column in _COLUMNS:
        op.get_bind().exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {column}")


def downgrade() -> None:
    for table, column in _COLUMNS:
        op.get_bind().exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")
