"""
The invoice as UN/CEFACT Cross Industry Invoice D16B in the profile EN 16931 of Factur-X: what accounting systems read.

Elements stand in the order that the schema wants; the numbers beside them are the business terms of EN 16931-1. It
knows no database and no page.
"""

from collections.abc import Mapping
from datetime import date

from engine.billing.invoice import Address, Invoice, Line, Party
from engine.billing.schemes import electronic_address, legal_identifier, vat_identifier
from engine.billing.tax import TaxGroup
from engine.contracts import Document
from renderers import business_terms as bt
from renderers.elements import Element, Writer, amount, percent, require_e_invoice, to_bytes
from renderers.press import Press

PROFILE = "urn:cen.eu:en16931:2017"  # BT-24

_STANDARD = "urn:un:unece:uncefact:data:standard:"
_XML = Writer(
    {
        "rsm": _STANDARD + "CrossIndustryInvoice:100",
        "ram": _STANDARD + "ReusableAggregateBusinessInformationEntity:100",
        "qdt": _STANDARD + "QualifiedDataType:100",
        "udt": _STANDARD + "UnqualifiedDataType:100",
    }
)
_put, _in = _XML.text, _XML.group


class InvoiceCii:
    name = "cii"

    def __init__(self, press: Press) -> None:
        """Every renderer is handed the press; this one prints nothing."""

    def render(self, invoice: Invoice, assets: Mapping[str, bytes]) -> Document:  # noqa: ARG002
        """
        Raises:
            RenderError: the invoice has no form in EN 16931; its PDF is all there is.
        """
        return cii(invoice)


def cii(invoice: Invoice) -> Document:
    """
    The XML that is attached beside the PDF, and stands in it.

    Raises:
        RenderError: the invoice has no form in EN 16931.
    """
    require_e_invoice(invoice)
    root = _XML.root("rsm:CrossIndustryInvoice")
    _put(_in(root, "rsm:ExchangedDocumentContext", "ram:GuidelineSpecifiedDocumentContextParameter"), "ram:ID", PROFILE)
    _head(_in(root, "rsm:ExchangedDocument"), invoice)
    deal = _in(root, "rsm:SupplyChainTradeTransaction")
    for line in invoice.lines:
        _line(_in(deal, "ram:IncludedSupplyChainTradeLineItem"), line, invoice)
    _agreement(_in(deal, "ram:ApplicableHeaderTradeAgreement"), invoice)
    supplied = _in(deal, "ram:ApplicableHeaderTradeDelivery", "ram:ActualDeliverySupplyChainEvent")
    _date(_in(supplied, "ram:OccurrenceDateTime"), invoice.supply_to)  # BT-72
    _settlement(_in(deal, "ram:ApplicableHeaderTradeSettlement"), invoice)
    return Document(f"{invoice.number.replace('/', '-')}.xml", "text/xml", to_bytes(root), {"profile": PROFILE})


def _head(head: Element, invoice: Invoice) -> None:
    _put(head, "ram:ID", invoice.number)  # BT-1
    _put(head, "ram:TypeCode", invoice.type_code)  # BT-3
    _date(_in(head, "ram:IssueDateTime"), invoice.issue_date)  # BT-2
    _put(_in(head, "ram:IncludedNote"), "ram:Content", bt.note(invoice))  # BT-22


def _line(item: Element, line: Line, invoice: Invoice) -> None:
    """BG-25."""
    _put(_in(item, "ram:AssociatedDocumentLineDocument"), "ram:LineID", str(line.position))  # BT-126
    _put(_in(item, "ram:SpecifiedTradeProduct"), "ram:Name", bt.item_name(line))  # BT-153
    price = _in(item, "ram:SpecifiedLineTradeAgreement", "ram:NetPriceProductTradePrice")
    _put(price, "ram:ChargeAmount", amount(line.price, invoice.currency))  # BT-146
    delivery = _in(item, "ram:SpecifiedLineTradeDelivery")
    _put(delivery, "ram:BilledQuantity", str(line.quantity), unitCode=bt.ONE)  # BT-129, BT-130
    settlement = _in(item, "ram:SpecifiedLineTradeSettlement")
    tax = _in(settlement, "ram:ApplicableTradeTax")
    _put(tax, "ram:TypeCode", bt.OBJECT_OF_VAT)
    _put(tax, "ram:CategoryCode", line.treatment.category)  # BT-151
    if line.treatment.rate is not None:
        _put(tax, "ram:RateApplicablePercent", percent(line.treatment.rate))  # BT-152
    _period(settlement, line.occurred_on, line.occurred_on)  # BG-26
    total = _in(settlement, "ram:SpecifiedTradeSettlementLineMonetarySummation")
    _put(total, "ram:LineTotalAmount", amount(line.amount, invoice.currency))  # BT-131
    reward = _in(settlement, "ram:AdditionalReferencedDocument")
    _put(reward, "ram:IssuerAssignedID", line.reference)  # BT-128
    _put(reward, "ram:TypeCode", bt.INVOICED_OBJECT)


def _agreement(deal: Element, invoice: Invoice) -> None:
    _put(deal, "ram:BuyerReference", bt.buyer_reference(invoice))  # BT-10
    _party(_in(deal, "ram:SellerTradeParty"), invoice.seller, tax_number=invoice.seller.tax_number or "")  # BG-4
    _party(_in(deal, "ram:BuyerTradeParty"), invoice.buyer, tax_number="")  # BG-7: it has no BT-32
    _put(_in(deal, "ram:ContractReferencedDocument"), "ram:IssuerAssignedID", bt.contract(invoice))  # BT-12


