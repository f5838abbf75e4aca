"""The invoice as PDF: the HTML page, printed with its XML inside, and read back before anybody gets it."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files

from engine.billing import invoice as frozen
from engine.billing.checks import e_invoice_refusal
from engine.billing.invoice import Invoice
from engine.contracts import Document
from engine.errors import RenderError
from renderers.cii import PROFILE, cii
from renderers.html import file_name, page, template_hash
from renderers.phrases import phrases
from renderers.press import Archived, Press
from renderers.reading import missing_from, text_of, unprinted
from renderers.writings import packages_for


class InvoicePdf:
    name = "pdf"

    def __init__(self, press: Press) -> None:
        self._press = press

    def render(self, invoice: Invoice, assets: Mapping[str, bytes]) -> Document:
        """
        A PDF/A-3b with the invoice's CII in it (Factur-X), which is enclosed as a document of its own too. Where EN
        16931 has no form for the invoice, or it is a preview, nothing stands in it; `made_with` says so, and why a PDF
        is no PDF/A.

        Raises:
            RenderError: the page could not be printed, or what was printed lacks its number, parties or totals.
        """
        refusal = "a preview" if invoice.is_preview else e_invoice_refusal(invoice)
        enclosed = {} if refusal else {"cii": cii(invoice)}
        archived = self._printed(invoice, assets, xml=enclosed["cii"].content if enclosed else b"")
        if not invoice.is_preview and (missing := missing_from(invoice, text := text_of(archived.pdf))):
            told = f"The PDF of {invoice.number} lacks its {', '.join(missing)}. It was not attached."
            raise RenderError(told + _way_out(unprinted(invoice, text)))
        made_with = {
            "press": self._press.version(),
            "template": template_hash(invoice.template),
            "words": phrases(invoice.language).sha256,
            "fonts": _fonts_hash(),
            "archive": f"plain PDF: {archived.flaw}" if archived.flaw else "PDF/A-3b",
            "xml": refusal or PROFILE,
        }
        return Document(f"{file_name(invoice)}.pdf", "application/pdf", archived.pdf, made_with, enclosed)

    def _printed(self, invoice: Invoice, assets: Mapping[str, bytes], *, xml: bytes) -> Archived:
        identifier = bytes.fromhex(frozen.fingerprint(frozen.canonical(invoice)))
        try:
            return self._press.archive(
                page(invoice), style=invoice.template, assets=assets, identifier=identifier, xml=xml,
                dated=invoice.issued_at,
            )  # fmt: skip
        except RenderError as why:
            raise RenderError(f"{file_name(invoice)} was not printed. {why}", permanent=why.permanent) from why


def _way_out(letters: str) -> str:
    if not letters:
        return ""
    fonts = f"On Debian: apt-get install {packages_for(letters)}, then retry the job."
    return f" No font on this machine has {letters[:20]}. {fonts}"


@cache
def _fonts_hash() -> str:
    digest = sha256()
    for each in sorted(files("renderers").joinpath("fonts").iterdir(), key=lambda entry: entry.name):
        digest.update(each.read_bytes())
    return digest.hexdigest()
