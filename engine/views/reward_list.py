"""
Rewards as they are listed, in the order in which they came: each with the payout that it is in, and why it was refused.

Which of the conditions leads, so that a page begins in its index, is as in `payout_filter`; those that must not lead
stand in CASE, of which PostgreSQL expects half to be true, so that it does not sort what it could read in order.
"""

from dataclasses import dataclass
from typing import Any

from engine.errors import NotFound, Unknown
from engine.store import Tx
from engine.views.amounts import decimal_text
from engine.views.paging import FIRST, Key, Order, Page, Slice, beyond, onward, read_page
from engine.views.partner_list import partner_asked_for
from engine.world import Caller

REWARD_STATES = ("pending", "accepted", "refused", "paid")
_ORDER = Order("rewards", (str,))


@dataclass(frozen=True, slots=True)
class RewardFilter:
    """
    Those of a status, a partner (its code), in a currency, of a payout (its id), with this reference. '' is any.
    `free`: in no payout, or in one.
    """

    status: str = ""
    partner: str = ""
    currency: str = ""
    payout: str = ""
    reference: str = ""
    free: bool | None = None


EVERY_REWARD = RewardFilter()


@dataclass(frozen=True, slots=True)
class RewardView:
    """
    `amount` is decimal text, below zero for a clawback; `payout` the id of the one it is in, if any, and when that was
    made; `frozen`: it is paid, or its payout's lines are frozen, so it can be neither accepted nor refused; `reason`:
    why it was refused.
    """

    reference: str
    partner: str
    description: str
    amount: str
    currency: str
    occurred_on: str
    status: str
    payout: str | None
    frozen: bool
    reason: str
    payout_created_at: str | None = None


def rewards(tx: Tx, caller: Caller, where: RewardFilter = EVERY_REWARD, *, part: Slice = FIRST) -> Page[RewardView]:
    """
    A page of the account's rewards, in the order in which they came.

    Raises:
        NotAllowed: they are for the vendor's people; a partner sees those of its payouts there.
        NotFound, Unknown: nothing is called as `where` says.
        Invalid: the cursor is not this list's, or the limit is not from 1 to 500.
    """
    caller.require("rewards", "viewer", "api")
    if where.status and where.status not in REWARD_STATES:
        raise Unknown("status of a reward", where.status, REWARD_STATES)
    partner_id = partner_asked_for(tx, caller, where.partner)
    if where.payout and not tx.one(_PAYOUT, account=caller.account_id, payout=where.payout):
        raise NotFound("payout", where.payout)
    sql = _sql(where)
    values = {
        "account": caller.account_id, "partner": partner_id, "status": where.status, "currency": where.currency,
        "payout": where.payout, "reference": where.reference,
    }  # fmt: skip

    def fetch(after: Key | None, count: int) -> list[Any]:
        if where.reference:  # there is one at most
            return tx.all(f"{sql} LIMIT :count", **values, count=count)
        statement = sql + onward(_key(where), after=after, newest_first=part.newest_first)
        return tx.all(statement, **values, **beyond(after), count=count)

    return read_page(
        _ORDER, part, fetch=fetch, key=lambda row: (row.id,), show=lambda rows: [_view(row) for row in rows]
    )


def _sql(where: RewardFilter) -> str:
    leads = _leading(where)
    asked = {
        "reference": bool(where.reference), "partner": bool(where.partner), "status": bool(where.status),
        "currency": bool(where.currency), "free": where.free is True, "placed": where.free is False,
    }  # fmt: skip
    conditions = [
        condition if name == leads else _FOLLOWING.get(name, condition)
        for name, condition in _CONDITIONS.items()
        if asked[name]
    ]
    return " AND ".join([f"{_COLUMNS} FROM {_IN_PAYOUT if where.payout else _ALL}", *conditions])


def _leading(where: RewardFilter) -> str:
    """The condition whose index gives the order; '' where the payout's lines do, or the key itself."""
    if where.payout:
        return ""
    names = ("reference", "partner", "status")
    return next((name for name in names if getattr(where, name)), "free" if where.free else "")


def _key(where: RewardFilter) -> str:
    """What the leading index is ordered by."""
    return "o.reward_id" if where.payout else "r.id"


def _view(row: Any) -> RewardView:
    return RewardView(
        row.reference, row.partner, row.description, decimal_text(row.amount, row.currency), row.currency,
        row.occurred_on, row.status, row.payout_id, row.status == "paid" or bool(row.frozen), row.reason,
        row.payout_created_at,
    )  # fmt: skip


_COLUMNS = """
    SELECT r.id, r.reference, s.code AS partner, r.description, r.amount, r.currency, r.occurred_on, r.status, r.reason,
        l.payout_id, p.frozen, p.created_at AS payout_created_at"""
_SHOWN = """
    LEFT JOIN payout_line l ON l.account_id = r.account_id AND l.reward_id = r.id AND l.live
    LEFT JOIN payout p ON p.account_id = l.account_id AND p.id = l.payout_id
    WHERE s.account_id = r.account_id AND s.id = r.partner_id"""
# CROSS JOIN keeps SQLite to the order in which the tables stand.
_ALL = f"reward r CROSS JOIN partner s {_SHOWN} AND r.account_id = :account"
_IN_PAYOUT = f"""payout_line o CROSS JOIN reward r CROSS JOIN partner s {_SHOWN}
    AND o.account_id = :account AND o.payout_id = :payout AND o.live
    AND r.account_id = o.account_id AND r.id = o.reward_id"""
_LINES = """(SELECT COUNT(*) FROM payout_line n
    WHERE n.account_id = r.account_id AND n.reward_id = r.id AND n.live)"""
_CONDITIONS = {
    "reference": "r.reference = :reference",
    "partner": "r.partner_id = :partner",
    "status": "r.status = :status",
    "currency": "r.currency = :currency",
    "free": f"r.status <> 'paid' AND CASE WHEN 0 = {_LINES} THEN TRUE ELSE FALSE END",  # as the index says it
    "placed": f"CASE WHEN 0 < {_LINES} THEN TRUE ELSE FALSE END",
}
_FOLLOWING = {
    "partner": "CASE WHEN r.partner_id = :partner THEN TRUE ELSE FALSE END",
    "status": "CASE WHEN r.status = :status THEN TRUE ELSE FALSE END",
    "free": f"CASE WHEN 0 = {_LINES} THEN TRUE ELSE FALSE END",
}
_PAYOUT = "SELECT id FROM payout WHERE account_id = :account AND id = :payout"
