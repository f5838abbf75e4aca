"""Indexes for lists that are paged by key and for accounts that take turns; those that nothing uses any more go."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# As SQLite sees it, only a condition that stands among these, word for word, fits the index.
_NOT_DONE = "status = 'pending' OR status = 'offered' OR status = 'claimed' OR status = 'parked'"
_NEW = {
    "jobs_by_status": "job (status, account_id, not_before, id)",
    "jobs_under_way": f"job (account_id, subject_id) WHERE {_NOT_DONE}",
    "blocked_decisions": "decision (account_id, payout_id) WHERE outcome = 'blocked'",
    "payouts_on_hold": "payout (account_id, id) WHERE on_hold",
    "invoices_of_partner": "invoice (account_id, partner_id, id)",
}
_OLD = {
    "open_jobs": "job (not_before, account_id) WHERE status IN ('pending','offered','claimed')",
    "jobs_of_subject": "job (account_id, subject_id)",
    "decisions_by_outcome": "decision (account_id, partner_id, outcome)",
}


def upgrade() -> None:
    _replace(_OLD, _NEW)


def downgrade() -> None:
    _replace(_NEW, _OLD)


def _replace(present: dict[str, str], wanted: dict[str, str]) -> None:
    for name in present:
        op.get_bind().exec_driver_sql(f"DROP INDEX {name}")
    for name, columns in wanted.items():
        op.get_bind().exec_driver_sql(f"CREATE INDEX {name} ON {columns}")
