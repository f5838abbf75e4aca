"""
The invoice as UBL 2.1 in the form of Peppol BIS Self-Billing 3.0: 389 as an Invoice, 261 as a CreditNote.

Elements stand in the order that the schema wants; the numbers beside them are the business terms of EN 16931-1. It
knows no database, no page and no network: who sends it is another's matter.
"""

from collections.abc import Mapping
from datetime import date

from engine.billing.invoice import Address, Invoice, Line, Party
from engine.billing.money import Currency
from engine.billing.schemes import electronic_address, legal_identifier, vat_identifier
from engine.billing.tax import TaxGroup, Treatment
from engine.contracts import Document
from renderers import business_terms as bt
from renderers.elements import Element, Writer, amount, percent, require_e_invoice, to_bytes
from renderers.press import Press

CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0"  # BT-24
PROCESS = "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0"  # BT-23

_SCHEMA = "urn:oasis:names:specification:ubl:schema:xsd:"
_SHARED: dict[str | None, str] = {
    "cac": _SCHEMA + "CommonAggregateComponents-2",
    "cbc": _SCHEMA + "CommonBasicComponents-2",
}
_INVOICE = Writer({None: _SCHEMA + "Invoice-2", **_SHARED})
_CREDIT_NOTE = Writer({None: _SCHEMA + "CreditNote-2", **_SHARED})
_put, _in = _INVOICE.text, _INVOICE.group  # both write the shared namespaces alike


class InvoiceUbl:
    name = "ubl"

    def __init__(self, press: Press) -> None:
        """Every renderer is handed the press; this one prints nothing."""

    def render(self, invoice: Invoice, assets: Mapping[str, bytes]) -> Document:  # noqa: ARG002
        """
        Raises:
            RenderError: the invoice has no form in EN 16931; its PDF is all there is.
        """
        require_e_invoice(invoice)
        kind = "CreditNote" if invoice.is_credit_note else "Invoice"
        root = (_CREDIT_NOTE if invoice.is_credit_note else _INVOICE).root(kind)
        _head(root, invoice, kind)
        _references(root, invoice)
        _party(root, "cac:AccountingSupplierParty", invoice.seller, tax_number=invoice.seller.tax_number or "")  # BG-4
        _party(root, "cac:AccountingCustomerParty", invoice.buyer, tax_number="")  # BG-7: it has no BT-32
        _put(_in(root, "cac:Delivery"), "cbc:ActualDeliveryDate", _day(invoice.supply_to))  # BT-72
        _payment(root, invoice)
        _taxes(root, invoice)
        _totals(_in(root, "cac:LegalMonetaryTotal"), invoice)
        for line in invoice.lines:
            _line(_in(root, f"cac:{kind}Line"), line, invoice, "Credited" if invoice.is_credit_note else "Invoiced")
        name = f"{invoice.number.replace('/', '-')}.ubl.xml"
        return Document(name, "application/xml", to_bytes(root), {"profile": CUSTOMIZATION})


def _head(root: Element, invoice: Invoice, kind: str) -> None:
    _put(root, "cbc:CustomizationID", CUSTOMIZATION)
    _put(root, "cbc:ProfileID", PROCESS)
    _put(root, "cbc:ID", invoice.number)  # BT-1
    _put(root, "cbc:IssueDate", _day(invoice.issue_date))  # BT-2
    if invoice.due_date and not invoice.is_credit_note:
        _put(root, "cbc:DueDate", _day(invoice.due_date))  # BT-9
    _put(root, f"cbc:{kind}TypeCode", invoice.type_code)  # BT-3
    _put(root, "cbc:Note", bt.note(invoice))  # BT-22
    _put(root, "cbc:DocumentCurrencyCode", invoice.currency.code)  # BT-5
    if invoice.tax_currency_total:
        _put(root, "cbc:TaxCurrencyCode", invoice.tax_currency_total.currency.code)  # BT-6
    _put(root, "cbc:BuyerReference", bt.buyer_reference(invoice))  # BT-10


def _references(root: Element, invoice: Invoice) -> None:
    _period(root, invoice.supply_from, invoice.supply_to)  # BG-14
    if invoice.preceding:  # BG-3
        preceding = _in(root, "cac:BillingReference", "cac:InvoiceDocumentReference")
        _put(preceding, "cbc:ID", invoice.preceding.number)  # BT-25
        _put(preceding, "cbc:IssueDate", _day(invoice.preceding.issue_date))  # BT-26
    _put(_in(root, "cac:ContractDocumentReference"), "cbc:ID", bt.contract(invoice))  # BT-12


def _party(root: Element, role: str, party: Party, *, tax_number: str) -> None:
    node = _in(root, role, "cac:Party")
    if address := electronic_address(party):
        _put(node, "cbc:EndpointID", address.value, schemeID=address.scheme)  # BT-34, BT-49
    if party.code:
        _put(_in(node, "cac:PartyIdentification"), "cbc:ID", party.code)  # BT-29, BT-46
    _address(_in(node, "cac:PostalAddress"), party.address)
    if number := vat_identifier(party):
        _tax_scheme(node, number, bt.OBJECT_OF_VAT)  # BT-31, BT-48
    if tax_number:
        _tax_scheme(node, tax_number, "TAX")  # BT-32
    entity = _in(node, "cac:PartyLegalEntity")
    _put(entity, "cbc:RegistrationName", party.legal_name)  # BT-27, BT-44
    if legal := legal_identifier(party):
        _put(entity, "cbc:CompanyID", legal.value, schemeID=legal.scheme)  # BT-30, BT-47
    if party.email:
        _put(_in(node, "cac:Contact"), "cbc:ElectronicMail", party.email)  # BT-43, BT-58


