"""
Decide on self-invoicing, number, freeze, credit and attach: the rows around the pure rules in `engine.billing`.

Everything here runs inside a transaction that somebody else opened, with account, partner and payout locked in this
order; the counter of the series is locked last. So an opt-out that has committed is seen by every later number.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine import facts, failpoints, invoice_events, notices, outbox, reference, taxing
from engine.billing import agreement as agreements
from engine.billing import decision as decisions
from engine.billing import invoice as frozen
from engine.billing import issuing
from engine.billing.decision import Circumstances, Decision
from engine.billing.errors import Missing, Problem, Unlawful
from engine.billing.invoice import AgreementReference, Invoice
from engine.billing.numbering import NumberFormat, next_issue
from engine.billing.parties import BuyerDetails, SellerDetails
from engine.clock import moment, stamp
from engine.contracts import Document, Outcome
from engine.errors import NotFound
from engine.files import DatabaseFiles
from engine.history import to_json
from engine.ids import new_id
from engine.store import Tx
from engine.taxing import Taxation
from engine.world import Caller

FORMAT = "pdf"


def decide(tx: Tx, caller: Caller, payout: Any, *, occasion: str, now: datetime) -> Outcome:
    """
    Decide by product.md section 5, write the decision row and, where it says so, issue.

    occasion: `ready` (decided once only; coming back to Ready decides nothing), `issued_after_fix`, `reconsidered`
    (still blocked, by something else), `withdrawn` or `issue_now`. The instant of decision is the commit of the
    transaction this runs in.
    """
    last = last_decision(tx, caller.account_id, payout.id)
    if occasion == "ready" and last:
        return Outcome("the decision on self-invoicing stands")
    book = _Book(tx, caller, payout)
    decision, made = book.weigh(now)
    seq = last.seq + 1 if last else 1
    _write_decision(tx, caller, payout, decision, seq=seq, occasion=occasion, book=book, now=now)
    if made is None:
        _tell(tx, caller, payout, decision, now=now)
        return Outcome(decision.sentence, data={"decision": seq, "reason": decision.reason})
    invoice_id = _write_invoice(tx, caller, payout, made, book=book, credits_id=None)
    return Outcome(f"issued {made.number}", invoice_id=invoice_id, data={"decision": seq})


def weigh(tx: Tx, caller: Caller, payout: Any, *, now: datetime) -> Decision:
    """What `decide` would say now. Nothing is written."""
    return _Book(tx, caller, payout).weigh(now)[0]


def credit_in_full(tx: Tx, caller: Caller, payout: Any, *, now: datetime) -> Outcome:
    """A credit note over the payout's whole invoice, if it has one that is not credited yet."""
    row = live_invoice(tx, caller.account_id, payout.id)
    if row is None:
        return Outcome("")
    book = _Book(tx, caller, payout)
    note = book.credit(frozen.restore(row.snapshot), now)
    note_id = _write_invoice(tx, caller, payout, note, book=book, credits_id=row.id)
    answered = invoice_events.credited(tx, caller, payout, row.id, note=note.number, now=now)
    told = "; ".join(part for part in (f"credited {row.number} by {note.number}", answered) if part)
    return Outcome(told, invoice_id=note_id)


def queue(tx: Tx, caller: Caller, payout: Any, invoice_id: str, *, now: datetime) -> None:
    """Note the job that makes and attaches the document, by the action that the payout's pipeline names."""
    pipeline = facts.pipeline_of(tx, caller, payout)
    registry = caller.world.registry
    names = [name for state in pipeline.states for name in state.on_enter if registry.job(name).issues_invoice]
    outbox.note(
        tx, caller.account_id, action=names[0], subject_id=payout.id, payload={"invoice_id": invoice_id},
        payload_version=registry.job(names[0]).payload_version, now=now,
    )  # fmt: skip
    tx.after_commit["jobs"] = caller.world.wake


def last_decision(tx: Tx, account_id: str, payout_id: str) -> Any:
    """The decision row that counts, or None."""
    return tx.one(_LAST_DECISION, account=account_id, payout=payout_id)


def live_invoice(tx: Tx, account_id: str, payout_id: str) -> Any:
    """The row of the payout's invoice that is not credited, or None."""
    return tx.one(_LIVE_INVOICE, account=account_id, payout=payout_id)


