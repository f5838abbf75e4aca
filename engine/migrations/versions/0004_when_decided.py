"""A decision keeps how far the histories of its account and partner had got: clocks may step back, these do not."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COLUMNS = ("account_version", "partner_version")


def upgrade() -> None:
    for column in _COLUMNS:
        op.get_bind().exec_driver_sql(f"ALTER TABLE decision ADD COLUMN {column} BIGINT")


def downgrade() -> None:
    for column in _COLUMNS:
        op.get_bind().exec_driver_sql(f"ALTER TABLE decision DROP COLUMN {column}")
