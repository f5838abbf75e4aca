"""What was paid, kept with its payout. Of those that were paid before, it is not known: they show what is left."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_COLUMNS = ("paid_net", "paid_gross")


def upgrade() -> None:
    for column in _COLUMNS:
        op.get_bind().exec_driver_sql(f"ALTER TABLE payout ADD COLUMN {column} BIGINT")


def downgrade() -> None:
    for column in _COLUMNS:
        op.get_bind().exec_driver_sql(f"ALTER TABLE payout DROP COLUMN {column}")
