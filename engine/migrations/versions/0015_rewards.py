"""Why a reward was refused, and indexes by which rewards are listed: of a partner, of a status, those not paid yet."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_INDEXES = {
    "rewards_by_partner": "reward (account_id, partner_id, id)",
    "rewards_by_status": "reward (account_id, status, id)",
    "unpaid_rewards": "reward (account_id, id) WHERE status <> 'paid'",
}


def upgrade() -> None:
    op.get_bind().exec_driver_sql("ALTER TABLE reward ADD COLUMN reason TEXT NOT NULL DEFAULT ''")
    for name, columns in _INDEXES.items():
        op.get_bind().exec_driver_sql(f"CREATE INDEX {name} ON {columns}")


def downgrade() -> None:
    for name in _INDEXES:
        op.get_bind().exec_driver_sql(f"DROP INDEX {name}")
    op.get_bind().exec_driver_sql("ALTER TABLE reward DROP COLUMN reason")
