"""The PDF of an agreement proves its text, or there is none."""

from dataclasses import replace
from datetime import date

import pytest

from engine.agreements import AgreementView
from engine.billing.agreement import LANGUAGES, agreement_text, text_of_paper
from engine.errors import RenderError
from renderers.agreement import page, paragraphs, record_pdf
from renderers.reading import text_of
from tests.renderers.conftest import BUYER, SELLER

AT = "2026-01-05T09:00:00.000000+00:00"
RECORD = AgreementView(
    partner="NORD", version=1, life="accepted", text_version="2026-1", sha256="a" * 64, language="fr",
    text="Entre Acme et Nord", clauses=(), scope="", vat_number="", seller_status="registered", method="portal",
    accepted_by="anna", accepted_at=AT, accepted_from="", signed_by="", signed_on="", evidence="", valid_from=AT,
    valid_until=AT, first_day=AT[:10], end_day=AT[:10], revoked_at="", revoked_reason="", silence_days=14,
)  # fmt: skip


def test_a_record_says_its_text_and_is_archival(press):
    made = record_pdf(press, RECORD, buyer="Acme")

    assert "Entre Acme et Nord" in text_of(made.content)
    assert made.made_with == {"archive": "PDF/A-3b"}


def test_a_record_whose_letters_no_font_has_is_not_printed_without_them(fontless):
    with pytest.raises(
        RenderError, match=r"The agreement of NORD was not printed\. No font on this machine has 株式会社"
    ):
        record_pdf(fontless, replace(RECORD, text="Entre Acme et 株式会社"), buyer="Acme")


def test_the_record_of_a_paper_with_its_own_terms_names_both_what_it_covers_and_its_days_of_silence(press):
    paper = replace(
        RECORD, text=text_of_paper("b" * 64, language="fr").text, method="paper", seller_name="Nord & Fils SARL",
        buyer_name="Acme SAS", buyer_number="FR83404833048", scope="supplies_of_the_programme", silence_days=21,
    )  # fmt: skip
    said = " ".join(text_of(record_pdf(press, paper, buyer="Acme").content).split())

    assert "Vendeur Nord & Fils SARL Acheteur Acme SAS, FR83404833048" in said
    assert "Toutes les prestations du programme partenaire" in said
    assert "une facture est réputée acceptée 21" in said


@pytest.mark.parametrize(
    ("country", "day"), [("GB", "5 January 2026"), ("US", "January 5, 2026"), ("", "5 January 2026")]
)
def test_a_record_writes_its_days_as_the_sellers_invoices_do(country, day):
    html = page(replace(RECORD, language="en"), buyer="Acme", country=country)

    assert f">{day}<" in html


def test_a_record_names_who_accepted_and_who_revoked_and_keeps_their_ids(press):
    known = replace(
        RECORD, life="revoked", accepted_by="01a2-anna", accepted_by_name="Anna Wald", revoked_at=AT,
        revoked_by="01a2-olga", revoked_by_name="Olga Roth",
    )  # fmt: skip
    said = " ".join(text_of(record_pdf(press, known, buyer="Acme").content).split())

    assert "Accepté par Anna Wald (01a2-anna)" in said
    assert "Révoqué par Olga Roth (01a2-olga)" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clause_is_broken_where_the_page_ends_and_nowhere_else(language):
    begins, ends = date(2026, 11, 30), date(2027, 11, 30)
    text = agreement_text(SELLER.to_party("X"), BUYER.to_party(), begins=begins, ends=ends, language=language).text
    found = paragraphs(text)

    assert [each[:2] for each in found[2:]] == [f"{number}." for number in range(1, 9)]
    assert [each for each in found[2:] if "\n" in each or "  " in each] == []
    assert " ".join(" ".join(found).split()) == " ".join(text.split())
