"""The invoice as one HTML page: what a browser shows and what the press prints. It knows no database and no clock."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from engine.billing.invoice import Invoice
from engine.contracts import Document
from renderers.press import Press
from renderers.speech import Speech


class InvoiceHtml:
    name = "html"

    def __init__(self, press: Press) -> None:
        """Every renderer is handed the press; this one prints nothing."""

    def render(self, invoice: Invoice, assets: Mapping[str, bytes]) -> Document:  # noqa: ARG002
        """The page. Its style sheet and logo are named, not included: whoever shows it serves them."""
        return Document(f"{file_name(invoice)}.html", "text/html", page(invoice).encode())


def file_name(invoice: Invoice) -> str:
    """What an invoice's files are called, without the ending."""
    return invoice.number.replace("/", "-") or "preview"


def page(invoice: Invoice) -> str:
    """The invoice as HTML. Partner text is hostile: all of it is escaped, an undefined name fails."""
    say = Speech(invoice)
    return template_of(invoice.template).render(invoice=invoice, say=say, _=say.gettext)


@cache
def template_hash(version: str) -> str:
    """The sha256 of everything that shapes a page of this template version: kept with each document."""
    folder = files("renderers").joinpath("templates", "invoice", version)
    digest = sha256()
    for each in sorted(folder.iterdir(), key=lambda entry: entry.name):
        digest.update(each.read_bytes())
    return digest.hexdigest()


@cache
def template_of(version: str) -> Template:
    """The page of a template version; its words come with what it is rendered with."""
    return _PAGES.get_template(f"{version}/invoice.html")


_PAGES = Environment(
    loader=PackageLoader("renderers", "templates/invoice"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
