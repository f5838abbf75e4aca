"""Facts that notices and mails are worded from; who wanted no mail of payouts wants none of their new topics."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TABLES = ("notification", "mail")
_PEOPLE = ("membership", "contact")
_OF_PAYOUTS = [
    "own_invoice_uploaded", "payout_approved", "payout_cancelled", "payout_dispute_answered", "payout_disputed",
    "payout_held", "payout_paid", "payout_ready", "payout_released", "payout_revised", "payout_to_approve",
    "payout_unpaid",
]  # fmt: skip


def upgrade() -> None:
    connection = op.get_bind()
    for table in _TABLES:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN facts TEXT NOT NULL DEFAULT ''")
    for table in _PEOPLE:
        _mute(connection, table)


def downgrade() -> None:
    for table in _TABLES:
        op.get_bind().exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN facts")


def _mute(connection: sa.Connection, table: str) -> None:
    found = connection.exec_driver_sql(
        f"SELECT account_id, id, muted FROM {table} WHERE muted LIKE '%%payout_changed%%'"  # noqa: S608 - our own names
    )
    people = sa.table(table, sa.column("account_id"), sa.column("id"), sa.column("muted"))
    for row in found.fetchall():
        muted = json.dumps(sorted({*json.loads(row.muted), *_OF_PAYOUTS}))
        of_one = (people.c.account_id == row.account_id) & (people.c.id == row.id)
        connection.execute(people.update().where(of_one).values(muted=muted))
