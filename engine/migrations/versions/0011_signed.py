"""What agreements rest on, detail by detail; credits over payouts that were paid, until the payment comes back."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.migrations import frozen

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_DETAIL = """
    CREATE TABLE agreement_detail (
        account_id TEXT NOT NULL,
        agreement_id TEXT NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (account_id, agreement_id, name),
        FOREIGN KEY (account_id, agreement_id) REFERENCES agreement (account_id, id)
    )"""
_CREDIT = """
    CREATE TABLE credit_after_payment (
        account_id TEXT NOT NULL,
        note_id TEXT NOT NULL,
        payout_id TEXT NOT NULL,
        parts TEXT NOT NULL,
        PRIMARY KEY (account_id, payout_id, note_id),
        FOREIGN KEY (account_id, payout_id) REFERENCES payout (account_id, id),
        FOREIGN KEY (account_id, note_id) REFERENCES invoice (account_id, id)
    )"""
_TABLE = sa.table("agreement_detail", *(sa.column(each) for each in ("account_id", "agreement_id", "name", "value")))
_AGREEMENTS = """
    SELECT g.account_id, g.id, g.vat_number, s.seller_status, p.seller, a.buyer
    FROM agreement g
    JOIN agreement_signing s ON s.account_id = g.account_id AND s.agreement_id = g.id
    JOIN partner p ON p.account_id = g.account_id AND p.id = g.partner_id
    JOIN account a ON a.id = g.account_id
    WHERE g.superseded_by IS NULL"""


def upgrade() -> None:
    """An agreement from before is taken to rest on the names that stand there now, and on what it was signed with."""
    connection = op.get_bind()
    for statement in (_DETAIL, _CREDIT):
        connection.exec_driver_sql(statement)
    for row in connection.exec_driver_sql(_AGREEMENTS).fetchall():
        _keep(connection, row)
    frozen.add(connection, "agreement_detail")


def downgrade() -> None:
    for table in ("agreement_detail", "credit_after_payment"):
        op.get_bind().exec_driver_sql(f"DROP TABLE {table}")


def _keep(connection: Any, row: Any) -> None:
    seller, buyer = json.loads(row.seller), json.loads(row.buyer)
    details = {
        "seller_name": seller.get("legal_name"), "vat_number": row.vat_number, "tax_status": row.seller_status,
        "buyer_name": buyer.get("legal_name"), "buyer_number": buyer.get("vat_number"),
    }  # fmt: skip
    rows = [
        {"account_id": row.account_id, "agreement_id": row.id, "name": name, "value": value}
        for name, value in details.items() if value
    ]  # fmt: skip
    if rows:
        connection.execute(_TABLE.insert(), rows)
