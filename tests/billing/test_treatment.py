"""Which tax a seller's services bear, and what is missing when none can be told."""

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.billing.countries import EU, LANGUAGES
from engine.billing.errors import Missing
from engine.billing.tax import Treatment
from engine.billing.treatment import (
    BuyerTaxFacts,
    SellerTaxFacts,
    assess,
    choose_treatment,
    overridden,
    parties_for,
)

STATUSES = {"r": "registered", "s": "small_business", "n": "not_taxable"}


def seller_in(country, status="registered", *, vat=True, percent="20", **rest):
    number = f"{country}1" if vat else None
    return SellerTaxFacts(
        country,
        status,
        vat_number=number,
        vat_number_valid=vat,
        tax_number="T1",
        tax_percent=None if percent is None else Decimal(percent),
        **rest,
    )


def buyer_in(country):
    return BuyerTaxFacts(country, f"{country}1", vat_number_valid=True)


@pytest.mark.parametrize(
    ("seller", "status", "buyer", "category", "rate"),
    [
        ("FR", "r", "FR", "S", "20"),
        ("GB", "r", "GB", "S", "20"),
        ("CH", "r", "CH", "S", "20"),
        ("DE", "r", "FR", "AE", "0"),
        ("GR", "r", "DE", "AE", "0"),
        ("DE", "s", "FR", "AE", "0"),
        ("DE", "s", "DE", "E", "0"),
        ("NO", "s", "NO", "E", "0"),
        ("FR", "r", "US", "O", None),
        ("FR", "r", "GB", "O", None),
        ("FR", "s", "US", "O", None),
        ("FR", "n", "FR", "O", None),
        ("GB", "r", "FR", "AE", "0"),
        ("CH", "r", "DE", "AE", "0"),
        ("NO", "r", "SE", "AE", "0"),
        ("GB", "s", "FR", "O", None),
        ("CH", "s", "FR", "O", None),
        ("NO", "s", "FR", "O", None),
        ("GB", "r", "US", "O", None),
        ("GB", "r", "CH", "O", None),
        ("CH", "r", "LI", "S", "20"),
        ("LI", "r", "CH", "S", "20"),
        ("FR", "r", "MC", "S", "20"),
        ("MC", "r", "FR", "S", "20"),
        ("GB", "r", "IM", "S", "20"),
        ("DE", "r", "MC", "AE", "0"),
        ("DE", "r", "IM", "O", None),
        ("DE", "r", "GP", "O", None),
        ("FR", "r", "NC", "O", None),
        ("GB", "r", "JE", "O", None),
        ("CH", "s", "US", "O", None),
        ("NO", "r", "US", "Z", "0"),
        ("NO", "r", "GB", "Z", "0"),
        ("GB", "n", "FR", "O", None),
        ("US", "r", "FR", "local", "0"),
        ("BR", "r", "FR", "local", "0"),
        ("BR", "r", "BR", "local", "20"),
        ("MC", "r", "MC", "S", "20"),
        ("JE", "r", "JE", "local", "20"),
        ("US", "r", "US", "local", "20"),
        ("US", "s", "US", "local", "0"),
        ("US", "n", "FR", "local", "0"),
    ],
)
def test_the_first_rule_that_fits_is_taken(seller, status, buyer, category, rate):
    chosen = choose_treatment(seller_in(seller, STATUSES[status]), buyer_in(buyer))

    assert isinstance(chosen, Treatment)
    assert (chosen.category, chosen.rate) == (category, None if rate is None else Decimal(rate))


@pytest.mark.parametrize(
    ("country", "text"),
    [
        ("FR", "TVA non applicable, art. 293 B du CGI"),
        ("DE", "Steuerbefreiung nach § 19 UStG"),
        ("SE", "Exempt from VAT: small enterprise, Directive 2006/112/EC art. 284"),
        ("GB", "No VAT: the supplier is not registered for VAT (VAT Act 1994, Schedule 1)"),
    ],
)
def test_a_small_business_charges_nothing_and_says_why(country, text):
    chosen = choose_treatment(seller_in(country, "small_business", vat=False), buyer_in(country))

    assert chosen.exemption_text == text


def test_a_small_business_needs_a_vat_number_for_services_to_another_eu_country():
    [missing] = choose_treatment(seller_in("DE", "small_business", vat=False), buyer_in("FR"))
    charged = choose_treatment(seller_in("DE", "small_business"), buyer_in("FR"))

    assert (missing.field, missing.who) == ("vat_number", "partner")
    assert missing.sentence == (
        "The seller's VAT number is missing: for services to a business in another EU country a small business needs "
        "one too (Directive 2006/112/EC art. 214(1)(e)). Its tax office gives it."
    )
    assert (charged.category, charged.mention) == ("AE", "Reverse charge")


def test_reverse_charge_says_so():
    chosen = choose_treatment(seller_in("DE"), buyer_in("FR"))

    assert (chosen.mention, chosen.exemption_code) == ("Reverse charge", "VATEX-EU-AE")
    assert "art. 196" in chosen.exemption_text


