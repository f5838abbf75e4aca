"""A PDF is read back before anybody gets it: it carries its number, its parties and its totals, or it is refused."""

import pytest

from engine.errors import RenderError
from renderers.pdf import InvoicePdf
from renderers.press import Archived
from renderers.reading import missing_from


class OtherPagesPress:
    """A press that mixes up its pages: it prints the same one always."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf

    def archive(self, html, *, style, assets, identifier, xml, dated):
        return Archived(self._pdf, "")

    def clean_logo(self, content):
        return content

    def version(self):
        return "mixed up"

    def close(self):
        """It holds nothing."""


class BrokenPress(OtherPagesPress):
    """A press that always runs out of time."""

    def __init__(self) -> None:
        super().__init__(b"")

    def archive(self, html, *, style, assets, identifier, xml, dated):
        raise RenderError("The page took longer than 45 s.")


def test_a_pdf_that_is_another_invoices_is_refused(draw, printed):
    other = draw(2, number="ACME-FR-LUM-00002", seller={"legal_name": "Another SARL"})

    with pytest.raises(RenderError) as refusal:
        InvoicePdf(OtherPagesPress(printed(draw(1)))).render(other, {})
    assert str(refusal.value) == (
        "The PDF of ACME-FR-LUM-00002 lacks its number, seller, net, tax, gross. It was not attached."
    )


def test_a_total_inside_a_longer_figure_does_not_count(draw):
    invoice = draw(1)
    text = f"{invoice.number} {invoice.seller.legal_name} {invoice.buyer.legal_name} Total HT 9 100,01 EUR 20,00 120,01"

    assert missing_from(invoice, text) == ("net", "tax", "gross")


@pytest.mark.parametrize(
    "name",
    [
        "e\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a",
        "Soft\u00adhyphen a\u200cb\u200dc \u200b zero",
        "Anna-Maria – «Söhne» & Co. (2020)",
        'שלום-עולם (2020) בע"מ',
        "شركة المثال المحدودة",
        "Nguyễn Thị Ánh",
    ],
)
def test_no_lawful_name_keeps_an_invoice_from_being_attached(draw, printed, name):
    assert printed(draw(2, seller={"legal_name": name, "line1": name, "footer": name})).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("name", "letters", "packages"),
    [
        ("株式会社テスト", "株式会社テスト", "fonts-noto-cjk"),
        ("हिन्दी Ltd", "हनद", "fonts-noto-core"),
        ("주식회사", "주식회사", "fonts-noto-cjk"),
        ("𞤀𞤁 SA", "𞤀𞤁", "fonts-noto-core"),
        ("שלום", "שלום", "fonts-noto-core"),
        ("شمس 北", "شمس北", "fonts-noto-core fonts-noto-cjk"),
    ],
)
def test_a_name_that_nobody_can_see_is_refused_with_the_way_to_its_letters(draw, fontless, name, letters, packages):
    with pytest.raises(RenderError) as refusal:
        InvoicePdf(fontless).render(draw(1, seller={"legal_name": name}), {})

    assert str(refusal.value) == (
        "The PDF of ACME-FR-LUM-00001 lacks its seller. It was not attached. No font on this machine has "
        f"{letters}. On Debian: apt-get install {packages}, then retry the job."
    )


@pytest.mark.parametrize("name", ["Κρήτη Λογισμικό ΑΕ", "ООО «Ромашка»", "Żółta Łódź"])
def test_the_shipped_fonts_alone_print_greek_cyrillic_and_latin(draw, fontless, name):
    assert InvoicePdf(fontless).render(draw(1, seller={"legal_name": name}), {}).content.startswith(b"%PDF")


def test_letters_without_a_font_in_a_line_do_not_keep_an_invoice_back(draw, fontless):
    assert InvoicePdf(fontless).render(draw(1, what="Renewal 株式会社 🚀"), {}).content.startswith(b"%PDF")


def test_a_name_that_is_not_there_is_missed_in_every_writing(draw):
    text = "ACME-FR-LUM-00001 Acme Cloud SAS Total HT 100,01 EUR TVA 20,00 EUR Total TTC à payer 120,01 EUR"

    for name in ("Lumière SARL", "Κρήτη ΑΕ", "ООО Ромашка", "שלום", "北京公司"):
        assert missing_from(draw(1, seller={"legal_name": name}), text) == ("seller",)


def test_a_press_that_prints_nothing_is_told_with_the_invoices_number(draw):
    with pytest.raises(RenderError) as refusal:
        InvoicePdf(BrokenPress()).render(draw(1), {})

    assert str(refusal.value) == "ACME-FR-LUM-00001 was not printed. The page took longer than 45 s."
