"""A preview: the same page, and nobody can take it for an invoice."""

import pytest

from engine.billing.invoice import canonical, restore
from renderers.html import InvoiceHtml
from renderers.reading import attached_to

TOLD = "Aperçu — ceci n’est pas une facture"


@pytest.fixture(scope="module")
def long(draw, printed):
    """An invoice of 60 lines that was not issued, as PDF."""
    return printed(draw(60, number=""))


def test_every_page_says_across_it_and_at_its_foot_that_it_is_none(long, pages):
    told = [page.count(TOLD) for page in pages(long)]

    assert told == [3] + [2] * (len(told) - 1)
    assert len(told) > 1


def test_no_e_invoice_stands_in_a_preview(long, press):
    assert attached_to(long) == {}


def test_totals_and_parties_are_those_of_the_invoice(draw, printed, pages):
    [preview], [issued] = pages(printed(draw(2, number=""))), pages(printed(draw(2)))
    rest = preview.replace(TOLD, "")

    assert set(issued.split()) - set(rest.split()) == {"ACME-FR-LUM-00001"}


def test_its_file_has_a_name_of_its_own(draw, press):
    assert InvoiceHtml(press).render(draw(number=""), {}).filename == "preview.html"


def test_an_invoice_says_nothing_of_the_kind(draw, printed, pages):
    assert TOLD not in " ".join(pages(printed(draw())))


def test_a_preview_is_one_as_long_as_it_has_no_number(draw):
    assert restore(canonical(draw(number=""))).is_preview
    assert not draw().is_preview


def test_a_form_that_is_empty_is_drawn(draw, printed, pages):
    nobody = {"legal_name": "", "line1": "", "city": "", "postcode": "", "country": "", "vat_number": None}
    [page] = pages(printed(draw(number="", seller=nobody)))

    assert TOLD in page
