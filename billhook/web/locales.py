"""How somebody writes numbers and days: by their language and, where it is known, their partner's country."""

from babel.localedata import exists

from engine.people import Seat


def locale_of(seat: Seat | None) -> str:
    """A locale that Babel knows, such as fr_BE; where nobody speaks it there, as in Europe, else the language."""
    if seat is None:
        return "en"
    there, in_europe = f"{seat.language}_{seat.country}", f"{seat.language}_150"
    if seat.country and exists(there):
        return there
    return in_europe if seat.country and exists(in_europe) else seat.language
