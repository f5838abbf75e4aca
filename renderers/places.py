"""
City, region and postcode as a country's post has them written on an envelope. It knows no invoice and no language.

Source: the Universal Postal Union's addressing guides, country by country (upu.int, "Postal addressing systems"). CLDR
has no address formats. Countries that are not named here have the postcode before the city, as in most of Europe.
"""

_COMMA = frozenset({"US", "PR"})  # Seattle, WA 98101
_BESIDE = frozenset({"AU", "CA", "IN", "MT", "NZ", "SG"})  # Ottawa ON K1A 0B1
_UNDER = frozenset({"GB", "GG", "GI", "IE", "IM", "JE", "ZA"})  # a line of its own, below the city


def lines_of(country: str, *, city: str, region: str, postcode: str) -> list[str]:
    """The lines between street and country, none of them empty."""
    if country in _UNDER:
        return [line for line in (city, region, postcode) if line]
    if country in _COMMA:
        lines = [_beside(city + ("," if region else ""), region, postcode)]
    elif country in _BESIDE:
        lines = [_beside(city, region, postcode)]
    else:
        lines = [", ".join(part for part in (_beside(postcode, city), region) if part)]
    return [line for line in lines if line]


def _beside(*parts: str) -> str:
    return " ".join(part for part in parts if part)
