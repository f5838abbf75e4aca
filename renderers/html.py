"""The invoice as one HTML page: what a browser shows and what the press prints. It knows no database and no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from importlib.resources import files

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from engine.billing.invoice import Invoice, PaymentDetails
from engine.billing.money import Currency, Money
from engine.contracts import Document
from renderers.press import Press
from renderers.words import spoken_language, words


class InvoiceHtml:
    name = "html"

    def __init__(self, press: Press) -> None:
        """Every renderer is handed the press; this one prints nothing."""

    def render(self, invoice: Invoice, assets: Mapping[str, bytes]) -> Document:  # noqa: ARG002
        """The page. Its style sheet and logo are named, not included: whoever shows it serves them."""
        return Document(f"{file_name(invoice)}.html", "text/html", page(invoice).encode())


def file_name(invoice: Invoice) -> str:
    """What an invoice's files are called, without the ending."""
    return invoice.number.replace("/", "-") or "preview"


@dataclass(frozen=True, slots=True)
class Total:
    """One line of the totals: the key of its word, and the amount with its currency as the page says it."""

    label: str
    figure: str


def page(invoice: Invoice) -> str:
    """The invoice as HTML. Partner text is hostile: all of it is escaped, an undefined name fails."""
    return _template(invoice.template).render(invoice=invoice, say=_Speech(invoice), w=words(invoice.language))


def spoken_totals(invoice: Invoice) -> tuple[Total, ...]:
    """Net, tax and gross as the page says them, in this order."""
    return _Speech(invoice).totals()


@cache
def template_hash(version: str) -> str:
    """The sha256 of everything that shapes a page of this template version: kept with each document."""
    folder = files("renderers").joinpath("templates", "invoice", version)
    digest = sha256()
    for each in sorted(folder.iterdir(), key=lambda entry: entry.name):
        digest.update(each.read_bytes())
    return digest.hexdigest()


class _Speech:
    """Money, dates and rates in the language of the invoice; English where we have no words of that language."""

    def __init__(self, invoice: Invoice) -> None:
        self._invoice = invoice
        self.locale = _locale(invoice.language)
        self.language = str(self.locale).replace("_", "-")

    def totals(self) -> tuple[Total, ...]:
        invoice, code = self._invoice, self._invoice.currency.code
        last = "credited" if invoice.is_credit_note else "gross"
        sums = (("net", invoice.net), ("tax", invoice.tax), (last, invoice.gross))
        return tuple(Total(label, f"{self.money(minor)}\u00a0{code}") for label, minor in sums)

    def money(self, minor: int) -> str:
        """`1.250,00` with the currency's own decimals and a real minus sign; the currency's code stands beside it."""
        return self.money_in(minor, self._invoice.currency)

    def money_in(self, minor: int, currency: Currency) -> str:
        decimals = currency.exponent
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        spoken = format_decimal(Decimal(Money(minor, currency).text()), format=pattern, locale=self.locale)
        return spoken.replace("-", "\u2212")

    def country(self, code: str) -> str:
        """The country's name in the invoice's language."""
        return str(self.locale.territories.get(code, code))

    def account(self, payment: PaymentDetails) -> list[str]:
        """Where to pay. The IBAN is in groups of four, as on a bank's paper."""
        iban = payment.iban.replace(" ", "")
        groups = "\u00a0".join(iban[at : at + 4] for at in range(0, len(iban), 4))
        told = (
            payment.account_holder,
            groups and f"IBAN {groups}",
            payment.bic and f"BIC {payment.bic}",
            payment.other,
        )
        return [each for each in told if each]

    def day(self, day: date) -> str:
        return format_date(day, "long", locale=self.locale)

    def short(self, day: date) -> str:
        return format_date(day, "medium", locale=self.locale)

    def rate(self, rate: Decimal) -> str:
        return format_decimal(rate, format="0.###", locale=self.locale) + "\u202f%"


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(spoken_language(language).replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale(spoken_language(language)[:2])


@cache
def _template(version: str) -> Template:
    return _PAGES.get_template(f"{version}/invoice.html")


_PAGES = Environment(
    loader=PackageLoader("renderers", "templates/invoice"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
