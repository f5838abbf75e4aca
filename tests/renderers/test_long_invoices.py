"""Invoices of several pages: what repeats, what stays together."""

import pytest

HEADING = "# Référence Prestation Date Taux Montant EUR"


@pytest.fixture(scope="module")
def long(draw, printed, pages) -> list[str]:
    """The pages of an invoice of 300 lines."""
    return pages(printed(draw(300)))


def test_the_heading_of_the_lines_stands_on_every_page(long):
    assert len(long) >= 9
    assert [HEADING in page for page in long] == [True] * len(long)


def test_every_page_says_its_invoice_and_which_page_of_how_many_it_is(long):
    told = [f"ACME-FR-LUM-00001 Page {at} sur {len(long)}" for at in range(1, len(long) + 1)]

    assert [end in page for end, page in zip(told, long, strict=True)] == [True] * len(long)


def test_every_line_is_printed_once_and_whole(long):
    whole = [f"{at} RW-{at} Commission" for at in range(1, 301)]

    assert [sum(f" {line} " in page for page in long) for line in whole] == [1] * 300


def test_a_row_of_many_lines_of_text_is_not_split(draw, printed, pages):
    long = pages(printed(draw(20, what="begin " + "a longer description of the service " * 8 + "end")))

    assert len(long) > 1
    assert [page.count("begin") for page in long] == [page.count(" end ") for page in long]


@pytest.mark.parametrize("lines", [17, 18, 19, 20, 21, 22])
def test_totals_stay_together_and_never_stand_on_a_page_without_lines(draw, printed, pages, lines):
    *_, last = pages(printed(draw(lines)))

    assert f" {lines} RW-{lines} " in last
    assert "Total HT" in last
    assert "Total TTC à payer" in last
    assert "RCS Lyon 303 265 045" in last
