"""
What is read: payouts with their invoices, documents, jobs, history, as frozen values for pages, commands and programs.

Nothing is written here and no rule is decided. Lists are paged by key.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from engine import facts, invoicing, reference
from engine.billing.money import Money
from engine.contracts import Document
from engine.errors import NotFound
from engine.files import DatabaseFiles
from engine.store import Tx
from engine.world import Caller

InvoiceStatus = Literal["not_applicable", "blocked", "issued", "attached", "parked"]

PAGE = 500


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """
    Why a payout has an invoice or has none. `reasons`: a code, or one sentence for each thing that is missing;
    `document` is the file's name, `sha256` its hash; `credit_note` the number that took the invoice back.
    """

    status: InvoiceStatus
    number: str | None = None
    reasons: tuple[str, ...] = ()
    document: str | None = None
    sha256: str | None = None
    credit_note: str | None = None


@dataclass(frozen=True, slots=True)
class PayoutView:
    """`net` is the sum of the rewards, `gross` what is to be paid: with an invoice its gross. Decimal text."""

    id: str
    partner: str
    state: str
    means: str
    currency: str
    net: str
    gross: str
    on_hold: bool
    version: int
    invoice: InvoiceView


@dataclass(frozen=True, slots=True)
class PartnerView:
    """`onboarding` is the newest run's status, '' before it began; `self_invoicing` the partner's choice."""

    code: str
    name: str
    country: str
    onboarding: str
    self_invoicing: str


@dataclass(frozen=True, slots=True)
class DocumentView:
    """An issued invoice or credit note; `sha256` None while its document is being made. Decimal text."""

    number: str
    type_code: str
    payout: str
    partner: str
    currency: str
    net: str
    gross: str
    issued_at: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class JobView:
    """`attempts` so far; `not_before` '' for at once; `result` is what came of the last attempt."""

    id: str
    action: str
    payout: str
    status: str
    attempts: int
    not_before: str
    result: str


@dataclass(frozen=True, slots=True)
class HistoryView:
    """One deed: at (UTC), by whom, what, from where to where, why, and what came of it."""

    seq: int
    at: str
    actor: str
    role: str
    verb: str
    source: str
    target: str
    reason: str
    sentence: str


def payouts(tx: Tx, caller: Caller, *, state: str = "", partner: str = "") -> Iterator[PayoutView]:
    """The payouts that this caller may see, in the order they were made, read a page at a time."""
    after = ""
    while page := tx.all(_PAYOUTS, **_asked(caller, payout="", state=state, partner=partner, after=after)):
        for row in page:
            if _may_see(tx, caller, row):
                yield _payout(tx, caller, row)
        after = page[-1].id


def payout(tx: Tx, caller: Caller, payout_id: str) -> PayoutView:
    """One payout.

    Raises:
        NotFound: there is none that this caller may see.
    """
    row = tx.one(_PAYOUTS, **_asked(caller, payout=payout_id))
    if row is None or not _may_see(tx, caller, row):
        raise NotFound("payout", payout_id)
    return _payout(tx, caller, row)


def full_id(tx: Tx, caller: Caller, text: str) -> str:
    """The one payout id, of those this caller may see, that ends with `text`; `text` itself when none or several do."""
    asked = {"account": caller.account_id, "text": f"%{text.lower()}", "mine": caller.actor.partner_id or ""}
    rows = tx.all(_ENDING, **asked) if _ID_ENDING.fullmatch(text) else []
    seen = [row.id for row in rows if _may_see(tx, caller, row)]
    return str(seen[0]) if len(seen) == 1 else text


def partners(tx: Tx, caller: Caller) -> list[PartnerView]:
    """The account's partners by code; a partner's contact sees its own."""
    rows = tx.all(_PARTNERS, account=caller.account_id, mine=caller.actor.partner_id or "")
    return [PartnerView(*row) for row in rows]


def documents(tx: Tx, caller: Caller) -> list[DocumentView]:
    """Issued invoices and credit notes, in order of issue."""
    rows = tx.all(_DOCUMENTS, account=caller.account_id, mine=caller.actor.partner_id or "")
    return [
        DocumentView(row.number, row.type_code, row.payout_id, row.partner, row.currency,
                     _text(row.net, row.currency), _text(row.gross, row.currency), row.issued_at, row.sha256)
        for row in rows
    ]  # fmt: skip


def document(tx: Tx, caller: Caller, number: str) -> Document:
    """
    The attached document of an invoice or credit note.

    Raises:
        NotFound: the caller sees no such number, or its document is not attached yet.
    """
    row = tx.one(_DOCUMENT, account=caller.account_id, number=number, mine=caller.actor.partner_id or "")
    if row is None:
        raise NotFound("document", number)
    return DatabaseFiles(tx, caller.account_id, caller.now).get(row.sha256)


def jobs(tx: Tx, caller: Caller, *, status: str = "") -> list[JobView]:
    """The account's jobs, oldest first."""
    caller.require("jobs", "viewer")
    rows = tx.all(_JOBS, account=caller.account_id, status=status)
    return [JobView(*row) for row in rows]


