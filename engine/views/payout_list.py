"""
Payouts as they are shown: each with why it has an invoice or has none. A page is found by its ids first, and then each
id's details are looked up; so what is shown costs the same for any page of any filter.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine import facts, invoicing, reference, settlement
from engine.billing.errors import Missing
from engine.billing.money import Money
from engine.errors import NotFound
from engine.letters import for_reader
from engine.store import Tx
from engine.views.amounts import decimal_text
from engine.views.paging import FIRST, MOST, Key, Order, Page, Slice, pages, read_page
from engine.views.payout_filter import EVERY, InvoiceStatus, PayoutFilter, candidates
from engine.world import Caller

_ORDER = Order("payouts", (str,))
_TOGETHER = 51  # details in one statement: a page of 50, and the one that tells whether there is another


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """
    Why a payout has an invoice or has none. `reasons`: a code, or one sentence for each thing that is missing;
    `document` is the file's name, `sha256` its hash; `credit_note` the number that took the
    invoice back, the last one of several; `credited_in_part`: something is left of the invoice after it.
    """

    status: InvoiceStatus
    number: str | None = None
    reasons: tuple[str, ...] = ()
    document: str | None = None
    sha256: str | None = None
    credit_note: str | None = None
    credited_in_part: bool = False

    @property
    def credited_whole(self) -> bool:
        """Nothing is left of it, and none stands in its place."""
        return self.credit_note is not None and not self.credited_in_part


@dataclass(frozen=True, slots=True)
class PayoutView:
    """
    `net` is the sum of the rewards, `gross` what is to be paid: with an invoice its gross less what was credited,
    nothing of what is cancelled. Decimal text. Of a payout that is paid both are what was paid, `owed_since`: what is
    owed beside it, negative where it is not owed any more. `own_invoice`: the partner has uploaded one of its own.
    Instants in UTC; `paid_at` and `payment_reference` of the payment that stands, None and '' while there is none.
    """

    id: str
    partner: str
    state: str
    means: str
    currency: str
    net: str
    gross: str
    on_hold: bool
    version: int
    own_invoice: bool
    created_at: str
    invoice: InvoiceView
    paid_at: str | None
    payment_reference: str
    owed_since: str = ""

    @property
    def since_payment(self) -> str:
        """What is owed, or not any more, since it was paid, as a sentence; '' for nothing."""
        if not self.owed_since:
            return ""
        minor = Money.parse(self.owed_since, reference.currency(self.currency)).minor
        return f"{settlement.sentence(minor, self.currency)}."


def payouts(tx: Tx, caller: Caller, where: PayoutFilter = EVERY, *, part: Slice = FIRST) -> Page[PayoutView]:
    """
    A page of the payouts that this caller may see, in the order they were made.

    Raises:
        NotFound, Unknown: nothing is called as `where` says.
        Invalid: the cursor is not this list's, or the limit is not from 1 to 500.
    """

    def show(rows: Sequence[Any]) -> list[PayoutView | None]:
        seen = _seen(tx, caller, rows)
        found = {view.id: view for view in _views(tx, caller, sorted(seen))}
        fitting = {id for id, view in found.items() if where.invoice in ("", view.invoice.status)}
        return [found[row.id] if first and row.id in fitting else None for row, first in _with_first(rows)]

    asked = candidates(tx, caller, where, newest_first=part.newest_first)
    return read_page(_ORDER, part, fetch=lambda after, count: asked.fetch(tx, after, count), key=_key, show=show)


def payout_ids(tx: Tx, caller: Caller, where: PayoutFilter = EVERY) -> Iterator[str]:
    """
    The ids of all that `payouts` would show, in the order they were made; their details are read where they matter.

    Raises:
        NotFound, Unknown: nothing is called as `where` says.
    """
    if where.invoice:
        yield from (view.id for view in pages(lambda part: payouts(tx, caller, where, part=part)))
        return
    asked = candidates(tx, caller, where, newest_first=False)
    after: Key | None = None
    while rows := asked.fetch(tx, after, MOST):
        seen = _seen(tx, caller, rows)
        yield from (row.id for row in rows if row.id in seen)
        after = _key(rows[-1])


def payout(tx: Tx, caller: Caller, payout_id: str) -> PayoutView:
    """One payout.

    Raises:
        NotFound: there is none that this caller may see.
    """
    row = tx.one(_ONE, account=caller.account_id, id=payout_id)
    mine = caller.actor.partner_id or ""
    if row is None or mine not in ("", row.partner_id) or not _may_see(tx, caller, row):
        raise NotFound("payout", payout_id)
    return _views(tx, caller, [payout_id])[0]


def full_id(tx: Tx, caller: Caller, text: str) -> str:
    """The one payout id, of those this caller may see, that ends with `text`; `text` itself when none or several do."""
    if not _ID_ENDING.fullmatch(text) or len(text) == _WHOLE:
        return text.lower()
    asked = {"account": caller.account_id, "text": f"%{text.lower()}", "mine": caller.actor.partner_id or ""}
    seen = [row.id for row in tx.all(_ENDING, **asked) if _may_see(tx, caller, row)]
    return str(seen[0]) if len(seen) == 1 else text


def _key(row: Any) -> Key:
    return (str(row.id),)


def _with_first(rows: Sequence[Any]) -> Iterator[tuple[Any, bool]]:
    """A payout that two jobs or decisions lead to stands there twice, one after the other."""
    before = None
    for row in rows:
        yield row, row.id != before
        before = row.id


def _seen(tx: Tx, caller: Caller, rows: Sequence[Any]) -> set[str]:
    return {row.id for row in rows if _may_see(tx, caller, row)}


def _may_see(tx: Tx, caller: Caller, row: Any) -> bool:
    return caller.actor.kind != "partner" or facts.meaning(tx, caller, row) != "draft"


def _views(tx: Tx, caller: Caller, payout_ids: list[str]) -> list[PayoutView]:
    found: list[PayoutView] = []
    for start in range(0, len(payout_ids), _TOGETHER):
        some = payout_ids[start : start + _TOGETHER]
        places = 1 if len(payout_ids) == 1 else _TOGETHER
        filled = some + some[-1:] * (places - len(some))
        values = {f"id_{place}": payout_id for place, payout_id in enumerate(filled)}
        found += [_view(tx, caller, row) for row in tx.all(_details(places), account=caller.account_id, **values)]
    return found


def _view(tx: Tx, caller: Caller, row: Any) -> PayoutView:
    means, left = facts.meaning(tx, caller, row), (row.gross or 0) - row.credited
    gross = 0 if means == "cancelled" else row.net if row.number is None else left
    net, since = row.net, 0
    if row.paid_gross is not None:
        net, gross = row.paid_net, row.paid_gross
        since = left - gross if row.number else 0
    means = facts.meaning(tx, caller, row)
    return PayoutView(
        row.id, row.partner, row.state, means, row.currency,
        decimal_text(net, row.currency), decimal_text(gross, row.currency), bool(row.on_hold), row.version,
        row.own_invoice is not None, row.created_at, _invoice(caller, row, means), row.paid_at, row.payment_reference,
        decimal_text(since, row.currency) if since else "",
    )  # fmt: skip


def _invoice(caller: Caller, row: Any, means: str) -> InvoiceView:
    if row.number is not None:
        status: InvoiceStatus = "attached" if row.sha256 else "parked" if row.parked else "issued"
        name = f"{row.number}.pdf" if row.sha256 else None
        reasons = (row.parked,) if status == "parked" else ()
        in_part = 0 < row.credited < row.gross
        return InvoiceView(status, row.number, reasons, name, row.sha256, row.credit_note, in_part)
    if means == "cancelled" and row.outcome in (None, "blocked"):
        return InvoiceView("not_applicable", reasons=("cancelled",))
    if row.outcome == "blocked":
        missing = for_reader(caller, [Missing(**item) for item in json.loads(row.missing)])
        told = tuple(f"{item.for_vendor()} ({item.who})" for item in missing)
        return InvoiceView("blocked", reasons=told or (row.reason,))
    undecided = "not_decided" if means in ("ready", "paid") else "not_ready"  # a pipeline need not ask for one
    return InvoiceView("not_applicable", reasons=(row.reason or undecided,))


@lru_cache(maxsize=2)
def _details(places: int) -> str:
    """The details of so many payouts, `:id_0` and so on."""
    return _DETAILS.format(ids=", ".join(f":id_{place}" for place in range(places)), format=invoicing.FORMAT)


_WHOLE = 36  # characters of an id
_ID_ENDING = re.compile(r"[0-9a-fA-F-]{4,36}")
_ENDING = """
    SELECT account_id, id, definition_id, state FROM payout
    WHERE account_id = :account AND id LIKE :text AND (:mine = '' OR partner_id = :mine)"""
_ONE = "SELECT id, partner_id, definition_id, state FROM payout WHERE account_id = :account AND id = :id"
_DETAILS = """
    SELECT p.id, p.definition_id, s.code AS partner, p.state, p.currency, p.on_hold, p.version, p.own_invoice,
        p.created_at, p.paid_at, p.payment_reference, p.paid_net, p.paid_gross,
        CASE WHEN p.frozen THEN p.total ELSE (
            SELECT COALESCE(SUM(r.amount), 0) FROM payout_line l
            JOIN reward r ON r.account_id = l.account_id AND r.id = l.reward_id
            WHERE l.account_id = p.account_id AND l.payout_id = p.id AND l.live AND r.status <> 'refused') END AS net,
        i.number, i.gross, a.sha256, d.outcome, d.reason, d.missing,
        (SELECT c.number FROM invoice c
         WHERE c.account_id = i.account_id AND c.payout_id = i.payout_id AND c.type_code = '261'
            AND c.revision = (SELECT MAX(n.revision) FROM invoice n
                WHERE n.account_id = i.account_id AND n.payout_id = i.payout_id AND n.type_code = '261'
                    AND n.credits_id = i.id)) AS credit_note,
        (SELECT COALESCE(SUM(c.gross), 0) FROM invoice c
         WHERE c.account_id = i.account_id AND c.payout_id = i.payout_id AND c.credits_id = i.id) AS credited,
        (SELECT MAX(j.result) FROM job j
         WHERE j.account_id = p.account_id AND j.subject_id = p.id AND j.status = 'parked'
            AND j.payload LIKE '%' || i.id || '%') AS parked
    FROM payout p
    JOIN partner s ON s.account_id = p.account_id AND s.id = p.partner_id
    LEFT JOIN invoice i ON i.account_id = p.account_id AND i.payout_id = p.id AND i.type_code = '389'
        AND i.revision = (SELECT MAX(n.revision) FROM invoice n
            WHERE n.account_id = p.account_id AND n.payout_id = p.id AND n.type_code = '389')
    LEFT JOIN attachment a ON a.account_id = i.account_id AND a.invoice_id = i.id AND a.format = '{format}'
    LEFT JOIN decision d ON d.account_id = p.account_id AND d.payout_id = p.id
        AND d.seq = (SELECT MAX(n.seq) FROM decision n WHERE n.account_id = p.account_id AND n.payout_id = p.id)
    WHERE p.account_id = :account AND p.id IN ({ids})"""
