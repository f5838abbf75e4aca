"""CII and UBL of an invoice say the same, business term by business term, and what the snapshot says."""

import re

import pytest
from lxml import etree

from engine.billing.money import Money
from tests.e_invoices import ALL

NAMESPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
CREDITED, CREDITED_UBL = "//ram:InvoiceReferencedDocument/ram:", "//cac:InvoiceDocumentReference/cbc:"
AGREED, SETTLED = "//ram:ApplicableHeaderTradeAgreement/", "//ram:ApplicableHeaderTradeSettlement/"
SELLER, BUYER = AGREED + "ram:SellerTradeParty", AGREED + "ram:BuyerTradeParty"
SUPPLIER, CUSTOMER = "//cac:AccountingSupplierParty/cac:Party", "//cac:AccountingCustomerParty/cac:Party"
SUMS, LINE, UBL_LINE = (
    SETTLED + "ram:SpecifiedTradeSettlementHeaderMonetarySummation/",
    "//ram:IncludedSupplyChainTradeLineItem",
    "//cac:*[self::cac:InvoiceLine or self::cac:CreditNoteLine]",
)
VAT, OTHER = "cac:PartyTaxScheme[cac:TaxScheme/cbc:ID='VAT']", "cac:PartyTaxScheme[cac:TaxScheme/cbc:ID!='VAT']"
SAME = {
    "BT-1": ("//rsm:ExchangedDocument/ram:ID", "/*/cbc:ID"),
    "BT-2": ("//rsm:ExchangedDocument/ram:IssueDateTime", "/*/cbc:IssueDate"),
    "BT-3": ("//rsm:ExchangedDocument/ram:TypeCode", "/*/cbc:InvoiceTypeCode | /*/cbc:CreditNoteTypeCode"),
    "BT-5": (SETTLED + "ram:InvoiceCurrencyCode", "/*/cbc:DocumentCurrencyCode"),
    "BT-6": (SETTLED + "ram:TaxCurrencyCode", "/*/cbc:TaxCurrencyCode"),
    "BT-9": (SETTLED + "ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime", "/*/cbc:DueDate"),
    "BT-10": (AGREED + "ram:BuyerReference", "/*/cbc:BuyerReference"),
    "BT-12": (AGREED + "ram:ContractReferencedDocument", "/*/cac:ContractDocumentReference"),
    "BT-20": (SETTLED + "ram:SpecifiedTradePaymentTerms/ram:Description", "/*/cac:PaymentTerms"),
    "BT-22": ("//ram:IncludedNote", "/*/cbc:Note"),
    "BT-25": (CREDITED + "IssuerAssignedID", CREDITED_UBL + "ID"),
    "BT-26": (CREDITED + "FormattedIssueDateTime", CREDITED_UBL + "IssueDate"),
    "BT-27": (SELLER + "/ram:Name", SUPPLIER + "/cac:PartyLegalEntity/cbc:RegistrationName"),
    "BT-29": (SELLER + "/ram:ID", SUPPLIER + "/cac:PartyIdentification"),
    "BT-30": (SELLER + "/ram:SpecifiedLegalOrganization/ram:ID", SUPPLIER + "/cac:PartyLegalEntity/cbc:CompanyID"),
    "BT-31": (SELLER + "//ram:ID[@schemeID='VA']", f"{SUPPLIER}/{VAT}/cbc:CompanyID"),
    "BT-32": (SELLER + "//ram:ID[@schemeID='FC']", f"{SUPPLIER}/{OTHER}/cbc:CompanyID"),
    "BT-34": (SELLER + "/ram:URIUniversalCommunication/ram:URIID", SUPPLIER + "/cbc:EndpointID"),
    "BT-35": (SELLER + "//ram:LineOne", SUPPLIER + "//cbc:StreetName"),
    "BT-36": (SELLER + "//ram:LineTwo", SUPPLIER + "//cbc:AdditionalStreetName"),
    "BT-37": (SELLER + "//ram:CityName", SUPPLIER + "//cbc:CityName"),
    "BT-38": (SELLER + "//ram:PostcodeCode", SUPPLIER + "//cbc:PostalZone"),
    "BT-39": (SELLER + "//ram:CountrySubDivisionName", SUPPLIER + "//cbc:CountrySubentity"),
    "BT-40": (SELLER + "//ram:CountryID", SUPPLIER + "//cbc:IdentificationCode"),
    "BT-43": (SELLER + "/ram:DefinedTradeContact", SUPPLIER + "/cac:Contact"),
    "BT-44": (BUYER + "/ram:Name", CUSTOMER + "/cac:PartyLegalEntity/cbc:RegistrationName"),
    "BT-46": (BUYER + "/ram:ID", CUSTOMER + "/cac:PartyIdentification"),
    "BT-47": (BUYER + "/ram:SpecifiedLegalOrganization/ram:ID", CUSTOMER + "/cac:PartyLegalEntity/cbc:CompanyID"),
    "BT-48": (BUYER + "//ram:ID[@schemeID='VA']", f"{CUSTOMER}/{VAT}/cbc:CompanyID"),
    "BT-49": (BUYER + "/ram:URIUniversalCommunication/ram:URIID", CUSTOMER + "/cbc:EndpointID"),
    "BT-50": (BUYER + "//ram:LineOne", CUSTOMER + "//cbc:StreetName"),
    "BT-55": (BUYER + "//ram:CountryID", CUSTOMER + "//cbc:IdentificationCode"),
    "BT-72": ("//ram:ActualDeliverySupplyChainEvent", "/*/cac:Delivery"),
    "BT-73": (SETTLED + "ram:BillingSpecifiedPeriod/ram:StartDateTime", "/*/cac:InvoicePeriod/cbc:StartDate"),
    "BT-74": (SETTLED + "ram:BillingSpecifiedPeriod/ram:EndDateTime", "/*/cac:InvoicePeriod/cbc:EndDate"),
    "BT-81": (SETTLED + "ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode", "//cbc:PaymentMeansCode"),
    "BT-83": (SETTLED + "ram:PaymentReference", "//cac:PaymentMeans/cbc:PaymentID"),
    "BT-84": ("//ram:IBANID | //ram:ProprietaryID", "//cac:PayeeFinancialAccount/cbc:ID"),
    "BT-85": ("//ram:AccountName", "//cac:PayeeFinancialAccount/cbc:Name"),
    "BT-86": ("//ram:BICID", "//cac:FinancialInstitutionBranch"),
    "BT-106": (SUMS + "ram:LineTotalAmount", "//cac:LegalMonetaryTotal/cbc:LineExtensionAmount"),
    "BT-109": (SUMS + "ram:TaxBasisTotalAmount", "//cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount"),
    "BT-110 and BT-111": (SUMS + "ram:TaxTotalAmount", "/*/cac:TaxTotal/cbc:TaxAmount"),
    "BT-112": (SUMS + "ram:GrandTotalAmount", "//cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount"),
    "BT-115": (SUMS + "ram:DuePayableAmount", "//cac:LegalMonetaryTotal/cbc:PayableAmount"),
    "BT-116": (SETTLED + "ram:ApplicableTradeTax/ram:BasisAmount", "//cbc:TaxableAmount"),
    "BT-117": (SETTLED + "ram:ApplicableTradeTax/ram:CalculatedAmount", "//cac:TaxSubtotal/cbc:TaxAmount"),
    "BT-118": (SETTLED + "ram:ApplicableTradeTax/ram:CategoryCode", "//cac:TaxCategory/cbc:ID"),
    "BT-119": (SETTLED + "ram:ApplicableTradeTax/ram:RateApplicablePercent", "//cac:TaxCategory/cbc:Percent"),
    "BT-120": (SETTLED + "ram:ApplicableTradeTax/ram:ExemptionReason", "//cbc:TaxExemptionReason"),
    "BT-121": (SETTLED + "ram:ApplicableTradeTax/ram:ExemptionReasonCode", "//cbc:TaxExemptionReasonCode"),
    "BT-126": (LINE + "//ram:LineID", UBL_LINE + "/cbc:ID"),
    "BT-128": (LINE + "//ram:IssuerAssignedID", UBL_LINE + "/cac:DocumentReference/cbc:ID"),
    "BT-129": (LINE + "//ram:BilledQuantity", "//cbc:InvoicedQuantity | //cbc:CreditedQuantity"),
    "BT-131": (LINE + "//ram:LineTotalAmount", UBL_LINE + "/cbc:LineExtensionAmount"),
    "BT-134": (LINE + "//ram:StartDateTime", UBL_LINE + "//cbc:StartDate"),
    "BT-135": (LINE + "//ram:EndDateTime", UBL_LINE + "//cbc:EndDate"),
    "BT-146": (LINE + "//ram:ChargeAmount", UBL_LINE + "//cbc:PriceAmount"),
    "BT-151": (LINE + "//ram:CategoryCode", "//cac:ClassifiedTaxCategory/cbc:ID"),
    "BT-152": (LINE + "//ram:RateApplicablePercent", "//cac:ClassifiedTaxCategory/cbc:Percent"),
    "BT-153": (LINE + "//ram:SpecifiedTradeProduct", UBL_LINE + "/cac:Item/cbc:Name"),
}  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_each_business_term_is_the_same_in_both(name, xml):
    cii, ubl = (etree.fromstring(xml(ALL[name], format)) for format in ("cii", "ubl"))

    assert {term: told(cii, ways[0]) for term, ways in SAME.items()} == {
        term: told(ubl, ways[1]) for term, ways in SAME.items()
    }


