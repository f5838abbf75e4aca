"""
What one payout's invoice or credit note is drawn up from, read under the locks, and how it takes its number. It does
not know whether it should be issued.

Account, partner and payout are locked by whoever opens the book, in this order; the counter of the series is locked
last. So an opt-out that has committed is seen by every later number.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine import reference, taxing
from engine.billing import agreement as agreements
from engine.billing import decision as decisions
from engine.billing import invoice as frozen
from engine.billing import issuing
from engine.billing.decision import Circumstances, Decision
from engine.billing.errors import Missing, Problem, Unlawful
from engine.billing.invoice import AgreementReference, Invoice
from engine.billing.issuing import Supply
from engine.billing.numbering import NumberFormat, next_issue
from engine.billing.parties import BuyerDetails, SellerDetails
from engine.billing.parts import Part
from engine.clock import moment, stamp
from engine.ids import new_id
from engine.letters import unprinted
from engine.signed import accepted_on, agreement_facts, agreement_of
from engine.store import Tx
from engine.taxing import Taxation
from engine.world import Caller


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where an invoice stands: the how manieth of its seller, the counter that its number shows, the year whose series
    that counts (0: for ever), its instant, and its revision within the payout.
    """

    seq: int
    counter: int
    year: int
    issued_at: datetime
    revision: int


class Book:
    """What one payout's invoices are drawn up from."""

    def __init__(self, tx: Tx, caller: Caller, payout: Any) -> None:
        account_id = caller.account_id
        self.tx, self.account_id, self.payout = tx, account_id, payout
        self.register, self.letters = caller.world.vat_check, caller.world.letters
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
        supplies = self._supplies()
        if illegible := self._illegible(taxed, supplies):
            return decisions.decide(self._circumstances(tuple(illegible), now)), None
        try:
            return decision, self._draw_up(taxed, supplies, now)
        except Unlawful as error:
            gaps = tuple(
                Missing(item.field, item.sentence, "partner" if item.field.startswith("seller") else "vendor")
                for item in error.problems
            )
            return decisions.decide(self._circumstances(gaps, now)), None

    def last_supply(self) -> date:
        """The day of the last of the payout's rewards."""
        return max((supply.occurred_on for supply in self._supplies()), default=date.min)

    def credit(self, original: Invoice, parts: Sequence[Part], *, before: Sequence[Invoice], now: datetime) -> Invoice:
        """The credit note over these parts of an invoice, or all that is left of it. Raises Unlawful."""
        place = self._take_place(frozen.SELF_BILLED_CREDIT_NOTE, now)
        number = self._number(self.account.credit_number_format, place)
        return issuing.credit(
            original, parts, before=before, number=number, issued_at=place.issued_at, zone=self.zone,
            revision=place.revision,
        )  # fmt: skip

    def write(self, made: Invoice, *, credits_id: str | None = None) -> str:
        """Take the number and freeze, in one transaction with everything that led here; returns the id."""
        place, snapshot, invoice_id = self.place, frozen.canonical(made), new_id()
        key = {"account_id": self.account_id, "partner_id": self.payout.partner_id, "type_code": made.type_code}
        issued_at = stamp(made.issued_at)
        self.tx.send(_TAKE, **key, seq=place.seq, issued_at=issued_at, year=place.year, counter=place.counter)
        self.tx.insert(
            "invoice", **key, id=invoice_id, payout_id=self.payout.id, revision=place.revision, seq=place.seq,
            year=place.year, counter=place.counter, number=made.number, issued_at=issued_at,
            currency=made.currency.code, net=made.net, tax=made.tax, gross=made.gross, snapshot=snapshot,
            snapshot_hash=frozen.fingerprint(snapshot), credits_id=credits_id,
        )  # fmt: skip
        return invoice_id

    def _take_place(self, type_code: str, now: datetime) -> Place:
        """The series' next place, its counter locked. The number is taken by `write`."""
        key = {"account": self.account_id, "partner": self.payout.partner_id, "type": type_code}
        self.tx.send(_OPEN_SERIES, **key)
        row = self.tx.one(_SERIES, **key, payout=self.payout.id)
        seq, issued_at = next_issue(row.last_number, moment(row.last_issued_at) if row.last_issued_at else None, now)
        year = issued_at.astimezone(self.zone).year if self.account.yearly_numbers else 0
        # its own year may have had numbers before: the setting, or the time zone, was changed there and back
        last = row.last_counter if row.year == year else self.tx.one(_LAST_OF_YEAR, **key, year=year).counter
        self.place = Place(seq, last + 1, year, issued_at, row.invoices + 1)
        return self.place

    def _taxation(self, now: datetime) -> Taxation | list[Missing]:
        if outdated := taxing.outdated(self.partner.tax_override, self.seller, self.buyer):
            return outdated
        override = taxing.treatment_from(self.partner.tax_override)
        today = now.astimezone(self.zone).date()
        sale = taxing.Sale(self.seller, self.buyer, self.payout.currency, today, override)
        return taxing.assess(self.tx, self.account_id, sale, register=self.register, now=now)

    def _illegible(self, taxed: Taxation, supplies: Sequence[Supply]) -> list[Missing]:
        return unprinted(self.letters, self.seller, buyer=self.buyer, taxed=taxed, supplies=supplies)

    def _circumstances(self, missing: tuple[Missing, ...], now: datetime) -> Circumstances:
        facts, details = agreement_facts(self.agreement), agreements.details_of(self.seller, self.buyer)
        return Circumstances(
            switch_on=bool(self.account.switch_on),
            opted_in=self.partner.self_invoicing == "opted_in",
            own_invoice=self.payout.own_invoice is not None,
            agreement=agreements.agreement_state(facts, at=now, details=details),
            missing=missing,
            changed=agreements.changed(facts, details) if facts else (),
        )

    def _draw_up(self, taxed: Taxation, supplies: Sequence[Supply], now: datetime) -> Invoice:
        place = self._take_place(frozen.SELF_BILLED_INVOICE, now)
        return issuing.draw_up(
            self.seller,
            self.buyer,
            seller_code=self.partner.code,
            supplies=supplies,
            treatment=taxed.treatment,
            telling=taxed.telling,
            tax_rule=taxed.rule,
            agreement=AgreementReference(
                version=self.agreement.version,
                accepted_on=accepted_on(self.agreement, self.zone),
                text_version=self.agreement.text_version,
                text_hash=self.agreement.text_hash,
            ),
            currency=reference.currency(self.payout.currency),
            number=self._number(self.account.number_format, place),
            issued_at=place.issued_at,
            zone=self.zone,
            language=self.partner.language,
            payout=self.payout.id,
            revision=place.revision,
        )

    def _number(self, pattern: str, place: Place) -> str:
        """A change of format may lead back to a number that was given: then nothing is issued before it is changed."""
        year = place.issued_at.astimezone(self.zone).year
        number = NumberFormat(pattern).number(
            buyer=self.buyer.code, seller=self.partner.code, n=place.counter, year=year
        )
        if self.tx.one(_GIVEN, account=self.account_id, number=number):
            told = f"The next number, {number}, was given before under another format; change the format of numbers."
            raise Unlawful(f"Invoice {number}", [Problem("number_format", told)])
        return number

    def _supplies(self) -> list[Supply]:
        rows = self.tx.all(_SUPPLIES, account=self.account_id, payout=self.payout.id)
        return [
            Supply(row.reference, row.description, datetime.fromisoformat(row.occurred_on).date(), row.amount)
            for row in rows
        ]


