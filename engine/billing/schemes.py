"""
Which public register a number is of: the identification schemes of e-invoices, as tables with their sources. It knows
no document and checks no check digit.

Sources: ISO 6523 ICD list (EN 16931 BR-CL-11) for entries in registers of companies; the Electronic Address Scheme list
of CEF (BR-CL-25), which Peppol takes its own from (PEPPOL-EN16931-CL008), for addresses.
"""

import re
from dataclasses import dataclass

from engine.billing.countries import vat_prefix
from engine.billing.invoice import Party

EMAIL = "EM"  # in the list of CEF, not in Peppol's


@dataclass(frozen=True, slots=True)
class Identifier:
    """`value` as a register has it; `scheme` "" where it is of none that has a code."""

    value: str
    scheme: str = ""


# Register of companies by country: the code of ISO 6523, how its numbers look without spaces, points and dashes, and
# what of it is written.
_REGISTERS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "BE": (("0208", r"(?:BE)?([01][0-9]{9})", "{}"),),
    "CH": (("0183", r"(CHE[0-9]{9})", "{}"),),
    "DK": (("0184", r"(?:DK|CVR)?([0-9]{8})", "DK{}"),),
    "EE": (("0191", r"([0-9]{8})", "{}"),),
    "FI": (("0212", r"([0-9]{8})", "{}"),),
    "FR": (("0002", r"([0-9]{9})", "{}"), ("0009", r"([0-9]{14})", "{}")),
    "LT": (("0200", r"([0-9]{9})", "{}"),),
    "NL": (("0106", r"([0-9]{8})", "{}"),),
    "NO": (("0192", r"(?:NO)?([0-9]{9})(?:MVA)?", "{}"),),
    "SE": (("0007", r"([0-9]{10})", "{}"),),
}

# Addresses made of VAT numbers. Where Peppol has no scheme of VAT numbers, the company's number within it is used.
_VAT_SCHEMES: dict[str, str] = {
    "AT": "9914", "BG": "9926", "CH": "9927", "CY": "9928", "CZ": "9929", "DE": "9930", "EE": "9931", "ES": "9920",
    "FI": "0213", "FR": "9957", "GB": "9932", "GR": "9933", "HR": "9934", "HU": "9910", "IE": "9935", "IT": "0211",
    "LI": "9936", "LT": "9937", "LU": "9938", "LV": "9939", "MT": "9943", "NL": "9944", "PL": "9945", "PT": "9946",
    "RO": "9947", "SI": "9949", "SK": "9950",
}  # fmt: skip
_WITHIN_VAT: dict[str, tuple[str, str, str]] = {
    "BE": ("0208", r"BE([01][0-9]{9})", "{}"),
    "DK": ("0184", r"DK([0-9]{8})", "DK{}"),
    "NO": ("0192", r"NO([0-9]{9})(?:MVA)?", "{}"),
    "SE": ("0007", r"SE([0-9]{10})[0-9]{2}", "{}"),
}


def vat_identifier(party: Party) -> str:
    """BT-31 and BT-48: the VAT number without spaces, with the prefix of its country (BR-CO-09); '' for none."""
    if not party.vat_number:
        return ""
    number, country = _bare(party.vat_number), party.address.country
    return number if number[:2].isalpha() else vat_prefix(country) + number


def legal_identifier(party: Party) -> Identifier | None:
    """BT-30 and BT-47: the entry in a register of companies, with its scheme where it looks like one; None for none."""
    if not party.legal_number:
        return None
    return _fitting(_bare(party.legal_number), _REGISTERS.get(party.address.country, ())) or Identifier(
        party.legal_number
    )


def electronic_address(party: Party) -> Identifier | None:
    """BT-34 and BT-49: by VAT number, else by register of companies, else the e-mail address; None where none is."""
    country, vat, legal = party.address.country, vat_identifier(party), legal_identifier(party)
    if vat and country in _VAT_SCHEMES:
        return Identifier(vat, _VAT_SCHEMES[country])
    if vat and country in _WITHIN_VAT and (within := _fitting(vat, (_WITHIN_VAT[country],))):
        return within
    if legal and legal.scheme:
        return legal
    return Identifier(party.email, EMAIL) if party.email else None


def _bare(number: str) -> str:
    return re.sub(r"[\s.\-/]", "", number).upper()


def _fitting(number: str, schemes: tuple[tuple[str, str, str], ...]) -> Identifier | None:
    for scheme, pattern, written in schemes:
        if found := re.fullmatch(pattern, number, re.ASCII):
            return Identifier(written.format(found[1]), scheme)
    return None
