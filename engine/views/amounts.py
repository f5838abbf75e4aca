"""Amounts as they are shown."""

from engine import reference
from engine.billing.money import Money


def decimal_text(minor: int, currency: str) -> str:
    """Minor units of a currency (its code) as decimal text."""
    return Money(int(minor), reference.currency(currency)).text()