def invoice(tx: Tx, account_id: str, invoice_id: str) -> Invoice:
    """The frozen invoice.

    Raises:
        NotFound: the account has none under this id.
    """
    return frozen.restore(_invoice_row(tx, account_id, invoice_id).snapshot)


def number_of(tx: Tx, account_id: str, invoice_id: str) -> str:
    """The invoice's number."""
    return str(_invoice_row(tx, account_id, invoice_id).number)


def attachment(tx: Tx, account_id: str, invoice_id: str, *, format: str) -> Any:
    """The attachment's row (sha256, attached_at), or None."""
    return tx.one(_ATTACHMENT, account=account_id, invoice=invoice_id, format=format)


def attach(tx: Tx, account_id: str, invoice_id: str, document: Document, *, format: str, now: datetime) -> bool:
    """Store and attach the document where none is attached in this format yet. False when one was."""
    sha256 = DatabaseFiles(tx, account_id, now).put(document)
    failpoints.hit("attach.stored")
    made_with = to_json(document.made_with)
    return tx.run(
        _ATTACH, account=account_id, invoice=invoice_id, format=format, sha256=sha256, made_with=made_with,
        now=stamp(now),
    ) == 1  # fmt: skip


def agreement_of(tx: Tx, account_id: str, partner_id: str) -> Any:
    """The partner's newest agreement's row, or None."""
    return tx.one(_AGREEMENT, account=account_id, partner=partner_id)