def _address(node: Element, address: Address) -> None:
    """BG-5, BG-8."""
    _put(node, "cbc:StreetName", address.line1)
    _put(node, "cbc:AdditionalStreetName", address.line2)
    _put(node, "cbc:CityName", address.city)
    _put(node, "cbc:PostalZone", address.postcode)
    _put(node, "cbc:CountrySubentity", address.region)
    _put(_in(node, "cac:Country"), "cbc:IdentificationCode", address.country)


def _tax_scheme(node: Element, number: str, scheme: str) -> None:
    registration = _in(node, "cac:PartyTaxScheme")
    _put(registration, "cbc:CompanyID", number)
    _put(_in(registration, "cac:TaxScheme"), "cbc:ID", scheme)


def _payment(root: Element, invoice: Invoice) -> None:
    """BG-16, BG-17."""
    if means := bt.payment_means(invoice):
        payment = _in(root, "cac:PaymentMeans")
        _put(payment, "cbc:PaymentMeansCode", means.code)  # BT-81
        _put(payment, "cbc:PaymentID", invoice.number)  # BT-83
        account = _in(payment, "cac:PayeeFinancialAccount")
        _put(account, "cbc:ID", means.iban or means.other)  # BT-84
        _put(account, "cbc:Name", means.holder)  # BT-85
        if means.bic:
            _put(_in(account, "cac:FinancialInstitutionBranch"), "cbc:ID", means.bic)  # BT-86
    if terms := bt.payment_terms(invoice):
        _put(_in(root, "cac:PaymentTerms"), "cbc:Note", terms)  # BT-20


def _taxes(root: Element, invoice: Invoice) -> None:
    total = _in(root, "cac:TaxTotal")
    _amount(total, "cbc:TaxAmount", invoice.tax, invoice.currency)  # BT-110
    for group in invoice.groups:  # BG-23
        subtotal = _in(total, "cac:TaxSubtotal")
        _amount(subtotal, "cbc:TaxableAmount", group.base, invoice.currency)  # BT-116
        _amount(subtotal, "cbc:TaxAmount", group.tax, invoice.currency)  # BT-117
        _category(_in(subtotal, "cac:TaxCategory"), group, code=group.exemption_code, text=group.exemption_text)
    if told := invoice.tax_currency_total:
        _amount(_in(root, "cac:TaxTotal"), "cbc:TaxAmount", told.tax, told.currency)  # BT-111


def _category(node: Element, tax: TaxGroup | Treatment, *, code: str = "", text: str = "") -> None:
    _put(node, "cbc:ID", tax.category)  # BT-118, BT-151
    if tax.rate is not None:
        _put(node, "cbc:Percent", percent(tax.rate))  # BT-119, BT-152
    _put(node, "cbc:TaxExemptionReasonCode", code)  # BT-121
    _put(node, "cbc:TaxExemptionReason", text)  # BT-120
    _put(_in(node, "cac:TaxScheme"), "cbc:ID", bt.OBJECT_OF_VAT)


def _totals(node: Element, invoice: Invoice) -> None:
    """BG-22."""
    _amount(node, "cbc:LineExtensionAmount", invoice.net, invoice.currency)  # BT-106
    _amount(node, "cbc:TaxExclusiveAmount", invoice.net, invoice.currency)  # BT-109
    _amount(node, "cbc:TaxInclusiveAmount", invoice.gross, invoice.currency)  # BT-112
    _amount(node, "cbc:PayableAmount", invoice.gross, invoice.currency)  # BT-115


def _line(node: Element, line: Line, invoice: Invoice, quantity: str) -> None:
    """BG-25."""
    _put(node, "cbc:ID", str(line.position))  # BT-126
    _put(node, f"cbc:{quantity}Quantity", str(line.quantity), unitCode=bt.ONE)  # BT-129, BT-130
    _amount(node, "cbc:LineExtensionAmount", line.amount, invoice.currency)  # BT-131
    _period(node, line.occurred_on, line.occurred_on)  # BG-26
    reward = _in(node, "cac:DocumentReference")
    _put(reward, "cbc:ID", line.reference)  # BT-128
    _put(reward, "cbc:DocumentTypeCode", bt.INVOICED_OBJECT)
    item = _in(node, "cac:Item")
    _put(item, "cbc:Name", bt.item_name(line))  # BT-153
    _category(_in(item, "cac:ClassifiedTaxCategory"), line.treatment)
    _amount(_in(node, "cac:Price"), "cbc:PriceAmount", line.price, invoice.currency)  # BT-146


def _period(parent: Element, start: date, end: date) -> None:
    period = _in(parent, "cac:InvoicePeriod")
    _put(period, "cbc:StartDate", _day(start))  # BT-73, BT-134
    _put(period, "cbc:EndDate", _day(end))  # BT-74, BT-135


def _amount(node: Element, tag: str, minor: int, currency: Currency) -> None:
    _put(node, tag, amount(minor, currency), currencyID=currency.code)


def _day(value: date) -> str:
    return value.isoformat()
