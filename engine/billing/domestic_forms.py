"""
Countries whose law wants more of an invoice than the PDFs and XML files made here, as a table with its sources. It
forbids nothing: what it says is told as a doubt, to vendors and on the reference page.

Sources: overviews of advisers and providers of e-invoicing, read in 2026 (eConnect, Versys, DDD Invoices, Groupe
Seres, Solutionbox); for Norway BDO, Revisjon og Regnskap 5/2022, on bokføringsforskriften § 5-2-1. No law itself.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """What is wanted, in a sentence; `everywhere`: of sales abroad too, not only of those at home."""

    says: str
    everywhere: bool = False


FORMS: dict[str, Form] = {
    "BE": Form("Since 2026 an invoice between Belgian businesses is an e-invoice, sent by Peppol: a PDF is none."),
    "DE": Form(
        "From 2027 or 2028, by turnover, an invoice between German businesses is an e-invoice of EN 16931: Factur-X "
        "is one, a PDF by itself is none."
    ),
    "FR": Form(
        "From September 2026 or 2027, by size, an invoice between French businesses goes through an approved platform "
        "and is an e-invoice; Factur-X is one of its formats, but sending it is not done here."
    ),
    "HU": Form("Invoices between Hungarian businesses are reported to the tax office (Online Számla) within a day."),
    "IT": Form(
        "An invoice between Italian businesses is FatturaPA, sent through SdI: neither a PDF nor Factur-X is one, and "
        "what is made here is a copy at best."
    ),
    "NO": Form(
        "A Norwegian seller issues its invoices itself unless bokføringsforskriften or the tax office excepts it: an "
        "agreement between the two is said not to be enough.",
        everywhere=True,
    ),
    "PL": Form(
        "Since February or April 2026, by turnover, an invoice between Polish businesses is issued in KSeF, smallest "
        "sellers from 2027: neither a PDF nor Factur-X is one."
    ),
    "RO": Form("An invoice between Romanian businesses goes through RO e-Factura: neither a PDF nor Factur-X is one."),
}


def doubt_about(seller: str, buyer: str) -> str:
    """What the seller's country wants besides of an invoice to a buyer of `buyer`; '' where nothing is known."""
    form = FORMS.get(seller)
    return form.says if form and (form.everywhere or seller == buyer) else ""
