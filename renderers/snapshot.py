"""
The frozen invoice as JSON for programs: the canonical snapshot under a head that says what it is and which version.

It adds nothing to the snapshot and leaves nothing out. Amounts are integers of the currency's minor unit.
"""

import json
from collections.abc import Mapping

from engine.billing.invoice import Invoice, canonical
from engine.contracts import Document
from renderers.press import Press

SCHEMA = "billhook/invoice"
VERSION = 1  # counted up when a field changes its meaning or goes; a new field does not count


class InvoiceJson:
    name = "json"

    def __init__(self, press: Press) -> None:
        """Every renderer is handed the press; this one prints nothing."""

    def render(self, invoice: Invoice, assets: Mapping[str, bytes]) -> Document:  # noqa: ARG002
        """`invoice` in it holds the fields of the snapshot under their own names."""
        head = {"schema": SCHEMA, "version": VERSION, "invoice": json.loads(canonical(invoice))}
        text = json.dumps(head, sort_keys=True, indent=2, ensure_ascii=False) + "\n"
        return Document(f"{invoice.number.replace('/', '-')}.json", "application/json", text.encode())
