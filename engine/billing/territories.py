"""
Places whose VAT is not that of the country whose code they wear, or to which they belong, as a table with its sources.
It decides nothing but which of them an address is in; `treatment` asks finance about those that no rule covers.

Sources: Directive 2006/112/EC art. 6; for the French departments overseas CGI art. 294 and 296 (not seen), for Åland
its tax border with Finland (not seen). Postcodes: those of the countries' own posts, as far as they tell the place.
"""

import re
import unicodedata
from dataclasses import dataclass

from engine.billing.countries import vat_area


@dataclass(frozen=True, slots=True)
class Territory:
    """
    `code`: its own in ISO 3166, '' for none; `of`: the country whose code it wears otherwise; `postcodes` there, as a
    pattern of letters and digits alone; `covered`: by the rules of the table, under its own code.
    """

    name: str
    code: str
    of: str
    postcodes: str
    covered: bool = False


TERRITORIES: tuple[Territory, ...] = (
    Territory("the Canary Islands", "", "ES", r"(35|38)\d{3}"),
    Territory("Ceuta", "", "ES", r"51\d{3}"),
    Territory("Melilla", "", "ES", r"52\d{3}"),
    Territory("Büsingen", "", "DE", r"78266"),
    Territory("Heligoland", "", "DE", r"27498"),
    Territory("Livigno", "", "IT", r"23041"),
    Territory("Campione d'Italia", "", "IT", r"22061"),
    Territory("Mount Athos", "", "GR", r"6308[67]"),
    Territory("Åland", "AX", "FI", r"22\d{3}"),
    Territory("Saint-Barthélemy", "BL", "FR", r"97133|977\d\d", covered=True),
    Territory("Saint-Martin", "MF", "FR", r"97150|978\d\d", covered=True),
    Territory("Guadeloupe", "GP", "FR", r"971\d\d"),
    Territory("Martinique", "MQ", "FR", r"972\d\d"),
    Territory("French Guiana", "GF", "FR", r"973\d\d"),
    Territory("Réunion", "RE", "FR", r"974\d\d"),
    Territory("Saint-Pierre and Miquelon", "PM", "FR", r"975\d\d", covered=True),
    Territory("Mayotte", "YT", "FR", r"976\d\d"),
    Territory("Wallis and Futuna", "WF", "FR", r"986\d\d", covered=True),
    Territory("French Polynesia", "PF", "FR", r"987\d\d", covered=True),
    Territory("New Caledonia", "NC", "FR", r"988\d\d", covered=True),
    Territory("the Faroe Islands", "FO", "DK", r"FO\d{3}", covered=True),
    Territory("Greenland", "GL", "DK", r"39\d\d", covered=True),
    Territory("Svalbard", "SJ", "NO", r"917\d|8099", covered=True),
    Territory("Guernsey", "GG", "GB", r"GY\d.*", covered=True),
    Territory("Jersey", "JE", "GB", r"JE\d.*", covered=True),
)

_UNCOVERED = {each.code: each for each in TERRITORIES if each.code and not each.covered}


def territory_of(country: str, postcode: str) -> Territory | None:
    """The one that an address of `country` lies in by its postcode, though it wears the country's code."""
    written = _writings(country, postcode)
    found = (each for each in TERRITORIES if each.of == country and _matches(each, written))
    return next(found, None)


def _writings(country: str, postcode: str) -> tuple[str, ...]:
    """A postcode without what people put between, and without the country's letters before it: D-, ES, FIN-."""
    bare = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", postcode).upper()))
    return bare, bare.removeprefix(country), re.sub(r"^[A-Z]{1,3}(?=\d)", "", bare)


def _matches(territory: Territory, written: tuple[str, ...]) -> bool:
    return any(re.fullmatch(territory.postcodes, each, re.ASCII) for each in written)


def uncovered(seller: str, buyer: str) -> Territory | None:
    """The territory with a code of its own that keeps every rule from fitting a sale between these two countries."""
    sells, buys = _UNCOVERED.get(seller), _UNCOVERED.get(buyer)
    return sells or (buys if buys and vat_area(seller) == buys.of else None)
