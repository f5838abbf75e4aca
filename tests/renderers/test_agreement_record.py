"""The PDF of an agreement proves its text, or there is none."""

from dataclasses import replace

import pytest

from engine.agreements import AgreementView
from engine.errors import RenderError
from renderers.agreement import record_pdf
from renderers.reading import text_of

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
