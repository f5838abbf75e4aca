"""
I7: lines sum to net, net and tax to gross, in minor units; credit notes together never exceed their invoice, nor any of
its lines and tax groups.
"""

from collections.abc import Iterator
from typing import Any

from engine.billing.checks import check_invoice
from engine.billing.invoice import Invoice
from engine.verify.checked import UNREADABLE, Looked, Scope, paged, restored


def amounts(scope: Scope) -> Iterator[Looked]:
    for row in paged(scope.tx, _INVOICES, "account_id", "id"):
        yield f"invoice {row.account}/{row.number}", list(_broken(scope, row))


def _broken(scope: Scope, row: Any) -> Iterator[str]:
    invoice = restored(row.snapshot)
    original = restored(row.original) if row.original else None
    if invoice is None:
        yield UNREADABLE
        return
    for problem in check_invoice(invoice, original=original, before=_before(scope, row)):
        yield f"{problem.field}: {problem.sentence}"
    if invoice.is_credit_note and original is None:
        yield "it credits no invoice that is here."
    if row.credited > row.gross:
        yield f"{row.credited} minor units of it are credited, and it was for {row.gross}."


def _before(scope: Scope, row: Any) -> list[Invoice]:
    """The credit notes over the same invoice that came before this one."""
    if row.credits_id is None:
        return []
    notes = scope.tx.all(_BEFORE, account=row.account_id, payout=row.payout_id, credits=row.credits_id, seq=row.seq)
    return [note for note in (restored(each.snapshot) for each in notes) if note]


_BEFORE = """
    SELECT snapshot FROM invoice
    WHERE account_id = :account AND payout_id = :payout AND credits_id = :credits AND seq < :seq ORDER BY seq"""
_INVOICES = """
    SELECT i.account_id, i.id, i.payout_id, i.credits_id, i.seq, a.code AS account, i.number, i.gross, i.snapshot,
        o.snapshot AS original, (
        SELECT COALESCE(SUM(c.gross), 0) FROM invoice c
        WHERE c.account_id = i.account_id AND c.payout_id = i.payout_id AND c.credits_id = i.id) AS credited
    FROM invoice i
    JOIN account a ON a.id = i.account_id
    LEFT JOIN invoice o ON o.account_id = i.account_id AND o.id = i.credits_id
    WHERE (i.account_id, i.id) > (:after_account_id, :after_id) ORDER BY i.account_id, i.id LIMIT :page"""
