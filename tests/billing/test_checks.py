"""An invoice that is wrong in any one thing is told so, to the cent and by name."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.billing.checks import check_invoice, e_invoice_note
from engine.billing.invoice import SELF_BILLED_CREDIT_NOTE
from engine.billing.money import LARGEST, Currency
from engine.billing.tax import Treatment

EURO = Currency("EUR", 2)


@pytest.fixture
def invoice(draw, reward):
    return draw([reward(1000), reward(-300)])


def told(invoice, **changes):
    return {f"{problem.field}: {problem.sentence}" for problem in check_invoice(replace(invoice, **changes))}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"net": 701}, "net: The lines give 700 minor units, not 701."),
        ({"tax": 139}, "tax: The lines give 140 minor units, not 139."),
        ({"gross": 841}, "gross: The lines give 840 minor units, not 841."),
        ({"groups": ()}, "groups: The table of tax is not that of the lines: one row a category and rate."),
        ({"number": "acme 1"}, "number: A number has 1 to 40 of A to Z, 0 to 9, / and -."),
        ({"lines": ()}, "lines: A document needs at least one line."),
        ({"mentions": ()}, "mentions: The mention 'Self-billing' is missing."),
        ({"due_date": date(2026, 3, 1)}, "due_date: It is due before it is issued."),
        ({"supply_to": date(2026, 1, 1)}, "supply_to: The period of supply ends before it begins."),
        (
            {"supply_to": date(2026, 4, 2)},
            "supply_to: R-1000 is of 2026-04-02, still to come: what was supplied is invoiced, from that day on.",
        ),
        (
            {"issued_at": datetime(2026, 3, 1)},  # noqa: DTZ001
            "issued_at: The instant of issue needs its offset from UTC.",
        ),
        ({"type_code": SELF_BILLED_CREDIT_NOTE}, "preceding: A credit note names the invoice that it corrects."),
    ],
)
def test_a_wrong_head_or_sum_is_told(invoice, changes, problem):
    assert problem in told(invoice, **changes)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"position": 7}, "lines.1.position: Lines are counted from 1: this is 1, not 7."),
        ({"quantity": 2}, "lines.1.quantity: The quantity is 1, or -1 for a clawback."),
        ({"amount": 999}, "lines.1.amount: 1 x 1000 is not 999."),
        (
            {"price": -1000},
            "lines.1.price: The price is never negative (EN 16931 BR-27); a clawback has quantity -1.",
        ),
    ],
)
def test_a_wrong_line_is_told(invoice, changes, problem):
    first, second = invoice.lines

    assert problem in told(invoice, lines=(replace(first, **changes), second))


@pytest.mark.parametrize(
    ("treatment", "problem"),
    [
        (Treatment("AE", Decimal(5), exemption_text="x"), "lines: Category AE has the rate 0."),
        (Treatment("AE", Decimal(0)), "lines: Category AE needs the reason why no tax is charged."),
        (Treatment("AE", Decimal(0), exemption_text="x"), "mentions: The mention 'Reverse charge' is missing."),
        (Treatment("O", None, exemption_text="☺"), "lines: Category O needs the reason why no tax is charged."),
        (Treatment("E", None, exemption_text="x"), "lines: Category E has the rate 0."),
        (Treatment("Z", Decimal(1)), "lines: Category Z has the rate 0."),
        (Treatment("O", Decimal(0), exemption_text="x"), "lines: Outside the scope of VAT (O) there is no rate."),
        (
            Treatment("O", None, exemption_text="x"),
            "buyer.vat_number: Outside the scope of VAT (O) the buyer's VAT number is not shown.",
        ),
        (Treatment("local", None), "lines.1: The seller's own tax needs a rate of 0 or above."),
        (Treatment("local", Decimal(5), tax_name=""), "lines.1: Say which tax it is."),
        (Treatment("local", Decimal(5), tax_name="-"), "lines.1: Say which tax it is."),
        (
            Treatment("local", Decimal(8), mention="Reverse charge", tax_name="Sales tax"),
            "mentions: It adds a tax and says 'Reverse charge': by that mention the buyer accounts for it.",
        ),
    ],
)
def test_a_category_that_lacks_what_it_needs_is_told(invoice, treatment, problem):
    lines = tuple(replace(line, treatment=treatment) for line in invoice.lines)

    assert problem in told(invoice, lines=lines)


@pytest.mark.parametrize(
    ("treatment", "problem"),
    [
        (
            Treatment("E", Decimal(0), exemption_text="x"),
            "seller.tax_number: An exempt seller is named with its tax number or VAT number.",
        ),
        (
            Treatment("Z", Decimal(0)),
            "seller.vat_number: The zero rate needs the seller's VAT number or tax number.",
        ),
        (
            Treatment("AE", Decimal(0), exemption_text="x"),
            "seller.vat_number: Reverse charge needs the seller's VAT number.",
        ),
    ],
)
def test_a_seller_nobody_can_identify_is_told(invoice, treatment, problem):
    lines = tuple(replace(line, treatment=treatment) for line in invoice.lines)
    nobody = replace(invoice.seller, vat_number=None, tax_number=None)

    assert problem in told(invoice, lines=lines, seller=nobody)
    if treatment.category != "AE":
        assert problem in told(invoice, lines=lines, seller=replace(nobody, tax_number="☺"))


def test_what_would_be_refused_today_can_still_be_credited(draw, reward, credit):
    old = draw([reward(1000)], Treatment("E", Decimal(0), exemption_text="☺"), number="")
    old = replace(old, number="ACME-CAFE-00001", seller=replace(old.seller, vat_number=None, tax_number="-"))

    assert {each.field for each in check_invoice(old)} == {"lines", "seller.tax_number"}
    assert check_invoice(credit(old), original=old) == []


def test_one_category_gives_one_reason(invoice):
    first, second = (replace(line, treatment=Treatment("E", Decimal(0), exemption_text="x")) for line in invoice.lines)
    other = replace(second, treatment=Treatment("E", Decimal(0), exemption_text="y"))

    assert "lines: Lines of category E name different reasons or taxes; one is printed." in told(
        invoice, lines=(first, other)
    )


def test_a_party_without_name_or_city_is_told(invoice):
    nameless = replace(invoice.seller, legal_name=" ", address=replace(invoice.seller.address, city=""))

    assert told(invoice, seller=nameless) == {
        "seller.legal_name: The seller's legal name is empty.",
        "seller.address.city: The seller's city is empty.",
    }


def test_a_line_whose_description_nobody_sees_is_told(invoice):
    first, *others = invoice.lines
    blank = replace(first, description="\u200b")

    assert told(invoice, lines=(blank, *others)) == {
        f"lines.1.description: The description of reward {first.reference} is empty."
    }


def test_a_total_beyond_what_can_be_kept_is_told(invoice):
    huge = replace(invoice.lines[0], price=LARGEST, amount=LARGEST)

    assert "gross: The total is too large to be kept." in told(invoice, lines=(huge,))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"net": 699}, "net: It credits more than the 6.99 EUR of the original."),
        ({"number": "ACME-CAFE-00002"}, "preceding: It names ACME-CAFE-00001, not ACME-CAFE-00002."),
        ({"currency": Currency("USD", 2)}, "currency: The original is in USD."),
    ],
)
def test_a_credit_note_stays_within_its_original(invoice, credit, changes, problem):
    problems = check_invoice(credit(invoice), original=replace(invoice, **changes))

    assert problem in [f"{each.field}: {each.sentence}" for each in problems]


@pytest.mark.parametrize(
    ("currency", "note"),
    [(EURO, ""), (Currency("KWD", 3), "KWD has 3 decimals and EN 16931 allows 2: PDF only.")],
)
def test_a_currency_of_three_decimals_has_a_pdf_only_and_says_so(currency, note):
    assert e_invoice_note(currency) == note


def test_an_invoice_in_dinars_is_lawful(draw, reward):
    assert check_invoice(draw([reward(1234)], currency=Currency("KWD", 3))) == []


def test_the_instant_of_issue_is_kept_in_utc(invoice):
    assert invoice.issued_at.tzinfo is UTC
