"""
What a vendor says about tax: overrides with their reason, rates of exchange with their source, and what the register
answered when it was asked. Each is a row that never changes and a deed in history; what waited is decided anew.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine import history, partners, reference, taxing, vat_check, waiting
from engine.billing import printed
from engine.billing.parties import BuyerDetails, SellerDetails
from engine.billing.tax import Treatment
from engine.billing.tax_currency import MOST_DAYS, ExchangeRate, parse_exchange_rate
from engine.billing.text import text_problems
from engine.billing.treatment import problems_in_override
from engine.clock import moment, stamp
from engine.errors import Invalid, NotFound, NoVatCheck, Problem, Unknown
from engine.store import Tx
from engine.vat_check import Question, Verdict, keep
from engine.world import Caller

CATEGORIES = ("S", "AE", "E", "Z", "O", "local")
_SOURCE_LENGTH = 100


@dataclass(frozen=True, slots=True)
class OverrideView:
    """A decision about a partner's tax. `treatment` None: the rules again."""

    partner: str
    treatment: Treatment | None
    reason: str
    set_at: datetime
    set_by: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What the register answered about a number."""

    vat_number: str
    country: str
    verdict: Verdict
    detail: str
    consultation: str
    source: str
    asked_at: datetime
    asked_by: str


def override(caller: Caller, partner_code: str, treatment: Treatment | None, *, reason: str) -> int:
    """
    Tax this partner's services so from now on, whatever the rules say; None: by the rules again. Issued invoices stay
    as they are. Returns how many blocked payouts were decided anew.

    Raises:
        NotAllowed: the role is none of finance. NotFound: there is no such partner.
        ReasonRequired, Invalid: no reason; what no document of this category can say.
    """
    caller.require("tax override", "finance")
    why = caller.require_reason("tax override", reason)
    if treatment and (problems := _problems_in(treatment)):
        raise Invalid(f"The tax override of partner {partner_code}", problems)

    def work(tx: Tx) -> int:
        _lock(tx, caller, exclusive=False)
        partner = tx.one(_PARTNER, account=caller.account_id, code=partner_code)
        if partner is None:
            raise NotFound("partner", partner_code)
        return _override(tx, caller, partner, treatment, reason=why)

    return caller.transact(work)


def overrides(caller: Caller, partner_code: str) -> list[OverrideView]:
    """
    Every decision about this partner's tax, the newest first.

    Raises:
        NotAllowed: the role is none of the vendor's. NotFound: there is no such partner.
    """
    caller.require("tax overrides", "viewer")
    with caller.world.store.reading() as tx:
        partner = partners.by_code(tx, caller.account_id, partner_code)
        rows = tx.all(_OVERRIDES, account=caller.account_id, partner=partner.id)
    return [
        OverrideView(partner_code, taxing.treatment_from(row.treatment), row.reason, moment(row.set_at), row.set_by)
        for row in rows
    ]


def add_rate(caller: Caller, base: str, quote: str, rate: str, *, day: str, source: str) -> int:
    """
    One of `base` is worth `rate` of `quote` on `day` (ISO 8601), as `source` says. A later one for the same day counts
    instead. Returns how many blocked payouts were decided anew.

    Raises:
        NotAllowed: the role is none of finance.
        Invalid: everything that cannot be read.
    """
    caller.require("rate of exchange", "finance")
    if problems := _rate_problems(caller, base, quote, rate, day=day, source=source):
        raise Invalid(f"The rate from {base[:3]} to {quote[:3]}", problems)
    told = ExchangeRate(base, quote, parse_exchange_rate(rate), date.fromisoformat(day), source.strip())

    def work(tx: Tx) -> int:
        _lock(tx, caller, exclusive=True)
        return _add_rate(tx, caller, told)

    return caller.transact(work)


def rates(caller: Caller) -> list[ExchangeRate]:
    """
    The rates that count, by pair, the newest day first.

    Raises:
        NotAllowed: the role is none of the vendor's.
    """
    caller.require("rates of exchange", "viewer")
    with caller.world.store.reading() as tx:
        return [_rate(row) for row in tx.all(_RATES, account=caller.account_id)]


def check_seller(caller: Caller, partner_code: str) -> AnswerView:
    """
    Ask the register about the partner's VAT number and keep the answer; payouts that waited for it, also those of
    another partner with the same number, are decided anew.

    Raises:
        NotAllowed: the role is none of finance. NotFound: there is no such partner.
        NoVatCheck: no register is asked here. Invalid: there is no number to ask about.
    """
    caller.require("VAT check", "finance")
    with caller.world.store.reading() as tx:
        partner = partners.by_code(tx, caller.account_id, partner_code)
        buyer = _buyer(tx, caller)
    seller = SellerDetails.from_json(json.loads(partner.seller))
    return _check(caller, f"Partner {partner_code}", seller, asker=buyer.vat_number or "", partner_id=partner.id)


def check_buyer(caller: Caller) -> AnswerView:
    """The same for the account's own VAT number. Raises as `check_seller`."""
    caller.require("VAT check", "finance")
    with caller.world.store.reading() as tx:
        buyer = _buyer(tx, caller)
    return _check(caller, "The account", buyer, asker=buyer.vat_number or "", partner_id="")


