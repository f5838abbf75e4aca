"""What an offered text says: its days and whom it names. Older offers have neither."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_COLUMNS = ("first_day", "end_day", "details")


def upgrade() -> None:
    for column in _COLUMNS:
        op.get_bind().exec_driver_sql(f"ALTER TABLE agreement_offer ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")


def downgrade() -> None:
    for column in _COLUMNS:
        op.get_bind().exec_driver_sql(f"ALTER TABLE agreement_offer DROP COLUMN {column}")
