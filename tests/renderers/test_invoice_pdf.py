"""What stands on a printed invoice, in whichever language, currency and writing."""

import re
from dataclasses import replace
from decimal import Decimal

import pypdfium2
import pytest
from pypdfium2.raw import FPDF_PAGEOBJ_TEXT

from engine.billing.money import Currency
from engine.billing.tax import Treatment
from renderers.pdf import InvoicePdf

REVERSE_CHARGE = Treatment("AE", Decimal(0), exemption_code="VATEX-EU-AE", exemption_text="Reverse charge: art. 196")


def test_an_invoice_names_number_parties_lines_and_totals(draw, said):
    text = said(draw(12))

    for told in (
        "Facture d’autofacturation ACME-FR-LUM-00001", "Lumière & Associés SARL", "Acme Cloud SAS", "Partenaire FR-LUM",
        "N° TVA FR40303265045", "N° TVA FR83404833048", "23 novembre 2026", "2 sept. 2026 – 13 sept. 2026",
        "12 RW-12 Commission 13 sept. 2026 20 % 100,12", "TVA 20 % 1 200,78 240,16", "Total HT 1 200,78 EUR",
        "TVA 240,16 EUR", "Total TTC à payer 1 440,94 EUR", "Autofacturation · Self-billing",
        "IBAN FR76 3000 6000 0112 3456 7890 189", "version 1, accepté le 5 janvier 2026", "23 décembre 2026",
        "01a20699-0d1b-7099-b3b7-a81298179450", "RCS Lyon 303 265 045 Merci !", "Page 1 sur 1",
    ):  # fmt: skip
        assert told in text


def test_a_credit_note_says_what_it_credits_and_asks_for_no_payment(draw, credit, said):
    text = said(credit(draw(2)))

    assert "Avoir d’autofacturation ACME-FR-LUM-C00001" in text
    assert "Rectifie la facture ACME-FR-LUM-00001 du 23 novembre 2026" in text
    assert "Montant crédité 240,04 EUR" in text
    assert "à payer" not in text
    assert "IBAN" not in text


@pytest.mark.parametrize(
    ("language", "title", "gross", "issued"),
    [
        ("en", "Self-billed invoice", "Amount due 1 200,46 EUR", "23 November 2026"),
        ("fr", "Facture d’autofacturation", "Total TTC à payer 1 200,46 EUR", "23 novembre 2026"),
        ("de", "Gutschrift", "Zahlbetrag 1.200,46 EUR", "23. November 2026"),
        ("de-CH", "Gutschrift", "Zahlbetrag 1’200.46 EUR", "23. November 2026"),
        ("es", "Factura expedida por el destinatario", "Total a pagar 1.200,46 EUR", "23 de noviembre de 2026"),
        ("it", "Fattura emessa dal committente", "Totale da pagare 1.200,46 EUR", "23 novembre 2026"),
        ("nl", "Factuur uitgereikt door afnemer", "Te betalen 1.200,46 EUR", "23 november 2026"),
        ("pl", "Self-billed invoice", "Amount due 1 200,46 EUR", "23 November 2026"),
        ("tlh-Piqd", "Self-billed invoice", "Amount due 1 200,46 EUR", "23 November 2026"),
    ],
)
def test_words_money_and_dates_are_of_one_language_english_where_we_have_no_other(
    draw, said, language, title, gross, issued
):
    text = said(draw(10, language=language, treatment=Treatment("S", Decimal("19.98"))))

    assert text.startswith(f"Lumière & Associés SARL {title} ACME-FR-LUM-00001")
    assert gross in text
    assert issued in text


@pytest.mark.parametrize("name", ["Κρήτη Λογισμικό ΑΕ", "ООО «Ромашка»", "Żółta Łódź sp. z o.o.", "Ağrı Çiçek A.Ş."])
def test_greek_cyrillic_and_latin_of_all_kinds_are_printed_by_the_shipped_fonts(draw, printed, pages, name):
    pdf = printed(draw(1, seller={"legal_name": name}, what=f"Renewal: {name}"))

    assert pages(pdf)[0].count(name) == 3
    assert fonts_in(pdf) <= {"Noto-Sans", "Noto-Sans-Bold"}


def test_yen_has_no_decimals_and_dinar_three(draw, said):
    assert "Total HT 10 001 JPY" in said(draw(1, currency=Currency("JPY", 0)))
    assert "Total HT 10,001 KWD" in said(draw(1, currency=Currency("KWD", 3)))


def test_a_clawback_has_a_real_minus_sign(draw, said):
    invoice = draw(3)
    taken_back = replace(invoice.lines[0], quantity=-1, amount=-10001)

    assert "RW-1 Commission 2 sept. 2026 20 % −100,01" in said(replace(invoice, lines=(taken_back, *invoice.lines[1:])))


def test_reverse_charge_shows_no_rate_but_its_reason(draw, said):
    text = said(draw(1, seller={"country": "DE", "vat_number": "DE136695976"}, treatment=REVERSE_CHARGE, language="de"))

    assert "USt. – 100,01 0,00" in text
    assert "Reverse charge: art. 196" in text
    assert "Steuerschuldnerschaft des Leistungsempfängers · Reverse charge" in text


def test_a_document_says_what_made_it(draw, press):
    document = InvoicePdf(press).render(draw(1), {})

    assert document.filename == "ACME-FR-LUM-00001.pdf"
    assert document.media_type == "application/pdf"
    assert document.made_with["press"].startswith("WeasyPrint ")
    assert [len(document.made_with[name]) for name in ("template", "words", "fonts")] == [64, 64, 64]


def fonts_in(pdf: bytes) -> set[str]:
    """The names of the fonts of the first page's texts, without the marks of a subset."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        names = {text.get_font().get_base_name() for text in page.get_objects(filter=[FPDF_PAGEOBJ_TEXT])}
        page.close()
    return {re.sub(r"^[A-Z]{6}\+", "", name) for name in names}
