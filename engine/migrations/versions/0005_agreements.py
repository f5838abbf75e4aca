"""Agreements: texts that were offered, and how each was signed, on paper too."""

from alembic import op

from engine.migrations import frozen

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OFFER = """
    CREATE TABLE agreement_offer (
        account_id TEXT NOT NULL,
        id TEXT NOT NULL,
        partner_id TEXT NOT NULL,
        text_version TEXT NOT NULL,
        text_hash TEXT NOT NULL,
        language TEXT NOT NULL,
        text TEXT NOT NULL,
        offered_by TEXT NOT NULL,
        offered_at TEXT NOT NULL,
        PRIMARY KEY (account_id, id),
        FOREIGN KEY (account_id, partner_id) REFERENCES partner (account_id, id)
    )"""
_SIGNING = """
    CREATE TABLE agreement_signing (
        account_id TEXT NOT NULL,
        agreement_id TEXT NOT NULL,
        seller_status TEXT NOT NULL,
        clauses TEXT NOT NULL,
        scope TEXT NOT NULL,
        signed_by TEXT NOT NULL,
        signed_on TEXT NOT NULL,
        evidence TEXT NOT NULL,
        evidence_name TEXT NOT NULL,
        PRIMARY KEY (account_id, agreement_id),
        FOREIGN KEY (account_id, agreement_id) REFERENCES agreement (account_id, id)
    )"""
_OFFERS = "CREATE INDEX offers_of_partner ON agreement_offer (account_id, partner_id, offered_at)"
_SIGNED_BEFORE = """
    INSERT INTO agreement_signing (account_id, agreement_id, seller_status, clauses, scope, signed_by, signed_on,
        evidence, evidence_name)
    SELECT account_id, id, '', '[]', '', '', '', '', '' FROM agreement"""
_TABLES = ("agreement_offer", "agreement_signing")


def upgrade() -> None:
    for statement in (_OFFER, _SIGNING, _OFFERS, _SIGNED_BEFORE):
        op.get_bind().exec_driver_sql(statement)
    frozen.add(op.get_bind(), *_TABLES)


def downgrade() -> None:
    for table in _TABLES:
        op.get_bind().exec_driver_sql(f"DROP TABLE {table}")
