"""
How a seller's services to a buyer are taxed: the first row of `tax_rules` that fits, or what vendor finance decided
instead. It knows no register of VAT numbers: whether one checks is a fact handed in, and the unknown counts as no.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.billing import printed
from engine.billing.countries import (
    EU,
    LOCAL_TAX,
    SMALL_BUSINESS_EXEMPT,
    SMALL_BUSINESS_VATEX,
    VAT_COUNTRIES,
    small_business_text,
    vat_area,
    vat_prefix,
)
from engine.billing.errors import Missing, NotARate, Problem, Who
from engine.billing.invoice import Party
from engine.billing.parties import (
    BuyerDetails,
    SellerDetails,
    TaxStatus,
    missing_from_buyer,
    missing_from_seller,
)
from engine.billing.tax import Category, Treatment, normalised, parse_rate
from engine.billing.tax_rules import RULES, Need, Rule
from engine.billing.territories import territory_of, uncovered
from engine.billing.text import text_problems
from engine.billing.vatex import CODES
from engine.billing.wording import REVERSE_CHARGE_ENGLISH, holds_reverse_charge, says_reverse_charge

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
    postcode: str = ""

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
    postcode: str = ""


def choose_treatment(seller: SellerTaxFacts, buyer: BuyerTaxFacts) -> Treatment | list[Missing]:
    """
    The treatment of the seller's services by the first of `tax_rules.RULES` that fits, or what is missing for a lawful
    one.

    Raises nothing: facts that are absent come back as `Missing`, the seller's for the partner, the buyer's for the
    vendor.
    """
    rule = rule_for(seller, buyer)
    if rule is None:
        return _gaps(seller, buyer) or _without_rule(seller, buyer)
    return _needed(rule.needs, seller, buyer) or _misnamed(rule, seller) or _by(rule, seller)


def rule_for(seller: SellerTaxFacts, buyer: BuyerTaxFacts) -> Rule | None:
    """
    The rule that these facts come under; None while a country or the seller's status is not known, and where one of
    them is in a territory that no rule covers.
    """
    if _gaps(seller, buyer) or _without_rule(seller, buyer):
        return None
    facts = {"seller": seller.country, "status": seller.status, "buyer": buyer.country}
    return next(rule for rule in RULES if rule.fits(**facts))  # type: ignore[arg-type]


def assess(
    seller: SellerDetails,
    buyer: BuyerDetails,
    *,
    seller_vat_valid: bool,
    buyer_vat_valid: bool,
    override: Treatment | None = None,
) -> Treatment | list[Missing]:
    """
    The treatment for these details, or everything that is missing for an invoice: name, address, identity and tax.
    Each field is told once for each who supplies it. `override`: what vendor finance has decided instead of the rules;
    what its category needs it needs all the same.
    """
    missing = [*missing_from_seller(seller), *missing_from_buyer(buyer)]
    facts = (
        seller_tax_facts(seller, vat_number_valid=seller_vat_valid),
        buyer_tax_facts(buyer, vat_number_valid=buyer_vat_valid),
    )
    chosen = choose_treatment(*facts) if override is None else overridden(override, *facts)
    if isinstance(chosen, Treatment) and not missing:
        return chosen
    return _each_once([*missing, *([] if isinstance(chosen, Treatment) else chosen)])


def overridden(override: Treatment, seller: SellerTaxFacts, buyer: BuyerTaxFacts) -> Treatment | list[Missing]:
    """The override, or what a document of its category lacks."""
    needed = _gaps(seller, buyer) or _needed(NEEDED_BY[override.category], seller, buyer)
    return needed or _unlawful(override) or override


def problems_in_override(override: Treatment) -> list[Problem]:
    """What no document of this category can say (EN 16931 BR-S-05, BR-AE-05, BR-E-05, BR-Z-05, BR-O-05, BR-*-10)."""
    category, rate = override.category, override.rate
    problems = _rate_problems(rate)
    if problems:
        return problems
    if category in ("S", "local") and (rate is None or (category == "S" and rate == 0)):
        least = "above 0" if category == "S" else "of 0 or above"
        problems.append(Problem("rate", f"Category {category} needs a rate {least}."))
    if category in ("AE", "E", "Z") and rate != 0:
        problems.append(Problem("rate", f"Category {category} has the rate 0."))
    if category == "O" and rate is not None:
        problems.append(Problem("rate", "Outside the scope of VAT (O) there is no rate."))
    if category in ("AE", "E", "O") and not override.exemption_text.strip():
        problems.append(Problem("exemption_text", f"Category {category} needs the reason why no tax is charged."))
    if category in ("S", "Z") and (override.exemption_text or override.exemption_code):
        problems.append(Problem("exemption_text", f"Category {category} gives no reason: leave text and code empty."))
    if category == "local" and not override.tax_name.strip():
        problems.append(Problem("tax_name", "Category local needs the name of the tax, such as GST."))
    if rate:
        told = "By the reverse charge the buyer accounts for VAT: where a tax is added, leave it out."
        problems += [Problem(name, told) for name in says_reverse_charge(override)]
    problems += printed.unreadable(override, printed.TREATMENT)
    code = override.exemption_code
    if code and category in CODES and code not in CODES[category]:
        problems.append(Problem("exemption_code", f"{code[:30]} is no VATEX code for category {category}."))
    return [*problems, *_text_problems(override)]


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
        postcode=details.postcode,
    )


def buyer_tax_facts(details: BuyerDetails, *, vat_number_valid: bool) -> BuyerTaxFacts:
    return BuyerTaxFacts(details.country, details.vat_number, vat_number_valid, details.legal_number, details.postcode)


def parties_for(treatment: Treatment, seller: Party, buyer: Party) -> tuple[Party, Party]:
    """
    Seller and buyer as the document names them: without VAT numbers where the supply is out of scope (BR-O-02). The
    seller's still tells who it is for tax (Directive 2006/112/EC art. 226, point 3), so it stands as its tax
    registration (BT-32) where the seller names no other.
    """
    if treatment.category != "O":
        return seller, buyer
    told = replace(seller, vat_number=None, tax_number=seller.tax_number or seller.vat_number)
    return told, replace(buyer, vat_number=None)


# What a document of a category cannot do without, whoever chose it. A rate an override brings itself.
NEEDED_BY: dict[Category, tuple[Need, ...]] = {
    "S": ("seller's VAT number",),
    "AE": ("seller's VAT number", "buyer's VAT or register number"),
    "E": ("tax or VAT number",),
    "Z": ("tax or VAT number",),
    "O": (),
    "local": (),
}


def _gaps(seller: SellerTaxFacts, buyer: BuyerTaxFacts) -> list[Missing]:
    gaps = []
    if not seller.country:
        gaps.append(Missing("country", "The seller's country is missing.", "partner"))
    if not seller.status:
        gaps.append(
            Missing(
                "tax_status",
                "Say whether the seller is registered for VAT, a small business, or not taxable.",
                "partner",
            )
        )
    if not buyer.country:
        gaps.append(Missing("country", "The buyer's country is missing.", "vendor"))
    return gaps


def _without_rule(seller: SellerTaxFacts, buyer: BuyerTaxFacts) -> list[Missing]:
    """Territories whose VAT is not that of the country whose code they wear: the right code, or finance decides."""
    placed = [
        *_in_territory(seller.country, seller.postcode, who="partner"),
        *_in_territory(buyer.country, buyer.postcode, who="vendor"),
    ]
    territory = uncovered(seller.country, buyer.country)
    if placed or territory is None:
        return placed
    sale = f"{seller.country} to {buyer.country}"
    return [_for_finance(f"No rule of ours covers services of {sale}: {territory.name} has rules of its own")]


def _in_territory(country: str, postcode: str, *, who: Who) -> list[Missing]:
    territory = territory_of(country, postcode)
    if territory is None:
        return []
    if territory.code:
        told = f"{postcode} is in {territory.name}, whose VAT is not that of {country}: choose {territory.code}."
        return [Missing("country", told, who)]
    place = f"{postcode} is in {territory.name}, outside the VAT area of {country}"
    return [_for_finance(f"{place}, and no rule of ours covers it")]


def _for_finance(told: str) -> Missing:
    return Missing("tax_override", f"{told}. Finance decides how this partner is taxed: tax override.", "vendor")


def _needed(needs: Iterable[Need], seller: SellerTaxFacts, buyer: BuyerTaxFacts) -> list[Missing]:
    return [missing for need in needs for missing in _NEEDS[need](seller, buyer)]


def _misnamed(rule: Rule, seller: SellerTaxFacts) -> list[Missing]:
    """Art. 226, point 11a: by that mention it is the buyer who accounts for the tax."""
    if rule.category != "local" or not holds_reverse_charge(seller.tax_name):
        return []
    told = "The seller's tax name says 'Reverse charge', by which the buyer accounts for it: name the tax itself, "
    return [Missing("tax_name", f"{told}such as GST.", "partner")]


def _unlawful(override: Treatment) -> list[Missing]:
    """One that was decided before what it says was refused."""
    problems = problems_in_override(override)
    told = " ".join(problem.sentence for problem in problems)
    return [Missing("tax_override", f"The tax override cannot stay: {told} Decide anew.", "vendor")] if problems else []


def _by(rule: Rule, seller: SellerTaxFacts) -> Treatment:
    """What the rule says, with what depends on the seller: its rate, its country's words."""
    if rule.category == "local":
        return _local(rule, seller)
    rates = {"S": normalised(seller.tax_percent or ZERO), "O": None}
    national = rule.says == "the country's small-business text"
    return Treatment(
        rule.category,
        rates.get(rule.category, ZERO),
        exemption_code=SMALL_BUSINESS_VATEX.get(seller.country, "") if national else rule.exemption_code,
        exemption_text=small_business_text(seller.country) if national else rule.exemption_text,
        mention=REVERSE_CHARGE_ENGLISH if rule.reverse_charge else rule.mention,
    )


