"""
What the billing code says no with, and the values in which it tells what is wrong. It knows no other error of billhook.

    BillingError(ValueError)
        NotMoney            a text or number that is no amount of its currency
        CurrencyMismatch    two currencies in one sum
        NotARate            a text that is no tax percentage
        NotAnExchangeRate   a text that is no rate between two currencies
        NotANumberFormat    a pattern or code that invoice numbers cannot be made of
        Unlawful            an invoice that breaks rules; `problems` names all of them
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

Who = Literal["partner", "vendor"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: the field (dotted path) it is in, and a sentence that says what would be right."""

    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Missing:
    """
    Something without which no lawful invoice can be issued, and who supplies it (`partner` or `vendor`). `way_out`:
    what the vendor's people do on their machines, which is not told to partners.
    """

    field: str
    sentence: str
    who: Who
    way_out: str = ""

    def for_vendor(self) -> str:
        """The sentence, with what is to be done on the machine."""
        return f"{self.sentence} {self.way_out}".rstrip()

    def to_json(self) -> dict[str, str]:
        """Plain JSON; without a way out it is as it was before there were any."""
        return {name: value for name, value in asdict(self).items() if value or name != "way_out"}


class BillingError(ValueError):
    """Base of the billing code's refusals. `str(error)` is the sentence for people."""

    code = "billing"


class NotMoney(BillingError):
    """A text or number that is no amount of its currency."""

    code = "not_money"

    def __init__(self, text: str, sentence: str) -> None:
        self.text = text
        super().__init__(sentence)


class CurrencyMismatch(BillingError):
    """Two currencies in one sum."""

    code = "currency_mismatch"

    def __init__(self, first: str, second: str) -> None:
        self.first, self.second = first, second
        super().__init__(f"{first} and {second} cannot be added or compared. Keep one currency in one sum.")


class NotARate(BillingError):
    """A text that is no tax percentage."""

    code = "not_a_rate"

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"{shown(text)} is no tax %. "
            "Write a number from 0 to 100 with a point and at most 3 decimals, such as 20 or 5.5."
        )


class NotAnExchangeRate(BillingError):
    """A text that is no rate between two currencies."""

    code = "not_an_exchange_rate"

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"{shown(text)} is no rate of exchange. "
            "Write a number above 0 with a point and at most 10 decimals, such as 11.2345."
        )


class NotANumberFormat(BillingError):
    """A pattern or code that invoice numbers cannot be made of."""

    code = "not_a_number_format"


class Unlawful(BillingError):
    """An invoice that breaks rules; `problems` names all of them."""

    code = "unlawful_invoice"

    def __init__(self, subject: str, problems: Sequence[Problem]) -> None:
        self.subject, self.problems = subject, tuple(problems)
        told = " ".join(f"{problem.field}: {problem.sentence}" for problem in self.problems)
        super().__init__(f"{subject} cannot be issued. {told}")


def shown(text: str) -> str:
    """A stranger's text, quoted, made printable and cut, so that a sentence can hold it."""
    plain = ascii(text[:40])[1:-1]
    return f"'{plain}...'" if len(text) > 40 else f"'{plain}'"