def _party(node: Element, party: Party, *, tax_number: str) -> None:
    _put(node, "ram:ID", party.code)  # BT-29, BT-46
    _put(node, "ram:Name", party.legal_name)  # BT-27, BT-44
    if legal := legal_identifier(party):
        _put(_in(node, "ram:SpecifiedLegalOrganization"), "ram:ID", legal.value, schemeID=legal.scheme)  # BT-30, BT-47
    if party.email:
        contact = _in(node, "ram:DefinedTradeContact", "ram:EmailURIUniversalCommunication")
        _put(contact, "ram:URIID", party.email)  # BT-43, BT-58
    _address(_in(node, "ram:PostalTradeAddress"), party.address)
    if address := electronic_address(party):
        _put(
            _in(node, "ram:URIUniversalCommunication"), "ram:URIID", address.value, schemeID=address.scheme
        )  # BT-34/49
    if number := vat_identifier(party):
        _put(_in(node, "ram:SpecifiedTaxRegistration"), "ram:ID", number, schemeID="VA")  # BT-31, BT-48
    if tax_number:
        _put(_in(node, "ram:SpecifiedTaxRegistration"), "ram:ID", tax_number, schemeID="FC")  # BT-32


def _address(node: Element, address: Address) -> None:
    """BG-5, BG-8."""
    _put(node, "ram:PostcodeCode", address.postcode)
    _put(node, "ram:LineOne", address.line1)
    _put(node, "ram:LineTwo", address.line2)
    _put(node, "ram:CityName", address.city)
    _put(node, "ram:CountryID", address.country)
    _put(node, "ram:CountrySubDivisionName", address.region)


def _settlement(node: Element, invoice: Invoice) -> None:
    if bt.payment_means(invoice):
        _put(node, "ram:PaymentReference", invoice.number)  # BT-83
    if invoice.tax_currency_total:
        _put(node, "ram:TaxCurrencyCode", invoice.tax_currency_total.currency.code)  # BT-6
    _put(node, "ram:InvoiceCurrencyCode", invoice.currency.code)  # BT-5
    _payment(node, invoice)
    for group in invoice.groups:
        _tax(_in(node, "ram:ApplicableTradeTax"), group, invoice)
    _period(node, invoice.supply_from, invoice.supply_to)  # BG-14
    terms = _in(node, "ram:SpecifiedTradePaymentTerms")
    _put(terms, "ram:Description", bt.payment_terms(invoice))  # BT-20
    if invoice.due_date:
        _date(_in(terms, "ram:DueDateDateTime"), invoice.due_date)  # BT-9
    _totals(_in(node, "ram:SpecifiedTradeSettlementHeaderMonetarySummation"), invoice)
    if invoice.preceding:  # BG-3
        preceding = _in(node, "ram:InvoiceReferencedDocument")
        _put(preceding, "ram:IssuerAssignedID", invoice.preceding.number)  # BT-25
        _date(_in(preceding, "ram:FormattedIssueDateTime"), invoice.preceding.issue_date, types="qdt")  # BT-26


def _payment(node: Element, invoice: Invoice) -> None:
    """BG-16, BG-17."""
    if not (means := bt.payment_means(invoice)):
        return
    payment = _in(node, "ram:SpecifiedTradeSettlementPaymentMeans")
    _put(payment, "ram:TypeCode", means.code)  # BT-81
    account = _in(payment, "ram:PayeePartyCreditorFinancialAccount")
    _put(account, "ram:IBANID", means.iban)  # BT-84
    _put(account, "ram:AccountName", means.holder)  # BT-85
    _put(account, "ram:ProprietaryID", means.other)  # BT-84
    if means.bic:
        _put(_in(payment, "ram:PayeeSpecifiedCreditorFinancialInstitution"), "ram:BICID", means.bic)  # BT-86


def _tax(node: Element, group: TaxGroup, invoice: Invoice) -> None:
    """BG-23."""
    _put(node, "ram:CalculatedAmount", amount(group.tax, invoice.currency))  # BT-117
    _put(node, "ram:TypeCode", bt.OBJECT_OF_VAT)
    _put(node, "ram:ExemptionReason", group.exemption_text)  # BT-120
    _put(node, "ram:BasisAmount", amount(group.base, invoice.currency))  # BT-116
    _put(node, "ram:CategoryCode", group.category)  # BT-118
    _put(node, "ram:ExemptionReasonCode", group.exemption_code)  # BT-121
    if group.rate is not None:
        _put(node, "ram:RateApplicablePercent", percent(group.rate))  # BT-119


def _totals(node: Element, invoice: Invoice) -> None:
    """BG-22."""
    currency = invoice.currency
    _put(node, "ram:LineTotalAmount", amount(invoice.net, currency))  # BT-106
    _put(node, "ram:TaxBasisTotalAmount", amount(invoice.net, currency))  # BT-109
    _put(node, "ram:TaxTotalAmount", amount(invoice.tax, currency), currencyID=currency.code)  # BT-110
    if told := invoice.tax_currency_total:
        _put(node, "ram:TaxTotalAmount", amount(told.tax, told.currency), currencyID=told.currency.code)  # BT-111
    _put(node, "ram:GrandTotalAmount", amount(invoice.gross, currency))  # BT-112
    _put(node, "ram:DuePayableAmount", amount(invoice.gross, currency))  # BT-115


def _period(parent: Element, start: date, end: date) -> None:
    period = _in(parent, "ram:BillingSpecifiedPeriod")
    _date(_in(period, "ram:StartDateTime"), start)  # BT-73, BT-134
    _date(_in(period, "ram:EndDateTime"), end)  # BT-74, BT-135


def _date(node: Element, value: date, *, types: str = "udt") -> None:
    _put(node, f"{types}:DateTimeString", f"{value:%Y%m%d}", format="102")
