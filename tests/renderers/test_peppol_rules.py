"""
The rules of Peppol BIS Self-Billing 3.0 beyond EN 16931, in our words: they stand in no package that a test may use.

Source: OpenPEPPOL, peppol-bis-invoice-3, PEPPOL-EN16931-UBL-SB, release 3.0.0 of March 2025; each rule by its id. Rules
of elements that we never write (allowances, charges, direct debit, embedded files, projects) are kept by there being
none. National rules are in no release of self-billing yet.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from tests.e_invoices import ALL

NS = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
# Of Peppol's list of address schemes those that we may write; EM, an e-mail address, is none of its.
SCHEMES = """
    0002 0007 0009 0106 0183 0184 0191 0192 0200 0208 0211 0212 0213 9910 9914 9920 9926 9927 9928 9929 9930 9931 9932
    9933 9934 9935 9936 9937 9938 9939 9943 9944 9945 9946 9947 9949 9950 9957"""
NOT_ADDRESSED = {  # no VAT number and no register with a scheme: an e-mail address, or none, which Peppol cannot route
    name for name in ALL if name.removeprefix("credit: ") in (
        "outside the scope, abroad", "outside the scope, not taxable", "small business with a code",
        "British to the USA", "Swiss small business to France", "zero rate from Norway abroad",
        "small business without a code",
    )
}  # fmt: skip
LINES = "//cac:InvoiceLine | //cac:CreditNoteLine"


def all_of(tree, way: str) -> list[str]:
    return [
        "".join(each.itertext()) if hasattr(each, "itertext") else str(each) for each in tree.xpath(way, namespaces=NS)
    ]


def count(tree, way: str) -> int:
    return len(all_of(tree, way))


def _in_period(tree) -> bool:
    start, end = (all_of(tree, f"/*/cac:InvoicePeriod/cbc:{name}Date")[0] for name in ("Start", "End"))
    return all(start <= day <= end for day in all_of(tree, "//cac:InvoicePeriod/cbc:*"))


def _lines_multiply(tree) -> bool:
    return all(
        Decimal(all_of(line, "cbc:InvoicedQuantity | cbc:CreditedQuantity")[0]) * Decimal(all_of(line, "cac:Price")[0])
        == Decimal(all_of(line, "cbc:LineExtensionAmount")[0])
        for line in tree.xpath(LINES, namespaces=NS)
    )


def _of_scheme(scheme: str, rule: Callable[[str], object]) -> Callable[[etree._Element], bool]:
    return lambda tree: all(rule(number) for number in all_of(tree, f"//cbc:*[@schemeID='{scheme}']"))


def _mod11(number: str) -> bool:
    weighed = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(number[:8])))
    return len(number) == 9 and (11 - weighed % 11) % 11 == int(number[8])


def _luhn(number: str) -> bool:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(number[:9])]
    return len(number) == 10 and (10 - sum(each // 10 + each % 10 for each in doubled) % 10) % 10 == int(number[9])


def _currencies(tree) -> bool:
    own = set(all_of(tree, "/*/cbc:DocumentCurrencyCode"))
    return set(all_of(tree, "//@currencyID[not(ancestor::cac:TaxTotal[not(cac:TaxSubtotal)])]")) == own


def _vatex(tree) -> bool:
    pairs = {"VATEX-EU-O": "O", "VATEX-EU-AE": "AE"}
    return all(all_of(each, "../cbc:ID") == [pairs.get("".join(each.itertext()), *all_of(each, "../cbc:ID"))]
               if "".join(each.itertext()) in pairs else True
               for each in tree.xpath("//cbc:TaxExemptionReasonCode", namespaces=NS))  # fmt: skip


RULES: dict[str, Callable[[etree._Element], object]] = {
    "R001 R007": lambda it: all_of(it, "/*/cbc:ProfileID") == ["urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0"],
    "R002": lambda it: len(all_of(it, "/*/cbc:Note")) <= 1,
    "R003": lambda it: all_of(it, "/*/cbc:BuyerReference"),
    "R004": lambda it: all_of(it, "/*/cbc:CustomizationID")
    == ["urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0"],
    "R005": lambda it: all_of(it, "/*/cbc:TaxCurrencyCode") != all_of(it, "/*/cbc:DocumentCurrencyCode"),
    "R008": lambda it: not it.xpath("//*[not(*) and not(normalize-space())]"),
    "R040 to R046": lambda it: not all_of(it, "//cac:AllowanceCharge"),
    "R051": _currencies,
    "R053": lambda it: count(it, "/*/cac:TaxTotal[cac:TaxSubtotal]") == 1,
    "R054": lambda it: count(it, "/*/cac:TaxTotal[not(cac:TaxSubtotal)]") == count(it, "/*/cbc:TaxCurrencyCode"),
    "R055": lambda it: len({Decimal(each) >= 0 for each in all_of(it, "/*/cac:TaxTotal/cbc:TaxAmount")}) == 1,
    "R061": lambda it: not {"49", "59"} & set(all_of(it, "//cbc:PaymentMeansCode")),
    "R080": lambda it: not all_of(it, "//cac:AdditionalDocumentReference"),
    "R100": lambda it: not all_of(it, "//cac:DocumentReference[preceding-sibling::cac:DocumentReference]"),
    "R101": lambda it: set(all_of(it, "//cac:DocumentReference/cbc:DocumentTypeCode")) <= {"130"},
    "R110 R111": _in_period,
    "R120": _lines_multiply,
    "R121 R130": lambda it: not all_of(it, "//cbc:BaseQuantity"),
    "COMMON-R041": _of_scheme("0192", _mod11),
    "COMMON-R042": _of_scheme("0184", lambda number: re.fullmatch("DK[0-9]{8}", number)),
    "COMMON-R043": _of_scheme("0208", lambda number: 97 - int(number[:8]) % 97 == int(number[8:])),
    "COMMON-R049": _of_scheme("0007", _luhn),
    "CL001": lambda it: not all_of(it, "//cbc:EmbeddedDocumentBinaryObject"),
    "P0100 P0101": lambda it: all_of(it, "//cbc:InvoiceTypeCode | //cbc:CreditNoteTypeCode")
    == ["261" if "CreditNote" in it.tag else "389"],
    "P0104 to P0111": _vatex,
    "F001": lambda it: all(date.fromisoformat(each) for each in all_of(it, "//*[contains(local-name(), 'Date')]")),
}  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_a_self_billed_document_keeps_the_rules_of_peppol(name, xml):
    tree = etree.fromstring(xml(ALL[name], "ubl"))

    assert [rule for rule, holds in RULES.items() if not holds(tree)] == []


@pytest.mark.parametrize("role", ["Supplier", "Customer"])
@pytest.mark.parametrize("name", sorted(set(ALL) - NOT_ADDRESSED))
def test_who_has_a_vat_number_or_a_known_register_has_an_address_in_peppol(name, role, xml):
    """R010, R020 and CL008."""
    tree = etree.fromstring(xml(ALL[name], "ubl"))

    (scheme,) = all_of(tree, f"//cac:Accounting{role}Party/cac:Party/cbc:EndpointID/@schemeID")
    assert scheme in SCHEMES.split()


def test_the_rules_say_no(xml):
    right = xml(ALL["Polish, told in zloty"], "ubl").decode()
    wrong = [
        right.replace("selfbilling:01", "billing:01"),
        right.replace("cbc:BuyerReference>", "cbc:AccountingCost>"),
        right.replace("2026-09-02", "2026-08-02", 1).replace("2026-09-02", "2025-08-02"),
        right.replace('<cbc:PriceAmount currencyID="EUR">1000', '<cbc:PriceAmount currencyID="EUR">1'),
        right.replace(">389<", ">380<"),
        right.replace('<cbc:PayableAmount currencyID="EUR">', '<cbc:PayableAmount currencyID="USD">'),
    ]

    for text in wrong:
        tree = etree.fromstring(text.encode())
        assert [rule for rule, holds in RULES.items() if not holds(tree)] != [], text[:600]
