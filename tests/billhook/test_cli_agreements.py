"""Commands of agreements: from the offer to the paper and the PDF for an audit."""

import pytest
from pypdfium2 import PdfDocument

from tests.fakes import PDF

ANSWERS = [
    "--answer", "legal_name=Nordlicht GmbH", "--answer", "line1=Weg 1", "--answer", "city=Kiel", "--answer",
    "country=DE", "--answer", "tax_status=registered", "--answer", "vat_number=DE136695976",
]  # fmt: skip
SIGNED = ["--signed-by", "Anna", "--signed-on", "2026-01-05"]


@pytest.fixture
def paper(tmp_path):
    file = tmp_path / "signed.pdf"
    file.write_bytes(PDF)
    return str(file)


def test_an_agreement_is_offered_recorded_shown_and_revoked(acme, paper):
    assert "was offered text 2026-1 in 'de'" in acme("agreements", "offer", "DE-NORD").out
    told = acme("agreements", "record-paper", "DE-NORD", paper, *SIGNED, *ANSWERS)
    assert "under agreement version 1, signed on paper" in told.out
    shown = acme("agreements", "show", "DE-NORD").out
    assert "Signed by: Anna" in shown and "Es gelten die Bedingungen des unterschriebenen Papiers." in shown
    assert "was revoked" in acme("agreements", "revoke", "DE-NORD", "--reason", "over").out

    (listed,) = acme("--json", "agreements", "list", "DE-NORD").data["agreements"]
    assert (listed["life"], listed["revoked_reason"]) == ("revoked", "over")


def test_a_paper_says_when_it_ends_and_a_record_who_revoked_it(acme, paper):
    acme("agreements", "record-paper", "DE-NORD", paper, *SIGNED, "--until", "2026-12-31", *ANSWERS)
    acme("agreements", "revoke", "DE-NORD", "--reason", "over")
    shown = acme("agreements", "show", "DE-NORD").out
    record = acme("--json", "agreements", "show", "DE-NORD").data

    assert "Until: 2026-12-31, that day not included" in shown
    assert f"Revoked by: {record['revoked_by_name']}\n" in shown and record["revoked_by_name"]
    assert (record["seller_name"], record["end_day"]) == ("Nordlicht GmbH", "2026-12-31")


def test_the_main_contact_renews(acme, paper):
    acme("agreements", "record-paper", "DE-NORD", paper, *SIGNED, *ANSWERS)

    assert "under agreement version 2" in acme("agreements", "renew", "DE-NORD").out


def test_the_record_is_exported_as_pdf_with_its_text_and_its_proof(acme, paper, tmp_path):
    acme("agreements", "record-paper", "DE-NORD", paper, *SIGNED, *ANSWERS)
    told = acme("agreements", "export", "DE-NORD", "--pdf", str(tmp_path / "out.pdf"))
    document = PdfDocument(tmp_path / "out.pdf")
    text = " ".join("".join(page.get_textpage().get_text_bounded() for page in document).split())
    record = acme("--json", "agreements", "show", "DE-NORD").data

    assert told.status == 0
    assert "Gutschriftvereinbarung" in text
    assert "Unterschrieben von Anna" in text
    assert record["sha256"] in text.replace(" ", "") and record["evidence"] in text.replace(" ", "")


@pytest.mark.parametrize("day", ["soon", "2026-13-01"])
def test_a_day_that_is_none_is_told(acme, paper, day):
    told = acme("agreements", "record-paper", "DE-NORD", paper, "--signed-by", "A", "--signed-on", day, *ANSWERS)

    assert told.status == 2
    assert f"'{day}' is no day such as 2026-11-23." in " ".join(told.err.split())
