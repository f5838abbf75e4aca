"""Which register a number is of, and the address that follows from it."""

import pytest

from engine.billing.invoice import Address, Party
from engine.billing.schemes import Identifier, electronic_address, legal_identifier, vat_identifier


def party(country: str, vat: str | None = None, legal: str | None = None, email: str = "") -> Party:
    return Party("N", Address("L", "C", "P", country), vat_number=vat, legal_number=legal, email=email)


@pytest.mark.parametrize(
    ("country", "number", "told"),
    [
        ("FR", "FR 40 303 265 045", "FR40303265045"),
        ("CH", "CHE-107.787.577 MWST", "CHE107787577MWST"),
        ("NO", "995525828MVA", "NO995525828MVA"),
        ("GR", "094259216", "EL094259216"),
        ("DE", "de136695976", "DE136695976"),
        ("FR", None, ""),
    ],
)
def test_a_vat_number_begins_with_its_country(country, number, told):
    assert vat_identifier(party(country, number)) == told


@pytest.mark.parametrize(
    ("country", "number", "told"),
    [
        ("FR", "303 265 045", Identifier("303265045", "0002")),
        ("FR", "303 265 045 00011", Identifier("30326504500011", "0009")),
        ("FR", "RCS Lyon 303 265 045", Identifier("RCS Lyon 303 265 045")),
        ("BE", "0428.759.497", Identifier("0428759497", "0208")),
        ("DK", "13585628", Identifier("DK13585628", "0184")),
        ("SE", "123456-7897", Identifier("1234567897", "0007")),
        ("CH", "CHE-107.787.577", Identifier("CHE107787577", "0183")),
        ("DE", "HRB 12345 B", Identifier("HRB 12345 B")),
        ("FR", "٣٠٣٢٦٥٠٤٥", Identifier("٣٠٣٢٦٥٠٤٥")),
        ("FR", None, None),
    ],
)
def test_a_register_number_has_a_scheme_where_it_looks_like_one(country, number, told):
    assert legal_identifier(party(country, legal=number)) == told


@pytest.mark.parametrize(
    ("of", "told"),
    [
        (party("FR", "FR40303265045", "303265045", "a@b.c"), Identifier("FR40303265045", "9957")),
        (party("DK", "DK13585628"), Identifier("DK13585628", "0184")),
        (party("NO", "995525828MVA"), Identifier("995525828", "0192")),
        (party("SE", "SE123456789701"), Identifier("1234567897", "0007")),
        (party("FR", None, "303265045", "a@b.c"), Identifier("303265045", "0002")),
        (party("US", None, "DELAWARE 1", "a@b.c"), Identifier("a@b.c", "EM")),
        (party("US", None, "DELAWARE 1"), None),
        (party("BE", "BE12"), None),
    ],
)
def test_an_address_is_the_vat_number_else_the_register_else_the_mail(of, told):
    assert electronic_address(of) == told