def _local(rule: Rule, seller: SellerTaxFacts) -> Treatment:
    own = seller.tax_name if printed.TAX_NAME.says(seller.tax_name) else ""
    name = own or LOCAL_TAX.get(seller.country, "Tax")
    percent = seller.tax_percent if seller.status == "registered" and not rule.reverse_charge else None
    mention = REVERSE_CHARGE_ENGLISH if rule.reverse_charge else ""
    return Treatment("local", normalised(percent or ZERO), tax_name=name, mention=mention)


def _rate_problems(rate: Decimal | None) -> list[Problem]:
    try:
        if rate is not None:
            parse_rate(format(rate, "f"))
    except NotARate as error:
        return [Problem("rate", str(error))]
    return []


def _text_problems(override: Treatment) -> list[Problem]:
    texts = {"exemption_code": 30, "exemption_text": 300, "mention": 300, "tax_name": 40}
    return [found for name, limit in texts.items() for found in text_problems(name, getattr(override, name), limit)]


def _without_vat_number(seller: SellerTaxFacts, _buyer: BuyerTaxFacts) -> list[Missing]:
    if not seller.vat_number:
        why = _NEEDS_A_NUMBER if seller.status == "small_business" else "who is registered must show it."
        return [Missing("vat_number", f"The seller's VAT number is missing: {why}", "partner")]
    if not seller.vat_number_valid:
        written = f"as issued in {seller.country}, {_begins(seller.country)}"
        sentence = f"The seller's VAT number does not check: write it {written}."
        return [Missing("vat_number", sentence, "partner")]
    return []


