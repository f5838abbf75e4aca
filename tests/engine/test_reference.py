"""Facts of the world: currencies with their decimals, countries, VAT numbers and IBANs that check."""

import pytest

from engine.billing.money import Currency
from engine.errors import Unknown
from engine.reference import bic_ok, clean_vat_number, country_exists, currency, iban_ok, vat_check_known, vat_number_ok


@pytest.mark.parametrize(
    ("code", "exponent"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("HUF", 2), ("IQD", 3), ("LBP", 2), ("KRW", 0)]
)
def test_a_currency_has_the_decimals_of_iso_4217(code, exponent):
    assert currency(code) == Currency(code, exponent)


@pytest.mark.parametrize("code", ["", "eur", "ITL", "XXX", "XAU", "EURO", "ＥＵＲ", "ZZZ"])
def test_what_is_no_money_of_today_is_unknown(code):
    with pytest.raises(Unknown, match="No currency is called"):
        currency(code)


def test_a_mistyped_currency_gets_a_suggestion():
    with pytest.raises(Unknown) as refused:
        currency("EUT")

    assert refused.value.suggestion in refused.value.known


@pytest.mark.parametrize(("code", "exists"), [("FR", True), ("GR", True), ("EL", False), ("EU", False), ("fr", False)])
def test_a_country_is_one_of_iso_3166(code, exists):
    assert country_exists(code) is exists


@pytest.mark.parametrize(
    ("country", "number", "ok"),
    [
        ("FR", "FR40303265045", True),
        ("FR", "FR 40 303 265 045", True),
        ("FR", "FR41303265045", False),
        ("FR", "40303265045", False),
        ("DE", "DE136695976", True),
        ("DE", "FR40303265045", False),
        ("GR", "EL094259216", True),
        ("GR", "GR094259216", False),
        ("GB", "GB980780684", True),
        ("CH", "CHE-107.787.577 MWST", True),
        ("NO", "NO 995 525 828 MVA", True),
        ("MC", "FR40303265045", True),
        ("MC", "MC40303265045", False),
        ("IM", "GB980780684", True),
        ("LI", "LI 12345", True),
        ("LI", "LI 1234", False),
        ("US", "US123456789", False),
        ("DE", "DE１３６６９５９７６", False),
        ("DE", "", False),
        ("DE", "DE" + "1" * 5000, False),
    ],
)
def test_a_vat_number_checks_by_its_countrys_rule(country, number, ok):
    assert vat_number_ok(country, number) is ok


@pytest.mark.parametrize(
    ("country", "right", "wrong"),
    [
        ("AT", "ATU13585627", "ATU13585628"), ("BE", "BE0403019261", "BE0403019262"),
        ("BG", "BG175074752", "BG175074753"), ("CH", "CHE107787577MWST", "CHE107787578MWST"),
        ("CY", "CY10259033P", "CY10259034P"), ("CZ", "CZ25123891", "CZ25123892"),
        ("DE", "DE136695976", "DE136695977"), ("DK", "DK13585628", "DK13585629"),
        ("EE", "EE100931558", "EE100931559"), ("ES", "ESB58378431", "ESB58378432"), ("FI", "FI20774740", "FI20774741"),
        ("FR", "FR40303265045", "FR40303265046"), ("GB", "GB980780684", "GB980780685"),
        ("GR", "EL094259216", "EL094259217"), ("HR", "HR33392005961", "HR33392005962"),
        ("HU", "HU12892312", "HU12892313"), ("IE", "IE6433435F", "IE6433436F"),
        ("IT", "IT00743110157", "IT00743110158"),
        ("LT", "LT119511515", "LT119511516"), ("LU", "LU15027442", "LU15027443"),
        ("LV", "LV40003521600", "LV40003521601"), ("MT", "MT11679112", "MT11679113"),
        ("NL", "NL004495445B01", "NL004495446B01"), ("NO", "NO995525828MVA", "NO995525829MVA"),
        ("PL", "PL8567346215", "PL8567346216"), ("PT", "PT501964843", "PT501964844"),
        ("RO", "RO18547290", "RO18547291"), ("SE", "SE123456789701", "SE123456789702"),
        ("SI", "SI50223054", "SI50223055"), ("SK", "SK2022749619", "SK2022749610"),
    ],
)  # fmt: skip
def test_the_check_digits_of_every_country_with_vat_rules_are_looked_at(country, right, wrong):
    assert vat_number_ok(country, right)
    assert not vat_number_ok(country, wrong)
    assert not vat_number_ok(country, right[2:])


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("DE", "de 136 695 976", "DE136695976"),
        ("DE", "136695976", "DE136695976"),
        ("GR", "094259216", "EL094259216"),
        ("DE", "136695970", "136695970"),
        ("NO", "995525828MVA", "NO995525828MVA"),
    ],
)
def test_a_vat_number_is_kept_compact_with_its_letters(country, typed, kept):
    assert clean_vat_number(country, typed) == kept


@pytest.mark.parametrize(("country", "known"), [("FR", True), ("CH", True), ("US", False), ("", False)])
def test_it_is_known_whose_vat_numbers_can_be_checked(country, known):
    assert vat_check_known(country) is known


@pytest.mark.parametrize(
    ("number", "ok"), [("DE89 3704 0044 0532 0130 00", True), ("DE88370400440532013000", False), ("", False),
                      ("BE68539007547034", True), ("BE68539007547035", False), ("BE6853900754703", False),
                      ("ZZ68539007547034", False), ("DE89-3704-0044-0532-0130-00", False)],
)  # fmt: skip
def test_an_iban_checks_by_its_digits(number, ok):
    assert iban_ok(number) is ok


@pytest.mark.parametrize(
    ("code", "ok"),
    [("COBADEFFXXX", True), ("cobadeff", True), ("COBA DE FF", True), ("abc", False), ("<b>", False), ("\u200b", False),
     ("COBAZZFF", False), ("COBADEFFX", False), ("COBA-DEFF", False)],
)  # fmt: skip
def test_a_bic_checks_by_its_form(code, ok):
    assert bic_ok(code) is ok
