"""
The invoice as one prints it after reading the first pages on WeasyPrint and Jinja2: what ours is measured against.

The same look, fonts and kind of PDF. The head is a flex row, tables find their own widths, and environment, fonts and
style sheet are made for each invoice. It knows nothing of a press.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader

from engine.billing.invoice import Invoice
from renderers.phrases import phrases

_HERE = Path(__file__).parent
_FONTS = _HERE.parent / "renderers" / "fonts"


def plain_pdf(invoice: Invoice) -> bytes:
    """The invoice as PDF bytes, everything made for this one call."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    environment = Environment(loader=FileSystemLoader(_HERE), autoescape=True)
    environment.filters.update(_filters(invoice))
    html = environment.get_template("plain_invoice.html").render(invoice=invoice, _=phrases(invoice.language).gettext)
    fonts = FontConfiguration()
    style = CSS(filename=_HERE / "plain_invoice.css", font_config=fonts, base_url=f"{_FONTS}/")
    pdf: bytes = HTML(string=html).write_pdf(stylesheets=[style], font_config=fonts)
    return pdf


def _filters(invoice: Invoice) -> dict[str, object]:
    language, decimals = invoice.language, invoice.currency.exponent
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")

    def money(minor: int) -> str:
        return format_decimal(Decimal(minor).scaleb(-decimals), format=pattern, locale=language).replace("-", "−")

    def day(value: date, form: str = "long") -> str:
        return format_date(value, form, locale=language)

    def rate(value: Decimal) -> str:
        return format_decimal(value, format="0.###", locale=language) + "\u202f%"

    return {"money": money, "day": day, "rate": rate}
