"""
VAT told in the money of the seller's country where the invoice is in another: which money, when, and how much. It knows
no market: the rate, its source and its day are given by the account.

Sources: Directive 2006/112/EC art. 230 and 91(2); EN 16931 BT-6 and BT-111; UK VAT Regulations 1995 r. 14(1) (HMRC,
VATREC5060); MWSTV art. 45 and bokføringsforskriften § 5-1-1 (both not seen).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from engine.billing.countries import VAT_COUNTRIES, vat_area
from engine.billing.errors import CurrencyMismatch, Missing, NotAnExchangeRate, Problem
from engine.billing.invoice import Invoice, TaxCurrencyTotal
from engine.billing.money import Currency, rounded
from engine.billing.tax import Treatment, normalised

# Members of the EU without the euro (Bulgaria has had it since 2026), and the others with rules of VAT.
_OWN_MONEY = {
    "CH": "CHF", "CZ": "CZK", "DK": "DKK", "GB": "GBP", "HU": "HUF", "NO": "NOK", "PL": "PLN", "RO": "RON", "SE": "SEK",
}  # fmt: skip

# Tax authorities publish rates for a month at most; an older one is not the latest of art. 91(2).
MOST_DAYS = 31

_RATE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,10})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """One of `base` is worth `rate` of `quote` (ISO 4217) on `day`, as `source` says."""

    base: str
    quote: str
    rate: Decimal
    day: date
    source: str


@dataclass(frozen=True, slots=True)
class Telling:
    """The other money that VAT is told in, and the rate by which it is."""

    into: Currency
    rate: ExchangeRate

    def of(self, tax: int, currency: Currency) -> TaxCurrencyTotal:
        """`tax`, in minor units of `currency`."""
        return told_in(tax, currency, into=self.into, rate=self.rate)


def parse_exchange_rate(text: str) -> Decimal:
    """
    A rate above 0 with at most 10 decimals, in its shortest form.

    Raises:
        NotAnExchangeRate: anything else.
    """
    if _RATE.fullmatch(text) is None or not (rate := normalised(Decimal(text))):
        raise NotAnExchangeRate(text)
    return rate


def tax_currency_of(country: str) -> str:
    """The money in which a seller's country wants its VAT told; '' where no rule is known."""
    area = vat_area(country)
    return _OWN_MONEY.get(area, "EUR") if area in VAT_COUNTRIES else ""


def must_be_told_in(country: str, currency: str, treatments: Sequence[Treatment]) -> str:
    """The other money in which this seller's invoice in `currency` tells its VAT; '' where there is no VAT to tell."""
    wanted = tax_currency_of(country)
    charged = any(each.category == "S" for each in treatments)
    return wanted if charged and wanted not in ("", currency) else ""


def told_in(tax: int, currency: Currency, *, into: Currency, rate: ExchangeRate) -> TaxCurrencyTotal:
    """
    `tax`, in minor units of `currency`, in `into`: rounded half away from zero to its minor unit, once. A rate that was
    given the other way round divides.

    Raises:
        CurrencyMismatch: the rate is not between these two.
    """
    if {rate.base, rate.quote} != {currency.code, into.code}:
        raise CurrencyMismatch(currency.code, into.code)
    factor = Fraction(rate.rate) if rate.base == currency.code else 1 / Fraction(rate.rate)
    minor = rounded(Fraction(tax, 10**currency.exponent) * factor * 10**into.exponent)
    return TaxCurrencyTotal(into, minor, rate.rate, rate.source, rate.day, per=rate.base)


def retold(told: TaxCurrencyTotal, tax: int, currency: Currency) -> TaxCurrencyTotal:
    """Another sum of VAT told as `told` was: of a partial credit note, by the rate of its invoice."""
    base = told.per or currency.code
    quote = told.currency.code if base == currency.code else currency.code
    rate = ExchangeRate(base, quote, told.rate, told.rate_date, told.source)
    return replace(told_in(tax, currency, into=told.currency, rate=rate), per=told.per)


def told_of_part(note: Invoice, before: Sequence[Invoice] = ()) -> TaxCurrencyTotal | None:
    """
    The VAT of a credit note as its invoice told it, after the credit notes `before` it of the same invoice: what their
    VAT comes to with this one, less what they told. So all of them together tell what the invoice told.
    """
    told = note.tax_currency_total
    if told is None:
        return None
    earlier = sum(one.tax for one in before)
    both, first = retold(told, earlier + note.tax, note.currency), retold(told, earlier, note.currency)
    return replace(both, tax=both.tax - first.tax)


def problems_in_told(invoice: Invoice, before: Sequence[Invoice] = ()) -> list[Problem]:
    """
    What is not right about the VAT told in another money (BT-111); none where none is told. before: of a credit note,
    those of the same invoice that came before it.
    """
    told = invoice.tax_currency_total
    if told is None:
        return []
    problems = []
    if told.currency == invoice.currency:
        problems.append(Problem("tax_currency_total.currency", "It is the invoice's own."))
    elif told.per not in ("", told.currency.code, invoice.currency.code):
        problems.append(Problem("tax_currency_total.per", f"The rate is of neither money, but of {told.per}."))
    elif told.rate <= 0:
        problems.append(Problem("tax_currency_total.rate", "A rate of exchange is above 0."))
    elif (due := told_of_part(invoice, before)) and told.tax != due.tax:
        problems.append(Problem("tax_currency_total.tax", f"The rate gives {due.tax} minor units, not {told.tax}."))
    if not told.source.strip():
        problems.append(Problem("tax_currency_total.source", "Say where the rate is from."))
    if told.rate_date > invoice.issue_date:
        problems.append(Problem("tax_currency_total.rate_date", "The rate is of a day after the issue."))
    return problems


def missing_rate(base: str, quote: str) -> Missing:
    """What an invoice in `base` of a seller whose country wants `quote` waits for."""
    sentence = (
        f"The rate from {base} to {quote} is missing: the seller's country wants its VAT told in {quote}. "
        f"Give one of the last {MOST_DAYS} days with its day and its source."
    )
    return Missing("exchange_rate", sentence, "vendor")
