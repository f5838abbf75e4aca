"""
What a seller and a buyer tell of themselves, which of it is still missing, and which of it cannot be printed.

It knows no register: whether a VAT number or an IBAN exists is checked elsewhere. Details may be incomplete at any
time; only an invoice needs them whole.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, Self

from engine.billing import printed
from engine.billing.countries import VAT_COUNTRIES, vat_area
from engine.billing.errors import Missing, NotARate, Problem, Who
from engine.billing.invoice import Address, Party, PaymentDetails
from engine.billing.numbering import code_problems
from engine.billing.tax import parse_rate
from engine.billing.text import is_readable, text_problems
from engine.billing.wording import holds_reverse_charge

TaxStatus = Literal["", "registered", "small_business", "not_taxable"]
TAX_STATUSES: tuple[TaxStatus, ...] = ("registered", "small_business", "not_taxable")

LIMITS: dict[str, int] = {
    "legal_name": 200,
    "line1": 120,
    "line2": 120,
    "city": 80,
    "region": 80,
    "postcode": 20,
    "country": 2,
    "vat_number": 20,
    "tax_number": 40,
    "legal_number": 60,
    "tax_percent": 7,
    "tax_name": 40,
    "email": 254,
    "footer": 1000,
    "payment.account_holder": 200,
    "payment.iban": 34,
    "payment.bic": 11,
    "payment.other": 200,
}
FOOTER_LINES = 12
#: What a seller says of itself before it signs an agreement, in the order of the form, and what it is called.
NEEDED_TO_SIGN = {
    "legal_name": "legal name", "line1": "address", "city": "city", "country": "country", "tax_status": "tax status",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SellerDetails:
    """
    The partner as the seller. `country` is ISO 3166-1 alpha-2, `tax_percent` decimal text as `parse_rate` takes it,
    `tax_name` what the tax is called where no rule is known, `logo` the sha256 of the cleaned PNG.
    """

    legal_name: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    postcode: str = ""
    region: str = ""
    country: str = ""
    tax_status: TaxStatus = ""
    vat_number: str | None = None
    tax_number: str | None = None
    legal_number: str | None = None
    tax_percent: str | None = None
    tax_name: str = ""
    email: str = ""
    footer: str = ""
    logo: str | None = None
    payment: PaymentDetails = field(default_factory=PaymentDetails)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` gives the details back."""
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """The details that `to_json` wrote; a field that is not there keeps its default."""
        return cls(**{**body, "payment": PaymentDetails(**body.get("payment", {}))})

    def to_party(self, code: str) -> Party:
        """BG-4, with the code that the account uses for the partner (BT-29)."""
        return _party(self, code)