def answers(caller: Caller, vat_number: str) -> list[AnswerView]:
    """
    What was answered about a number, the newest first.

    Raises:
        NotAllowed: the role is none of the vendor's.
    """
    caller.require("VAT answers", "viewer")
    with caller.world.store.reading() as tx:
        return [_answer(row) for row in tx.all(_ANSWERS, account=caller.account_id, number=vat_number)]


def _problems_in(treatment: Treatment) -> list[Problem]:
    if treatment.category not in CATEGORIES:
        return [Problem("category", f"'{treatment.category[:20]}' is none of {', '.join(CATEGORIES)}.")]
    return [Problem(item.field, item.sentence) for item in problems_in_override(treatment)]


def _override(tx: Tx, caller: Caller, partner: Any, treatment: Treatment | None, *, reason: str) -> int:
    last = tx.one(_OVERRIDES + " LIMIT 1", account=caller.account_id, partner=partner.id)
    before = json.loads(last.treatment) if last and last.treatment else None
    seller = SellerDetails.from_json(json.loads(partner.seller))
    made_for = taxing.places_and_status(seller, _buyer(tx, caller))
    after = taxing.plain(treatment, made_for) if treatment else None
    tx.insert(
        "tax_override", account_id=caller.account_id, partner_id=partner.id, seq=last.seq + 1 if last else 1,
        treatment=history.to_json(after) if after else "", reason=reason, set_at=stamp(caller.now),
        set_by=caller.actor.id,
    )  # fmt: skip
    told = f"taxed by decision: {_shown(treatment)}" if treatment else "taxed by the rules again"
    deed = history.Deed("set tax_override", reason=reason, sentence=told, data=history.change(before, after))
    history.note(tx, "partner", caller.account_id, partner.id, deed, actor=caller.actor, now=caller.now)
    return waiting.reconsider(tx, caller, partner_id=partner.id)


def _shown(treatment: Treatment) -> str:
    rate = "" if treatment.rate is None else f" {treatment.rate} %"
    return f"{treatment.category}{rate}"


def _rate_problems(caller: Caller, base: str, quote: str, rate: str, *, day: str, source: str) -> list[Problem]:
    problems = [*_currency_problems("base", base), *_currency_problems("quote", quote)]
    if base == quote:
        problems.append(Problem("quote", "a rate is between two currencies."))
    try:
        parse_exchange_rate(rate)
    except ValueError as error:
        problems.append(Problem("rate", str(error)))
    try:
        if date.fromisoformat(day) > caller.now.date() + timedelta(days=MOST_DAYS):
            problems.append(Problem("day", f"{day[:10]} is more than {MOST_DAYS} days ahead."))
    except ValueError:
        problems.append(Problem("day", f"'{day[:40]}' is no date such as 2026-11-23."))
    if not source.strip():
        problems.append(Problem("source", "say where the rate is from, such as ECB."))
    elif not printed.RATE["source"].says(source):
        problems.append(Problem("source", printed.RATE["source"].rule()))
    problems += [Problem("source", found.sentence) for found in text_problems("source", source, _SOURCE_LENGTH)]
    return problems


def _currency_problems(field: str, code: str) -> list[Problem]:
    try:
        reference.currency(code)
    except Unknown as error:
        return [Problem(field, str(error))]
    return []


def _add_rate(tx: Tx, caller: Caller, told: ExchangeRate) -> int:
    key = {"account": caller.account_id, "base": told.base, "quote": told.quote, "day": told.day.isoformat()}
    last = tx.one(_LAST_RATE, **key)
    tx.insert(
        "exchange_rate", account_id=caller.account_id, base=told.base, quote=told.quote, rate_date=key["day"],
        seq=last.seq + 1 if last else 1, rate=format(told.rate, "f"), source=told.source, added_at=stamp(caller.now),
        added_by=caller.actor.id,
    )  # fmt: skip
    before = {"rate": last.rate, "source": last.source} if last else None
    after = {"rate": format(told.rate, "f"), "source": told.source}
    sentence = f"1 {told.base} is {told.rate:f} {told.quote} on {key['day']} ({told.source})"
    data = {"base": told.base, "quote": told.quote, "day": key["day"], "rate": history.change(before, after)}
    deed = history.Deed("add exchange_rate", sentence=sentence, data=data)
    history.note(tx, "account", caller.account_id, caller.account_id, deed, actor=caller.actor, now=caller.now)
    return waiting.reconsider(tx, caller)


