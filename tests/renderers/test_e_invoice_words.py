"""What an e-invoice says where law or practice leaves a choice, and which invoices have none."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.billing.invoice import PaymentDetails
from engine.billing.money import Currency
from engine.billing.tax import Treatment
from engine.errors import RenderError
from renderers.cii import InvoiceCii
from renderers.snapshot import InvoiceJson
from renderers.ubl import InvoiceUbl
from tests.e_invoices import ALL, CREDIT_NOTES, INVOICES, drawn, supplies, told_in

GST = Treatment("local", Decimal(10), tax_name="GST")
KWD = Currency("KWD", 3)
KWD_NOTE = "KWD has 3 decimals and EN 16931 allows 2: PDF only."


@pytest.mark.parametrize("writer", [InvoiceCii, InvoiceUbl])
@pytest.mark.parametrize(
    ("invoice", "why"),
    [
        (drawn(supplies(10_000), currency=KWD), KWD_NOTE),
        (drawn(supplies(10_000), tax_currency_total=told_in(KWD, 6000, "0.3")), KWD_NOTE),
        (
            drawn(supplies(10_000), GST, seller={"country": "AU", "vat_number": None}),
            "GST is no VAT of EN 16931's categories: PDF only.",
        ),
    ],
)
def test_what_en_16931_has_no_form_for_says_so(writer, invoice, why):
    with pytest.raises(RenderError) as refusal:
        writer(None).render(invoice, {})

    assert str(refusal.value) == f"ACME-FR-LUM-00001 cannot be an e-invoice. {why}"
    assert refusal.value.permanent


@pytest.mark.parametrize("name", ALL)
def test_what_is_due_has_a_due_date_or_terms(name, xml):
    """BR-CO-25, which the Schematrons no longer hold."""
    ubl = xml(ALL[name], "ubl").decode()

    assert ("<cbc:DueDate>" in ubl) != ("<cac:PaymentTerms>" in ubl)


@pytest.mark.parametrize(
    ("payment", "currency", "told"),
    [
        (PaymentDetails(iban="FR7630006000011234567890189"), "EUR", "58"),
        (PaymentDetails(iban="FR7630006000011234567890189"), "USD", "30"),
        (PaymentDetails(iban="TR330006100519786457841326"), "EUR", "30"),
        (PaymentDetails(other="Account 12"), "EUR", "30"),
        (PaymentDetails(account_holder="Nobody"), "EUR", ""),
    ],
)
def test_the_account_says_how_it_is_paid(xml, payment, currency, told):
    invoice = drawn(supplies(100), seller={"payment": payment}, currency=Currency(currency, 2))

    assert re.findall("PaymentMeansCode>([0-9]*)<", xml(invoice, "ubl").decode()) == [told] * bool(told)


def test_a_credit_note_names_no_account_to_pay_to(xml):
    for format in ("cii", "ubl"):
        assert b"FR763000" in xml(INVOICES["standard rate"], format)
        assert b"FR763000" not in xml(CREDIT_NOTES["credit: standard rate"], format)


def test_a_credit_note_is_one_in_ubl_and_names_what_it_credits(xml):
    ubl = xml(CREDIT_NOTES["credit: standard rate"], "ubl").decode()

    assert ubl.splitlines()[1].startswith("<CreditNote xmlns=")
    assert "<cbc:CreditNoteTypeCode>261<" in ubl
    assert "<cbc:ID>ACME-FR-LUM-00001</cbc:ID>" in ubl


def test_a_clawback_is_a_negative_quantity_at_a_price_that_is_not(xml):
    ubl = xml(INVOICES["a clawback"], "ubl").decode()

    assert '<cbc:InvoicedQuantity unitCode="C62">-1</cbc:InvoicedQuantity>' in ubl
    assert '<cbc:LineExtensionAmount currencyID="EUR">-30.00<' in ubl
    assert '<cbc:PriceAmount currencyID="EUR">30.00<' in ubl


def test_a_line_without_a_description_is_called_by_its_reference(xml):
    invoice = drawn(supplies(100))
    blank = replace(invoice, lines=tuple(replace(line, description=" ") for line in invoice.lines))

    assert b"<ram:Name>RW-1</ram:Name>" in xml(blank, "cii")


def test_what_xml_cannot_hold_is_replaced_not_lost(xml):
    invoice = drawn(supplies(100, what="A\x00\x1bB"))

    assert "A��B" in xml(invoice, "cii").decode()


@pytest.mark.parametrize("format", ["cii", "ubl"])
def test_hostile_text_adds_no_element(xml, format):
    plain = replace(INVOICES["hostile text"], seller=INVOICES["standard rate"].seller)

    tags = [sorted(re.findall(b"<[a-z]+:[A-Za-z]+", xml(each, format))) for each in (INVOICES["hostile text"], plain)]
    assert b"<!" not in xml(INVOICES["hostile text"], format)
    assert set(tags[0]) - set(tags[1]) <= {b"<ram:CountrySubDivisionName", b"<cbc:CountrySubentity"}


def test_json_holds_the_snapshot_under_a_version():
    document = InvoiceJson(None).render(INVOICES["standard rate"], {})

    assert document.media_type == "application/json"
    assert document.content.startswith(b'{\n  "invoice": {')
    assert b'"schema": "billhook/invoice",\n  "version": 1\n' in document.content
    assert b'"gross": 150000' in document.content


@pytest.mark.parametrize(
    ("writer", "name", "kind"),
    [
        (InvoiceCii, "A-B-1.xml", "text/xml"),
        (InvoiceUbl, "A-B-1.ubl.xml", "application/xml"),
        (InvoiceJson, "A-B-1.json", "application/json"),
    ],
)
def test_a_slash_in_a_number_makes_no_folder(writer, name, kind):
    document = writer(None).render(replace(INVOICES["standard rate"], number="A/B/1"), {})

    assert (document.filename, document.media_type) == (name, kind)