def _without_buyer_identity(_seller: SellerTaxFacts, buyer: BuyerTaxFacts) -> list[Missing]:
    """EN 16931 BR-AE-02: the buyer's VAT number or legal registration. A number that does not check is not shown."""
    is_registered = printed.told(buyer.legal_number) and not _could_check(buyer)
    if (buyer.vat_number and buyer.vat_number_valid) or is_registered:
        return []
    if buyer.vat_number:
        sentence = f"The buyer's VAT number does not check: write it as issued, {_begins(buyer.country)}."
    else:
        sentence = "The buyer's VAT number or company register number is missing: reverse charge needs it."
    return [Missing("vat_number", sentence, "vendor")]


def _could_check(buyer: BuyerTaxFacts) -> bool:
    return bool(buyer.vat_number) and vat_area(buyer.country) in VAT_COUNTRIES


def _without_rate(seller: SellerTaxFacts, _buyer: BuyerTaxFacts) -> list[Missing]:
    if seller.tax_percent:
        return []
    sentence = "The seller's tax % is missing: a registered seller charges VAT at home, above 0 %."
    return [Missing("tax_percent", sentence, "partner")]


def _without_tax_identity(seller: SellerTaxFacts, _buyer: BuyerTaxFacts) -> list[Missing]:
    if printed.told(seller.tax_number) or seller.has_vat:
        return []
    return [Missing("tax_number", "The seller's tax number (or a VAT number) is missing.", "partner")]


def _without_exemption(seller: SellerTaxFacts, _buyer: BuyerTaxFacts) -> list[Missing]:
    if seller.country in SMALL_BUSINESS_EXEMPT:
        return []
    is_member = seller.country in EU
    law = "Directive 2006/112/EC art. 284 leaves it to each state" if is_member else "its own law was not seen"
    return [_for_finance(f"That {seller.country} exempts small businesses at home is not known ({law})")]


_NEEDS: dict[Need, Callable[[SellerTaxFacts, BuyerTaxFacts], list[Missing]]] = {
    "seller's VAT number": _without_vat_number,
    "buyer's VAT or register number": _without_buyer_identity,
    "tax %": _without_rate,
    "tax or VAT number": _without_tax_identity,
    "small businesses exempt": _without_exemption,
}


_NEEDS_A_NUMBER = (
    "for services to a business in another EU country a small business needs one too (Directive 2006/112/EC "
    "art. 214(1)(e)). Its tax office gives it."
)


def _begins(country: str) -> str:
    return f"beginning with {vat_prefix(country)}"


def _each_once(missing: Sequence[Missing]) -> list[Missing]:
    first: dict[tuple[str, str], Missing] = {}
    for item in missing:
        first.setdefault((item.field, item.who), item)
    return list(first.values())
