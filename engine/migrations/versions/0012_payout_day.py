"""The day of the month on which payouts are made by themselves; 0, as before: never."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql("ALTER TABLE account ADD COLUMN payout_day BIGINT NOT NULL DEFAULT 0")


def downgrade() -> None:
    op.get_bind().exec_driver_sql("ALTER TABLE account DROP COLUMN payout_day")
