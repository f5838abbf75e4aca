"""Series may begin anew each year: an invoice keeps which year's number it has. So far none did."""

from alembic import op
from sqlalchemy import Connection

from engine.migrations import frozen

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_UP = (
    "ALTER TABLE account ADD COLUMN yearly_numbers BOOLEAN NOT NULL DEFAULT FALSE",
    "ALTER TABLE series ADD COLUMN year BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE series ADD COLUMN last_counter BIGINT NOT NULL DEFAULT 0",
    "UPDATE series SET last_counter = last_number",
    "ALTER TABLE invoice ADD COLUMN year BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE invoice ADD COLUMN counter BIGINT NOT NULL DEFAULT 0",
)
_COUNTED = "UPDATE invoice SET counter = seq"
_ONCE = "CREATE UNIQUE INDEX one_invoice_a_counter ON invoice (account_id, partner_id, type_code, year, counter)"
_DOWN = (
    "DROP INDEX one_invoice_a_counter",
    "ALTER TABLE invoice DROP COLUMN counter",
    "ALTER TABLE invoice DROP COLUMN year",
    "ALTER TABLE series DROP COLUMN last_counter",
    "ALTER TABLE series DROP COLUMN year",
    "ALTER TABLE account DROP COLUMN yearly_numbers",
)


def upgrade() -> None:
    connection = op.get_bind()
    for statement in _UP:
        connection.exec_driver_sql(statement)
    with frozen.let_go(connection, "invoice"):
        connection.exec_driver_sql(_COUNTED)
    connection.exec_driver_sql(_ONCE)


def downgrade() -> None:
    connection: Connection = op.get_bind()
    for statement in _DOWN:
        connection.exec_driver_sql(statement)
