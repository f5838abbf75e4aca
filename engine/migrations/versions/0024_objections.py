"""An index by which the invoices that were ever contested are found, in order of issue."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(
        "CREATE INDEX objections ON invoice_event (account_id, invoice_id) "
        "WHERE kind = 'contested' OR kind = 'objected'"
    )


def downgrade() -> None:
    op.get_bind().exec_driver_sql("DROP INDEX objections")
