"""
The frozen invoice: all that a document says, copied at the instant of issue, and its canonical JSON.

It holds copies, never references: no later edit of a partner or an account changes it. It knows no database,
no template and no language's words beyond those copied in. Amounts are integers of the currency's minor unit.
BT and BG numbers are those of EN 16931-1.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from engine.billing.money import Currency
from engine.billing.tax import TaxGroup, Treatment

TypeCode = Literal["389", "261"]
SELF_BILLED_INVOICE: TypeCode = "389"  # UNTDID 1001
SELF_BILLED_CREDIT_NOTE: TypeCode = "261"


@dataclass(frozen=True, slots=True)
class Address:
    """BG-5 and BG-8. `country` is ISO 3166-1 alpha-2."""

    line1: str
    city: str
    postcode: str
    country: str
    line2: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """
    BG-4 seller or BG-7 buyer. `code` is the identifier the account uses for it (BT-29 / BT-46).

    `vat_number` carries its country prefix (BT-31 / BT-48); `tax_number` is a national one (BT-32); `legal_number`
    is the entry in a register of companies (BT-30 / BT-47).
    """

    legal_name: str
    address: Address
    code: str = ""
    vat_number: str | None = None
    tax_number: str | None = None
    legal_number: str | None = None
    email: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """BG-25: one reward. `quantity` is 1, or -1 for a clawback; `price` (BT-146) is never negative."""

    position: int
    reference: str
    description: str
    occurred_on: date
    quantity: int
    price: int
    amount: int
    treatment: Treatment


@dataclass(frozen=True, slots=True)
class AgreementReference:
    """The self-billing agreement the invoice is issued under (Directive 2006/112/EC art. 224)."""

    version: int
    accepted_on: date
    text_version: str
    text_hash: str


@dataclass(frozen=True, slots=True)
class PaymentDetails:
    """BG-16/17: where the buyer pays. Empty strings where the partner gave none."""

    account_holder: str = ""
    iban: str = ""
    bic: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Preceding:
    """BG-3: the invoice that a credit note corrects."""

    number: str
    issue_date: date


@dataclass(frozen=True, slots=True)
class TaxCurrencyTotal:
    """
    BT-6 / BT-111: the VAT total in the seller's currency; `source` names where the rate is from. `rate` is what one of
    `per` (ISO 4217; empty: the invoice's currency) is worth in the other of the two.
    """

    currency: Currency
    tax: int
    rate: Decimal
    source: str
    rate_date: date
    per: str = ""


@dataclass(frozen=True, slots=True)
class Invoice:
    """
    BT-1 `number`, BT-2 `issue_date` (in the account's time zone), BT-3 `type_code`, BT-5 `currency`.

    `issued_at` is UTC. `net`, `tax`, `gross` are BT-109, BT-110, BT-112 in minor units; on a credit note they are
    positive, as the type code turns the direction. `mentions` are the sentences the law asks for, in the order printed.
    `logo` is the sha256 of the partner's cleaned PNG. `template` names the template version that prints it. `tax_rule`
    names the rule that the treatment is from, `override` where vendor finance decided it.
    """

    type_code: TypeCode
    number: str
    issue_date: date
    issued_at: datetime
    currency: Currency
    seller: Party
    buyer: Party
    agreement: AgreementReference
    supply_from: date
    supply_to: date
    lines: tuple[Line, ...]
    groups: tuple[TaxGroup, ...]
    net: int
    tax: int
    gross: int
    due_date: date | None
    payment: PaymentDetails
    language: str
    mentions: tuple[str, ...]
    payout: str
    revision: int = 1
    footer: str = ""
    logo: str | None = None
    template: str = "v1"
    preceding: Preceding | None = None
    tax_currency_total: TaxCurrencyTotal | None = None
    tax_rule: str = ""

    @property
    def is_credit_note(self) -> bool:
        return self.type_code == SELF_BILLED_CREDIT_NOTE

    @property
    def is_preview(self) -> bool:
        """It has no number: nothing was issued, and its document says so."""
        return not self.number


def canonical(invoice: Invoice) -> str:
    """The snapshot as JSON with sorted keys: what is stored and hashed. `restore` gives the invoice back."""
    return json.dumps(invoice, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def fingerprint(snapshot: str) -> str:
    return hashlib.sha256(snapshot.encode()).hexdigest()


def restore(snapshot: str) -> Invoice:
    """The invoice that `canonical` wrote, equal in every field."""
    body: dict[str, Any] = json.loads(snapshot)
    preceding, total = body.pop("preceding"), body.pop("tax_currency_total")
    return Invoice(
        **{
            **body,
            "issue_date": date.fromisoformat(body["issue_date"]),
            "issued_at": datetime.fromisoformat(body["issued_at"]),
            "currency": Currency(**body["currency"]),
            "seller": _party(body["seller"]),
            "buyer": _party(body["buyer"]),
            "agreement": AgreementReference(**_dated(body["agreement"], "accepted_on")),
            "supply_from": date.fromisoformat(body["supply_from"]),
            "supply_to": date.fromisoformat(body["supply_to"]),
            "lines": tuple(_line(line) for line in body["lines"]),
            "groups": tuple(_group(group) for group in body["groups"]),
            "due_date": date.fromisoformat(body["due_date"]) if body["due_date"] else None,
            "payment": PaymentDetails(**body["payment"]),
            "mentions": tuple(body["mentions"]),
        },
        preceding=Preceding(**_dated(preceding, "issue_date")) if preceding else None,
        tax_currency_total=_tax_currency_total(total) if total else None,
    )


def _plain(value: Any) -> str | dict[str, Any]:
    """What JSON does not know. `dataclasses.asdict` would copy every leaf first and cost more than the writing."""
    if is_dataclass(value):
        return {name: getattr(value, name) for name in _names(value.__class__)}
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"a snapshot cannot hold {value!r}")


@cache
def _names(of: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(of))


def _dated(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {**body, name: date.fromisoformat(body[name])}


def _party(body: Mapping[str, Any]) -> Party:
    return Party(**{**body, "address": Address(**body["address"])})


def _line(body: Mapping[str, Any]) -> Line:
    return Line(**{**_dated(body, "occurred_on"), "treatment": Treatment(**_rated(body["treatment"]))})


def _group(body: Mapping[str, Any]) -> TaxGroup:
    return TaxGroup(**_rated(body))


def _rated(body: Mapping[str, Any]) -> dict[str, Any]:
    return {**body, "rate": Decimal(body["rate"]) if body["rate"] is not None else None}


def _tax_currency_total(body: Mapping[str, Any]) -> TaxCurrencyTotal:
    dated = _dated(body, "rate_date")
    return TaxCurrencyTotal(**{**dated, "currency": Currency(**body["currency"]), "rate": Decimal(body["rate"])})
