"""
What the formats of an invoice cost, in turns, same invoices of 12 lines, printed by one press:

plain    the page as PDF and nothing else: no tags, no PDF/A, no XML
archive  the same page as the tagged PDF/A-3b with the invoice's CII inside, the CII's own making included
cii, ubl the XML alone

archive ratio = CPU of `archive` / CPU of `plain`. Reading a PDF back costs both the same and is left out.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from benchmarks.figures import Row, in_turns
from engine.billing.invoice import AgreementReference, Invoice, PaymentDetails
from engine.billing.issuing import Supply, draw_up
from engine.billing.money import Currency
from engine.billing.parties import BuyerDetails, SellerDetails
from engine.billing.tax import Treatment
from renderers.cii import cii
from renderers.html import page
from renderers.press import PressProcess
from renderers.ubl import InvoiceUbl

FULL, QUICK = {"count": 20, "rounds": 7, "batch": 40}, {"count": 2, "rounds": 1, "batch": 1}
LINES = 12

_SELLER = SellerDetails(
    legal_name="Lumière & Associés SARL", line1="12 rue de la Paix", city="Lyon", postcode="69002", country="FR",
    tax_status="registered", vat_number="FR40303265045", tax_percent="20", footer="RCS Lyon 303 265 045\nMerci !",
    payment=PaymentDetails("Lumière SARL", "FR7630006000011234567890189", "AGRIFRPP"),
)  # fmt: skip
_BUYER = BuyerDetails(
    code="ACME", legal_name="Acme Cloud SAS", line1="1 avenue Foch", city="Paris", postcode="75008", country="FR",
    vat_number="FR83404833048", payment_days=30,
)  # fmt: skip


def rows(*, count: int, rounds: int, batch: int) -> list[Row]:
    """The table's lines; `count` invoices a contender and round, the XML of each written `batch` times over."""
    invoices = [_drawn(number) for number in range(1, count + 1)]
    press = PressProcess()
    ubl = InvoiceUbl(press)
    try:
        contenders: dict[str, Callable[[], int]] = {
            "plain": lambda: _plain(press, invoices),
            "archive": lambda: _archived(press, invoices),
            "cii": lambda: sum(bool(cii(each)) for each in invoices * batch),
            "ubl": lambda: sum(bool(ubl.render(each, {})) for each in invoices * batch),
        }
        spent = in_turns(contenders, rounds=rounds)
    finally:
        press.close()
    cpu = {name: each.cpu * 1000 for name, each in spent.items()}
    ratio = cpu["archive"] / cpu["plain"]
    return [
        Row("archive_ratio", "PDF/A-3 with its XML inside against the same page as plain PDF, CPU",
            f"{ratio:.2f} ({cpu['archive']:.0f} ms, {cpu['plain']:.0f} ms)", "at most 1.10", ratio <= 1.1, cpu),
        *(Row(f"{name}_cpu", f"{name.upper()} of an invoice of {LINES} lines, CPU", f"{cpu[name]:.2f} ms", "under 5 ms",
              cpu[name] < 5, {"ms": cpu[name]}) for name in ("cii", "ubl")),
    ]  # fmt: skip


def _plain(press: PressProcess, invoices: Sequence[Invoice]) -> int:
    for each in invoices:
        press.press(page(each), style=each.template, assets={}, identifier=each.number.encode())
    return len(invoices)


def _archived(press: PressProcess, invoices: Sequence[Invoice]) -> int:
    for each in invoices:
        told = {"style": each.template, "assets": {}, "identifier": each.number.encode(), "dated": each.issued_at}
        assert not press.archive(page(each), xml=cii(each).content, **told).flaw
    return len(invoices)


def _drawn(number: int) -> Invoice:
    supplies = [
        Supply(f"RW-{at}", "Commission", date(2026, 9, 1) + timedelta(days=at), 10_000 + at)
        for at in range(1, LINES + 1)
    ]
    return draw_up(
        _SELLER, _BUYER, seller_code="FR-LUM", supplies=supplies, currency=Currency("EUR", 2), language="fr",
        agreement=AgreementReference(1, date(2026, 1, 5), "2026-1", "a" * 64), number=f"ACME-FR-LUM-{number:05}",
        issued_at=datetime(2026, 11, 23, 9, tzinfo=UTC), zone=ZoneInfo("Europe/Paris"),
        treatment=Treatment("S", Decimal(20)), payout="01a20699-0d1b-7099-b3b7-a81298179450",
    )  # fmt: skip
