"""Read a PDF back as text, to see that it says what its invoice says."""

import contextlib
import re
import threading
import unicodedata
from typing import Any

from engine.billing.invoice import Invoice
from renderers.html import spoken_totals
from renderers.words import words

_GAPS = re.compile(r"[\s\u00ad\u200b\ufffe\x02]+")
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
    What of number, parties and totals does not stand in the text. A total stands there only beside its own word, so
    that `8,00` is not found in `1.258,00`; of names only letters and digits count.
    """
    names = {"number": invoice.number, "seller": invoice.seller.legal_name, "buyer": invoice.buyer.legal_name}
    letters, plain, say = _letters(text), _squeezed(text), words(invoice.language)
    missing = [what for what, name in names.items() if not _is_named(_letters(name), letters)]
    # A reader turns a whole line around for one word that is written from right to left in it.
    turned = any(unicodedata.bidirectional(each) in ("R", "AL") for each in text)
    for total in spoken_totals(invoice):
        wanted = total.figure.rpartition("\u00a0")[0] if turned else say[total.label] + total.figure
        if _squeezed(wanted) not in plain:
            missing.append(total.label)
    return tuple(missing)


def _is_named(name: str, text: str) -> bool:
    """In writings that the shipped fonts lack, a reader may put letters in another order, or strange ones between."""
    return name in text or (not _OURS.issuperset(map(_script, name)) and set(name) <= set(text))


_OURS = frozenset({"LATIN", "GREEK", "CYRILLIC", "DIGIT"})


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _letters(text: str) -> str:
    """Letters and digits, without marks above and below them: a reader puts several of those in its own order."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(each for each in plain if unicodedata.category(each)[0] in "LN")


def _squeezed(text: str) -> str:
    """Without spaces and line breaks."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", text))
