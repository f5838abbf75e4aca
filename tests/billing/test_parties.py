"""What sellers and buyers tell of themselves, what is missing, and what cannot be printed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.billing.invoice import PaymentDetails
from engine.billing.parties import (
    BuyerDetails,
    SellerDetails,
    missing_from_buyer,
    missing_from_seller,
    problems_in_buyer,
    problems_in_seller,
)
from engine.billing.text import text_problems


@given(
    st.builds(SellerDetails, legal_name=st.text(), vat_number=st.none() | st.text(), payment=st.builds(PaymentDetails))
)
def test_seller_details_survive_json(details):
    assert SellerDetails.from_json(details.to_json()) == details


@given(st.builds(BuyerDetails, code=st.text(), payment_days=st.none() | st.integers()))
def test_buyer_details_survive_json(details):
    assert BuyerDetails.from_json(details.to_json()) == details


def test_whole_details_miss_nothing(seller, buyer):
    assert missing_from_seller(seller) == missing_from_buyer(buyer) == []
    assert problems_in_seller(seller) == problems_in_buyer(buyer) == []


def test_a_seller_is_told_all_that_is_missing():
    missing = missing_from_seller(SellerDetails())

    assert [item.field for item in missing] == ["legal_name", "line1", "city", "postcode", "country", "tax_status"]
    assert missing[0].sentence == "The seller's legal name is missing."
    assert {item.who for item in missing} == {"partner"}


def test_a_buyer_is_told_all_that_is_missing():
    missing = missing_from_buyer(BuyerDetails())

    fields = ["legal_name", "line1", "city", "postcode", "country", "code", "vat_number"]
    assert [item.field for item in missing] == fields
    assert missing[-1].sentence == "The buyer's VAT number or company register number is missing."
    assert {item.who for item in missing} == {"vendor"}


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"tax_status": "registered", "vat_number": None}, ["vat_number"]),
        ({"tax_status": "registered", "vat_number": None, "country": "US"}, []),
        ({"tax_status": "small_business", "vat_number": None, "tax_number": None}, ["tax_number"]),
        ({"tax_status": "small_business", "vat_number": None, "tax_number": "T1"}, []),
        ({"tax_status": "not_taxable", "vat_number": None, "tax_number": None}, []),
        ({"tax_status": "small_business", "vat_number": None, "tax_number": "-"}, ["tax_number"]),
        ({"tax_status": "registered", "vat_number": "☺"}, ["vat_number"]),
        ({"legal_name": "  "}, ["legal_name"]),
        ({"line1": "\u200b" * 5, "city": "\u2060\u3164"}, ["line1", "city"]),
        ({"postcode": "", "country": "HK"}, []),
    ],
)
def test_what_a_seller_needs_depends_on_its_status_and_country(seller, changes, fields):
    assert [item.field for item in missing_from_seller(replace(seller, **changes))] == fields


@pytest.mark.parametrize("nothing", ["-", "☺", "n/a"])
def test_a_number_that_was_kept_before_and_is_none_identifies_nobody(seller, buyer, nothing):
    kept = replace(buyer, vat_number=nothing, legal_number=nothing)

    assert [item.field for item in missing_from_buyer(kept)] == ["vat_number"]
    assert (kept.to_party().vat_number, kept.to_party().legal_number) == (None, None)
    assert replace(seller, tax_number=nothing).to_party("S").tax_number is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x" * 201, "The text is 201 characters long; at most 200 fit."),
        ("a\nb", "The text has too many line breaks; keep it on one line."),
        ("a\x00b", "The text holds control characters; write it without them."),
        ("a\rb", "The text holds control characters; write it without them."),
        ("a\u2028b", "The text holds control characters; write it without them."),
        ("a\x85b", "The text holds control characters; write it without them."),
        ("abc\u202edef", "The text holds marks that turn the direction of writing; write it without them."),
        ("abc\u2066def", "The text holds marks that turn the direction of writing; write it without them."),
        ("a\ud800b", "The text holds codes that are no characters."),
        ("a\uffff", "The text holds codes that are no characters."),
        ("e" + "\u0301" * 9, "The text stacks more than 8 combining marks on one letter."),
    ],
)
def test_text_that_cannot_be_printed_is_refused(text, told):
    [problem] = text_problems("legal_name", text, 200)

    assert (problem.field, problem.sentence) == ("legal_name", told)


@pytest.mark.parametrize(
    "text", ["Zażółć", "Ελληνικά", "北京有限公司", "Trần Thị Bích", "<b>{{ 7*7 }}</b>", "حساب", "👩🏽‍💻"]
)
def test_the_worlds_writing_is_welcome(text):
    assert text_problems("legal_name", text, 200) == []


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"tax_percent": "1e3"}, "tax_percent", "'1e3' is no tax %."),
        ({"tax_status": "exempt"}, "tax_status", "Choose one of: registered, small_business, not_taxable."),
        ({"country": "France"}, "country", "Write the two capital letters of ISO 3166, such as FR."),
        ({"footer": "x" * 1001}, "footer", "The text is 1001 characters long; at most 1000 fit."),
        ({"footer": "\n" * 12}, "footer", "The text has too many line breaks; at most 12 lines fit."),
        ({"payment": PaymentDetails(iban="\u202e")}, "payment.iban", "The text holds marks that turn"),
    ],
)
def test_details_that_cannot_be_kept_are_told_by_field(seller, changes, field, told):
    problems = {problem.field: problem.sentence for problem in problems_in_seller(replace(seller, **changes))}

    assert told in problems[field]


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"payment_days": 366}, "payment_days", "Write a number of days from 0 to 365, or leave it empty."),
        ({"country": "fr"}, "country", "Write the two capital letters of ISO 3166, such as FR."),
        ({"city": "x" * 81}, "city", "The text is 81 characters long; at most 80 fit."),
        ({"code": "ÄCME"}, "code", "'\\xc4CME' is no code. Use 1 to 12 letters A to Z, digits and hyphens."),
    ],
)
def test_a_buyers_details_that_cannot_be_kept_are_told_by_field(buyer, changes, field, told):
    [problem] = problems_in_buyer(replace(buyer, **changes))

    assert (problem.field, problem.sentence) == (field, told)
