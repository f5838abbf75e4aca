"""The invoice as one HTML page: what a browser shows and what the press prints. It knows no database and no clock."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from importlib.resources import files

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from engine.billing.invoice import Invoice
from engine.billing.money import Currency, Money
from engine.contracts import Document
from renderers.press import Press
from renderers.words import words


class InvoiceHtml:
    name = "html"

    def __init__(self, press: Press) -> None:
        """Every renderer is handed the press; this one prints nothing."""

    def render(self, invoice: Invoice, assets: Mapping[str, bytes]) -> Document:  # noqa: ARG002
        """The page. Its style sheet and logo are named, not included: whoever shows it serves them."""
        return Document(f"{invoice.number.replace('/', '-')}.html", "text/html", page(invoice).encode())


def page(invoice: Invoice) -> str:
    """The invoice as HTML. Partner text is hostile: all of it is escaped, an undefined name fails."""
    return _template(invoice.template).render(invoice=invoice, say=_Speech(invoice), w=words(invoice.language))


def spoken_totals(invoice: Invoice) -> dict[str, str]:
    """Net, tax and gross as the page says them."""
    say = _Speech(invoice)
    return {"net": say.money(invoice.net), "tax": say.money(invoice.tax), "gross": say.money(invoice.gross)}


@cache
def template_hash(version: str) -> str:
    """The sha256 of everything that shapes a page of this template version: kept with each document."""
    folder = files("renderers").joinpath("templates", "invoice", version)
    digest = sha256()
    for each in sorted(folder.iterdir(), key=lambda entry: entry.name):
        digest.update(each.read_bytes())
    return digest.hexdigest()


class _Speech:
    """Money, dates and rates in the language of the invoice; English where Babel has no such language."""

    def __init__(self, invoice: Invoice) -> None:
        self.currency = invoice.currency
        self.locale = _locale(invoice.language)

    def money(self, minor: int) -> str:
        """`1.250,00` with the currency's own decimals; the currency's code stands beside it on the page."""
        return self.money_in(minor, self.currency)

    def money_in(self, minor: int, currency: Currency) -> str:
        decimals = currency.exponent
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return format_decimal(Decimal(Money(minor, currency).text()), format=pattern, locale=self.locale)

    def country(self, code: str) -> str:
        """The country's name in the invoice's language."""
        return str(self.locale.territories.get(code, code))

    def iban(self, iban: str) -> str:
        """In groups of four, as on a bank's paper."""
        plain = iban.replace(" ", "")
        return "\u00a0".join(plain[at : at + 4] for at in range(0, len(plain), 4))

    def day(self, day: date) -> str:
        return format_date(day, "long", locale=self.locale)

    def short(self, day: date) -> str:
        return format_date(day, "yyyy-MM-dd", locale="en")

    def rate(self, rate: Decimal) -> str:
        return format_decimal(rate, format="0.###", locale=self.locale) + "\u202f%"


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale("en")


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
