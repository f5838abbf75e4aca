"""A buyer in a country that belongs to the seller's VAT area is charged VAT; one in a territory waits for finance."""

from dataclasses import replace

import pytest

from engine import self_invoicing, tax_decisions
from tests.fakes import NOON
from tests.worlds import BUYER

SELLERS = {
    "FR": {"country": "FR", "vat_number": "FR40303265045", "tax_percent": "20", "postcode": "75001"},
    "GB": {"country": "GB", "vat_number": "GB980780684", "tax_percent": "20", "postcode": "M1 1AA"},
    "CH": {"country": "CH", "vat_number": "CHE107787577MWST", "tax_percent": "8.1", "postcode": "8000"},
}


def pay(place, seller, **buyer):
    self_invoicing.set_buyer(place.owner, replace(BUYER, vat_number="", legal_number="R-1", **buyer))
    for money in ("GBP", "CHF"):
        tax_decisions.add_rate(place.owner, "EUR", money, "0.9", day=NOON.date().isoformat(), source="ECB")
    place.partner(opted_in=False)
    place.opt_in(**SELLERS[seller])
    return place.payout(state="Ready")


@pytest.mark.parametrize(
    ("seller", "buyer", "category"),
    [("FR", "MC", "S"), ("GB", "IM", "S"), ("CH", "LI", "S"), ("FR", "NC", "O"), ("GB", "JE", "O")],
)
def test_vat_is_charged_within_an_area_and_not_beyond_it(place, seller, buyer, category):
    pay(place, seller, country=buyer)

    assert [made.lines[0].treatment.category for made in place.snapshots()] == [category]


@pytest.mark.parametrize("buyer", [{"country": "GP"}, {"country": "ES", "postcode": "35001"}])
def test_of_a_territory_that_no_rule_covers_the_invoice_waits(place, buyer):
    payout = pay(place, "FR", **buyer)

    assert place.missing(payout) == [("tax_override", "vendor")]