@dataclass(frozen=True, slots=True)
class BuyerDetails:
    """The account as the buyer. `payment_days` after the issue date an invoice is due; None: it says no due date."""

    code: str = ""
    legal_name: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    postcode: str = ""
    region: str = ""
    country: str = ""
    vat_number: str | None = None
    tax_number: str | None = None
    legal_number: str | None = None
    email: str = ""
    payment_days: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` gives the details back."""
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """The details that `to_json` wrote; a field that is not there keeps its default."""
        return cls(**body)

    def to_party(self) -> Party:
        """BG-7."""
        return _party(self, self.code)


def missing_from_seller(details: SellerDetails) -> list[Missing]:
    """
    What no invoice of this seller can do without (Directive 2006/112/EC art. 226, points 3 and 5), in the order of the
    form. Whether a tax % is needed depends on the buyer too: `choose_treatment` says.
    """
    return [
        *_missing_name_and_address(details, "The seller's", "partner"),
        *_missing_status(details),
        *_missing_tax_identity(details),
    ]


def missing_from_buyer(details: BuyerDetails) -> list[Missing]:
    """What no invoice to this buyer can do without (art. 226, point 5), and the code that numbers are made of."""
    missing = list(_missing_name_and_address(details, "The buyer's", "vendor"))
    if not details.code:
        missing.append(
            Missing("code", "The buyer's code, which every invoice number begins with, is missing.", "vendor")
        )
    if not printed.told(details.vat_number) and not printed.told(details.legal_number):
        missing.append(Missing("vat_number", "The buyer's VAT number or company register number is missing.", "vendor"))
    return missing


def problems_in_seller(details: SellerDetails) -> list[Problem]:
    """What cannot be kept, whether or not the rest is there yet: text that cannot be printed, a tax % that is none."""
    problems = [*_problems(details), *_tax_name_problems(details)]
    if details.tax_status and details.tax_status not in TAX_STATUSES:
        problems.append(Problem("tax_status", f"Choose one of: {', '.join(TAX_STATUSES)}."))
    if isinstance(details.tax_percent, str):
        try:
            parse_rate(details.tax_percent)
        except NotARate as error:
            problems.append(Problem("tax_percent", str(error)))
    return problems


def problems_in_buyer(details: BuyerDetails) -> list[Problem]:
    """What cannot be kept, whether or not the rest is there yet."""
    problems = _problems(details)
    if details.code:
        problems += code_problems("code", details.code)
    if details.payment_days is not None and not _is_a_number_of_days(details.payment_days):
        problems.append(Problem("payment_days", "Write a number of days from 0 to 365, or leave it empty."))
    return problems


def _party(details: SellerDetails | BuyerDetails, code: str) -> Party:
    return Party(
        legal_name=details.legal_name,
        address=Address(
            line1=details.line1,
            line2=details.line2,
            city=details.city,
            postcode=details.postcode,
            region=details.region,
            country=details.country,
        ),
        code=code,
        vat_number=printed.told(details.vat_number),
        tax_number=printed.told(details.tax_number),
        legal_number=printed.told(details.legal_number),
        email=details.email,
    )


def _missing_name_and_address(details: SellerDetails | BuyerDetails, whose: str, who: Who) -> Iterator[Missing]:
    wanted = {
        "legal_name": "legal name",
        "line1": "street address",
        "city": "city",
        "postcode": "postcode",
        "country": "country",
    }
    for name, words in wanted.items():
        if not is_readable(getattr(details, name)) and not (name == "postcode" and details.country in _NO_POSTCODES):
            yield Missing(name, f"{whose} {words} is missing.", who)


# Universal Postal Union: countries without postcodes that are likely to be named.
_NO_POSTCODES = frozenset({"AE", "AO", "BO", "BS", "HK", "QA", "UG", "ZW"})


def _missing_status(details: SellerDetails) -> Iterator[Missing]:
    if details.tax_status == "":
        yield Missing(
            "tax_status", "Say whether the seller is registered for VAT, a small business, or not taxable.", "partner"
        )


def _missing_tax_identity(details: SellerDetails) -> Iterator[Missing]:
    vat_number, tax_number = printed.told(details.vat_number), printed.told(details.tax_number)
    if details.tax_status == "registered" and vat_area(details.country) in VAT_COUNTRIES and not vat_number:
        yield Missing("vat_number", "The seller's VAT number is missing: who is registered must show it.", "partner")
    elif details.tax_status == "small_business" and not (vat_number or tax_number):
        yield Missing("tax_number", "The seller's tax number (or a VAT number) is missing.", "partner")


def _problems(details: SellerDetails | BuyerDetails) -> list[Problem]:
    """What a reader gets nothing of is not kept (art. 226, points 3 and 5; EN 16931 BT-27, BT-31, BT-32, ...)."""
    return [
        *_text_problems(details),
        *_country_problems(details.country),
        *printed.unreadable(details, printed.PARTY),
    ]


def _text_problems(details: SellerDetails | BuyerDetails) -> Iterator[Problem]:
    for name, text in _texts(details):
        if not isinstance(text, str):
            yield Problem(name, "Write it as text.")
            continue
        yield from text_problems(name, text, LIMITS[name], lines=FOOTER_LINES if name == "footer" else 1)


def _texts(details: SellerDetails | BuyerDetails | PaymentDetails, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for each in fields(details):
        value = getattr(details, each.name)
        if isinstance(value, PaymentDetails):
            yield from _texts(value, "payment.")
        elif value is not None and prefix + each.name in LIMITS:
            yield prefix + each.name, value


def _tax_name_problems(details: SellerDetails) -> Iterator[Problem]:
    yield from printed.unreadable(details, {"tax_name": printed.TAX_NAME})
    if isinstance(details.tax_name, str) and holds_reverse_charge(details.tax_name):
        told = "Name the tax itself, such as GST: by 'Reverse charge' the buyer accounts for it."
        yield Problem("tax_name", told)


def _is_a_number_of_days(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 365


def _country_problems(country: Any) -> Iterator[Problem]:
    if country and not (isinstance(country, str) and _COUNTRY.fullmatch(country)):
        yield Problem("country", "Write the two capital letters of ISO 3166, such as FR.")


_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
