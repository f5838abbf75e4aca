"""
How an invoice is taxed, from rows: the partner's override or the rules, what the register answered, the rate by which
VAT is told in the seller's own money. It changes nothing and decides no law.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine import reference, vat_check
from engine.billing.errors import Missing
from engine.billing.explaining import Explanation, Rates, Words
from engine.billing.explaining import explain as explained
from engine.billing.parties import BuyerDetails, SellerDetails
from engine.billing.tax import Treatment, normalised
from engine.billing.tax_currency import MOST_DAYS, ExchangeRate, Telling, missing_rate, must_be_told_in
from engine.billing.territories import territory_of
from engine.billing.treatment import assess as assess_details
from engine.billing.treatment import buyer_tax_facts, rule_for, seller_tax_facts
from engine.billing.wording import says_reverse_charge
from engine.store import Tx
from engine.vat_check import VatCheck

OVERRIDE = "override"
_MADE_FOR = "made_for"
_NOWHERE = "none"


@dataclass(frozen=True, slots=True)
class Sale:
    """Who sells to whom in which currency (ISO 4217), on which day, under which override, if any."""

    seller: SellerDetails
    buyer: BuyerDetails
    currency: str
    on: date
    override: Treatment | None = None


@dataclass(frozen=True, slots=True)
class Taxation:
    """The treatment, the name of the rule it is from (`override` for none), and how VAT is told in another money."""

    treatment: Treatment
    rule: str
    telling: Telling | None = None


def assess(
    tx: Tx, account_id: str, sale: Sale, *, register: VatCheck | None, now: datetime
) -> Taxation | list[Missing]:
    """How the sale is taxed, or all that is missing and who supplies it. register: asked before, where there is one."""
    seller_ok, buyer_ok = checks(sale.seller), checks(sale.buyer)
    chosen = assess_details(
        sale.seller, sale.buyer, seller_vat_valid=seller_ok, buyer_vat_valid=buyer_ok, override=sale.override
    )
    if not isinstance(chosen, Treatment):
        return chosen
    missing = _unconfirmed(tx, account_id, sale, chosen, register, now) if register else []
    telling = _telling(tx, account_id, sale, chosen)
    if isinstance(telling, Missing):
        missing.append(telling)
        telling = None
    return missing or Taxation(chosen, rule_name(sale), telling)


def explain(sale: Sale, *, words: Words, rates: Rates) -> Explanation:
    """What the partner is told of the sale while its details are filled in."""
    return explained(
        seller_tax_facts(sale.seller, vat_number_valid=checks(sale.seller)),
        buyer_tax_facts(sale.buyer, vat_number_valid=checks(sale.buyer)),
        words=words,
        rates=rates,
        override=sale.override,
    )


def checks(details: SellerDetails | BuyerDetails) -> bool:
    """Whether there is a VAT number, and its check digits are right."""
    return bool(details.vat_number) and reference.vat_number_ok(details.country, details.vat_number or "")


def rule_name(sale: Sale) -> str:
    """The rule that the sale comes under, `override` where it was decided otherwise, '' while it is not known."""
    if sale.override:
        return OVERRIDE
    seller = seller_tax_facts(sale.seller, vat_number_valid=checks(sale.seller))
    rule = rule_for(seller, buyer_tax_facts(sale.buyer, vat_number_valid=checks(sale.buyer)))
    return rule.name if rule else ""


def rates_on(tx: Tx, account_id: str, on: date) -> list[ExchangeRate]:
    """The rates that an invoice of this day could take, whichever two currencies it is about."""
    pairs = tx.all(_PAIRS, account=account_id, **_days(on))
    ways = sorted({way for row in pairs for way in ((row.base, row.quote), (row.quote, row.base))})
    return [rate for one, other in ways if (rate := _rate(tx, account_id, one, other, on=on))]


def treatment_from(body: str | None) -> Treatment | None:
    """The treatment that an override's row holds; None for none, and for one that was withdrawn."""
    if not body:
        return None
    plain = {name: value for name, value in json.loads(body).items() if name != _MADE_FOR}
    return Treatment(**{**plain, "rate": None if plain["rate"] is None else Decimal(plain["rate"])})


def plain(treatment: Treatment, made_for: Mapping[str, str]) -> Mapping[str, Any]:
    """What an override's row and its deed hold; `made_for`: the `places_and_status` it was decided for."""
    rate = treatment.rate
    return {**asdict(treatment), "rate": None if rate is None else format(normalised(rate), "f"), _MADE_FOR: made_for}


