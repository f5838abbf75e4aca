"""How somebody writes numbers and days: by their language and, where it is known, their partner's country."""

from babel.localedata import exists

from engine.people import Seat


def locale_of(seat: Seat | None) -> str:
    """A locale that Babel knows, such as fr_BE; the language alone where nobody speaks it in that country."""
    if seat is None:
        return "en"
    there = f"{seat.language}_{seat.country}"
    return there if seat.country and exists(there) else seat.language