def history(tx: Tx, caller: Caller, subject_id: str) -> list[HistoryView]:
    """What happened to a subject, oldest first; to a partner without what the vendor keeps to itself."""
    return _shown(caller, tx.all(_HISTORY, account=caller.account_id, subject=subject_id))


def _shown(caller: Caller, found: list[Any]) -> list[HistoryView]:
    rows = [HistoryView(*row) for row in found]
    return rows if caller.actor.kind != "partner" else [_seen_by(caller, row) for row in rows if _concerns(row)]


def _concerns(row: HistoryView) -> bool:
    """A vendor's notes on a payout that stays where it is (a hold and its reason) are internal."""
    stays = row.source != "" and row.source == row.target
    return not stays or row.role in ("main_contact", "member")


def _seen_by(caller: Caller, row: HistoryView) -> HistoryView:
    """Others' ids are not shown to a partner, only which side they are on."""
    return row if row.actor == caller.actor.id else replace(row, actor="")


def partner_history(tx: Tx, caller: Caller, code: str) -> list[HistoryView]:
    """
    What happened to a partner and in its runs, oldest first.

    Raises:
        NotFound: there is no such partner that this caller may see.
    """
    mine = caller.actor.partner_id or ""
    if code not in [row.code for row in tx.all(_PARTNERS, account=caller.account_id, mine=mine)]:
        raise NotFound("partner", code)
    return _shown(caller, tx.all(_PARTNER_HISTORY, account=caller.account_id, code=code))


def _asked(caller: Caller, *, payout: str, state: str = "", partner: str = "", after: str = "") -> dict[str, str | int]:
    return {
        "account": caller.account_id, "payout": payout, "state": state, "partner": partner, "after": after,
        "mine": caller.actor.partner_id or "", "page": PAGE,
    }  # fmt: skip


def _may_see(tx: Tx, caller: Caller, row: Any) -> bool:
    return caller.actor.kind != "partner" or facts.meaning(tx, caller, row) != "draft"


def _payout(tx: Tx, caller: Caller, row: Any) -> PayoutView:
    net = row.total if row.frozen else facts.unfrozen_total(tx, row.account_id, row.id)
    gross = net if row.gross is None else row.gross
    return PayoutView(
        row.id, row.partner, row.state, facts.meaning(tx, caller, row), row.currency, _text(net, row.currency),
        _text(gross, row.currency), bool(row.on_hold), row.version, _invoice(row),
    )  # fmt: skip


def _invoice(row: Any) -> InvoiceView:
    if row.number is not None:
        status: InvoiceStatus = "attached" if row.sha256 else "parked" if row.parked else "issued"
        name = f"{row.number}.pdf" if row.sha256 else None
        reasons = (row.parked,) if status == "parked" else ()
        return InvoiceView(status, row.number, reasons, name, row.sha256, row.credit_note)
    if row.outcome == "blocked":
        missing = tuple(f"{item['sentence']} ({item['who']})" for item in json.loads(row.missing))
        return InvoiceView("blocked", reasons=missing or (row.reason,))
    return InvoiceView("not_applicable", reasons=(row.reason or "not_ready",))


def _text(minor: int, currency: str) -> str:
    return Money(int(minor), reference.currency(currency)).text()