def _check(
    caller: Caller, subject: str, details: SellerDetails | BuyerDetails, *, asker: str, partner_id: str
) -> AnswerView:
    register = caller.world.vat_check
    if register is None:
        raise NoVatCheck
    number = details.vat_number or ""
    if problems := _number_problems(details, covered=register.covers(details.country), name=register.name):
        raise Invalid(subject, problems)
    answer = register.ask(details.country, number, asker=asker)
    question = Question(details.country, number, register.name, caller.actor.id, caller.now)

    def work(tx: Tx) -> AnswerView:
        _lock(tx, caller, exclusive=True)
        before = vat_check.latest(tx, caller.account_id, number)
        keep(tx, caller.account_id, question, answer)
        sentence = f"{register.name} answered about the VAT number: {answer.verdict}"
        change = history.change(before.verdict if before else None, answer.verdict)
        data = {"number": history.details_hash({"vat_number": number}), "verdict": change,
                "consultation": answer.consultation}  # fmt: skip
        deed = history.Deed("check vat_number", sentence=sentence, data=data)
        kind, subject_id = ("partner", partner_id) if partner_id else ("account", caller.account_id)
        history.note(tx, kind, caller.account_id, subject_id, deed, actor=caller.actor, now=caller.now)
        waiting.reconsider(tx, caller, naming=number)
        return _answer(tx.one(_ANSWERS + " LIMIT 1", account=caller.account_id, number=number))

    return caller.transact(work)


def _number_problems(details: SellerDetails | BuyerDetails, *, covered: bool, name: str) -> list[Problem]:
    if not details.vat_number:
        return [Problem("vat_number", "there is none to ask about.")]
    if not taxing.checks(details):
        return [Problem("vat_number", "its check digits are wrong already; correct it first.")]
    if not covered:
        return [Problem("country", f"{name} has no VAT numbers of {details.country}; the check digits are right.")]
    return []


def _lock(tx: Tx, caller: Caller, *, exclusive: bool) -> None:
    tx.one(_ACCOUNT + (" FOR UPDATE" if exclusive else " FOR SHARE"), account=caller.account_id)


def _buyer(tx: Tx, caller: Caller) -> BuyerDetails:
    return BuyerDetails.from_json(json.loads(tx.one(_ACCOUNT, account=caller.account_id).buyer))


def _rate(row: Any) -> ExchangeRate:
    return ExchangeRate(row.base, row.quote, Decimal(row.rate), date.fromisoformat(row.rate_date), row.source)


def _answer(row: Any) -> AnswerView:
    return AnswerView(
        row.vat_number, row.country, row.verdict, row.detail, row.consultation, row.source, moment(row.asked_at),
        row.asked_by,
    )  # fmt: skip


_ACCOUNT = "SELECT id, buyer FROM account WHERE id = :account"
_PARTNER = "SELECT id, seller FROM partner WHERE account_id = :account AND code = :code FOR UPDATE"
_OVERRIDES = """
    SELECT seq, treatment, reason, set_at, set_by FROM tax_override
    WHERE account_id = :account AND partner_id = :partner ORDER BY seq DESC"""
_LAST_RATE = """
    SELECT seq, rate, source FROM exchange_rate
    WHERE account_id = :account AND base = :base AND quote = :quote AND rate_date = :day ORDER BY seq DESC LIMIT 1"""
_RATES = """
    SELECT r.base, r.quote, r.rate, r.rate_date, r.source FROM exchange_rate r
    WHERE r.account_id = :account AND r.seq = (
        SELECT MAX(n.seq) FROM exchange_rate n
        WHERE n.account_id = r.account_id AND n.base = r.base AND n.quote = r.quote AND n.rate_date = r.rate_date)
    ORDER BY r.base, r.quote, r.rate_date DESC"""
_ANSWERS = """
    SELECT vat_number, country, verdict, detail, consultation, source, asked_at, asked_by FROM vat_answer
    WHERE account_id = :account AND vat_number = :number ORDER BY seq DESC"""
