"""
Money: an integer of minor units and its currency. It knows no rate of exchange and no language.

How many decimals a currency has is a fact handed in (`Currency`), since ISO 4217 is data of another library.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import total_ordering
from typing import Self

from engine.billing.errors import CurrencyMismatch, NotMoney, shown

LARGEST = 2**63 - 1  # what a signed 64-bit column holds

_DECIMAL = re.compile(r"-?[0-9]{1,32}(\.(?P<decimals>[0-9]{1,32}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Currency:
    """`code` is ISO 4217; `exponent` the number of decimals of its minor unit (EUR 2, JPY 0)."""

    code: str
    exponent: int


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """
    `minor` units of `currency`, of 64 bits at most.

    Raises:
        NotMoney: more than 2^63 - 1 minor units either way.
        CurrencyMismatch: a sum or comparison of two currencies.
    """

    minor: int
    currency: Currency

    def __post_init__(self) -> None:
        if abs(self.minor) > LARGEST:
            largest = _plain(LARGEST, self.currency.exponent)
            raise NotMoney(
                str(self.minor), f"The amount is too large: at most {largest} {self.currency.code} can be kept."
            )

    @classmethod
    def parse(cls, text: str, currency: Currency) -> Self:
        """
        The amount written in `text`: digits, perhaps a minus before and a point and decimals within.

        Raises:
            NotMoney: anything else, among it more decimals than the currency has.
        """
        if (found := _DECIMAL.fullmatch(text)) is None:
            raise NotMoney(text, _not_decimal(text, currency))
        if len(found["decimals"] or "") > currency.exponent:
            raise NotMoney(text, f"{shown(text)} has a fraction of a minor unit: {_decimals_of(currency)}.")
        return cls(int(Fraction(text) * 10**currency.exponent), currency)

    @classmethod
    def accrue(cls, text: str, currency: Currency) -> Self:
        """
        The amount written in `text` with any number of decimals up to 32, rounded half away from zero to the minor
        unit: for a reward at the moment it is earned.

        Raises:
            NotMoney: not digits with a minus before and a point within.
        """
        if _DECIMAL.fullmatch(text) is None:
            raise NotMoney(text, _not_decimal(text, currency))
        return cls(rounded(Fraction(text) * 10**currency.exponent), currency)

    @classmethod
    def sum(cls, amounts: Iterable[Self], currency: Currency) -> Self:
        """All amounts together; zero of `currency` when there is none."""
        return sum(amounts, start=cls(0, currency))

    def text(self) -> str:
        """Plain decimal text with a point and the currency's decimals: '1250.00', '-0.05', '12345' for yen."""
        return _plain(self.minor, self.currency.exponent)

    def split(self, parts: int) -> tuple[Self, ...]:
        """`parts` shares that add up to the whole and differ by one minor unit at most, the larger first."""
        if parts < 1:
            raise NotMoney(str(parts), f"An amount is split into 1 part or more, not {parts}.")
        share, left = divmod(self.minor, parts)
        return tuple(self._of(share + (place < left)) for place in range(parts))

    def __add__(self, other: Self) -> Self:
        return self._of(self.minor + self._same(other).minor)

    def __sub__(self, other: Self) -> Self:
        return self._of(self.minor - self._same(other).minor)

    def __neg__(self) -> Self:
        return self._of(-self.minor)

    def __lt__(self, other: Self) -> bool:
        return self.minor < self._same(other).minor

    def _of(self, minor: int) -> Self:
        return type(self)(minor, self.currency)

    def _same(self, other: Self) -> Self:
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency.code, other.currency.code)
        return other


def rounded(value: Fraction) -> int:
    """The nearest integer; a half goes away from zero."""
    nearest = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return nearest if value >= 0 else -nearest


def _plain(minor: int, exponent: int) -> str:
    sign, digits = "-" if minor < 0 else "", str(abs(minor)).zfill(exponent + 1)
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}" if exponent else sign + digits


def _not_decimal(text: str, currency: Currency) -> str:
    example = _plain(1250 * 10**currency.exponent, currency.exponent)
    return f"{shown(text)} is no amount. Write digits with a point before the decimals, such as {example}."


def _decimals_of(currency: Currency) -> str:
    if currency.exponent == 0:
        return f"{currency.code} has no decimals"
    return f"{currency.code} has {currency.exponent} decimals"