_PAYOUTS = f"""
    SELECT p.account_id, p.id, p.partner_id, p.definition_id, s.code AS partner, p.state, p.currency, p.total, p.frozen,
        p.on_hold, p.version, i.number, i.gross, a.sha256, d.outcome, d.reason, d.missing,
        (SELECT c.number FROM invoice c WHERE c.account_id = i.account_id AND c.credits_id = i.id) AS credit_note,
        (SELECT MAX(j.result) FROM job j
         WHERE j.account_id = p.account_id AND j.subject_id = p.id AND j.status = 'parked'
            AND j.payload LIKE '%' || i.id || '%') AS parked
    FROM payout p
    JOIN partner s ON s.account_id = p.account_id AND s.id = p.partner_id
    LEFT JOIN invoice i ON i.account_id = p.account_id AND i.payout_id = p.id AND i.type_code = '389'
        AND i.revision = (SELECT MAX(n.revision) FROM invoice n
            WHERE n.account_id = p.account_id AND n.payout_id = p.id AND n.type_code = '389')
    LEFT JOIN attachment a ON a.account_id = i.account_id AND a.invoice_id = i.id AND a.format = '{invoicing.FORMAT}'
    LEFT JOIN decision d ON d.account_id = p.account_id AND d.payout_id = p.id
        AND d.seq = (SELECT MAX(n.seq) FROM decision n WHERE n.account_id = p.account_id AND n.payout_id = p.id)
    WHERE p.account_id = :account AND p.id > :after AND (:payout = '' OR p.id = :payout)
        AND (:state = '' OR p.state = :state) AND (:partner = '' OR s.code = :partner)
        AND (:mine = '' OR p.partner_id = :mine)
    ORDER BY p.id LIMIT :page"""  # noqa: S608 - the format is our own constant
_PARTNERS = """
    SELECT s.code, s.name, s.country, COALESCE((
        SELECT r.status FROM run r WHERE r.account_id = s.account_id AND r.partner_id = s.id ORDER BY r.id DESC LIMIT 1
    ), '') AS onboarding, s.self_invoicing
    FROM partner s WHERE s.account_id = :account AND (:mine = '' OR s.id = :mine) ORDER BY s.code"""
_ID_ENDING = re.compile(r"[0-9a-fA-F-]{4,36}")
_ENDING = """
    SELECT account_id, id, definition_id, state FROM payout
    WHERE account_id = :account AND id LIKE :text AND (:mine = '' OR partner_id = :mine)"""
_DOCUMENTS = f"""
    SELECT i.number, i.type_code, i.payout_id, s.code AS partner, i.currency, i.net, i.gross, i.issued_at, a.sha256
    FROM invoice i
    JOIN partner s ON s.account_id = i.account_id AND s.id = i.partner_id
    LEFT JOIN attachment a ON a.account_id = i.account_id AND a.invoice_id = i.id AND a.format = '{invoicing.FORMAT}'
    WHERE i.account_id = :account AND (:mine = '' OR i.partner_id = :mine) ORDER BY i.issued_at, i.id"""  # noqa: S608
_DOCUMENT = """
    SELECT a.sha256 FROM invoice i JOIN attachment a ON a.account_id = i.account_id AND a.invoice_id = i.id
    WHERE i.account_id = :account AND i.number = :number AND (:mine = '' OR i.partner_id = :mine)"""
_JOBS = """
    SELECT id, action, subject_id, status, attempts, not_before, result FROM job
    WHERE account_id = :account AND (:status = '' OR status = :status) ORDER BY id"""
_HISTORY = """
    SELECT seq, at, actor, role, verb, source, target, reason, sentence FROM history
    WHERE account_id = :account AND subject_id = :subject ORDER BY seq"""
_PARTNER_HISTORY = """
    SELECT h.seq, h.at, h.actor, h.role, h.verb, h.source, h.target, h.reason, h.sentence
    FROM history h
    LEFT JOIN run r ON r.account_id = h.account_id AND r.id = h.subject_id
    JOIN partner s ON s.account_id = h.account_id AND s.id = COALESCE(r.partner_id, h.subject_id)
    WHERE h.account_id = :account AND s.code = :code ORDER BY h.at, h.subject_id, h.seq"""
