"""Every kind of invoice, in CII and in UBL, passes the official rules; and these are seen to say no."""

import re

import pytest

from billhook.official.rules import rule_sets
from tests.e_invoices import ALL

RULES = {rule.name: rule for rule in rule_sets()}


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("name", ALL)
def test_nothing_is_found(name, rules, xml):
    rule = RULES[rules]

    assert rule.check(xml(ALL[name], rule.of)) == []


def test_there_are_forty_of_them():
    assert len(ALL) >= 40


@pytest.mark.parametrize(
    ("of", "pattern", "instead", "broken"),
    [
        ("cii", "<ram:GrandTotalAmount>1500.00<", "<ram:GrandTotalAmount>1501.00<", "BR-CO-15"),
        ("cii", "<ram:DuePayableAmount>1500.00<", "<ram:DuePayableAmount>1.00<", "BR-CO-16"),
        ("cii", "<ram:CategoryCode>S<", "<ram:CategoryCode>AE<", "BR-AE-"),
        ("cii", "<ram:CategoryCode>S<", "<ram:CategoryCode>X<", "BR-CL-|FX-SCH-"),
        ("cii", "<ram:Name>Acme Cloud SAS</ram:Name>", "", "BR-07|FX-SCH-A-"),
        ("cii", "<ram:IBANID>.*?</ram:IBANID>", "", "BR-50|BR-61|FX-SCH-"),
        ("cii", "<ram:ID schemeID=\"VA\">FR40303265045</ram:ID>", "", "BR-S-02"),
        ("cii", "<ram:InvoiceCurrencyCode>EUR<", "<ram:InvoiceCurrencyCode>EUX<", "BR-CL-04|FX-SCH-"),
        ("ubl", ">1500.00</cbc:TaxInclusiveAmount>", ">1501.00</cbc:TaxInclusiveAmount>", "BR-CO-15"),
        ("ubl", "<cbc:ID>S</cbc:ID>", "<cbc:ID>AE</cbc:ID>", "BR-AE-"),
        ("ubl", "<cbc:RegistrationName>Acme Cloud SAS</cbc:RegistrationName>", "", "BR-07"),
        ("ubl", "<cac:PayeeFinancialAccount>.*?</cac:PayeeFinancialAccount>", "", "BR-61"),
        ("ubl", "<cbc:ID>ACME-FR-LUM-00001</cbc:ID>", "", "BR-02"),
        ("ubl", "schemeID=\"9957\"", "schemeID=\"9\"", "BR-CL-25"),
    ],
)  # fmt: skip
def test_what_is_broken_on_purpose_is_found(xml, of, pattern, instead, broken):
    right = xml(ALL["standard rate"], of).decode()
    wrong = re.sub(pattern, instead, right, flags=re.DOTALL).encode()

    found = [each for rule in RULES.values() if rule.of == of for each in rule.check(wrong)]
    assert wrong != right.encode()
    assert [each.rule for each in found if re.match(broken, each.rule)] != [], found


@pytest.mark.parametrize("of", ["cii", "ubl"])
def test_an_element_that_no_schema_knows_is_found(xml, of):
    wrong = xml(ALL["standard rate"], of).replace(b":ID>ACME-FR-LUM-00001<", b":ID x='1'>ACME-FR-LUM-00001<", 1)

    assert [
        each.rule for rule in RULES.values() if "schema" in rule.name and rule.of == of for each in rule.check(wrong)
    ]


def test_a_document_that_no_rule_fits_is_found():
    for rule in RULES.values():
        if "Schematron" in rule.name:
            assert [each.rule for each in rule.check(b"<nothing>x</nothing>")] == ["none ran"]
