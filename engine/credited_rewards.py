"""
What rewards and a payout's amount do when lines of its invoice are credited. It issues nothing.

While a payout is not paid yet, the reward of a line that is credited whole leaves it and is pending again: nothing is
paid for it unless somebody accepts it anew. One that is credited in part is reduced by a negative reward beside it. In
a payout that is paid the money is out: rewards stay as they are until the payment comes back. A clawback that is
credited joins the payout, so that no other payout nets it once more. A payout's total stays that of its live lines.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from typing import Any

from engine.billing.invoice import Invoice, Line
from engine.billing.parts import Part
from engine.clock import stamp
from engine.definition import Means
from engine.errors import Invalid, Problem, SelfInvoicingRefused
from engine.ids import new_id
from engine.store import Tx


@dataclass(frozen=True, slots=True)
class Credits:
    """`note` credits `parts` of `invoice`, in this order; `clawback`: the row of the reward that it is by, or None."""

    invoice: Invoice
    note: Invoice
    parts: Sequence[Part]
    clawback: Any


def clawback(tx: Tx, payout: Any, reference: str) -> Any:
    """
    The row of a clawback that waits in the pool, locked.

    Raises:
        Invalid: it is none of the payout's partner in its currency, it is not accepted, or a payout has it.
    """
    row = tx.one(_REWARD, account=payout.account_id, reference=reference)
    fits = row and row.amount < 0 and (row.partner_id, row.currency) == (payout.partner_id, payout.currency)
    if not fits or row.status != "accepted" or tx.one(_PLACED, account=payout.account_id, reward=row.id):
        told = f"{reference} is no accepted {payout.currency} clawback of {payout.partner_code} in no payout."
        raise Invalid("The credit note", [Problem("clawback", told)])
    return row


def follow(tx: Tx, payout: Any, credits: Credits, *, means: Means, now: datetime) -> str:
    """Have the rewards of a payout, locked, follow its credit note; returns a sentence."""
    if means not in ("ready", "paid"):
        return ""
    told = []
    if credits.clawback:
        _settle(tx, payout, credits.clawback, status="paid" if means == "paid" else "accepted")
        told.append(f"{credits.clawback.reference} is settled by it")
    elif means == "ready":
        told += [
            _follow_line(tx, payout, credits, part, line, now=now)
            for part, line in zip(credits.parts, credits.note.lines, strict=True)
        ]
    tx.send(_RETOTAL, account=payout.account_id, payout=payout.id)
    return "; ".join(told)


def remember(tx: Tx, payout: Any, note_id: str, parts: Sequence[Part]) -> None:
    """That rewards have to follow a credit note over a paid payout, should its payment come back."""
    tx.insert(
        "credit_after_payment", account_id=payout.account_id, payout_id=payout.id, note_id=note_id,
        parts=json.dumps([(part.position, part.amount) for part in parts]),
    )  # fmt: skip


def parts_of(kept: str) -> tuple[Part, ...]:
    """The parts that `remember` wrote."""
    return tuple(Part(position, amount) for position, amount in json.loads(kept))


def forget(tx: Tx, payout: Any) -> None:
    """Its rewards have followed."""
    tx.send("DELETE FROM credit_after_payment WHERE account_id = :account AND payout_id = :payout",
            account=payout.account_id, payout=payout.id)  # fmt: skip


def require_followed(tx: Tx, payout: Any) -> None:
    """
    That the payout's rewards are those that a new invoice may bill.

    Raises:
        SelfInvoicingRefused: some were credited after they had been paid.
    """
    if row := tx.one(_REMEMBERED, account=payout.account_id, payout=payout.id):
        told = (
            f"part of it was credited by {row.number} after it had been paid, and a new invoice would bill that again. "
            "If the payment came back, mark it so (payment_failed); else credit what else is wrong by its lines."
        )
        raise SelfInvoicingRefused(f"payout {payout.id}", told)


def _settle(tx: Tx, payout: Any, row: Any, *, status: str) -> None:
    tx.insert("payout_line", account_id=payout.account_id, payout_id=payout.id, reward_id=row.id, live=True)
    tx.send(_STATUS, account=payout.account_id, id=row.id, status=status)


def _follow_line(tx: Tx, payout: Any, credits: Credits, part: Part, line: Line, *, now: datetime) -> str:
    if line.amount != credits.invoice.lines[part.position - 1].amount:
        _reduce(tx, payout, credits.note, line, now=now)
        return f"{line.reference} is reduced"
    key = {"account": payout.account_id, "payout": payout.id, "reference": line.reference}
    tx.send(_PENDING, **key)
    tx.send(_OUT, **key)
    return f"{line.reference} left the payout and waits to be accepted anew"


def _reduce(tx: Tx, payout: Any, note: Invoice, line: Line, *, now: datetime) -> None:
    """
    A reward of the credited amount, negative, stands beside the one that it reduces. It is called `NOTE/position`, or
    `NOTE/position-2` and so on where an imported one is called so.
    """
    reward_id, name = new_id(), f"{note.number}/{line.position}"
    values = {
        "account_id": payout.account_id, "id": reward_id, "partner_id": payout.partner_id,
        "description": f"{line.description} ({note.number})", "amount": -line.amount, "currency": payout.currency,
        "occurred_on": line.occurred_on.isoformat(), "created_at": stamp(now),
    }  # fmt: skip
    names = chain((name,), (f"{name}-{n}" for n in count(2)))
    next(free for free in names if tx.run(_NAMED, **values, reference=free))
    tx.insert("payout_line", account_id=payout.account_id, payout_id=payout.id, reward_id=reward_id, live=True)


_NAMED = """
    INSERT INTO reward (account_id, id, reference, partner_id, description, amount, currency, occurred_on, status,
        created_at)
    VALUES (:account_id, :id, :reference, :partner_id, :description, :amount, :currency, :occurred_on, 'accepted',
        :created_at)
    ON CONFLICT (account_id, reference) DO NOTHING"""
_REMEMBERED = """
    SELECT n.number FROM credit_after_payment c JOIN invoice n ON n.account_id = c.account_id AND n.id = c.note_id
    WHERE c.account_id = :account AND c.payout_id = :payout ORDER BY n.seq LIMIT 1"""
_REWARD = """
    SELECT id, reference, partner_id, amount, currency, status FROM reward
    WHERE account_id = :account AND reference = :reference FOR UPDATE"""
_PLACED = "SELECT payout_id FROM payout_line WHERE account_id = :account AND reward_id = :reward AND live"
_STATUS = "UPDATE reward SET status = :status WHERE account_id = :account AND id = :id"
_PENDING = """
    UPDATE reward SET status = 'pending' WHERE account_id = :account AND reference = :reference AND EXISTS (
        SELECT 1 FROM payout_line AS l
        WHERE l.account_id = reward.account_id AND l.reward_id = reward.id AND l.payout_id = :payout AND l.live)"""
_OUT = """
    UPDATE payout_line SET live = FALSE
    WHERE account_id = :account AND payout_id = :payout AND live AND EXISTS (
        SELECT 1 FROM reward AS r
        WHERE r.account_id = payout_line.account_id AND r.id = payout_line.reward_id AND r.reference = :reference)"""
_RETOTAL = """
    UPDATE payout SET total = (
        SELECT COALESCE(SUM(r.amount), 0) FROM payout_line l
        JOIN reward r ON r.account_id = l.account_id AND r.id = l.reward_id
        WHERE l.account_id = :account AND l.payout_id = :payout AND l.live)
    WHERE account_id = :account AND id = :payout"""
