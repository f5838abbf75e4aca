"""Words that pages have for names of the engine: choices of forms, states of invoices and agreements; its sentences."""

import re

from engine.wording import label

TITLES = {
    "opt_in": "Yes, issue invoices for us",
    "opt_out": "No, we write our own invoices",
    "registered": "Registered for VAT or the like",
    "small_business": "Small business, exempt from VAT",
    "not_taxable": "Not a taxable person",
}
INVOICES = {
    "attached": "issued",
    "issued": "issued, its document is being made",
    "parked": "issued, its document could not be made yet",
    "blocked": "waits for details",
    "not_applicable": "none",
}
#: Why a payout has no invoice, told to its partner. What was decided is told in the past: it may be otherwise now.
NO_INVOICE = {
    "not_ready": "There is none yet. Whether one is issued for you is decided when the payout is ready.",
    "not_decided": "There is none: payouts of this kind are not invoiced by themselves.",
    "cancelled": "There is none: the payout was cancelled.",
    "opted_out": "There is none: you had not opted in to self-invoicing when this was decided.",
    "own_invoice": "There is none: you gave your own.",
    "switch_off": "There is none: {account} did not issue invoices for its partners when this was decided.",
    "renewal_needed": "The agreement has to be renewed.",
    "details_missing": "Details are missing.",
    "lawful": "It is issued for you.",
}
#: The same, told to the vendor.
NO_INVOICE_OF_PARTNER = {
    "not_ready": "None yet: it is not ready.",
    "not_decided": "None: its pipeline issues none by itself.",
    "cancelled": "None: the payout was cancelled.",
    "switch_off": "None: self-invoicing was switched off when this was decided.",
    "opted_out": "None: the partner had not opted in when this was decided.",
    "own_invoice": "None: the partner gave its own.",
    "renewal_needed": "No self-billing agreement is in force; the partner accepts one by opting in again. (partner)",
    "details_missing": "Details are missing.",
    "lawful": "It is issued on the partner's behalf.",
}
CATEGORIES = {
    "S": "Taxed at a rate (S)",
    "AE": "Reverse charge: the buyer owes the tax (AE)",
    "E": "Exempt (E)",
    "Z": "Taxed at zero (Z)",
    "O": "Not subject to tax (O)",
    "local": "The seller's own tax as entered (local)",
}
CHOICES = {"never_asked": "not chosen yet", "opted_in": "opted in", "opted_out": "opted out"}
AGREEMENTS = {
    "none": "none",
    "not_yet": "not yet in force",
    "in_force": "in force",
    "expired": "expired",
    "revoked": "revoked",
    "superseded": "replaced",
    "changed": "to be renewed: what it rests on has changed",
}

_COMMAND = re.compile(r":? `?billhook(?: [a-z][a-z-]+)+(?: [A-Z][^\s,;]*[^\s,;.])?`?")
_TRIGGER = re.compile(r"\b(cannot|takes no) '([a-z_]+)'")
_PAYOUT = re.compile(r"\b[Pp]ayout [0-9a-f]{8}-[0-9a-f-]{27}\b")


def on_pages(told: object) -> str:
    """
    What the engine or an error says, without the commands that it names for a terminal and the ids of payouts, for
    pages have links; and with a trigger as the buttons call it.
    """
    said = _PAYOUT.sub("the payout", _COMMAND.sub("", str(told)))
    said = _TRIGGER.sub(lambda found: f"{found[1]} '{label(found[2])}'", said)
    return said[:1].upper() + said[1:] if said.startswith("the payout") else said
