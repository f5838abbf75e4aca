"""An index by which idempotency keys that are old enough to be forgotten are found."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql("CREATE INDEX keys_by_age ON idempotency_key (created_at)")


def downgrade() -> None:
    op.get_bind().exec_driver_sql("DROP INDEX keys_by_age")
