"""Documents of every look, their pages as pictures, and by how much two pictures differ. It knows no test."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from engine.billing.invoice import Invoice, TaxCurrencyTotal
from tests.e_invoices import AE, FRANCHISE, OUT, at, credited, drawn, supplies

APPROVED = Path(__file__).parent / "pictures"
LOGO = "a" * 64
_DPI = 120  # a figure is some ten places high, so that a 6 and an 8 are many apart
_SOFT = 0.6  # places: another version of the font's library smooths letters otherwise
_AROUND = 3  # places: and may move one by one place to any side

_NORTH = {
    "legal_name": "Nordlicht Medienagentur für digitale Absatzförderung und Partnerprogramme GmbH & Co. KG",
    "line1": "Königsallee 1", "city": "Düsseldorf", "postcode": "40212", "country": "DE", "logo": LOGO,
    "vat_number": "DE136695976", "footer": "Amtsgericht Düsseldorf HRB 12345\nGeschäftsführerin: Anna Grün",
}  # fmt: skip
_SMALL = {"tax_status": "small_business", "vat_number": None, "tax_number": "30326504500017"}
_TEAM = "Provision für die Vermittlung von Neukunden, Abonnement „Team Plus“, Laufzeit 12 Monate"
ABROAD = {"vat_number": None, "legal_number": None, "tax_number": "300 123 456", "tax_status": "not_taxable"}
_ARABIC = {
    "legal_name": "شركة النور للتجارة ذ.م.م", "line1": "شارع الملك فهد 12", "city": "الرياض", "postcode": "12345",
    "country": "SA", "footer": "شركة النور للتجارة ذ.م.م 2026",
}  # fmt: skip
_JAPANESE = {
    "legal_name": "株式会社テスト商事", "line1": "千代田区丸の内一丁目 1", "city": "東京都", "postcode": "100-0005",
    "country": "JP",
}  # fmt: skip


def documents() -> Mapping[str, Invoice]:
    """By the names of their pictures. What a page can hold stands on at least one of them."""
    spanish = {"country": "ES", "vat_number": "ESB58378431", "city": "Madrid", "postcode": "28001"}
    italian = {"country": "IT", "vat_number": "IT00743110157", "city": "Roma", "postcode": "00100"}
    dutch = {"country": "NL", "vat_number": "NL004495445B01", "city": "Amsterdam", "postcode": "1011AA"}
    irish = {"country": "IE", "vat_number": "IE6433435F", "city": "Dublin", "postcode": "D02"}
    french = drawn(supplies((120_000, at("20")), (25_050, at("10")), (-5_000, at("20"))), language="fr")
    small = drawn(supplies(10_000), FRANCHISE, seller=_SMALL, language="fr")
    german = drawn(supplies(10_000, 25_050, what=_TEAM), AE, seller=_NORTH, language="de")
    return {
        "invoice-en": drawn(supplies(10_000, 25_050, -5_000), AE, seller=irish, language="en"),
        "invoice-fr": french,
        "invoice-de": german,
        "invoice-es": drawn(supplies(10_000), AE, seller=spanish, language="es"),
        "invoice-it": drawn(supplies(10_000), AE, seller=italian, language="it"),
        "invoice-nl": drawn(supplies(10_000), AE, seller=dutch, language="nl"),
        "small-business": small,
        "credit-note-fr": credited(french),
        "credit-note-de": credited(german),
        "preview-en": replace(drawn(supplies(10_000), AE, seller=irish, language="en"), number=""),
        "other-currency": _in_zloty(french),
        "many-lines": drawn(supplies(*range(10_000, 10_032), what=_TEAM), seller=_NORTH, language="de"),
        "arabic": drawn(supplies(10_000, what="عمولة 2026"), OUT, seller=ABROAD | _ARABIC, language="en"),
        "japanese": drawn(supplies(10_000, what="手数料"), OUT, seller=ABROAD | _JAPANESE, language="en"),
    }


def logo() -> bytes:
    """A PNG of a partner's: a disc on a field."""
    field = Image.new("RGB", (300, 90), "#224455")
    ImageDraw.Draw(field).ellipse((20, 10, 90, 80), fill="#ffaa33")
    written = BytesIO()
    field.save(written, "PNG")
    return written.getvalue()


def picture(pdf: bytes) -> Image.Image:
    """All pages in grey, one below the other."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.render(scale=_DPI / 72, grayscale=True).to_pil().convert("L") for page in document]
    whole = Image.new("L", (pages[0].width, sum(page.height for page in pages)), "white")
    for at_page, page in enumerate(pages):
        whole.paste(page, (0, at_page * pages[0].height))
    return whole


def difference(one: Image.Image, other: Image.Image) -> int:
    """
    By how much the place that differs most is lighter or darker than all of the other picture around it, from 0 to 255;
    255 where the pages are not of one size and number. So one figure that is another counts as much as a page of them.
    """
    if one.size != other.size:
        return 255
    soft, other_soft = (each.convert("L").filter(ImageFilter.GaussianBlur(_SOFT)) for each in (one, other))
    return max(_beyond(soft, other_soft), _beyond(other_soft, soft))


def _beyond(one: Image.Image, other: Image.Image) -> int:
    darkest, lightest = other.filter(ImageFilter.MinFilter(_AROUND)), other.filter(ImageFilter.MaxFilter(_AROUND))
    apart = ImageChops.subtract(one, lightest), ImageChops.subtract(darkest, one)
    return max(int(each.getextrema()[1]) for each in apart)


def _in_zloty(invoice: Invoice) -> Invoice:
    told = TaxCurrencyTotal(invoice.currency, 0, Decimal("4.2705"), "NBP 226/A/NBP/2026", invoice.issue_date)
    zloty = replace(invoice.currency, code="PLN")
    return replace(invoice, tax_currency_total=replace(told, currency=zloty, tax=invoice.tax * 42705 // 10000))
