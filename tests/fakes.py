"""Stand-ins that fulfil the engine's contracts in memory. A fake that two tests need lives here."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.actor import Actor
from engine.billing.countries import EU
from engine.billing.invoice import (
    SELF_BILLED_INVOICE,
    Address,
    AgreementReference,
    Invoice,
    Line,
    Party,
    PaymentDetails,
)
from engine.billing.money import Currency
from engine.billing.tax import TaxGroup, Treatment
from engine.billing.text import leaves_ink
from engine.contracts import Document, Outcome
from engine.errors import Invalid, Problem, RenderError
from engine.vat_check import VatAnswer
from renderers.press import Press

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
MAIN_CONTACT = Actor.main_contact("contact_anna", partner_id="partner_1", origin="test")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
JPEG = b"\xff\xd8\xff\xe0" + bytes(8)
PDF = b"%PDF-1.7\n%%EOF\n"


class FakeClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, **by: float) -> None:
        """By a `timedelta`'s words: advance(minutes=5)."""
        self._now += timedelta(**by)


class FakeTools:
    """Takes what begins as a PNG or JPEG does for a logo, and cleans it by wrapping it."""

    def clean_logo(self, content: bytes) -> bytes:
        if not content.startswith((PNG[:8], JPEG[:3])):
            raise Invalid("The logo", [Problem("logo", "This is no PNG or JPEG. Save the picture as one.")])
        return PNG[:8] + b"cleaned:" + hashlib.sha256(content).digest()


class Lent:
    """Somebody else's press: whoever has it lets go of it without ending it."""

    def __init__(self, press: Press) -> None:
        self.press, self.archive, self.clean_logo, self.version = (
            press.press, press.archive, press.clean_logo, press.version
        )  # fmt: skip

    def close(self) -> None:
        """Its owner does."""


class LatinLetters:
    """Fonts that have Latin letters alone."""

    def missing(self, text: str) -> str:
        return "".join(dict.fromkeys(each for each in text if each > "\u024f" and leaves_ink(each)))

    def way_out(self, letters: str) -> str:
        return f"Install a font for {letters}."


@dataclass
class FakeRegister:
    """A register of VAT numbers that answers as it was told to; of all others it knows nothing. It has the EU's."""

    told: Mapping[str, VatAnswer]
    askers: list[str] = field(default_factory=list)
    name: str = "FAKE"

    def covers(self, country: str) -> bool:
        return country in EU

    def ask(self, country: str, vat_number: str, *, asker: str) -> VatAnswer:
        self.askers.append(asker)
        return self.told.get(vat_number, VatAnswer("unknown"))


@dataclass
class FakeStepDesk:
    """Remembers what a step's answer led to."""

    actor: Actor = MAIN_CONTACT
    now: datetime = NOON
    kept: dict[str, Document] = field(default_factory=dict)
    opted_in: list[tuple[dict[str, Any], Document | None]] = field(default_factory=list)
    opted_out: list[str] = field(default_factory=list)
    handouts: dict[str, int] = field(default_factory=dict)

    def keep(self, document: Document) -> str:
        sha256 = hashlib.sha256(document.content).hexdigest()
        self.kept[sha256] = document
        return sha256

    def shown(self, handout: str) -> int:
        return self.handouts.get(handout, 0)

    def opt_in(self, answer: Mapping[str, Any], logo: Document | None) -> str:
        self.opted_in.append((dict(answer), logo))
        return "opted in to self-invoicing"

    def opt_out(self, reason: str) -> str:
        self.opted_out.append(reason)
        return "opted out of self-invoicing"


@dataclass
class FakeDesk:
    """A payout's desk inside a transition, whose decision on self-invoicing is handed in."""

    outcome: Outcome = field(default_factory=lambda: Outcome("issued SB-0001", invoice_id="invoice_1"))
    rows: Any = None
    account_id: str = "account_1"
    payout: Any = None
    actor: Actor = MAIN_CONTACT
    now: datetime = NOON
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    uploads: Mapping[str, Document] = field(default_factory=dict)
    kept: dict[str, Document] = field(default_factory=dict)
    told: list[tuple[str, str, str]] = field(default_factory=list)
    decisions: int = 0

    def keep(self, document: Document) -> str:
        sha256 = hashlib.sha256(document.content).hexdigest()
        self.kept[sha256] = document
        return sha256

    def tell(self, audience: str, topic: str, sentence: str) -> None:
        self.told.append((audience, topic, sentence))

    def topic_for(self, audience: str) -> str:
        return "payout_changed"

    def decide_on_self_invoicing(self) -> Outcome:
        self.decisions += 1
        return self.outcome

    def credit_in_full(self) -> Outcome:
        return Outcome("nothing to credit")


@dataclass
class FakeJobDesk:
    """A worker's desk over one invoice. `rival`: another worker attaches while this one renders."""

    payload: Mapping[str, Any] = field(default_factory=lambda: {"invoice_id": "invoice_1"})
    document: Document | None = None
    rival: bool = False
    unprintable: bool = False
    renders: int = 0
    attached_times: int = 0

    def invoice(self) -> Invoice:
        return an_invoice()

    def attached(self) -> bool:
        return self.document is not None

    def render(self, invoice: Invoice) -> Document:
        self.renders += 1
        if self.unprintable:
            raise RenderError(f"{invoice.number} cannot be printed.", permanent=True)
        if self.rival:
            self.document = Document("rival.pdf", "application/pdf", PDF)
        return Document(f"{invoice.number}.pdf", "application/pdf", PDF)

    def attach(self, document: Document) -> bool:
        if self.document is not None:
            return False
        self.document = document
        self.attached_times += 1
        return True


def an_invoice(**changes: Any) -> Invoice:
    """One lawful invoice of one line: EUR 100.00 and 19 % VAT, domestic in Germany."""
    treatment = Treatment("S", Decimal(19))
    line = Line(1, "R-1", "Referral fee", date(2026, 10, 1), 1, 10000, 10000, treatment)
    whole: dict[str, Any] = {
        "type_code": SELF_BILLED_INVOICE,
        "number": "SB-0001",
        "issue_date": NOON.date(),
        "issued_at": NOON,
        "currency": Currency("EUR", 2),
        "seller": Party("Anna Schmidt GmbH", Address("Hauptstr. 1", "Berlin", "10115", "DE"), "DE-1", "DE136695976"),
        "buyer": Party("Acme GmbH", Address("Ring 2", "Köln", "50667", "DE"), "ACME", "DE129273398"),
        "agreement": AgreementReference(1, date(2026, 9, 1), "1", "0" * 64),
        "supply_from": date(2026, 10, 1),
        "supply_to": date(2026, 10, 1),
        "lines": (line,),
        "groups": (TaxGroup("S", Decimal(19), 10000, 1900),),
        "net": 10000,
        "tax": 1900,
        "gross": 11900,
        "due_date": None,
        "payment": PaymentDetails(),
        "language": "de",
        "mentions": ("Gutschrift",),
        "payout": "payout_1",
    }
    return Invoice(**{**whole, **changes})
