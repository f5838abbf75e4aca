"""Invoices to print, a press that prints them, and what can be read in the result."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2
import pytest

from engine.billing import issuing
from engine.billing.invoice import AgreementReference, Invoice, PaymentDetails
from engine.billing.issuing import Supply, draw_up
from engine.billing.money import Currency
from engine.billing.parties import BuyerDetails, SellerDetails
from engine.billing.tax import Treatment
from renderers.cii import InvoiceCii
from renderers.pdf import InvoicePdf
from renderers.press import PressProcess
from renderers.ubl import InvoiceUbl

FONTS = Path(__file__).parents[1] / "fonts"
SELLER = SellerDetails(
    legal_name="Lumière & Associés SARL", line1="12 rue de la Paix", city="Lyon", postcode="69002", country="FR",
    tax_status="registered", vat_number="FR40303265045", tax_percent="20", footer="RCS Lyon 303 265 045\nMerci !",
    payment=PaymentDetails("Lumière SARL", "FR7630006000011234567890189", "AGRIFRPP"),
)  # fmt: skip
BUYER = BuyerDetails(
    code="ACME", legal_name="Acme Cloud SAS", line1="1 avenue Foch", city="Paris", postcode="75008", country="FR",
    vat_number="FR83404833048", payment_days=30,
)  # fmt: skip


@pytest.fixture(scope="session")
def press() -> Iterator[PressProcess]:
    press = PressProcess()
    yield press
    press.close()


@pytest.fixture(scope="session")
def worldly_press() -> Iterator[PressProcess]:
    """One that finds fonts for Arabic, Hebrew, Chinese and Japanese, and on every machine the same: tests/fonts."""
    press = PressProcess()
    with pytest.MonkeyPatch.context() as surroundings:
        surroundings.setenv("FONTCONFIG_FILE", str(FONTS / "fonts.conf"))
        press.version()  # it is started now, with these
    yield press
    press.close()


@pytest.fixture(scope="session")
def fontless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PressProcess]:
    """A press on a machine that has no fonts but the shipped ones."""
    press, folder = PressProcess(), tmp_path_factory.mktemp("fontless")
    (folder / "fonts.conf").write_text(f"<fontconfig><cachedir>{folder}</cachedir></fontconfig>")
    with pytest.MonkeyPatch.context() as surroundings:
        surroundings.setenv("FONTCONFIG_FILE", str(folder / "fonts.conf"))
        press.version()  # it is started now, with these
    yield press
    press.close()


@pytest.fixture(scope="session")
def strict_press() -> Iterator[PressProcess]:
    """One that gives a page 1.5 seconds and 500 MB, and takes a new printer after 3 pages."""
    press = PressProcess(seconds=1.5, memory_mb=500, recycle=3)
    yield press
    press.close()


@pytest.fixture(scope="session")
def listener() -> Iterator[socket.socket]:
    """A local host that would notice any call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture(scope="session")
def draw() -> Callable[..., Invoice]:
    """`draw(12, seller={...}, buyer={...}, treatment=..., **rest)`: an invoice of 12 lines with these changes."""

    def draw(lines: int = 1, *, seller=(), buyer=(), treatment=None, what="Commission", reference="RW", **rest):
        supplies = [
            Supply(f"{reference}-{at}", what, date(2026, 9, 1) + timedelta(days=at % 30), 10000 + at)
            for at in range(1, lines + 1)
        ]
        whole: dict[str, Any] = {
            "seller_code": "FR-LUM", "supplies": supplies, "currency": Currency("EUR", 2),
            "agreement": AgreementReference(1, date(2026, 1, 5), "2026-1", "a" * 64), "number": "ACME-FR-LUM-00001",
            "issued_at": datetime(2026, 11, 23, 9, tzinfo=UTC), "zone": ZoneInfo("Europe/Paris"), "language": "fr",
            "treatment": treatment or Treatment("S", Decimal(20)), "payout": "01a20699-0d1b-7099-b3b7-a81298179450",
        }  # fmt: skip
        return draw_up(replace(SELLER, **dict(seller)), replace(BUYER, **dict(buyer)), **{**whole, **rest})

    return draw


@pytest.fixture(scope="session")
def credit() -> Callable[[Invoice], Invoice]:
    def credit(invoice: Invoice) -> Invoice:
        at = datetime(2026, 12, 1, 9, tzinfo=UTC)
        return issuing.credit_in_full(invoice, number="ACME-FR-LUM-C00001", issued_at=at, zone=ZoneInfo("Europe/Paris"))

    return credit


@pytest.fixture(scope="session")
def printed(press: PressProcess) -> Callable[..., bytes]:
    """`printed(invoice, logo=png)`: the PDF, as it would be attached."""

    def printed(invoice: Invoice, *, logo: bytes = b"") -> bytes:
        return InvoicePdf(press).render(invoice, {invoice.logo: logo} if invoice.logo else {}).content

    return printed


@pytest.fixture(scope="session")
def pages() -> Callable[[bytes], list[str]]:
    """`pages(pdf)`: the text of each page, with single plain spaces."""

    def pages(pdf: bytes) -> list[str]:
        with pypdfium2.PdfDocument(pdf) as document:
            return [" ".join(_text(document, at).split()) for at in range(len(document))]

    return pages


@pytest.fixture(scope="session")
def said(printed, pages) -> Callable[[Invoice], str]:
    """`said(invoice)`: all that its PDF says."""
    return lambda invoice: " ".join(pages(printed(invoice)))


@pytest.fixture(scope="session")
def xml() -> Callable[[Invoice, str], bytes]:
    """`xml(invoice, "ubl")`: the invoice in one of the e-invoice formats."""
    writers = {each.name: each(None) for each in (InvoiceCii, InvoiceUbl)}
    return lambda invoice, format: writers[format].render(invoice, {}).content


def _text(document: pypdfium2.PdfDocument, at: int) -> str:
    page = document[at]
    text = page.get_textpage()
    whole = text.get_text_range()
    text.close()
    page.close()
    return str(whole)
