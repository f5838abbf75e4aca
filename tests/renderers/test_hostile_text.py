"""Partner text is hostile: markup prints as text, and no text breaks the page."""

from dataclasses import replace

import pypdfium2
import pytest

from renderers.html import page

MARKUP = [
    "<script>alert(1)</script>",
    "<img src=file:///etc/passwd>",
    "</p></body><style>body{display:none}</style>",
    "{{ 7 * 7 }} {% raw %} {{ invoice.number.__class__ }}",
    "@import url(file:///etc/passwd); body { display: none }",
    "&lt;b&gt; &amp; \" onload='x'",
]
TALL = "e\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a"


@pytest.mark.parametrize("text", MARKUP)
def test_markup_in_names_lines_and_footer_is_printed_as_text(draw, said, text):
    said_text = said(
        draw(1, seller={"legal_name": f"A {text}", "footer": f"B {text}"}, what=f"C {text}", language="en")
    )
    plain = "".join(said_text.split())

    for place in "ABC":
        assert place + "".join(text.split()) in plain
    assert "49" not in said_text.replace("00049", "")


def test_a_stranger_adds_no_element_to_the_page(draw):
    text = "".join(MARKUP)
    html = page(draw(1, seller={"legal_name": text, "footer": text}, what=text))

    assert html.count("<") == page(draw(1)).count("<")


@pytest.mark.parametrize("letter", ["x", "W", "a\u00a0", "Ж", TALL])
def test_a_thousand_characters_without_a_space_stay_on_the_page_and_lose_no_total(draw, printed, pages, letter):
    text = (letter * 1000)[:1000]
    party = {"legal_name": f"A{text[:199]}", "line1": text[:120], "city": text[:80], "tax_number": text[:40]}
    pdf = printed(draw(2, seller={**party, "footer": text}, buyer=party, what=text, reference=text[:200]))

    assert "Total TTC à payer 240,04 EUR" in " ".join(pages(pdf))
    assert outside(pdf) == []


def test_the_largest_amount_stays_on_the_page(draw, printed):
    invoice = draw(1)
    largest = 2**63 - 1

    assert outside(printed(replace(invoice, net=largest, tax=largest, gross=largest))) == []


def outside(pdf: bytes) -> list[str]:
    """What is printed into the margins of 17 mm at the sides."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for at in range(len(document)):
            page, margin = document[at], 17 / 25.4 * 72
            text = page.get_textpage()
            right = page.get_width() - margin
            boxes = [(place, text.get_charbox(place)) for place in range(text.count_chars())]
            found += [text.get_text_range(place, 1) for place, box in boxes if box[0] < margin or box[2] > right]
            text.close()
            page.close()
    return [each for each in found if each.strip()]
