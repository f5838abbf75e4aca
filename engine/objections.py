"""Which invoices of a payout are contested now. What an objection does to the payout is not known here."""

from collections.abc import Mapping
from typing import Any

from engine.contracts import Rows


def objections(tx: Rows, account_id: str, payout_id: str) -> list[Any]:
    """A payout's papers that are contested: `id`, `number`, `type_code`, whether an objection `held` the payout."""
    return tx.all(_OBJECTIONS, account=account_id, payout=payout_id)


def unanswered(contested: Mapping[str, str]) -> str:
    """That these wait for an answer, and how it is given: type codes by number, the first one names the way."""
    first, type_code = next(iter(contested.items()))
    way = "--put-right" if type_code == "261" else "credit it whole or reissue it"
    return (
        f"{', '.join(contested)} is contested; answer that: billhook invoices resolve {first} --accept, or where the "
        f"partner is right {way}."
    )


# CROSS JOIN keeps SQLite to the order in which the tables stand; `|| ''`: sorted, and not read through the index of
# numbers, which holds every invoice of the account.
_OBJECTIONS = """
    SELECT i.id, i.number, i.type_code, e.held FROM invoice i CROSS JOIN invoice_event e
    WHERE i.account_id = :account AND i.payout_id = :payout
        AND e.account_id = i.account_id AND e.invoice_id = i.id AND e.kind IN ('contested', 'objected')
        AND NOT EXISTS (
        SELECT 1 FROM invoice_event o
        WHERE o.account_id = i.account_id AND o.invoice_id = i.id
            AND o.kind IN ('accepted', 'credited', 'put_right'))
    ORDER BY i.number || ''"""