def test_each_business_term_is_told_by_one_of_them(xml):
    trees = [etree.fromstring(xml(invoice, "ubl")) for invoice in ALL.values()]

    assert [term for term, (_, way) in SAME.items() if not any(told(tree, way) for tree in trees)] == []


@pytest.mark.parametrize("name", ALL)
def test_the_amounts_are_those_of_the_snapshot(name, xml):
    invoice = ALL[name]
    tree = etree.fromstring(xml(invoice, "cii"))
    wanted = {"BT-109": invoice.net, "BT-112": invoice.gross, "BT-115": invoice.gross}

    for term, minor in wanted.items():
        assert told(tree, SAME[term][0]) == [("", Money(minor, invoice.currency).text())]
    assert [text for _, text in told(tree, SAME["BT-131"][0])] == [
        Money(line.amount, invoice.currency).text() for line in invoice.lines
    ]
    assert not [text for _, text in told(tree, SAME["BT-146"][0]) if text.startswith("-")]


def told(tree: etree._Element, way: str) -> list[tuple[str, str]]:
    """What stands there, each with its scheme; dates in one form."""
    found = tree.xpath(way, namespaces=NAMESPACES)
    assert isinstance(found, list)
    pairs = [(each.get("schemeID", ""), "".join(each.itertext()).strip()) for each in found]
    return [
        ("" if scheme in ("VA", "FC") else scheme, re.sub(r"^(\d{4})-(\d\d)-(\d\d)$", r"\1\2\3", text))
        for scheme, text in pairs
    ]
