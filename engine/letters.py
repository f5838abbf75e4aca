"""
Which parts of an invoice nobody could read on paper, as no font has their letters or signs. It knows no font, as
whoever prints says which there are, and no part: `billing.printed` has all that are worded by somebody.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.billing import printed
from engine.billing.errors import Missing
from engine.billing.issuing import Supply
from engine.billing.parties import BuyerDetails, SellerDetails
from engine.billing.printed import Text
from engine.contracts import Letters
from engine.taxing import Taxation
from engine.world import Caller

FIELD = "letters"


@dataclass(frozen=True, slots=True)
class _Part:
    """A text, where it stands, and whether it is the seller's own."""

    where: str
    written: str
    text: Text
    sellers: bool = False


def unprinted(
    letters: Letters | None,
    seller: SellerDetails,
    *,
    buyer: BuyerDetails,
    taxed: Taxation | None,
    supplies: Sequence[Supply] = (),
) -> list[Missing]:
    """
    What would stand on paper without letters that it needs: all letters and signs of what names and identifies, and of
    other text one letter, or a digit where it has no letters. Nothing where nobody can say (`letters` is None).
    """
    parts = [*_parts(seller, buyer), *_taxed(taxed, seller), *_lines(supplies)]
    if letters is None or not letters.missing("".join(each.written for each in parts)):
        return []
    lost = [(each, _lost(letters, each)) for each in parts]
    return [Missing(FIELD, _told(each, those), "vendor", letters.way_out(those)) for each, those in lost if those]


def for_reader(caller: Caller, missing: Sequence[Missing]) -> tuple[Missing, ...]:
    """What is to be done on the vendor's machines is not told to partners."""
    return tuple(replace(each, way_out="") if caller.actor.kind == "partner" else each for each in missing)


def _parts(seller: SellerDetails, buyer: BuyerDetails) -> Iterator[_Part]:
    for whose, details in (("seller", seller), ("buyer", buyer)):
        for _, text, written in printed.of(details, printed.PARTY):
            if text.has == "digit" and not text.says(written):
                continue  # no party has a number that is none
            yield _Part(f"the {whose}'s {text.called}", written, text, details is seller)


def _taxed(taxed: Taxation | None, seller: SellerDetails) -> Iterator[_Part]:
    if taxed is None:
        return
    for _, text, written in printed.of(taxed.treatment, printed.TREATMENT):
        sellers = text is printed.TAX_NAME and written == seller.tax_name
        yield _Part(f"the seller's {text.called}" if sellers else f"the {text.called}", written, text, sellers)
    for _, text, written in printed.of(taxed.telling and taxed.telling.rate, printed.RATE):
        yield _Part(f"the {text.called} of the rate of exchange", written, text)


def _lines(supplies: Sequence[Supply]) -> Iterator[_Part]:
    for each in supplies:
        for _, text, written in printed.of(each, printed.LINE):
            yield _Part(f"the {text.called} of reward {each.reference}", written, text)


def _lost(letters: Letters, part: _Part) -> str:
    """What is missing of it; '' also where it may lose some, and one of its letters (or digits) can be printed."""
    missing = letters.missing(part.written)
    if part.text.whole:
        return missing
    whole = unicodedata.normalize("NFC", part.written)
    said = [*filter(str.isalpha, whole)] or [*filter(str.isalnum, whole)]
    return "" if any(each not in missing for each in said) else missing


def _told(part: _Part, missing: str) -> str:
    told = f"No font on this machine has {missing[:20]} of {part.where}"
    return f"{told}: write it in Latin letters, or ask the vendor for a font." if part.sellers else f"{told}."
