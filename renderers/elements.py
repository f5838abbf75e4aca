"""How the e-invoices write XML: an element with its text, in one call. It knows no invoice's fields and no format."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lxml import etree

from engine.billing.checks import e_invoice_refusal
from engine.billing.invoice import Invoice
from engine.billing.money import Currency, Money
from engine.errors import RenderError

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2

Element = etree._Element


class Writer:
    """Writes below one element after the other, in the namespaces it was given by prefix."""

    def __init__(self, namespaces: Mapping[str | None, str]) -> None:
        self._namespaces: Any = dict(namespaces)  # lxml's stubs know no default namespace
        self._tags: dict[str, str] = {}

    def root(self, tag: str) -> Element:
        return etree.Element(self._full(tag), nsmap=self._namespaces)

    def group(self, parent: Element, *path: str) -> Element:
        """A new element for each tag of the path, one in the other; the innermost."""
        for tag in path:
            parent = etree.SubElement(parent, self._full(tag))
        return parent

    def text(self, parent: Element, tag: str, value: str, /, **attributes: str) -> None:
        """An element with text. None where there is no text: no format allows an empty element."""
        if value := _ILLEGAL.sub("\ufffd", value).strip():
            element = etree.SubElement(parent, self._full(tag), {key: each for key, each in attributes.items() if each})
            element.text = value

    def _full(self, tag: str) -> str:
        if tag not in self._tags:
            prefix, _, name = tag.rpartition(":")
            self._tags[tag] = f"{{{self._namespaces[prefix or None]}}}{name}"
        return self._tags[tag]


def to_bytes(root: Element) -> bytes:
    """The document as UTF-8 with its declaration; the same tree, the same bytes."""
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def require_e_invoice(invoice: Invoice) -> None:
    """
    Raises:
        RenderError: the invoice has no form in EN 16931; no later try can help.
    """
    if refusal := e_invoice_refusal(invoice):
        raise RenderError(f"{invoice.number} cannot be an e-invoice. {refusal}", permanent=True)


def amount(minor: int, currency: Currency) -> str:
    """Plain decimal text with the currency's own decimals."""
    return Money(minor, currency).text()


def percent(rate: Decimal) -> str:
    return format(rate, "f")
