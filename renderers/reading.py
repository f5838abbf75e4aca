"""Read a PDF back as text, to see that it says what its invoice says."""

import contextlib
import re
import threading
import unicodedata
from typing import Any

from engine.billing.invoice import Invoice
from renderers.html import spoken_totals
from renderers.words import words

_GAPS = re.compile(r"[\s\u00ad\u200b\ufffe\x02-]+")
_ONE_AT_A_TIME = threading.Lock()


def text_of(pdf: bytes) -> str:
    """The text of all pages, in the order it was drawn. Threads wait for each other: PDFium is not made for several."""
    import pypdfium2

    with _ONE_AT_A_TIME, contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        return "\n".join(_page_text(document, at) for at in range(len(document)))


def _page_text(document: Any, at: int) -> str:
    """Closes what it opens at once: left to the garbage collector, it would be closed by any thread at any time."""
    with contextlib.closing(document[at]) as page, contextlib.closing(page.get_textpage()) as text:
        return str(text.get_text_range())


def missing_from(invoice: Invoice, text: str) -> tuple[str, ...]:
    """
    What of number, parties and totals does not stand in the text. Line breaks and spaces do not count; a total stands
    there only beside its own word, so that `8,00` is not found in `1.258,00`.
    """
    plain, say = _squeezed(text), words(invoice.language)
    wanted = {
        "number": invoice.number,
        "seller": invoice.seller.legal_name,
        "buyer": invoice.buyer.legal_name,
        **{total.label: say[total.label] + total.figure for total in spoken_totals(invoice)},
    }
    return tuple(name for name, value in wanted.items() if _squeezed(value) not in plain)


def _squeezed(text: str) -> str:
    return _GAPS.sub("", unicodedata.normalize("NFKC", text))
