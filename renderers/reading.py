"""Read a PDF back as text, to see that it says what its invoice says."""

import re
import unicodedata

from engine.billing.invoice import Invoice
from renderers.html import spoken_totals

_GAPS = re.compile(r"[\s\u00ad\u200b\ufffe\x02-]+")


def text_of(pdf: bytes) -> str:
    """The text of all pages, in the order it was drawn."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def missing_from(invoice: Invoice, text: str) -> tuple[str, ...]:
    """What of number, parties and totals does not stand in the text. Line breaks and spaces do not count."""
    plain = _squeezed(text)
    wanted = {
        "number": invoice.number,
        "seller": invoice.seller.legal_name,
        "buyer": invoice.buyer.legal_name,
        **spoken_totals(invoice),
    }
    return tuple(name for name, value in wanted.items() if _squeezed(value) not in plain)


def _squeezed(text: str) -> str:
    return _GAPS.sub("", unicodedata.normalize("NFKC", text))
