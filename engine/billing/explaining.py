"""
What a partner is told, while it fills in the form, of how it will be taxed: the rule in words, and what is still asked.

Pure: half-filled facts in, sentences out. It knows no form and no row; translations come from a `Words` handed in, and
how a rate is written from a `Rates`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.billing.domestic_forms import doubt_about
from engine.billing.errors import Missing
from engine.billing.explaining_words import SENTENCES, TRANSLATIONS, Key
from engine.billing.tax import Category, Treatment, normalised
from engine.billing.tax_rules import Rule
from engine.billing.territories import territory_of
from engine.billing.treatment import (
    BuyerTaxFacts,
    SellerTaxFacts,
    choose_treatment,
    overridden,
    rule_for,
)
from engine.billing.wording import REVERSE_CHARGE_ENGLISH

#: An English sentence with its {gaps} -> the same in a language.
Words = Callable[[str], str]
#: A rate, such as 5.5 -> as its reader writes it, with the sign for percent.
Rates = Callable[[Decimal], str]


@dataclass(frozen=True, slots=True)
class Explanation:
    """
    `treatment`: None while something is missing; `rule`: the name of the row of the table, `override`, or '' while it
    cannot be told; `sentences`: for the partner; `missing`: for programs, in English, with who supplies it;
    `sources` and `doubt`: of the rule, and of the form that the seller's country wants, for the vendor.
    """

    treatment: Treatment | None
    rule: str
    sentences: tuple[str, ...]
    missing: tuple[Missing, ...] = ()
    sources: tuple[str, ...] = ()
    doubt: str = ""


def words_in(language: str) -> Words:
    """Ours in `language` (ISO 639-1, perhaps with a country); English where it is none of en, fr, de, es, it, nl."""
    table = TRANSLATIONS.get(language.replace("_", "-").split("-")[0], {})
    by_sentence = {SENTENCES[key]: text for key, text in table.items()}
    return lambda sentence: by_sentence.get(sentence, sentence)


def percent(rate: Decimal) -> str:
    """A rate with a point, as English has it."""
    return f"{normalised(rate):f} %"


def explain(
    seller: SellerTaxFacts,
    buyer: BuyerTaxFacts,
    *,
    words: Words = str,
    rates: Rates = percent,
    override: Treatment | None = None,
) -> Explanation:
    """
    How `seller` will be taxed by what is known of it so far. Never raises: what is not known is asked for.
    """
    rule = rule_for(seller, buyer)
    chosen = overridden(override, seller, buyer) if override else choose_treatment(seller, buyer)
    treatment, missing = (chosen, []) if isinstance(chosen, Treatment) else (None, chosen)
    told = [*_told(rule, treatment, missing, seller, override), *_asked(missing, seller)]
    sources = rule.sources_of(seller=seller.country, buyer=buyer.country) if rule and not override else ()
    doubts = (rule.doubt if rule and not override else "", doubt_about(seller.country, buyer.country))
    return Explanation(
        treatment=treatment,
        rule="override" if override else rule.name if rule else "",
        sentences=tuple(words(SENTENCES[key]).format(**_filled(gaps, rates)) for key, gaps in told),
        missing=tuple(missing),
        sources=tuple(source.text for source in sources),
        doubt=" ".join(each for each in doubts if each),
    )


def with_missing(explanation: Explanation, missing: Sequence[Missing], *, words: Words = str) -> Explanation:
    """With what keeps its invoices from being printed, and the partner told so."""
    told = words(SENTENCES["ask letters"])
    return replace(explanation, sentences=(*explanation.sentences, told), missing=(*explanation.missing, *missing))


def decided_anew(outdated: Sequence[Missing], *, words: Words = str) -> Explanation:
    """What is told where finance decided for other facts than there are now, so that nothing is issued by it."""
    return Explanation(None, "override", (words(SENTENCES["ask finance anew"]),), tuple(outdated))


Gaps = dict[str, str | Decimal]
Told = list[tuple[Key, Gaps]]


def _filled(gaps: Gaps, rates: Rates) -> dict[str, str]:
    return {name: rates(value) if isinstance(value, Decimal) else value for name, value in gaps.items()}


def _told(
    rule: Rule | None,
    treatment: Treatment | None,
    missing: Sequence[Missing],
    seller: SellerTaxFacts,
    override: Treatment | None,
) -> Told:
    told: Told = [("override", {})] if override else []
    ruled = rule.told if rule and not override else None
    if treatment is None:
        return told + (_foreseen(rule, missing, seller) if rule and not override else [])
    told.append(_main(ruled, treatment, seller))
    is_reversed = treatment.mention == REVERSE_CHARGE_ENGLISH
    if is_reversed or treatment.category not in ("S", "local"):
        told += _not_added(seller)
    if override and treatment.category == "local" and is_reversed:
        told.append(("may be liable", {}))
    if treatment.category == "O" and seller.vat_number:
        told.append(("no numbers shown", {}))
    return told


def _foreseen(rule: Rule, missing: Sequence[Missing], seller: SellerTaxFacts) -> Told:
    """The rule is known before its facts are whole: who must still supply something is told what comes of it."""
    told: Told = [("buyer accounts", {})] if rule.told == "buyer accounts" else []
    is_for_finance = any(item.field == "tax_override" for item in missing)
    adds_none = rule.reverse_charge or rule.category not in ("S", "local")
    return told + (_not_added(seller) if adds_none and not is_for_finance else [])


def _not_added(seller: SellerTaxFacts) -> Told:
    return [("not added", {"rate": seller.tax_percent})] if seller.tax_percent else []


def _main(ruled: Key | None, treatment: Treatment, seller: SellerTaxFacts) -> tuple[Key, Gaps]:
    gaps: Gaps = {
        "rate": treatment.rate or Decimal(0),
        "tax": treatment.tax_name,
        "text": treatment.exemption_text,
    }
    if treatment.category == "local" and not treatment.rate and ruled != "buyer accounts":
        return ("none entered" if seller.status == "registered" else "not registered"), gaps
    return ruled or _BY_CATEGORY[treatment.category], gaps


def _asked(missing: list[Missing], seller: SellerTaxFacts) -> Told:
    asked = [_asked_of(item.field, seller) for item in missing if item.who == "partner" and item.field in _ASKED]
    theirs = {_ASKED_OF_VENDOR.get(item.field, "ask vendor"): None for item in missing if item.who == "vendor"}
    return [*asked, *((key, {}) for key in theirs)]


def _asked_of(field: str, seller: SellerTaxFacts) -> tuple[Key, Gaps]:
    territory = territory_of(seller.country, seller.postcode)
    if field == "country" and territory:
        gaps: Gaps = {"postcode": seller.postcode, "country": seller.country}
        return "ask territory", {**gaps, "code": territory.code, "place": territory.name}
    if field == "vat_number" and seller.vat_number:
        return "ask right vat_number", {}
    return _ASKED[field], {}


_BY_CATEGORY: dict[Category, Key] = {
    "S": "VAT is added", "AE": "buyer accounts", "E": "exempt", "Z": "rate zero", "O": "outside the scope",
    "local": "as entered",
}  # fmt: skip
_ASKED_OF_VENDOR: dict[str, Key] = {"tax_override": "ask finance"}
_ASKED: dict[str, Key] = {
    "country": "ask country", "tax_status": "ask tax_status", "vat_number": "ask vat_number",
    "tax_number": "ask tax_number", "tax_percent": "ask tax_percent",
    "tax_name": "ask tax_name",
}  # fmt: skip
