"""A whole seller, a whole buyer, and a way to draw up their invoice with what a test changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine.billing.invoice import AgreementReference, Invoice, PaymentDetails
from engine.billing.issuing import Supply, credit_in_full, draw_up
from engine.billing.money import Currency
from engine.billing.parties import BuyerDetails, SellerDetails
from engine.billing.tax import Treatment


@pytest.fixture(scope="session")
def seller() -> SellerDetails:
    return SellerDetails(
        legal_name="Café Müller SARL",
        line1="12 rue de la Paix",
        city="Paris",
        postcode="75002",
        country="FR",
        tax_status="registered",
        vat_number="FR40303265045",
        tax_number="303265045",
        tax_percent="20",
        footer="SARL au capital de 10 000 €\nRCS Paris",
        payment=PaymentDetails(account_holder="Café Müller", iban="FR1420041010050500013M02606"),
    )


@pytest.fixture(scope="session")
def buyer() -> BuyerDetails:
    return BuyerDetails(
        code="ACME",
        legal_name="Acme SAS",
        line1="1 avenue Foch",
        city="Lyon",
        postcode="69006",
        country="FR",
        vat_number="FR83404833048",
        payment_days=30,
    )


@pytest.fixture(scope="session")
def draw(seller: SellerDetails, buyer: BuyerDetails) -> Callable[..., Invoice]:
    """`draw(supplies, treatment, seller={...}, buyer={...}, **rest)`: the invoice with these changes."""

    def draw(supplies, treatment=None, *, seller_changes=None, buyer_changes=None, **rest):
        whole = {
            "seller_code": "CAFE",
            "agreement": AgreementReference(1, date(2026, 1, 5), "2026-1", "a" * 64),
            "currency": Currency("EUR", 2),
            "number": "ACME-CAFE-00001",
            "issued_at": datetime(2026, 3, 31, 22, 30, tzinfo=UTC),
            "zone": ZoneInfo("Europe/Paris"),
            "language": "fr",
            "payout": "payout-1",
        }
        return draw_up(
            replace(seller, **(seller_changes or {})),
            replace(buyer, **(buyer_changes or {})),
            supplies=supplies,
            treatment=treatment or Treatment("S", Decimal(20)),
            **{**whole, **rest},
        )

    return draw


@pytest.fixture(scope="session")
def reward() -> Callable[..., Supply]:
    """`reward(1000)`: a supply of ten euros."""

    def reward(amount, treatment=None, *, day=1):
        return Supply(f"R-{abs(amount)}", "Referral commission", date(2026, 3, day), amount, treatment)

    return reward


@pytest.fixture(scope="session")
def credit() -> Callable[[Invoice], Invoice]:
    """`credit(invoice)`: its full credit note of the end of April."""

    def credit(invoice):
        at = datetime(2026, 4, 30, 22, 30, tzinfo=UTC)
        return credit_in_full(invoice, number="ACME-CAFE-C00001", issued_at=at, zone=ZoneInfo("Europe/Paris"))

    return credit
