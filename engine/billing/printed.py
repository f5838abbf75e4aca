"""
Every text that stands on an invoice as somebody wrote it, by its field: what it is called, and what it has so that it
tells a reader anything. It knows neither whose it is nor any font: whoever asks of fonts asks of all that is here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.billing.errors import Problem
from engine.billing.text import is_numbered, is_readable, is_visible


@dataclass(frozen=True, slots=True)
class Text:
    """
    `called`: after whose it is, such as "legal name". `has`: words have a letter or a digit, a number has a digit; of
    what only adorns, or is checked elsewhere, nothing is asked. `whole`: no letter of it may be lost on paper; of other
    text one is enough. `told`: how its rule begins.
    """

    called: str
    has: Literal["letter", "digit", ""] = "letter"
    whole: bool = True
    told: str = ""

    def says(self, text: str | None) -> bool:
        """Whether a reader learns anything from it."""
        return bool(text) and _HAS[self.has](text or "")

    def rule(self) -> str:
        """What a text has that can be kept here."""
        begins = self.told or f"A {self.called}"
        return f"{begins} has a digit." if self.has == "digit" else f"{begins} has a letter or a digit."


# BG-4 and BG-7, the seller and the buyer, and what only a seller has: BG-17, its tax where no rule is known, a footer.
PARTY: Mapping[str, Text] = {
    "legal_name": Text("legal name", told="A name"),  # BT-27, BT-44
    "line1": Text("street address"),  # BT-35, BT-50
    "line2": Text("address", told="A line of an address"),  # BT-36, BT-51
    "city": Text("city"),  # BT-37, BT-52
    "postcode": Text("postcode"),  # BT-38, BT-53
    "region": Text("region"),  # BT-39, BT-54
    "vat_number": Text("VAT number", has="digit"),  # BT-31, BT-48
    "tax_number": Text("tax number", has="digit"),  # BT-32
    "legal_number": Text("register number", has="digit"),  # BT-30, BT-47
    "payment.account_holder": Text("account holder", told="The name of an account's holder"),  # BT-85
    "payment.iban": Text("IBAN", has=""),  # BT-84
    "payment.bic": Text("BIC", has=""),  # BT-86
    "payment.other": Text("payment account"),  # BT-84
    "footer": Text("footer", has="", whole=False),
}
TAX_NAME = Text("tax name", told="The name of a tax")
TREATMENT: Mapping[str, Text] = {
    "exemption_text": Text("reason why no tax is charged", told="The reason why no tax is charged"),  # BT-120
    "mention": Text("mention that the law asks for", told="A mention"),  # BT-22
    "tax_name": TAX_NAME,
}
LINE: Mapping[str, Text] = {
    "reference": Text("reference", has=""),  # BT-128
    "description": Text("description", whole=False),  # BT-153
}
RATE: Mapping[str, Text] = {"source": Text("source", told="The source of a rate")}


def of(thing: object, table: Mapping[str, Text]) -> Iterator[tuple[str, Text, str]]:
    """Each text of the table that `thing` has: its field, what is known of it, and how it reads."""
    for field, text in table.items():
        written = _read(thing, field)
        if isinstance(written, str) and written:
            yield field, text, written


def unreadable(thing: object, table: Mapping[str, Text]) -> Iterator[Problem]:
    """What of it is to be seen and tells nothing, such as a picture or a dash; of what is blank others tell."""
    for field, text, written in of(thing, table):
        if is_visible(written) and not text.says(written):
            yield Problem(field, text.rule())


def told(number: str | None) -> str | None:
    """A number of a register of taxes or companies; None for what only fills its place."""
    return number if number and is_numbered(number) else None


def _read(thing: Any, field: str) -> Any:
    for part in field.split("."):
        thing = getattr(thing, part, None)
    return thing


_HAS = {"letter": is_readable, "digit": is_numbered, "": is_visible}
