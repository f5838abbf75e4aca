"""
Which payouts are asked for, as SQL that begins in an index: the narrowest of those asked for leads, the others are
looked at row by row. It knows nothing of what is shown.

Without statistics SQLite takes either of two fitting indexes; so a condition that must not lead stands in COALESCE.
PostgreSQL guesses that few rows fulfil `0 = (SELECT ...)` and would sort them all; of a CASE it expects half to.
"""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from engine.definition import PayoutPipeline
from engine.errors import Unknown
from engine.store import Tx
from engine.views.paging import Key, beyond, onward
from engine.views.partner_list import partner_asked_for
from engine.world import Caller

InvoiceStatus = Literal["not_applicable", "blocked", "issued", "attached", "parked"]
INVOICES: tuple[InvoiceStatus, ...] = get_args(InvoiceStatus)


@dataclass(frozen=True, slots=True)
class PayoutFilter:
    """Those of a state, a partner (its code), with an invoice of a status, in a currency, on hold or not. '' is any."""

    state: str = ""
    partner: str = ""
    invoice: str = ""
    currency: str = ""
    on_hold: bool | None = None


EVERY = PayoutFilter()


@dataclass(frozen=True, slots=True)
class Candidates:
    """
    A statement that gives payouts in the order they were made, each by its id, its pipeline and its state. With an
    invoice's status they are candidates only: whether they have it, their details tell.
    """

    sql: str
    key: str
    newest_first: bool
    values: dict[str, str]

    def fetch(self, tx: Tx, after: Key | None, count: int) -> list[Any]:
        sql = self.sql + onward(self.key, after=after, newest_first=self.newest_first)
        return tx.all(sql, **self.values, **beyond(after), count=count)


def candidates(tx: Tx, caller: Caller, where: PayoutFilter, *, newest_first: bool) -> Candidates:
    """
    Raises:
        NotFound: the caller sees no such partner.
        Unknown: no published pipeline has such a state, or no invoice has such a status.
    """
    partner_id = partner_asked_for(tx, caller, where.partner)
    _known(tx, caller, where)
    source, key = _SOURCES.get(where.invoice, ("payout p WHERE p.account_id = :account", "p.id"))
    leads = _leading(where, partner_id)
    conditions = [
        condition if name == leads else _FOLLOWING.get(name, condition)
        for name, condition in _CONDITIONS.items()
        if _asked(name, where, partner_id)
    ]
    values = {"account": caller.account_id, "state": where.state, "partner": partner_id, "currency": where.currency}
    return Candidates(" AND ".join([f"{_COLUMNS} FROM {source}", *conditions]), key, newest_first, values)


def _known(tx: Tx, caller: Caller, where: PayoutFilter) -> None:
    if where.invoice and where.invoice not in INVOICES:
        raise Unknown("status of an invoice", where.invoice, INVOICES)
    if where.state:
        rows = tx.all(_PIPELINES, account=caller.account_id)
        pipelines = [caller.definition(tx, row.id) for row in rows]
        states = {state.name for one in pipelines if isinstance(one, PayoutPipeline) for state in one.states}
        if where.state not in states:
            raise Unknown("state", where.state, states)


def _leading(where: PayoutFilter, partner_id: str) -> str:
    """The condition whose index gives the order; '' where a table of few rows or the key itself does."""
    if _SOURCES.get(where.invoice):
        return ""
    return "on_hold" if where.on_hold else "partner" if partner_id else "state" if where.state else ""


def _asked(name: str, where: PayoutFilter, partner_id: str) -> bool:
    return {
        "on_hold": where.on_hold is True, "not_on_hold": where.on_hold is False, "partner": bool(partner_id),
        "state": bool(where.state), "currency": bool(where.currency), "attached": where.invoice == "attached",
        "not_applicable": where.invoice == "not_applicable",
    }[name]  # fmt: skip


_COLUMNS = "SELECT p.account_id, p.id, p.definition_id, p.state"
_CONDITIONS = {
    "on_hold": "p.on_hold",
    "not_on_hold": "NOT p.on_hold",
    "partner": "p.partner_id = :partner",
    "state": "p.state = :state",
    "currency": "p.currency = :currency",
    "attached": """
        CASE WHEN 0 < (SELECT COUNT(*) FROM invoice i CROSS JOIN attachment a
            WHERE i.account_id = p.account_id AND i.payout_id = p.id AND i.type_code = '389'
                AND a.account_id = i.account_id AND a.invoice_id = i.id) THEN TRUE ELSE FALSE END""",
    "not_applicable": """
        CASE WHEN 0 = (SELECT COUNT(*) FROM invoice i
            WHERE i.account_id = p.account_id AND i.payout_id = p.id AND i.type_code = '389')
        THEN TRUE ELSE FALSE END""",
}  # fmt: skip
_FOLLOWING = {
    "partner": "COALESCE(p.partner_id, '') = :partner",
    "state": "COALESCE(p.state, '') = :state",
}
_OF_JOBS = """job j CROSS JOIN payout p
    WHERE j.account_id = :account AND p.account_id = j.account_id AND p.id = j.subject_id"""
_OPEN = "(j.status = 'pending' OR j.status = 'offered' OR j.status = 'claimed')"  # as the index jobs_under_way says it
_OF_DECISIONS = """decision d CROSS JOIN payout p
    WHERE d.account_id = :account AND d.outcome = 'blocked' AND p.account_id = d.account_id AND p.id = d.payout_id"""
#: Where there are few of a kind, they lead. CROSS JOIN keeps SQLite to the order in which the tables stand.
_SOURCES = {
    "issued": (f"{_OF_JOBS} AND {_OPEN}", "j.subject_id"),
    "parked": (f"{_OF_JOBS} AND j.status = 'parked'", "j.subject_id"),
    "blocked": (_OF_DECISIONS, "d.payout_id"),
}
_PIPELINES = "SELECT id FROM definition WHERE account_id = :account AND kind = 'payout'"
