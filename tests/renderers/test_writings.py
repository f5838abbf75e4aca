"""Names in Arabic, Hebrew, Chinese and Japanese: printed where a font is there, and told about where none is."""

from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from renderers.html import page
from renderers.pdf import InvoicePdf
from renderers.reading import text_of
from renderers.writings import WRITINGS, packages_for
from tests.renderers.test_archive import findings

ARABIC, HEBREW = "شركة النور للتجارة ذ.م.م", 'שלום תוכנה בע"מ'
NAMES = [ARABIC, HEBREW, "北京光明科技有限公司", "株式会社テスト商事"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_prints_for_the_archive_where_a_font_is_there(draw, worldly_press, tmp_path, name):
    seller = {"legal_name": name, "line1": name, "city": name, "footer": name}
    document = InvoicePdf(worldly_press).render(draw(2, seller=seller, what=f"{name} 2026", language="en"), {})

    assert document.made_with["archive"] == "PDF/A-3b"
    assert findings(document.content, tmp_path) == []
    assert set(name) <= set(text_of(document.content))


@pytest.mark.parametrize("name", NAMES)
def test_a_seller_of_any_writing_has_every_total_beside_its_word(draw, worldly_press, name):
    document = InvoicePdf(worldly_press).render(draw(2, seller={"legal_name": name}, language="en"), {})
    text = " ".join(text_of(document.content).split())

    assert "Net total 200,03 EUR" in text
    assert "Amount due 240,04 EUR" in text


@pytest.mark.parametrize(("name", "first", "last"), [(HEBREW, "ש", "מ"), (ARABIC, "ش", "ذ")])
def test_a_name_from_right_to_left_begins_at_the_right(draw, worldly_press, name, first, last):
    document = InvoicePdf(worldly_press).render(draw(1, seller={"legal_name": name}, language="en"), {})
    head = places(document.content)

    assert head[first] > head[last]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("شارع 12", '<bdi dir="rtl">شارع 12</bdi>'),
        ("12 רחוב", '<bdi dir="rtl">12 רחוב</bdi>'),
        ("Rue de שלום", "Rue de שלום"),
        ("1 avenue Foch", "1 avenue Foch"),
    ],
)
def test_the_page_says_which_way_a_text_runs_by_its_first_letter(draw, text, shown):
    html = page(draw(1, seller={"line1": text}))

    assert f"<p>{shown}<br>" in html
    assert html.count("<bdi") == shown.count("<bdi")


def test_a_footer_from_right_to_left_stands_at_the_right(draw):
    assert '<p class="footer" dir="rtl">שלום' in page(draw(1, seller={"footer": HEBREW}))


@pytest.mark.parametrize(
    ("what", "letters", "package"),
    [("عمولة", "ةعلمو", "fonts-noto-core"), ("佣金", "佣金", "fonts-noto-cjk")],
)
def test_what_no_font_has_makes_a_pdf_that_claims_no_archive_and_names_the_package(
    draw, fontless, what, letters, package
):
    document = InvoicePdf(fontless).render(draw(1, what=what), {})

    told = f"plain PDF: no font on this machine has {letters} (Debian: {package})"
    assert document.made_with["archive"] == told
    with pikepdf.open(BytesIO(document.content)) as pdf, pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == ""


def test_every_writing_has_a_package_that_brings_it():
    packages = {name: packages_for(sample) for name, sample in WRITINGS.items()}

    assert {name for name, each in packages.items() if each == "fonts-noto-cjk"} == {"Chinese", "Japanese", "Korean"}
    assert set(packages.values()) == {"fonts-noto-cjk", "fonts-noto-core"}
    assert packages_for("株ش") == "fonts-noto-core fonts-noto-cjk"


def places(pdf: bytes) -> dict[str, float]:
    """How far from the left the first of each letter stands on the first page."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        text = page.get_textpage()
        found = [(text.get_text_range(at, 1), text.get_charbox(at)[0]) for at in range(text.count_chars())]
        text.close()
        page.close()
    return dict(reversed(found))
