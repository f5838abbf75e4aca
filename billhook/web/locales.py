"""How somebody writes numbers and days: by their language and, where it is known, their partner's country."""

from babel.localedata import exists

from engine.billing.agreement import LANGUAGES
from engine.people import Seat


def locale_of(seat: Seat | None) -> str:
    """A locale that Babel knows, such as fr_BE; where nobody speaks it there, as in Europe, else the language."""
    if seat is None:
        return "en"
    there, in_europe = f"{seat.language}_{seat.country}", f"{seat.language}_150"
    if seat.country and exists(there):
        return there
    return in_europe if seat.country and exists(in_europe) else seat.language


def told_in(seat: Seat) -> str:
    """The language in which tax is told: their own where we have its words, else English."""
    return seat.language if seat.language in LANGUAGES else "en"