def places_and_status(seller: SellerDetails, buyer: BuyerDetails) -> dict[str, str]:
    """What the law of a sale goes by, as far as it is known; whoever decides otherwise decides for these."""
    facts = {
        "seller's country": seller.country, "seller's territory": _territory(seller), "tax status": seller.tax_status,
        "buyer's country": buyer.country, "buyer's territory": _territory(buyer),
    }  # fmt: skip
    return {name: value for name, value in facts.items() if value}


def _territory(details: SellerDetails | BuyerDetails) -> str:
    """One with a VAT of its own that the postcode tells; 'none' is an answer, so that who moves there has moved."""
    found = territory_of(details.country, details.postcode)
    return found.name if found else _NOWHERE


def outdated(body: str | None, seller: SellerDetails, buyer: BuyerDetails) -> list[Missing]:
    """That an override was decided for a sale of other places or another status than this one is."""
    made_for = json.loads(body).get(_MADE_FOR, {}) if body else {}
    now = places_and_status(seller, buyer)
    changed = [_moved(name, was, now[name]) for name, was in made_for.items() if now.get(name, was) != was]
    if not changed:
        return []
    told = f"The tax override was decided when {', '.join(changed)}. Decide anew, or go by the rules again."
    return [Missing("tax_override", told, "vendor")]


def _moved(name: str, was: str, now: str) -> str:
    whose, _, what = name.partition("'s ")
    if what == "territory":
        return f"the {whose} was {_inside(was)} and is {_inside(now)}"
    return f"the {name} was {was} and is {now}"


def _inside(territory: str) -> str:
    return "in no territory with a VAT of its own" if territory == _NOWHERE else f"in {territory}"


def _unconfirmed(
    tx: Tx, account_id: str, sale: Sale, chosen: Treatment, register: VatCheck, now: datetime
) -> list[Missing]:
    """The register's word is wanted where a VAT number is what makes the treatment lawful."""
    missing: list[Missing] = []
    if chosen.category in ("S", "AE") and sale.seller.vat_number and register.covers(sale.seller.country):
        row = vat_check.latest(tx, account_id, sale.seller.vat_number)
        missing += vat_check.unconfirmed(row, sale.seller.vat_number, whose="partner", now=now)
    buyer = sale.buyer
    is_reversed = chosen.category == "AE" or says_reverse_charge(chosen)
    if is_reversed and buyer.vat_number and register.covers(buyer.country):
        row = vat_check.latest(tx, account_id, buyer.vat_number)
        missing += vat_check.unconfirmed(row, buyer.vat_number, whose="vendor", now=now)
    return missing


def _telling(tx: Tx, account_id: str, sale: Sale, chosen: Treatment) -> Telling | Missing | None:
    wanted = must_be_told_in(sale.seller.country, sale.currency, [chosen])
    if not wanted:
        return None
    rate = _rate(tx, account_id, sale.currency, wanted, on=sale.on)
    return Telling(reference.currency(wanted), rate) if rate else missing_rate(sale.currency, wanted)


def _rate(tx: Tx, account_id: str, one: str, other: str, *, on: date) -> ExchangeRate | None:
    row = tx.one(_RATE, account=account_id, one=one, other=other, **_days(on))
    if row is None:
        return None
    return ExchangeRate(row.base, row.quote, Decimal(row.rate), date.fromisoformat(row.rate_date), row.source)


def _days(on: date) -> dict[str, str]:
    return {"since": (on - timedelta(days=MOST_DAYS)).isoformat(), "on": on.isoformat()}


_PAIRS = """
    SELECT DISTINCT base, quote FROM exchange_rate WHERE account_id = :account AND rate_date BETWEEN :since AND :on"""
# Either way round; of one day, the way of the invoice's own currency first, and what was given last.
_RATE = """
    SELECT r.base, r.quote, r.rate_date, r.rate, r.source FROM (
        SELECT base, quote, rate_date, seq, rate, source FROM exchange_rate
        WHERE account_id = :account AND base = :one AND quote = :other AND rate_date BETWEEN :since AND :on
        UNION ALL
        SELECT base, quote, rate_date, seq, rate, source FROM exchange_rate
        WHERE account_id = :account AND base = :other AND quote = :one AND rate_date BETWEEN :since AND :on
    ) r ORDER BY r.rate_date DESC, CASE WHEN r.base = :one THEN 0 ELSE 1 END, r.seq DESC LIMIT 1"""
