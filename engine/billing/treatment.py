"""
How a seller's services to a buyer are taxed: the rules in order, each with its source. It knows no register of VAT
numbers: whether one checks is a fact handed in, and what is not known counts as no.

Rules cover the EU and, at home, GB, CH and NO. For every other pair of countries no rule is known: the partner's
tax % is added as entered and the document says which tax it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.billing.countries import (
    EU,
    LOCAL_TAX,
    SMALL_BUSINESS_VATEX,
    VAT_COUNTRIES,
    small_business_text,
    vat_prefix,
)
from engine.billing.errors import Missing
from engine.billing.invoice import Party
from engine.billing.parties import (
    BuyerDetails,
    SellerDetails,
    TaxStatus,
    missing_from_buyer,
    missing_from_seller,
)
from engine.billing.tax import Treatment, normalised, parse_rate
from engine.billing.wording import REVERSE_CHARGE_ENGLISH

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class SellerTaxFacts:
    """`vat_number_valid`: its check digits are right for `country`. `tax_percent`: the partner's own, 0 to 100."""

    country: str
    status: TaxStatus
    vat_number: str | None = None
    vat_number_valid: bool = False
    tax_number: str | None = None
    tax_percent: Decimal | None = None
    tax_name: str = ""

    @property
    def has_vat(self) -> bool:
        return bool(self.vat_number) and self.vat_number_valid


@dataclass(frozen=True, slots=True)
class BuyerTaxFacts:
    """`vat_number_valid`: its check digits are right for `country`."""

    country: str
    vat_number: str | None = None
    vat_number_valid: bool = False
    legal_number: str | None = None


def choose_treatment(seller: SellerTaxFacts, buyer: BuyerTaxFacts) -> Treatment | list[Missing]:
    """
    The treatment of the seller's services, or what is missing for a lawful one. The first rule that fits:

    not a taxable person, in a VAT country (art. 9)        O
    EU seller, buyer outside the EU (art. 44)              O
    EU seller, buyer in another member state (art. 196)    AE with a VAT number; E for a small business without one
    domestic in a VAT country                              S registered; E small business (art. 284 or national)
    anything else                                          local; the tax % of a registered seller is added

    Raises nothing: facts that are absent come back as `Missing`, the seller's for the partner, the buyer's for the
    vendor.
    """
    if gaps := _gaps(seller, buyer):
        return gaps
    if seller.status == "not_taxable" and seller.country in VAT_COUNTRIES:
        return _out_of_scope("Not subject to VAT: the seller is not a taxable person")
    if seller.country in EU and buyer.country not in EU:
        return _out_of_scope(
            "Not subject to VAT: the place of supply is the buyer's country (Directive 2006/112/EC art. 44)"
        )
    if seller.country in EU and buyer.country != seller.country:
        return _across_the_eu(seller, buyer)
    if seller.country in VAT_COUNTRIES and buyer.country == seller.country:
        return _small_business(seller) if seller.status == "small_business" else _domestic(seller)
    return _local(seller)


def assess(
    seller: SellerDetails, buyer: BuyerDetails, *, seller_vat_valid: bool, buyer_vat_valid: bool
) -> Treatment | list[Missing]:
    """
    The treatment for these details, or everything that is missing for an invoice: name, address, identity and tax.
    Each field is told once for each who supplies it.
    """
    missing = [*missing_from_seller(seller), *missing_from_buyer(buyer)]
    chosen = choose_treatment(
        seller_tax_facts(seller, vat_number_valid=seller_vat_valid),
        buyer_tax_facts(buyer, vat_number_valid=buyer_vat_valid),
    )
    if isinstance(chosen, Treatment) and not missing:
        return chosen
    return _each_once([*missing, *([] if isinstance(chosen, Treatment) else chosen)])


def seller_tax_facts(details: SellerDetails, *, vat_number_valid: bool) -> SellerTaxFacts:
    """
    Raises:
        NotARate: the tax % is none; `problems_in_seller` keeps such details out.
    """
    return SellerTaxFacts(
        country=details.country,
        status=details.tax_status,
        vat_number=details.vat_number,
        vat_number_valid=vat_number_valid,
        tax_number=details.tax_number,
        tax_percent=None if details.tax_percent is None else parse_rate(details.tax_percent),
        tax_name=details.tax_name,
    )


def buyer_tax_facts(details: BuyerDetails, *, vat_number_valid: bool) -> BuyerTaxFacts:
    return BuyerTaxFacts(details.country, details.vat_number, vat_number_valid, details.legal_number)