def agreement_facts(row: Any) -> agreements.AgreementFacts | None:
    """A row as the rules of `billing.agreement` want it."""
    if row is None:
        return None
    return agreements.AgreementFacts(
        accepted_at=moment(row.accepted_at),
        valid_from=moment(row.valid_from),
        valid_until=moment(row.valid_until),
        vat_number=row.vat_number or None,
        revoked_at=moment(row.revoked_at) if row.revoked_at else None,
        superseded=row.superseded_by is not None,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an invoice stands: its number in the series, its instant, and its revision within the payout."""

    n: int
    issued_at: datetime
    revision: int


class _Book:
    """What one payout's invoice is drawn up from, read under the locks."""

    def __init__(self, tx: Tx, caller: Caller, payout: Any) -> None:
        account_id = caller.account_id
        self.tx, self.account_id, self.payout = tx, account_id, payout
        self.register = caller.world.vat_check
        self.account = tx.one(_ACCOUNT, account=account_id)
        self.partner = tx.one(_PARTNER, account=account_id, partner=payout.partner_id)
        self.agreement = agreement_of(tx, account_id, payout.partner_id)
        self.seller = SellerDetails.from_json(json.loads(self.partner.seller))
        self.buyer = BuyerDetails.from_json(json.loads(self.account.buyer))
        self.zone = ZoneInfo(self.account.timezone)

    def weigh(self, now: datetime) -> tuple[Decision, Invoice | None]:
        """The decision, and the invoice where it says so. A draft that would be unlawful blocks, and says why."""
        taxed = self._taxation(now)
        missing = () if isinstance(taxed, Taxation) else tuple(taxed)
        decision = decisions.decide(self._circumstances(missing, now))
        if not decision.issued or not isinstance(taxed, Taxation):
            return decision, None
        try:
            return decision, self._draw_up(taxed, now)
        except Unlawful as error:
            gaps = tuple(
                Missing(item.field, item.sentence, "partner" if item.field.startswith("seller") else "vendor")
                for item in error.problems
            )
            return decisions.decide(self._circumstances(gaps, now)), None

    def credit(self, original: Invoice, now: datetime) -> Invoice:
        place = self._take_place(frozen.SELF_BILLED_CREDIT_NOTE, now)
        number = self._number(self.account.credit_number_format, place.n)
        return issuing.credit_in_full(original, number=number, issued_at=place.issued_at, zone=self.zone)

    def _take_place(self, type_code: str, now: datetime) -> _Place:
        """The series' next place, its counter locked. The number is taken by `_write_invoice`."""
        key = {"account": self.account_id, "partner": self.payout.partner_id, "type": type_code}
        self.tx.send(_OPEN_SERIES, **key)
        row = self.tx.one(_SERIES, **key, payout=self.payout.id)
        n, issued_at = next_issue(row.last_number, moment(row.last_issued_at) if row.last_issued_at else None, now)
        self.place = _Place(n, issued_at, row.invoices + 1)
        return self.place

    def _taxation(self, now: datetime) -> Taxation | list[Missing]:
        override = taxing.treatment_from(self.partner.tax_override)
        today = now.astimezone(self.zone).date()
        sale = taxing.Sale(self.seller, self.buyer, self.payout.currency, today, override)
        return taxing.assess(self.tx, self.account_id, sale, register=self.register, now=now)

    def _circumstances(self, missing: tuple[Missing, ...], now: datetime) -> Circumstances:
        return Circumstances(
            switch_on=bool(self.account.switch_on),
            opted_in=self.partner.self_invoicing == "opted_in",
            own_invoice=self.payout.own_invoice is not None,
            agreement=agreements.agreement_state(
                agreement_facts(self.agreement), at=now, vat_number=self.seller.vat_number
            ),
            missing=missing,
        )

    def _draw_up(self, taxed: Taxation, now: datetime) -> Invoice:
        place = self._take_place(frozen.SELF_BILLED_INVOICE, now)
        return issuing.draw_up(
            self.seller,
            self.buyer,
            seller_code=self.partner.code,
            supplies=self._supplies(),
            treatment=taxed.treatment,
            telling=taxed.telling,
            tax_rule=taxed.rule,
            agreement=AgreementReference(
                version=self.agreement.version,
                accepted_on=moment(self.agreement.accepted_at).astimezone(self.zone).date(),
                text_version=self.agreement.text_version,
                text_hash=self.agreement.text_hash,
            ),
            currency=reference.currency(self.payout.currency),
            number=self._number(self.account.number_format, place.n),
            issued_at=place.issued_at,
            zone=self.zone,
            language=self.partner.language,
            payout=self.payout.id,
            revision=place.revision,
        )

    def _number(self, pattern: str, n: int) -> str:
        """A change of format may lead back to a number that was given: then nothing is issued before it is changed."""
        number = NumberFormat(pattern).number(buyer=self.buyer.code, seller=self.partner.code, n=n)
        if self.tx.one(_GIVEN, account=self.account_id, number=number):
            told = f"The next number, {number}, was given before under another format; change the format of numbers."
            raise Unlawful(f"Invoice {number}", [Problem("number_format", told)])
        return number

    def _supplies(self) -> list[issuing.Supply]:
        rows = self.tx.all(_SUPPLIES, account=self.account_id, payout=self.payout.id)
        return [
            issuing.Supply(row.reference, row.description, datetime.fromisoformat(row.occurred_on).date(), row.amount)
            for row in rows
        ]


def _write_decision(
    tx: Tx,
    caller: Caller,
    payout: Any,
    decision: Decision,
    *,
    seq: int,
    occasion: str,
    book: _Book,
    now: datetime,
) -> None:
    tx.insert(
        "decision", account_id=caller.account_id, payout_id=payout.id, seq=seq, partner_id=payout.partner_id,
        occasion=occasion, outcome=decision.outcome, reason=decision.reason,
        missing=json.dumps([asdict(item) for item in decision.missing]),
        agreement_id=book.agreement.id if book.agreement else None, decided_at=stamp(now), decided_by=caller.actor.id,
        account_version=book.account.version, partner_version=book.partner.version,
    )  # fmt: skip


def _write_invoice(tx: Tx, caller: Caller, payout: Any, made: Invoice, *, book: _Book, credits_id: str | None) -> str:
    """Take the number and freeze, in one transaction with everything that led here."""
    place = book.place
    snapshot, invoice_id = frozen.canonical(made), new_id()
    tx.send(
        _TAKE, account=caller.account_id, partner=payout.partner_id, type=made.type_code, n=place.n,
        issued_at=stamp(made.issued_at),
    )  # fmt: skip
    tx.insert(
        "invoice", account_id=caller.account_id, id=invoice_id, payout_id=payout.id, partner_id=payout.partner_id,
        type_code=made.type_code, revision=place.revision, seq=place.n, number=made.number,
        issued_at=stamp(made.issued_at), currency=made.currency.code, net=made.net, tax=made.tax, gross=made.gross,
        snapshot=snapshot, snapshot_hash=frozen.fingerprint(snapshot), credits_id=credits_id,
    )  # fmt: skip
    return invoice_id


def _tell(tx: Tx, caller: Caller, payout: Any, decision: Decision, *, now: datetime) -> None:
    """A blocked invoice is told to those who can supply what is missing."""
    if decision.outcome != "blocked":
        return
    renewal = decision.reason == "renewal_needed"
    for audience in sorted({"partner"} if renewal else {item.who for item in decision.missing}):
        notices.tell(
            tx, caller.account_id, audience=audience, partner_id=payout.partner_id, subject_id=payout.id,
            topic="renewal_requested" if renewal else "invoice_blocked", sentence=decision.sentence, now=now,
        )  # fmt: skip


def _invoice_row(tx: Tx, account_id: str, invoice_id: str) -> Any:
    row = tx.one(_INVOICE, account=account_id, id=invoice_id)
    if row is None:
        raise NotFound("invoice", invoice_id)
    return row


_ACCOUNT = """
    SELECT switch_on, buyer, timezone, number_format, credit_number_format, version FROM account WHERE id = :account"""
_PARTNER = """
    SELECT p.code, p.language, p.self_invoicing, p.seller, p.version, (
        SELECT o.treatment FROM tax_override o WHERE o.account_id = p.account_id AND o.partner_id = p.id
        ORDER BY o.seq DESC LIMIT 1) AS tax_override
    FROM partner p WHERE p.account_id = :account AND p.id = :partner"""
_AGREEMENT = """
    SELECT id, version, text_version, text_hash, text, vat_number, accepted_by, accepted_at, valid_from, valid_until,
        revoked_at, superseded_by
    FROM agreement WHERE account_id = :account AND partner_id = :partner ORDER BY version DESC LIMIT 1"""
_LAST_DECISION = """
    SELECT seq, occasion, outcome, reason, missing, decided_at FROM decision
    WHERE account_id = :account AND payout_id = :payout ORDER BY seq DESC LIMIT 1"""
_SUPPLIES = """
    SELECT r.reference, r.description, r.occurred_on, r.amount FROM payout_line l
    JOIN reward r ON r.account_id = l.account_id AND r.id = l.reward_id
    WHERE l.account_id = :account AND l.payout_id = :payout AND l.live ORDER BY r.occurred_on, r.reference"""
_OPEN_SERIES = """
    INSERT INTO series (account_id, partner_id, type_code, last_number, last_issued_at)
    VALUES (:account, :partner, :type, 0, '') ON CONFLICT (account_id, partner_id, type_code) DO NOTHING"""
_SERIES = """
    SELECT s.last_number, s.last_issued_at, (
        SELECT COUNT(*) FROM invoice i
        WHERE i.account_id = s.account_id AND i.payout_id = :payout AND i.type_code = s.type_code) AS invoices
    FROM series s
    WHERE s.account_id = :account AND s.partner_id = :partner AND s.type_code = :type FOR UPDATE OF s"""
_GIVEN = "SELECT id FROM invoice WHERE account_id = :account AND number = :number"
_TAKE = """
    UPDATE series SET last_number = :n, last_issued_at = :issued_at
    WHERE account_id = :account AND partner_id = :partner AND type_code = :type"""
_LIVE_INVOICE = """
    SELECT i.id, i.number, i.snapshot FROM invoice i
    WHERE i.account_id = :account AND i.payout_id = :payout AND i.type_code = '389' AND NOT EXISTS (
        SELECT 1 FROM invoice c
        WHERE c.account_id = i.account_id AND c.payout_id = i.payout_id AND c.credits_id = i.id)
    ORDER BY i.revision DESC LIMIT 1"""
_INVOICE = "SELECT id, number, snapshot, snapshot_hash FROM invoice WHERE account_id = :account AND id = :id"
_ATTACHMENT = """
    SELECT sha256, attached_at FROM attachment
    WHERE account_id = :account AND invoice_id = :invoice AND format = :format"""
_ATTACH = """
    INSERT INTO attachment (account_id, invoice_id, format, sha256, made_with, attached_at)
    VALUES (:account, :invoice, :format, :sha256, :made_with, :now)
    ON CONFLICT (account_id, invoice_id, format) DO NOTHING"""
