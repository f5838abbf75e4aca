"""An invoice is drawn up whole, says what the law asks, survives storage, and is mirrored by its credit note."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.billing.checks import check_invoice
from engine.billing.errors import Unlawful
from engine.billing.invoice import TaxCurrencyTotal, canonical, fingerprint, restore
from engine.billing.money import Currency
from engine.billing.tax import Treatment

APRIL = datetime(2026, 4, 30, 22, 30, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
AE = Treatment("AE", Decimal(0), "VATEX-EU-AE", "Reverse charge, art. 196", "Reverse charge")
EXEMPT = Treatment("E", Decimal(0), exemption_text="§ 19")
OUT = Treatment("O", None, "VATEX-EU-O", "Not subject to VAT")
LOCAL = Treatment("local", Decimal("8.875"), tax_name="Sales tax")
standard = st.sampled_from([Treatment("S", Decimal(20)), Treatment("S", Decimal("5.5"))])
amounts = st.lists(st.tuples(st.integers(-(10**6), 10**9), standard), max_size=12)


def test_the_issue_date_is_that_of_the_accounts_time_zone(draw, reward):
    invoice = draw([reward(1000, day=9), reward(500, day=3)])

    assert invoice.issue_date == date(2026, 4, 1)
    assert invoice.due_date == date(2026, 5, 1)
    assert (invoice.supply_from, invoice.supply_to) == (date(2026, 3, 3), date(2026, 3, 9))


def test_without_payment_days_no_due_date_is_said(draw, reward):
    assert draw([reward(1000)], buyer_changes={"payment_days": None}).due_date is None


def test_a_clawback_is_a_negative_quantity_at_a_positive_price(draw, reward):
    _, clawback = draw([reward(1000), reward(-300)]).lines

    assert (clawback.quantity, clawback.price, clawback.amount) == (-1, 300, -300)


def test_an_invoice_copies_what_the_seller_told(draw, reward, seller):
    invoice = draw([reward(1000)], seller_changes={"logo": "ab" * 32})

    assert (invoice.footer, invoice.logo, invoice.payment) == (seller.footer, "ab" * 32, seller.payment)
    assert (invoice.seller.code, invoice.buyer.code) == ("CAFE", "ACME")


@pytest.mark.parametrize(
    ("country", "language", "treatment", "mentions"),
    [
        ("FR", "fr", None, ("Autofacturation", "Self-billing")),
        ("FR", "en", None, ("Autofacturation", "Self-billing")),
        ("IE", "en", None, ("Self-billing",)),
        ("BE", "fr", None, ("Autofacturation", "Self-billing")),
        ("BE", "en", None, ("Factuur uitgereikt door afnemer", "Autofacturation", "Gutschrift", "Self-billing")),
        ("US", "en", LOCAL, ("Self-billing",)),
        (
            "DE",
            "de",
            AE,
            ("Gutschrift", "Self-billing", "Steuerschuldnerschaft des Leistungsempfängers", "Reverse charge"),
        ),
        ("GB", "en", None, ("Self-billing", "The VAT shown is your output tax due to HMRC")),
        ("GB", "en", EXEMPT, ("Self-billing",)),
    ],
)
def test_the_mentions_are_in_the_sellers_language_and_in_english(draw, reward, country, language, treatment, mentions):
    invoice = draw([reward(1000)], treatment, seller_changes={"country": country}, language=language)

    assert invoice.mentions == mentions


def test_out_of_scope_shows_no_vat_number(draw, reward):
    invoice = draw([reward(1000)], OUT)

    assert (invoice.seller.vat_number, invoice.buyer.vat_number) == (None, None)
    assert (invoice.tax, invoice.gross) == (0, 1000)


def test_a_payout_of_only_clawbacks_is_no_invoice(draw, reward):
    with pytest.raises(Unlawful) as refused:
        draw([reward(-300)])

    assert str(refused.value) == (
        "Invoice ACME-CAFE-00001 cannot be issued. "
        "net: The net is not above zero: what is only clawed back is credited, not invoiced."
    )


@given(amounts)
def test_every_issued_invoice_adds_up_and_is_lawful(draw, reward, rows):
    supplies = [reward(10**8), *(reward(amount, treatment) for amount, treatment in rows)]
    invoice = draw(supplies)

    assert check_invoice(invoice) == []
    assert invoice.net == sum(supply.amount for supply in supplies)
    assert invoice.gross == invoice.net + sum(group.tax for group in invoice.groups)


@given(amounts)
def test_a_credit_note_mirrors_its_invoice(draw, reward, credit, rows):
    invoice = draw([reward(10**8), *(reward(amount, treatment) for amount, treatment in rows)])
    note = credit(invoice)

    assert (note.type_code, note.preceding.number, note.due_date) == ("261", invoice.number, None)
    assert (note.lines, note.groups, note.gross) == (invoice.lines, invoice.groups, invoice.gross)
    assert note.issue_date == date(2026, 5, 1)


def test_a_credit_note_is_not_credited_itself(draw, reward, credit):
    note = credit(draw([reward(1000)]))

    with pytest.raises(Unlawful, match=r"ACME-CAFE-C00001 is itself a credit note; only an invoice is credited\."):
        credit(note)


@given(amounts, st.sampled_from([None, AE, EXEMPT, OUT, LOCAL]), st.booleans(), st.text(max_size=20))
def test_a_frozen_invoice_survives_storage(draw, reward, credit, rows, treatment, credited, footer):
    supplies = [reward(10**8, treatment), *(reward(amount, treatment or each) for amount, each in rows)]
    invoice = draw(supplies, treatment, seller_changes={"footer": footer})
    kept = credit(invoice) if credited else invoice

    assert restore(canonical(kept)) == kept
    assert canonical(restore(canonical(kept))) == canonical(kept)


def test_the_vat_in_the_sellers_currency_survives_storage(draw, reward):
    total = TaxCurrencyTotal(Currency("GBP", 2), 171, Decimal("0.855"), "ECB", date(2026, 3, 31))
    invoice = draw([reward(1000)], tax_currency_total=total)

    assert restore(canonical(invoice)).tax_currency_total == total


def test_any_change_changes_the_fingerprint(draw, reward):
    invoice = draw([reward(1000)])

    assert fingerprint(canonical(invoice)) != fingerprint(canonical(replace(invoice, footer="x")))
