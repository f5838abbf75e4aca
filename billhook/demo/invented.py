"""More partners than the example files hold, for those who want to see many: the same number, the same partners."""

from billhook.demo.cast import AGREED, Part, Plan
from engine import reference
from engine.partners import NewPartner, NewReward

# Country, language, city, postcode, and how its VAT numbers are written.
_PLACES = (
    ("DE", "de", "Leipzig", "04109", "DE1{:08}"),
    ("AT", "de", "Graz", "8010", "ATU{:08}"),
    ("NL", "nl", "Utrecht", "3511 AA", "NL{:09}B01"),
    ("PT", "en", "Porto", "4000-001", "PT5{:08}"),
    ("BE", "nl", "Gent", "9000", "BE04{:08}"),
)
_TRADES = ("Beratung", "Software", "Networks", "Systems", "Studio", "Data", "Cloud")


def partner(place: int) -> tuple[NewPartner, list[NewReward], Part]:
    """The invented partner of a place in the list, with two rewards; it opts in and agrees to its payout."""
    country, language, city, postcode, pattern = _PLACES[place % len(_PLACES)]
    code, name = f"{country}-{place:05}", f"{_TRADES[place % len(_TRADES)]} {city} {place}"
    new = NewPartner(code, name, country, language, f"Contact {place}", f"contact{place}@example.com")
    rewards = [
        NewReward(f"RX-{place:05}-{turn}", code, f"Referral fee: customer {place}.{turn}",
                  f"{100 + place * 7 % 900 + turn}.{place % 100:02}", "EUR", f"2026-10-{1 + place % 28:02}", "accepted")
        for turn in (1, 2)
    ]  # fmt: skip
    details = {
        "line1": f"Main Street {place}", "city": city, "postcode": postcode, "tax_status": "registered",
        "vat_number": _vat_number(country, pattern, place),
    }  # fmt: skip
    return new, rewards, Part((Plan("EUR", AGREED),), details)


def _vat_number(country: str, pattern: str, place: int) -> str:
    """The first number with right check digits among a thousand that only this place has."""
    first = 10_000_000 + place * 1_000
    numbers = (pattern.format(body) for body in range(first, first + 1_000))
    return next(number for number in numbers if reference.vat_number_ok(country, number))
