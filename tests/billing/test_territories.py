"""Places that have another VAT than the country whose code they wear: no invoice goes by that country's rules."""

from dataclasses import replace

import pytest

from engine.billing.tax import Treatment
from engine.billing.territories import TERRITORIES, territory_of
from engine.billing.treatment import choose_treatment, overridden, rule_for
from tests.billing.test_treatment import buyer_in, seller_in

OF_FINANCE = "Finance decides how this partner is taxed: tax override."


@pytest.mark.parametrize(
    ("country", "postcode", "name"),
    [
        ("ES", "35001", "the Canary Islands"), ("ES", "38 001", "the Canary Islands"), ("ES", "51001", "Ceuta"),
        ("ES", "52001", "Melilla"), ("DE", "78266", "Büsingen"), ("DE", "DE-27498", "Heligoland"),
        ("IT", "23041", "Livigno"), ("IT", "22061", "Campione d'Italia"), ("GR", "630 86", "Mount Athos"),
        ("FI", "22100", "Åland"), ("FR", "97110", "Guadeloupe"), ("FR", "97150", "Saint-Martin"),
        ("FR", "98800", "New Caledonia"), ("DK", "3900", "Greenland"), ("GB", "je2 4wd", "Jersey"),
        ("DE", "D-78266", "Büsingen"), ("ES", "E-35001", "the Canary Islands"), ("ES", "ES35001", "the Canary Islands"),
        ("ES", "ES 35001", "the Canary Islands"), ("FR", "F-97110", "Guadeloupe"), ("FR", "FR 97110", "Guadeloupe"),
        ("IT", "I–23041", "Livigno"), ("NO", "N-9170", "Svalbard"), ("FI", "AX-22100", "Åland"),
        ("FI", "FIN-22100", "Åland"),
        ("GR", "EL-63086", "Mount Athos"), ("GB", "GB-GY1 1AA", "Guernsey"), ("DK", "FO-100", "the Faroe Islands"),
        ("DK", "DK-3900", "Greenland"), ("ES", "E-28001", ""), ("GB", "SE1 9GF", ""), ("DK", "DK-1000", ""),
        ("ES", "28001", ""), ("FR", "75001", ""), ("FR", "98000", ""), ("DE", "35001", ""), ("GB", "IM1 1AA", ""),
        ("FR", "", ""),
    ],
)  # fmt: skip
def test_a_postcode_tells_the_territory(country, postcode, name):
    found = territory_of(country, postcode)

    assert (found.name if found else "") == name


@pytest.mark.parametrize(("seller", "buyer"), [("DE", "ES"), ("ES", "ES"), ("US", "ES")])
def test_a_buyer_in_a_territory_without_a_code_waits_for_finance(seller, buyer):
    facts = seller_in(seller), replace(buyer_in(buyer), postcode="35001")
    [missing] = choose_treatment(*facts)

    assert (missing.field, missing.who) == ("tax_override", "vendor")
    assert missing.sentence == (
        f"35001 is in the Canary Islands, outside the VAT area of ES, and no rule of ours covers it. {OF_FINANCE}"
    )
    assert rule_for(*facts) is None


def test_whoever_has_a_code_of_its_own_is_asked_for_it():
    [of_seller] = choose_treatment(replace(seller_in("FR"), postcode="97110"), buyer_in("DE"))
    [of_buyer] = choose_treatment(seller_in("GB"), replace(buyer_in("GB"), postcode="JE2 4WD"))

    assert (of_seller.field, of_seller.who, of_buyer.who) == ("country", "partner", "vendor")
    assert of_seller.sentence == "97110 is in Guadeloupe, whose VAT is not that of FR: choose GP."


@pytest.mark.parametrize(
    ("seller", "buyer"), [("FR", "GP"), ("FR", "YT"), ("MC", "RE"), ("GP", "DE"), ("GP", "GP"), ("FI", "AX")]
)
def test_a_sale_between_a_country_and_its_territory_waits_for_finance(seller, buyer):
    [missing] = choose_treatment(seller_in(seller), buyer_in(buyer))

    assert (missing.field, missing.who) == ("tax_override", "vendor")
    assert missing.sentence.startswith(f"No rule of ours covers services of {seller} to {buyer}: ")


def test_what_finance_decides_holds_there_too():
    exempt = Treatment("O", None, exemption_text="Outside the VAT area")

    assert overridden(exempt, seller_in("DE"), replace(buyer_in("ES"), postcode="35001")) == exempt


def test_territories_without_a_code_of_their_own_are_never_covered():
    assert [each.name for each in TERRITORIES if each.covered and not each.code] == []
