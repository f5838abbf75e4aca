"""The shared cases of invoice totals, to the cent: totals, mentions, and what is refused."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from engine.billing.errors import Unlawful
from engine.billing.issuing import Supply
from engine.billing.money import Currency, Money
from engine.billing.tax import Treatment

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "invoice_totals.yaml").read_text(encoding="utf-8"))
CURRENCIES = {"EUR": Currency("EUR", 2), "JPY": Currency("JPY", 0)}


def supply_of(line, currency, reason="because of a rule"):
    read = Money.accrue if "accrued" in line else Money.parse
    amount = read(line.get("accrued", line.get("amount")), currency).minor
    text = "" if line["category"] == "S" else reason
    rate = Decimal(line["rate"]) if "rate" in line else None
    return Supply("R-1", "Commission", date(2026, 3, 1), amount, Treatment(line["category"], rate, exemption_text=text))


@pytest.fixture(params=CASES["cases"], ids=lambda case: case["name"])
def case(request):
    return request.param


def test_totals_are_right_to_the_cent(case, draw):
    currency = CURRENCIES[case["currency"]]
    where = {"country": case.get("seller", "FR")}
    invoice = draw([supply_of(line, currency) for line in case["lines"]], currency=currency, seller_changes=where)

    told = {name: Money(getattr(invoice, name), currency).text() for name in case["totals"]}
    assert told == case["totals"]
    assert set(case.get("mention", [])) <= set(invoice.mentions)
    assert len(invoice.groups) == case.get("groups", len(invoice.groups))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        *zip(
            CASES["refused"],
            [
                "lines: The standard category (S) needs a rate above 0.",
                "seller.vat_number: VAT is charged only under a VAT number, and the seller has none.",
                "buyer.vat_number: Reverse charge needs the buyer's VAT number or company register number.",
                "lines: Category E needs the reason why no tax is charged.",
                "lines: Outside the scope of VAT (O) is never mixed with another category (BR-O-11).",
            ],
            strict=True,
        )
    ],
    ids=lambda row: row["why"] if isinstance(row, dict) else "",
)
def test_an_unlawful_document_is_refused_with_its_reason(row, told, draw):
    reason = row.get("reason", "because of a rule") or ""
    supplies = [supply_of(line, CURRENCIES["EUR"], reason) for line in row.get("lines", [row.get("line")])]
    seller = {"vat_number": row.get("seller_vat", "FR40303265045")}
    buyer = {"vat_number": row.get("buyer_vat", "FR83404833048")}

    with pytest.raises(Unlawful) as refused:
        draw(supplies, seller_changes=seller, buyer_changes=buyer)

    assert told in str(refused.value)
