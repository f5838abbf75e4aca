"""
Which parts of an invoice nobody could read on paper, as no font has their letters or signs. It knows no font: whoever
prints says which there are.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from engine.billing.errors import Missing
from engine.billing.issuing import Supply
from engine.billing.parties import BuyerDetails, SellerDetails
from engine.contracts import Letters

FIELD = "letters"
_PLACES = {
    "legal_name": "legal name", "line1": "street address", "line2": "address", "city": "city", "postcode": "postcode",
    "region": "region",
}  # fmt: skip


def unprinted(
    letters: Letters | None, seller: SellerDetails, buyer: BuyerDetails, supplies: Sequence[Supply] = ()
) -> list[Missing]:
    """
    What would stand on paper without letters that it needs: all letters and signs of names and addresses, and of a
    line's description one letter, or a digit where it has no letters. Nothing where nobody can say (`letters` is None).
    """
    if letters is None or not letters.missing("".join(_texts(seller, buyer, supplies))):
        return []
    lost = {where: letters.missing(text) for where, text in {**_of("seller", seller), **_of("buyer", buyer)}.items()}
    lost |= {f"the description of reward {each.reference}": _all_of(letters, each.description) for each in supplies}
    return [Missing(FIELD, _told(letters, where, those), "vendor") for where, those in lost.items() if those]


def _texts(seller: SellerDetails, buyer: BuyerDetails, supplies: Sequence[Supply]) -> Iterator[str]:
    yield from _of("seller", seller).values()
    yield from _of("buyer", buyer).values()
    yield from (each.description for each in supplies)


def _of(who: str, details: SellerDetails | BuyerDetails) -> Mapping[str, str]:
    return {f"the {who}'s {called}": getattr(details, name) for name, called in _PLACES.items()}


def _all_of(letters: Letters, text: str) -> str:
    """What is missing of a text of which no letter (without letters: no digit) can be printed; '' where one can."""
    missing, whole = letters.missing(text), unicodedata.normalize("NFC", text)
    said = [*filter(str.isalpha, whole)] or [*filter(str.isalnum, whole)]
    return "" if any(each not in missing for each in said) else missing


def _told(letters: Letters, where: str, missing: str) -> str:
    return f"No font on this machine has {missing[:20]} of {where}. {letters.way_out(missing)}"
