"""
Facts of the world that billing takes as given: currencies, countries, and whether a VAT number, IBAN or BIC checks.

The only importer of python-stdnum and of Babel's currency data; both are loaded when first asked. Nothing here goes
online: a number that checks may still belong to nobody.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from engine.billing.countries import EU, vat_prefix
from engine.billing.errors import shown
from engine.billing.money import Currency
from engine.errors import Unknown

if TYPE_CHECKING:
    from babel import Locale

# ISO 4217 list one; CLDR, which Babel carries, gives the digits in daily use for these instead of the minor unit.
_ISO_EXPONENTS = {
    **dict.fromkeys(("AFN", "ALL", "IRR", "KPW", "LAK", "LBP", "MGA", "MMK", "SOS", "SYP", "YER"), 2),
    "IQD": 3,
}

# In CLDR, but no country that issues or receives invoices.
_NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})


def currency(code: str) -> Currency:
    """
    The currency called `code` (ISO 4217, capitals) with the decimals of its minor unit.

    Raises:
        Unknown: no country's money is called so today.
    """
    from babel.numbers import get_currency_precision

    if code not in _currencies():
        raise Unknown("currency", shown(code)[1:-1], _currencies())
    return Currency(code, _ISO_EXPONENTS.get(code, get_currency_precision(code)))


def day_written(day: date, language: str, country: str) -> str:
    """A day in words, as it is written in a language in a country (`locale_of`)."""
    from babel.dates import format_date

    return format_date(day, "long", locale=locale_of(language, country))


def locale_of(language: str, country: str) -> "Locale":
    """
    How documents write money and dates in `language`: as it names a region itself (`de-CH`), else as in `country`, else
    as in most of the world. In English that is the day before the month; only in the US it is the other way round.
    """
    named, alone = language.replace("-", "_"), language[:2]
    ways = (named,) if len(named) > 2 else (f"{alone}_{country}",)
    return next(filter(None, map(_locale, (*ways, f"{alone}_001", alone))))


def rate_written(rate: Decimal, locale: str) -> str:
    """A rate of percent as a language (ISO 639-1), or a locale such as de_CH, writes it; its sign stays beside it."""
    from babel.numbers import format_decimal

    return f"{format_decimal(rate.normalize(), locale=locale, decimal_quantization=False)}\u00a0%"


def currency_exists(code: str) -> bool:
    """Whether `code` is a currency of ISO 4217, in capitals."""
    return code in _currencies()


def country_exists(code: str) -> bool:
    """Whether `code` is a country of ISO 3166-1 alpha-2, in capitals."""
    return code in _countries()


@lru_cache(maxsize=4096)  # each invoice asks for its two parties, and a month's end issues many between the same ones
def vat_number_ok(country: str, number: str) -> bool:
    """
    Whether `number`, with its country's letters before it (EL for Greece), has the form and check digits of `country`.
    False where no check is known: outside the EU, GB, CH, NO and what belongs to them.
    """
    check = _vat_checks().get(country)
    compact = _compact(number)
    lettered = compact.isascii() and compact.startswith(vat_prefix(country))
    return check is not None and lettered and bool(check(compact))


def vat_check_known(country: str) -> bool:
    """Whether `vat_number_ok` knows the form of this country's VAT numbers."""
    return country in _vat_checks()


def clean_vat_number(country: str, number: str) -> str:
    """
    `number` in capitals without spaces, points and hyphens, and with its country's letters where they were left out
    and it checks with them. Whether it checks is `vat_number_ok`.
    """
    compact = _compact(number)
    lettered = vat_prefix(country) + compact
    return lettered if not vat_number_ok(country, compact) and vat_number_ok(country, lettered) else compact


def iban_ok(number: str) -> bool:
    """
    Whether `number` has the length and form of its country's IBANs, and check digits that are right; spaces are
    allowed. Whether its bank is known is not asked: a list of banks is never whole.
    """
    from stdnum import iban
    from stdnum.exceptions import ValidationError

    try:
        return _is_plain(number) and bool(iban.validate(number, check_country=False))
    except ValidationError:
        return False


def bic_ok(code: str) -> bool:
    """Whether `code` has the form of a BIC (ISO 9362), of a country that is there; spaces are allowed."""
    from stdnum import bic

    return _is_plain(code) and bool(bic.is_valid(code))


@cache
def _currencies() -> frozenset[str]:
    from babel.core import get_global

    # territory -> (currency, start, end, tender) of each that it ever had
    periods = (period for money in get_global("territory_currencies").values() for period in money)
    return frozenset(code for code, _, end, tender in periods if end is None and tender)


def language_exists(code: str) -> bool:
    """Whether it is a two-letter language that dates and money can be written in (ISO 639-1, Unicode CLDR)."""
    return code in _languages()


def locale_exists(code: str) -> bool:
    """Whether numbers can be written as there: a language, perhaps with a country, such as de_CH (Unicode CLDR)."""
    from babel.localedata import exists

    return bool(exists(code))


@cache
def _languages() -> frozenset[str]:
    from babel.localedata import locale_identifiers

    return frozenset(code for code in locale_identifiers() if len(code) == 2)


@cache
def _locale(name: str) -> "Locale | None":
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return None


@cache
def _countries() -> frozenset[str]:
    from babel import Locale

    territories: dict[str, Any] = dict(Locale("en").territories)
    return frozenset(code for code in territories if len(code) == 2 and code.isalpha()) - _NO_COUNTRIES


@cache
def _vat_checks() -> dict[str, Callable[[str], bool]]:
    from stdnum.ch import vat as ch
    from stdnum.eu import vat as eu
    from stdnum.gb import vat as gb
    from stdnum.no import mva as no

    own = {**dict.fromkeys(EU, eu.is_valid), "GB": gb.is_valid, "CH": ch.is_valid, "NO": no.is_valid}
    of_others = {"AX": eu, "GP": eu, "IM": gb, "MC": eu, "MQ": eu, "RE": eu}
    return {**own, **{country: module.is_valid for country, module in of_others.items()}, "LI": _of_liechtenstein}


def _of_liechtenstein(number: str) -> bool:
    """Five digits, of which none checks the others."""
    return re.fullmatch(r"LI[0-9]{5}", number, re.ASCII) is not None


def _is_plain(number: str) -> bool:
    """Letters and digits of ASCII, and spaces: documents leave out those alone."""
    return number.isascii() and number.replace(" ", "").isalnum()


def _compact(number: str) -> str:
    return "".join(each for each in number.upper() if each not in " .-\u00a0/")
