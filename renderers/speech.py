"""How a page says amounts, dates, rates, countries and names in the language of its invoice. It knows no template."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

from engine.billing.invoice import Address, Invoice, PaymentDetails, TaxCurrencyTotal
from engine.billing.money import Currency, Money
from renderers.phrases import phrases, spoken_language, spoken_locale
from renderers.places import lines_of

_NO_BREAK = "\u00a0"
_WIDEST = 28  # letters
_CITED = re.compile(r"([Aa]rt\.|[Aa]rtikel|[Aa]rticle|§|s\.) (?=\d)")


@dataclass(frozen=True, slots=True)
class Total:
    """One line of the totals: which it is, its words, and the amount with its currency as the page says it."""

    name: str
    label: str
    figure: str


class Speech:
    """Of one invoice; English where we have no words of its language."""

    def __init__(self, invoice: Invoice) -> None:
        self._invoice = invoice
        self.gettext = phrases(invoice.language).gettext
        self.locale = spoken_locale(invoice.language, invoice.seller.address.country)
        self.language = spoken_language(invoice.language).replace("_", "-")

    def totals(self) -> tuple[Total, ...]:
        """Net, tax and gross, in this order."""
        invoice = self._invoice
        due = self.gettext("Amount credited") if invoice.is_credit_note else self.gettext("Amount due")
        return (
            self._total("net", self.gettext("Net total"), invoice.net),
            self._total("tax", self.tax_name(), invoice.tax),
            self._total("gross", due, invoice.gross),
        )

    def tax_name(self) -> str:
        """`VAT`, or the word for any tax where the partner named another one."""
        is_vat = all(group.tax_name == "VAT" for group in self._invoice.groups)
        return self.gettext("VAT") if is_vat else self.gettext("Tax")

    def folio(self) -> tuple[str, str, str]:
        """What stands before, between and after the two numbers of `Page 1 of 2`."""
        return folio(self.gettext)

    def money(self, minor: int) -> str:
        """`1.250,00` with the currency's own decimals and a real minus sign; the currency's code stands beside it."""
        return self._amount(minor, self._invoice.currency)

    def exchanged(self, total: TaxCurrencyTotal) -> str:
        """The tax in another currency, with the rate as it was given: `102,50 PLN (1 EUR = 4,2705 PLN, NBP, ...)`."""
        own, other = self._invoice.currency.code, total.currency.code
        worth = format_decimal(total.rate, format="#,##0.##########", locale=self.locale)
        per = total.per or own
        rate = f"1{_NO_BREAK}{per} = {worth}{_NO_BREAK}{other if per == own else own}"
        amount = f"{self._amount(total.tax, total.currency)}{_NO_BREAK}{other}"
        return f"{amount} ({rate}, {total.source}, {self.short(total.rate_date)})"

    def country(self, code: str) -> str:
        """The country's name in the invoice's language."""
        return str(self.locale.territories.get(code, code))

    def place(self, address: Address) -> list[str]:
        """City, region and postcode, in the order that is usual in the country."""
        return lines_of(address.country, city=address.city, region=address.region, postcode=address.postcode)

    def account(self, payment: PaymentDetails) -> list[str]:
        """Where to pay. The IBAN is in groups of four, as on a bank's paper."""
        iban = payment.iban.replace(" ", "")
        groups = _NO_BREAK.join(iban[at : at + 4] for at in range(0, len(iban), 4))
        told = (
            payment.account_holder,
            groups and f"IBAN{_NO_BREAK}{groups}",
            payment.bic and f"BIC{_NO_BREAK}{payment.bic}",
            payment.other,
        )
        return [each for each in told if each]

    def day(self, day: date) -> str:
        return format_date(day, "long", locale=self.locale)

    def short(self, day: date) -> str:
        return format_date(day, "medium", locale=self.locale)

    def rate(self, rate: Decimal) -> str:
        return format_decimal(rate, format="0.###", locale=self.locale) + "\u202f%"

    def whole(self, text: str) -> str:
        """A sentence in which the number of an article or paragraph stays with the word before it."""
        return _CITED.sub(rf"\1{_NO_BREAK}", text)

    def is_wide(self, name: str) -> bool:
        """Whether a word of it would be broken in a column of a third of the page."""
        return any(len(word) > _WIDEST for word in name.split())

    def way(self, text: str) -> str:
        """`rtl` where its first letter is written from right to left, else `ltr`: what HTML's `dir="auto"` means."""
        return "rtl" if _first_strong(text) in ("R", "AL") else "ltr"

    def _total(self, name: str, label: str, minor: int) -> Total:
        return Total(name, label, f"{self.money(minor)}{_NO_BREAK}{self._invoice.currency.code}")

    def _amount(self, minor: int, currency: Currency) -> str:
        decimals = currency.exponent
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        spoken = format_decimal(Decimal(Money(minor, currency).text()), format=pattern, locale=self.locale)
        return spoken.replace("-", "\u2212")


@lru_cache(maxsize=4096)
def _first_strong(text: str) -> str:
    """The direction of the first letter that has one (Unicode annex 9, rule P2)."""
    return next((way for way in map(unicodedata.bidirectional, text) if way in ("L", "R", "AL")), "L")


def folio(gettext: Callable[[str], str]) -> tuple[str, str, str]:
    """What stands before, between and after the two numbers of `Page 1 of 2`."""
    before, _, rest = gettext("Page %(page)s of %(pages)s").partition("%(page)s")
    between, _, after = rest.partition("%(pages)s")
    return before, between, after
