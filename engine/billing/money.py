"""
Money: an integer of minor units and its currency. It knows no rate of exchange and no language.

How many decimals a currency has is a fact handed in (`Currency`), since ISO 4217 is data of another library.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Currency:
    """`code` is ISO 4217; `exponent` the number of decimals of its minor unit (EUR 2, JPY 0)."""

    code: str
    exponent: int
