"""The invoice as PDF: the HTML page, printed, and read back before anybody gets it."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files

from engine.billing import invoice as frozen
from engine.billing.invoice import Invoice
from engine.contracts import Document
from engine.errors import RenderError
from renderers.html import page, template_hash
from renderers.press import Press
from renderers.reading import missing_from, text_of, unprinted


class InvoicePdf:
    name = "pdf"

    def __init__(self, press: Press) -> None:
        self._press = press

    def render(self, invoice: Invoice, assets: Mapping[str, bytes]) -> Document:
        """
        Raises:
            RenderError: the page could not be printed, or what was printed lacks its number, parties or totals.
        """
        pdf = self._printed(invoice, assets)
        if missing := missing_from(invoice, text := text_of(pdf)):
            told = f"The PDF of {invoice.number} lacks its {', '.join(missing)}. It was not attached."
            raise RenderError(told + _way_out(unprinted(invoice, text)))
        made_with = {
            "press": self._press.version(),
            "template": template_hash(invoice.template),
            "fonts": _fonts_hash(),
        }
        return Document(f"{invoice.number.replace('/', '-')}.pdf", "application/pdf", pdf, made_with)

    def _printed(self, invoice: Invoice, assets: Mapping[str, bytes]) -> bytes:
        identifier = bytes.fromhex(frozen.fingerprint(frozen.canonical(invoice)))
        try:
            return self._press.press(page(invoice), style=invoice.template, assets=assets, identifier=identifier)
        except RenderError as why:
            raise RenderError(f"{invoice.number} was not printed. {why}", permanent=why.permanent) from why


def _way_out(letters: str) -> str:
    if not letters:
        return ""
    fonts = "On Debian: apt-get install fonts-noto-core fonts-noto-cjk, then retry the job."
    return f" No font on this machine has {letters[:20]}. {fonts}"


@cache
def _fonts_hash() -> str:
    digest = sha256()
    for each in sorted(files("renderers").joinpath("fonts").iterdir(), key=lambda entry: entry.name):
        digest.update(each.read_bytes())
    return digest.hexdigest()
