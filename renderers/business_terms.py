"""
What an e-invoice says in a business term of EN 16931 that no field of the snapshot holds as it is. It knows no syntax.
"""

from dataclasses import dataclass

from engine.billing.countries import EU
from engine.billing.invoice import Invoice, Line

CREDIT_TRANSFER = "30"  # UNTDID 4461
SEPA_CREDIT_TRANSFER = "58"
ONE = "C62"  # UN/ECE Recommendation 20
INVOICED_OBJECT = "130"  # UNTDID 1001
OBJECT_OF_VAT = "VAT"

# European Payments Council, EPC409-09: the countries of SEPA beside the EU.
_SEPA = EU | {"AD", "AL", "CH", "GB", "GI", "IS", "LI", "MC", "MD", "ME", "MK", "NO", "RS", "SM", "VA"}


@dataclass(frozen=True, slots=True)
class PaymentMeans:
    """BG-16 and BG-17: `iban` and `other` are BT-84, one of them; `holder` BT-85, `bic` BT-86."""

    code: str
    iban: str
    other: str
    holder: str
    bic: str


def note(invoice: Invoice) -> str:
    """BT-22: what the law asks a self-billed document to mention."""
    return " · ".join(invoice.mentions)


def buyer_reference(invoice: Invoice) -> str:
    """BT-10: what the buyer knows the document by: its payout."""
    return invoice.payout


def contract(invoice: Invoice) -> str:
    """BT-12: the self-billing agreement."""
    agreement = invoice.agreement
    return f"Self-billing agreement {agreement.version} of {agreement.accepted_on.isoformat()}"


def payment_means(invoice: Invoice) -> PaymentMeans | None:
    """None where the seller named no account, and on a credit note, whose amount is not paid to the seller."""
    told = invoice.payment
    iban = told.iban.replace(" ", "").upper()
    if invoice.is_credit_note or not (iban or told.other):
        return None
    sepa = invoice.currency.code == "EUR" and iban[:2] in _SEPA
    code = SEPA_CREDIT_TRANSFER if sepa else CREDIT_TRANSFER
    bic = told.bic.replace(" ", "").upper()
    return PaymentMeans(code, iban, "" if iban else told.other, told.account_holder, bic)


def payment_terms(invoice: Invoice) -> str:
    """BT-20 where there is no due date: an amount due needs one or the other (BR-CO-25)."""
    return "" if invoice.due_date else "As agreed between seller and buyer"


def item_name(line: Line) -> str:
    """BT-153, which no line goes without (BR-25)."""
    return line.description.strip() or line.reference
