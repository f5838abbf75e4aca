"""
What a partner is told, while it fills in the form, of how it will be taxed: the rule in words, and what is still asked.

Pure: half-filled facts in, sentences out. It knows no form and no row; translations come from a `Words` handed in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.billing.domestic_forms import doubt_about
from engine.billing.errors import Missing
from engine.billing.explaining_words import SENTENCES, TRANSLATIONS, Key
from engine.billing.tax import Category, Treatment, normalised
from engine.billing.tax_rules import SOURCES
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


def explain(
    seller: SellerTaxFacts, buyer: BuyerTaxFacts, *, words: Words = str, override: Treatment | None = None
) -> Explanation:
    """
    How `seller` will be taxed by what is known of it so far. Never raises: what is not known is asked for.
    """
    rule = rule_for(seller, buyer)
    chosen = overridden(override, seller, buyer) if override else choose_treatment(seller, buyer)
    treatment, missing = (chosen, []) if isinstance(chosen, Treatment) else (None, chosen)
    told = _told(rule.told if rule else None, treatment, seller, override)
    told += [(key, {}) for key in _asked(missing, seller)]
    doubts = (rule.doubt if rule and not override else "", doubt_about(seller.country, buyer.country))
    return Explanation(
        treatment=treatment,
        rule="override" if override else rule.name if rule else "",
        sentences=tuple(words(SENTENCES[key]).format(**gaps) for key, gaps in told),
        missing=tuple(missing),
        sources=tuple(SOURCES[name].text for name in rule.sources) if rule and not override else (),
        doubt=" ".join(each for each in doubts if each),
    )


def with_missing(explanation: Explanation, missing: Sequence[Missing], *, words: Words = str) -> Explanation:
    """With what keeps its invoices from being printed, and the partner told so."""
    told = words(SENTENCES["ask letters"])
    return replace(explanation, sentences=(*explanation.sentences, told), missing=(*explanation.missing, *missing))


Told = list[tuple[Key, dict[str, str]]]


def _told(ruled: Key | None, treatment: Treatment | None, seller: SellerTaxFacts, override: Treatment | None) -> Told:
    told: Told = [("override", {})] if override else []
    if treatment is None:
        # the rule is known before its facts are whole: who must still supply something is told why
        return told + ([("buyer accounts", {})] if ruled == "buyer accounts" else [])
    told.append(_main(None if override else ruled, treatment, seller))
    is_reversed = treatment.mention == REVERSE_CHARGE_ENGLISH
    if seller.tax_percent and (is_reversed or treatment.category not in ("S", "local")):
        told.append(("not added", {"rate": _percent(seller.tax_percent)}))
    if override and treatment.category == "local" and is_reversed:
        told.append(("may be liable", {}))
    if treatment.category == "O" and seller.vat_number:
        told.append(("no numbers shown", {}))
    return told


def _main(ruled: Key | None, treatment: Treatment, seller: SellerTaxFacts) -> tuple[Key, dict[str, str]]:
    gaps = {
        "rate": _percent(treatment.rate or Decimal(0)),
        "tax": treatment.tax_name,
        "text": treatment.exemption_text,
    }
    if treatment.category == "local" and not treatment.rate and ruled != "buyer accounts":
        return ("none entered" if seller.status == "registered" else "not registered"), gaps
    return ruled or _BY_CATEGORY[treatment.category], gaps


def _asked(missing: list[Missing], seller: SellerTaxFacts) -> list[Key]:
    asked = [_ASKED[item.field] for item in missing if item.who == "partner" and item.field in _ASKED]
    if seller.vat_number:
        asked = ["ask right vat_number" if key == "ask vat_number" else key for key in asked]
    theirs = {_ASKED_OF_VENDOR.get(item.field, "ask vendor"): None for item in missing if item.who == "vendor"}
    return [*asked, *theirs]


def _percent(rate: Decimal) -> str:
    return format(normalised(rate), "f")


_BY_CATEGORY: dict[Category, Key] = {
    "S": "VAT is added", "AE": "buyer accounts", "E": "exempt", "Z": "rate zero", "O": "outside the scope",
    "local": "as entered",
}  # fmt: skip
_ASKED_OF_VENDOR: dict[str, Key] = {"tax_override": "ask finance"}
_ASKED: dict[str, Key] = {
    "country": "ask country", "tax_status": "ask tax_status", "vat_number": "ask vat_number",
    "tax_number": "ask tax_number", "tax_percent": "ask tax_percent",
}  # fmt: skip
