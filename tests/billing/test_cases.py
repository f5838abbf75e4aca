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
OURS = yaml.safe_load((Path(__file__).parent / "cases" / "tax_totals.yaml").read_text(encoding="utf-8"))["cases"]
CURRENCIES = {code: Currency(code, exponent) for code, exponent in (("EUR", 2), ("CHF", 2), ("JPY", 0), ("KWD", 3))}


def supply_of(line, currency, reason="because of a rule"):
    read = Money.accrue if "accrued" in line else Money.parse
    amount = read(line.get("accrued", line.get("amount")), currency).minor
    text = "" if line["category"] in ("S", "Z", "local") else reason
    rate = Decimal(line["rate"]) if line.get("rate") else None
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


@pytest.mark.parametrize("case", OURS, ids=lambda case: case["name"])
def test_each_group_and_the_total_are_right_to_the_cent(case, draw):
    currency = CURRENCIES[case.get("currency", "EUR")]
    lines = [{"amount": amount, "category": category, "rate": rate} for amount, category, rate in case["lines"]]
    supplies = [supply_of(line, currency) for line in lines]
    invoice = draw(supplies, supplies[0].treatment, currency=currency)

    def money(minor):
        return Money(minor, currency).text()

    groups = [
        ["" if each.rate is None else str(each.rate), money(each.base), money(each.tax)] for each in invoice.groups
    ]
    assert groups == case["groups"]
    assert money(invoice.gross) == case["gross"]


def test_there_are_thirty_of_our_own():
    assert len(OURS) >= 30


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