_ACCOUNT = """
    SELECT switch_on, buyer, timezone, number_format, credit_number_format, yearly_numbers, version
    FROM account WHERE id = :account"""
_PARTNER = """
    SELECT p.code, p.language, p.self_invoicing, p.seller, p.version, (
        SELECT o.treatment FROM tax_override o WHERE o.account_id = p.account_id AND o.partner_id = p.id
        ORDER BY o.seq DESC LIMIT 1) AS tax_override
    FROM partner p WHERE p.account_id = :account AND p.id = :partner"""
_SUPPLIES = """
    SELECT r.reference, r.description, r.occurred_on, r.amount FROM payout_line l
    JOIN reward r ON r.account_id = l.account_id AND r.id = l.reward_id
    WHERE l.account_id = :account AND l.payout_id = :payout AND l.live ORDER BY r.occurred_on, r.reference"""
_OPEN_SERIES = """
    INSERT INTO series (account_id, partner_id, type_code, last_number, last_issued_at)
    VALUES (:account, :partner, :type, 0, '') ON CONFLICT (account_id, partner_id, type_code) DO NOTHING"""
_SERIES = """
    SELECT s.last_number, s.last_issued_at, s.year, s.last_counter, (
        SELECT COUNT(*) FROM invoice i
        WHERE i.account_id = s.account_id AND i.payout_id = :payout AND i.type_code = s.type_code) AS invoices
    FROM series s
    WHERE s.account_id = :account AND s.partner_id = :partner AND s.type_code = :type FOR UPDATE OF s"""
_LAST_OF_YEAR = """
    SELECT COALESCE(MAX(counter), 0) AS counter FROM invoice
    WHERE account_id = :account AND partner_id = :partner AND type_code = :type AND year = :year"""
_GIVEN = "SELECT id FROM invoice WHERE account_id = :account AND number = :number"
_TAKE = """
    UPDATE series SET last_number = :seq, last_issued_at = :issued_at, year = :year, last_counter = :counter
    WHERE account_id = :account_id AND partner_id = :partner_id AND type_code = :type_code"""
