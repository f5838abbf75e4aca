"""Invoices and credit notes as they are listed, in the order of issue, and the bytes of one."""

from dataclasses import dataclass
from typing import Any

from engine import invoicing
from engine.billing.acceptance import InvoiceState
from engine.billing.invoice import Invoice, restore
from engine.contracts import Document
from engine.errors import NotFound
from engine.files import DatabaseFiles
from engine.store import Tx
from engine.views.amounts import decimal_text
from engine.views.paging import FIRST, Key, Order, Page, Slice, beyond, onward, read_page
from engine.views.partner_list import partner_asked_for
from engine.world import Caller

_ORDER = Order("documents", (str,))


@dataclass(frozen=True, slots=True)
class DocumentView:
    """
    An issued invoice or credit note; `sha256` None while its document is being made; `state` is what its seller said of
    it (`billing.acceptance`). Decimal text.
    """

    number: str
    type_code: str
    payout: str
    partner: str
    currency: str
    net: str
    gross: str
    issued_at: str
    sha256: str | None
    state: InvoiceState = "issued"


def documents(
    tx: Tx, caller: Caller, *, partner: str = "", currency: str = "", contested: bool = False, part: Slice = FIRST
) -> Page[DocumentView]:
    """
    A page of issued invoices and credit notes, in order of issue: all, or a partner's (its code), in one currency, or
    those that are contested and wait for the vendor's answer.

    Raises:
        NotFound: the caller sees no such partner.
        Invalid: the cursor is not this list's, or the limit is not from 1 to 500.
    """
    mine = partner_asked_for(tx, caller, partner)
    sql, own, key = (_CONTESTED, _OWN_OF_FEW, "o.invoice_id") if contested else (_DOCUMENTS, _OWN, "i.id")
    sql += (own if mine else "") + (" AND i.currency = :currency" if currency else "")
    values = {"account": caller.account_id, "mine": mine, "currency": currency}

    def fetch(after: Key | None, count: int) -> list[Any]:
        statement = sql + onward(key, after=after, newest_first=part.newest_first)
        return tx.all(statement, **values, **beyond(after), count=count)

    return read_page(
        _ORDER, part, fetch=fetch, key=lambda row: (row.id,), show=lambda rows: [_view(row) for row in rows]
    )


def document(tx: Tx, caller: Caller, number: str, *, format: str = invoicing.FORMAT) -> Document:
    """
    The document of an invoice or credit note that is attached in this format.

    Raises:
        NotFound: the caller sees no such number, or no document is attached to it yet in this format.
    """
    row = tx.one(_DOCUMENT, account=caller.account_id, number=number, format=format)
    if row is None or (caller.actor.partner_id or row.partner_id) != row.partner_id:
        raise NotFound("document", number)
    return DatabaseFiles(tx, caller.account_id, caller.now).get(row.sha256)


def snapshot(tx: Tx, caller: Caller, number: str) -> Invoice:
    """
    The frozen invoice or credit note of this number.

    Raises:
        NotFound: the caller sees no such number.
    """
    row = tx.one(_SNAPSHOT, account=caller.account_id, number=number)
    if row is None or (caller.actor.partner_id or row.partner_id) != row.partner_id:
        raise NotFound("document", number)
    return restore(row.snapshot)


def _view(row: Any) -> DocumentView:
    return DocumentView(
        row.number, row.type_code, row.payout_id, row.partner, row.currency, decimal_text(row.net, row.currency),
        decimal_text(row.gross, row.currency), row.issued_at, row.sha256,
        _STAGES[row.stage or 0],
    )  # fmt: skip


_STAGES: tuple[InvoiceState, ...] = (
    "issued", "delivered", "contested", "deemed_accepted", "contested", "accepted", "credited", "put_right",
)  # fmt: skip
# CROSS JOIN keeps SQLite to the order in which the tables stand, which is the order of issue.
_COLUMNS = """
    SELECT i.id, i.number, i.type_code, i.payout_id, s.code AS partner, i.currency, i.net, i.gross, i.issued_at,
        a.sha256, (
            SELECT MAX(CASE e.kind WHEN 'delivered' THEN 1 WHEN 'contested' THEN 2 WHEN 'deemed_accepted' THEN 3
                WHEN 'objected' THEN 4 WHEN 'accepted' THEN 5 WHEN 'credited' THEN 6 WHEN 'put_right' THEN 7
                ELSE 0 END)
            FROM invoice_event e WHERE e.account_id = i.account_id AND e.invoice_id = i.id) AS stage"""
_ATTACHED = f"""
    LEFT JOIN attachment a ON a.account_id = i.account_id AND a.invoice_id = i.id AND a.format = '{invoicing.FORMAT}'"""
_DOCUMENTS = f"""{_COLUMNS}
    FROM invoice i CROSS JOIN partner s {_ATTACHED}
    WHERE i.account_id = :account AND s.account_id = i.account_id AND s.id = i.partner_id"""
# Few are contested, so these lead, by the index `objections` (its condition word for word); nothing else may.
_CONTESTED = f"""{_COLUMNS}
    FROM invoice_event o CROSS JOIN invoice i CROSS JOIN partner s {_ATTACHED}
    WHERE o.account_id = :account AND (o.kind = 'contested' OR o.kind = 'objected')
        AND i.account_id = o.account_id AND i.id = o.invoice_id
        AND s.account_id = i.account_id AND s.id = i.partner_id
        AND CASE WHEN 0 = (SELECT COUNT(*) FROM invoice_event n
            WHERE n.account_id = o.account_id AND n.invoice_id = o.invoice_id
                AND n.kind IN ('accepted', 'credited', 'put_right')) THEN TRUE ELSE FALSE END"""  # noqa: S608 - our own text
_OWN, _OWN_OF_FEW = " AND i.partner_id = :mine", " AND COALESCE(i.partner_id, '') = :mine"
_DOCUMENT = """
    SELECT a.sha256, i.partner_id FROM invoice i
    JOIN attachment a ON a.account_id = i.account_id AND a.invoice_id = i.id AND a.format = :format
    WHERE i.account_id = :account AND i.number = :number"""
_SNAPSHOT = "SELECT snapshot, partner_id FROM invoice WHERE account_id = :account AND number = :number"