@pytest.mark.parametrize(
    ("facts", "buyer", "missing"),
    [
        (
            seller_in("FR", vat=False),
            buyer_in("FR"),
            [Missing("vat_number", "The seller's VAT number is missing: who is registered must show it.", "partner")],
        ),
        (
            replace(seller_in("GR"), vat_number_valid=False),
            buyer_in("FR"),
            [
                Missing(
                    "vat_number",
                    "The seller's VAT number does not check: write it as issued in GR, beginning with EL.",
                    "partner",
                )
            ],
        ),
        (
            seller_in("FR", percent=None),
            buyer_in("FR"),
            [
                Missing(
                    "tax_percent",
                    "The seller's tax % is missing: a registered seller charges VAT at home, above 0 %.",
                    "partner",
                )
            ],
        ),
        (
            replace(seller_in("FR", "small_business", vat=False), tax_number=None),
            buyer_in("FR"),
            [Missing("tax_number", "The seller's tax number (or a VAT number) is missing.", "partner")],
        ),
        (
            seller_in("DE"),
            BuyerTaxFacts("FR"),
            [
                Missing(
                    "vat_number",
                    "The buyer's VAT number or company register number is missing: reverse charge needs it.",
                    "vendor",
                )
            ],
        ),
        (
            seller_in("DE"),
            BuyerTaxFacts("FR", "FR0", vat_number_valid=False),
            [
                Missing(
                    "vat_number",
                    "The buyer's VAT number does not check: write it as issued, beginning with FR.",
                    "vendor",
                )
            ],
        ),
        (
            seller_in("DE"),
            BuyerTaxFacts("FR", "FR0", vat_number_valid=False, legal_number="404 833 048"),
            [
                Missing(
                    "vat_number",
                    "The buyer's VAT number does not check: write it as issued, beginning with FR.",
                    "vendor",
                )
            ],
        ),
        (
            SellerTaxFacts("", ""),
            BuyerTaxFacts(""),
            [
                Missing("country", "The seller's country is missing.", "partner"),
                Missing(
                    "tax_status",
                    "Say whether the seller is registered for VAT, a small business, or not taxable.",
                    "partner",
                ),
                Missing("country", "The buyer's country is missing.", "vendor"),
            ],
        ),
    ],
)
def test_what_is_missing_is_told_with_who_supplies_it(facts, buyer, missing):
    assert choose_treatment(facts, buyer) == missing


@pytest.mark.parametrize("country", sorted(EU | {"GB", "CH", "NO"}))
@pytest.mark.parametrize("valid", [None, False])
def test_without_a_checked_vat_number_tax_is_never_charged_at_home(country, valid):
    number = None if valid is None else "FR0"
    facts = replace(seller_in(country), vat_number=number, vat_number_valid=False)

    assert [item.field for item in choose_treatment(facts, buyer_in(country))] == ["vat_number"]


def test_reverse_charge_is_lawful_with_the_buyers_register_number():
    chosen = choose_treatment(seller_in("DE"), BuyerTaxFacts("FR", legal_number="404 833 048"))

    assert chosen.category == "AE"


@pytest.mark.parametrize(
    ("country", "named", "tax_name"), [("US", "", "Sales tax"), ("BR", "ISS", "ISS"), ("BR", "", "Tax")]
)
def test_where_no_rule_is_known_the_document_says_which_tax_it_is(country, named, tax_name):
    chosen = choose_treatment(seller_in(country, tax_name=named), buyer_in("US"))

    assert chosen.tax_name == tax_name


def test_reverse_charge_needs_more_of_the_buyer_than_a_sign_and_a_small_business_more_than_a_dash():
    buyer = BuyerTaxFacts("FR", legal_number="☺")

    assert [item.who for item in choose_treatment(seller_in("DE"), buyer)] == ["vendor"]
    small = replace(seller_in("DE", "small_business", vat=False), tax_number="-")
    assert [item.field for item in choose_treatment(small, buyer_in("DE"))] == ["tax_number"]


def test_a_tax_that_the_seller_calls_reverse_charge_is_for_the_seller_to_name():
    [missing] = choose_treatment(seller_in("CA", tax_name="Reverse-Charge", percent="5"), buyer_in("CA"))

    assert (missing.field, missing.who) == ("tax_name", "partner")
    assert choose_treatment(seller_in("BR", tax_name="☺"), buyer_in("US")).tax_name == "Tax"


def test_an_override_that_would_be_refused_today_is_for_finance_to_decide_anew():
    [missing] = overridden(Treatment("E", Decimal(0), exemption_text="☺"), seller_in("DE"), buyer_in("DE"))

    assert (missing.field, missing.who) == ("tax_override", "vendor")
    assert "The reason why no tax is charged has a letter or a digit." in missing.sentence


def test_out_of_scope_neither_side_shows_a_vat_number(seller, buyer):
    shown = parties_for(Treatment("O", None), seller.to_party("CAFE"), buyer.to_party())

    assert [party.vat_number for party in shown] == [None, None]
    assert shown[0].tax_number == seller.tax_number


def test_out_of_scope_the_seller_is_still_known_for_tax_by_its_vat_number_where_it_has_no_other(seller, buyer):
    sold, _ = parties_for(Treatment("O", None), replace(seller, tax_number="").to_party("CAFE"), buyer.to_party())

    assert (sold.vat_number, sold.tax_number) == (None, seller.vat_number)


def test_whole_details_give_the_treatment(seller, buyer):
    chosen = assess(seller, buyer, seller_vat_valid=True, buyer_vat_valid=True)

    assert chosen == Treatment("S", Decimal(20))


def test_everything_missing_is_told_at_once_and_once(seller, buyer):
    bare = replace(seller, city="", vat_number=None, tax_percent=None)

    missing = assess(bare, replace(buyer, code=""), seller_vat_valid=False, buyer_vat_valid=True)

    assert [(item.field, item.who) for item in missing] == [
        ("city", "partner"),
        ("vat_number", "partner"),
        ("code", "vendor"),
        ("tax_percent", "partner"),
    ]


def test_every_eu_country_has_a_language():
    assert set(LANGUAGES) >= EU