def parties_for(treatment: Treatment, seller: Party, buyer: Party) -> tuple[Party, Party]:
    """Seller and buyer as the document names them: without VAT numbers where the supply is out of scope (BR-O-02)."""
    if treatment.category != "O":
        return seller, buyer
    return replace(seller, vat_number=None), replace(buyer, vat_number=None)


def tax_percent_note(treatment: Treatment, tax_percent: Decimal | None) -> str:
    """What to tell a partner whose tax % is not added, while it types; '' where it is, or where there is none."""
    if not tax_percent or treatment.category in ("S", "local"):
        return ""
    return f"Your tax of {normalised(tax_percent)} % is not added: {_REASONS[treatment.category]}."


_REASONS = {
    "AE": "the buyer in another EU country accounts for the VAT (reverse charge)",
    "E": "a small business charges no VAT",
    "Z": "the rate is zero",
    "O": "the service is outside the scope of VAT",
}


def _gaps(seller: SellerTaxFacts, buyer: BuyerTaxFacts) -> list[Missing]:
    gaps = []
    if not seller.country:
        gaps.append(Missing("country", "Your country is missing.", "partner"))
    if not seller.status:
        gaps.append(
            Missing(
                "tax_status", "Say whether you are registered for VAT, a small business, or not taxable.", "partner"
            )
        )
    if not buyer.country:
        gaps.append(Missing("country", "The buyer's country is missing.", "vendor"))
    return gaps


def _out_of_scope(text: str) -> Treatment:
    return Treatment("O", None, exemption_code="VATEX-EU-O", exemption_text=text)


def _across_the_eu(seller: SellerTaxFacts, buyer: BuyerTaxFacts) -> Treatment | list[Missing]:
    if seller.status == "small_business" and not seller.vat_number:
        return _small_business(seller)
    missing = [*_without_vat_number(seller), *_without_buyer_identity(buyer)]
    if missing:
        return missing
    return Treatment(
        "AE",
        ZERO,
        exemption_code="VATEX-EU-AE",
        exemption_text="Reverse charge: the buyer accounts for the VAT (Directive 2006/112/EC art. 196)",
        mention=REVERSE_CHARGE_ENGLISH,
    )


def _domestic(seller: SellerTaxFacts) -> Treatment | list[Missing]:
    missing = _without_vat_number(seller)
    if not seller.tax_percent:
        missing.append(
            Missing(
                "tax_percent", "Your tax % is missing: a registered seller charges VAT at home, above 0 %.", "partner"
            )
        )
    return missing or Treatment("S", normalised(seller.tax_percent or ZERO))


def _small_business(seller: SellerTaxFacts) -> Treatment | list[Missing]:
    if not (seller.tax_number or seller.has_vat):
        return [Missing("tax_number", "Your tax number (or a VAT number) is missing.", "partner")]
    return Treatment(
        "E",
        ZERO,
        exemption_code=SMALL_BUSINESS_VATEX.get(seller.country, ""),
        exemption_text=small_business_text(seller.country),
    )


def _local(seller: SellerTaxFacts) -> Treatment:
    name = seller.tax_name or LOCAL_TAX.get(seller.country, "Tax")
    percent = seller.tax_percent if seller.status == "registered" else None
    return Treatment("local", normalised(percent or ZERO), tax_name=name)


def _without_vat_number(seller: SellerTaxFacts) -> list[Missing]:
    if not seller.vat_number:
        return [Missing("vat_number", "Your VAT number is missing: who is registered must show it.", "partner")]
    if not seller.vat_number_valid:
        sentence = f"Your VAT number does not check: write it as issued in {seller.country}, {_begins(seller.country)}."
        return [Missing("vat_number", sentence, "partner")]
    return []


def _without_buyer_identity(buyer: BuyerTaxFacts) -> list[Missing]:
    """EN 16931 BR-AE-02: the buyer's VAT number or legal registration."""
    if buyer.legal_number or (buyer.vat_number and buyer.vat_number_valid):
        return []
    if buyer.vat_number:
        sentence = f"The buyer's VAT number does not check: write it as issued, {_begins(buyer.country)}."
    else:
        sentence = "The buyer's VAT number or company register number is missing: reverse charge needs it."
    return [Missing("vat_number", sentence, "vendor")]


def _begins(country: str) -> str:
    return f"beginning with {vat_prefix(country)}"


def _each_once(missing: Sequence[Missing]) -> list[Missing]:
    first: dict[tuple[str, str], Missing] = {}
    for item in missing:
        first.setdefault((item.field, item.who), item)
    return list(first.values())
