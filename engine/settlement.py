"""
What is owed since a payout was paid: the vendor is told what to claim back or still to pay. It moves no money.

What was paid is kept with the payout when it is marked so; what its invoice is for changes with credit notes, and where
the invoice was blocked until after the payment.
"""

from datetime import datetime
from typing import Any

from engine import notices, reference
from engine.billing.invoice import Invoice
from engine.billing.money import Money
from engine.store import Tx


def sentence(minor: int, currency: str) -> str:
    """`minor` is owed beside what was paid; negative: was paid and is not owed any more; '' for nothing."""
    if not minor:
        return ""
    amount = f"{Money(abs(minor), reference.currency(currency)).text()} {currency}"
    return f"{amount} is owed beside what was paid" if minor > 0 else f"{amount} was paid and is not owed any more"


def tell_of_credit(tx: Tx, payout: Any, note: Invoice, *, now: datetime) -> str:
    """A credit note over a payout that is paid; returns the sentence."""
    return _tell(tx, payout, note.number, -note.gross, now=now)


def tell_of_issue(tx: Tx, payout: Any, number: str, *, now: datetime) -> str:
    """An invoice issued after its payout was paid; returns the sentence, '' where what was paid is what is owed."""
    row = tx.one(_SINCE, account=payout.account_id, payout=payout.id, number=number)
    return _tell(tx, payout, number, row.gross - row.paid_gross, now=now) if row.paid_gross is not None else ""


def _tell(tx: Tx, payout: Any, number: str, minor: int, *, now: datetime) -> str:
    if told := sentence(minor, payout.currency):
        notices.tell(
            tx, payout.account_id, audience="vendor", partner_id=payout.partner_id, subject_id=payout.id,
            topic="payout_changed", sentence=f"{number}: {told}.", now=now,
        )  # fmt: skip
    return told


_SINCE = """
    SELECT i.gross, p.paid_gross FROM payout p
    JOIN invoice i ON i.account_id = p.account_id AND i.payout_id = p.id AND i.number = :number
    WHERE p.account_id = :account AND p.id = :payout"""
