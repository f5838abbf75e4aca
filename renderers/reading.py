"""Read a PDF back as text, to see that it says what its invoice says."""

import contextlib
import re
import threading
import unicodedata
from typing import Any

from engine.billing.invoice import Invoice
from engine.errors import RenderError
from renderers.speech import Speech
from renderers.writings import may_lack_a_font

_GAPS = re.compile(r"[\s\u00ad\u200b\ufffe\x02]+")
_ONE_AT_A_TIME = threading.Lock()
_INK = 0.1  # points: a letter that no font has leaves a box a tenth of this high


def text_of(pdf: bytes) -> str:
    """
    The text to be seen on all pages, in the order it was drawn. Threads wait for each other: PDFium is not made for
    several.
    """
    import pypdfium2

    with _ONE_AT_A_TIME, contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        return "\n".join(_page_text(document, at) for at in range(len(document)))


def attached_to(pdf: bytes) -> dict[str, bytes]:
    """
    The files inside a PDF by their names; of two of one name the second.

    Raises:
        RenderError: it cannot be read as a PDF.
    """
    import pypdfium2

    try:
        with _ONE_AT_A_TIME, contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
            inside = [document.get_attachment(at) for at in range(document.count_attachments())]
            return {each.get_name(): bytes(each.get_data()) for each in inside}
    except pypdfium2.PdfiumError as why:
        raise RenderError(f"The PDF cannot be read: {why}", permanent=True) from why


def _page_text(document: Any, at: int) -> str:
    """Closes what it opens at once: left to the garbage collector, it would be closed by any thread at any time."""
    with contextlib.closing(document[at]) as page, contextlib.closing(page.get_textpage()) as text:
        whole = str(text.get_text_range())
        return whole.translate(dict.fromkeys(_unseen(text))) if any(map(may_lack_a_font, whole)) else whole


def _unseen(text: Any) -> set[int]:
    """
    The letters of a page that leave no ink anywhere. WeasyPrint writes what no font has into a PDF's text and draws
    nothing, so that a reader finds a name that nobody can see.
    """
    from pypdfium2.raw import FPDFText_GetUnicode

    inked: set[int] = set()
    blank: set[int] = set()
    for place in range(text.count_chars()):
        code = FPDFText_GetUnicode(text, place)
        if 0xDC00 <= code < 0xE000:  # beyond the first 65,536, PDFium tells a letter in two halves
            code = 0x10000 + ((FPDFText_GetUnicode(text, place - 1) & 0x3FF) << 10) + (code & 0x3FF)
        if may_lack_a_font(chr(code)):
            _, bottom, _, top = text.get_charbox(place)
            (inked if top - bottom > _INK else blank).add(code)
    return blank - inked


def unprinted(invoice: Invoice, text: str) -> str:
    """The letters of both parties' names that stand nowhere in the text, each once, though a font could have them."""
    return lost_letters(invoice.seller.legal_name + invoice.buyer.legal_name, text)


def lost_letters(wanted: str, text: str) -> str:
    """The letters of `wanted` that stand nowhere in the text, each once, though a font could have them."""
    there = set(_letters(text))
    return "".join(
        dict.fromkeys(
            each
            for each in unicodedata.normalize("NFC", wanted)
            if may_lack_a_font(each) and not there.issuperset(_letters(each))
        )
    )


def missing_from(invoice: Invoice, text: str) -> tuple[str, ...]:
    """
    What of number, parties and totals does not stand in the text. A total stands there only beside its own word, so
    that `8,00` is not found in `1.258,00`; of names only letters and digits count.
    """
    names = {"number": invoice.number, "seller": invoice.seller.legal_name, "buyer": invoice.buyer.legal_name}
    letters, plain = _letters(text), _squeezed(text)
    missing = [what for what, name in names.items() if not _is_named(_letters(name), letters)]
    # A reader turns a whole line around for one word that is written from right to left in it.
    turned = any(unicodedata.bidirectional(each) in ("R", "AL") for each in text)
    for total in Speech(invoice).totals():
        wanted = total.figure.rpartition("\u00a0")[0] if turned else total.label + total.figure
        if _squeezed(wanted) not in plain:
            missing.append(total.name)
    return tuple(missing)


def _is_named(name: str, text: str) -> bool:
    """
    A name without a letter is never there. In writings that the shipped fonts lack, a reader may put letters in
    another order, or strange ones between.
    """
    if not name:
        return False
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
