"""Invoices by command: seen in every format, accepted, contested, answered; and previews of those that are not yet."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from renderers.reading import attached_to, text_of

NUMBER = "ACME-DE-NORD-00001"


@pytest.fixture
def invoiced(opted_in, begin):
    """DE-NORD has an invoice that was delivered."""
    begin("invoiced", lambda: invoice(opted_in))
    return opted_in


def invoice(shell) -> None:
    payout = shell("payouts", "create", "DE-NORD", "--ask", "none", "--json").data["id"]
    shell("payouts", "fire", payout, "validate")


def state(shell) -> str:
    return shell("invoices", "show", NUMBER, "--json").data["state"]


def test_an_invoice_is_shown_with_what_was_said_of_it(invoiced):
    invoiced("invoices", "contest", NUMBER, "--reason", "One is missing.")
    heading, _, delivered, contested = invoiced("invoices", "show", NUMBER).out.splitlines()

    assert heading.startswith(f"{NUMBER} of DE-NORD, payout ") and heading.endswith(": contested.")
    assert "delivered" in delivered
    assert "(main_contact)" in contested and contested.endswith("contested  One is missing.")


def test_while_silence_runs_it_is_told_when_it_ends(invoiced):
    out = invoiced("invoices", "show", NUMBER).out

    assert ": delivered. It counts as accepted from 20" in out
    assert "UTC on, unless it is contested before." in out


@pytest.mark.parametrize(
    ("format", "begins"),
    [("cii", "<?xml"), ("ubl", "<?xml"), ("json", "{"), ("html", "<!DOCTYPE html>")],
)
def test_an_invoice_is_shown_in_every_format(invoiced, format, begins):
    out = invoiced("invoices", "show", NUMBER, "--format", format).out
    invoiced("invoices", "show", NUMBER, "--format", format, "--output", "there")

    assert out.lstrip().startswith(begins) and NUMBER in out
    assert out == Path("there").read_text(encoding="utf-8") + "\n"


def test_a_pdf_goes_to_a_file(invoiced):
    refused = invoiced("invoices", "show", NUMBER, "--format", "pdf")
    said = invoiced("invoices", "show", NUMBER, "--format", "pdf", "--output", "i.pdf")

    assert (refused.status, said.out) == (2, f"{NUMBER}: i.pdf\n")
    assert "A PDF cannot be read on the screen. Name a file: --output FILE." in " ".join(
        refused.err.replace("│", "").split()
    )
    assert NUMBER in text_of(Path("i.pdf").read_bytes())


def test_what_is_shown_as_json_is_json_whatever_the_format(invoiced):
    data = invoiced("invoices", "show", NUMBER, "--format", "json", "--json").data

    assert data["number"] == NUMBER
    assert NUMBER in json.dumps(json.loads(data["content"]))


def test_an_unknown_format_is_told_with_those_there_are(invoiced):
    said = invoiced("invoices", "show", NUMBER, "--format", "docx")

    assert (said.status, said.err) == (1, "No format is called 'docx'. Known: cii, html, json, pdf, ubl.\n")


def test_the_partner_accepts(invoiced):
    said = invoiced("invoices", "accept", NUMBER)

    assert (said.status, said.out, state(invoiced)) == (0, f"{NUMBER} is accepted.\n", "accepted")


def test_the_partner_contests_and_finance_answers(invoiced):
    contested = invoiced("invoices", "contest", NUMBER, "--reason", "One is missing.")
    answered = invoiced(
        "invoices", "resolve", NUMBER, "--accept", "--reason", "It comes in May.", "--as", "finance:kim"
    )

    assert contested.out.startswith(f"{NUMBER} is contested; payout ")
    assert (answered.out, state(invoiced)) == (f"{NUMBER} is accepted after all.\n", "accepted")


def test_explain_says_what_the_seller_said(invoiced):
    payout = invoiced("invoices", "show", NUMBER, "--json").data["payout"]
    before = invoiced("explain", "payout", payout).out
    invoiced("invoices", "contest", NUMBER, "--reason", "One is missing.")

    assert "\nIts seller can have it and has said nothing yet.\n" in before
    assert "\nIts seller contests it: One is missing.\n" in invoiced("explain", "payout", payout).out


def test_how_an_objection_ends_is_said(invoiced):
    invoiced("invoices", "contest", NUMBER, "--reason", "One is missing.")
    said = invoiced("invoices", "resolve", NUMBER, "--reason", "why")

    assert said.status == 2
    assert "Say how it ends: --accept, or of a credit note --put-right. An invoice that is wrong" in plain(said.err)


def test_an_invoice_is_not_put_right_by_words(invoiced):
    invoiced("invoices", "contest", NUMBER, "--reason", "One is missing.")
    said = invoiced("invoices", "resolve", NUMBER, "--put-right", "--reason", "why", "--as", "finance:kim")

    assert said.err == f"Invoice {NUMBER} cannot be put right. An invoice is: credit it whole, or reissue it.\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("accept", NUMBER, "--as", "owner:jo"),
         "owner may not 'accept invoice'. It is for: the partner's main contact. Ask one of them.\n"),
        (("contest", NUMBER), "'contest invoice' needs a reason, which is kept with it. "
         "Say why in a sentence. On the command line: --reason TEXT.\n"),
        (("accept", "X-1"), "There is no document 'X-1' that you can see. Look at the list of documents for its id.\n"),
        (("resolve", NUMBER, "--accept", "--reason", "why"),
         f"Invoice {NUMBER} cannot be resolved. It is delivered, and nobody waits for an answer.\n"),
    ],
)  # fmt: skip
def test_a_refusal_says_why(invoiced, arguments, told):
    said = invoiced("invoices", *arguments)

    assert (said.status, said.err) == (1, told)


def test_the_list_says_what_the_seller_said(invoiced):
    invoiced("invoices", "accept", NUMBER)
    [one] = invoiced("invoices", "list", "--json").data["documents"]

    assert (one["number"], one["state"]) == (NUMBER, "accepted")
    assert "accepted" in invoiced("invoices", "list").out


def test_a_payouts_preview_says_that_it_is_none_on_every_page(opted_in):
    payout = opted_in("payouts", "create", "DE-NORD", "--json").data["id"]
    said = opted_in("invoices", "preview", payout[-8:], "--format", "pdf", "--output", "p.pdf")
    pdf = Path("p.pdf").read_bytes()

    assert said.out == "preview: p.pdf\n"
    assert all("Vorschau — keine Rechnung" in text for text in pages(pdf))
    assert attached_to(pdf) == {}
    assert opted_in("invoices", "list", "--json").data["documents"] == []


def test_a_preview_by_a_form_says_what_is_missing_beside_it(opted_in):
    said = opted_in("invoices", "example", "FR-LUMEN", "--answer", "legal_name=Lumière")

    assert "Aperçu — ceci n’est pas une facture" in said.out and "Lumière" in said.out
    assert "Missing: The seller's city is missing. (partner)" in said.err


@pytest.mark.parametrize("language", ["en", "fr", "de", "es", "it", "nl"])
def test_a_preview_speaks_the_documents_language(opted_in, language):
    told = {
        "en": "Preview — not an invoice", "fr": "Aperçu — ceci n’est pas une facture",
        "de": "Vorschau — keine Rechnung", "es": "Vista previa — no es una factura",
        "it": "Anteprima — non è una fattura", "nl": "Voorbeeld — geen factuur",
    }[language]  # fmt: skip

    assert told in opted_in("invoices", "example", "DE-NORD", "--language", language).out


def test_a_preview_is_pdf_or_html(opted_in):
    said = opted_in("invoices", "example", "DE-NORD", "--format", "ubl")

    assert (said.status, said.err) == (1, "No format of a preview is called 'ubl'. Known: html, pdf.\n")


def pages(pdf: bytes) -> Iterator[str]:
    document = PdfDocument(pdf)
    for page in document:
        yield page.get_textpage().get_text_range()
    document.close()


def plain(err: str) -> str:
    """What stands in the box that a usage error is told in."""
    return " ".join(err.replace("│", "").split())


def test_an_invoice_is_credited_in_part_and_then_issued_anew(invoiced):
    part = invoiced("invoices", "credit", NUMBER, "--line", "1", "--amount", "1.00", "--reason", "One euro less.")
    listed = invoiced("payouts", "list", "--partner", "DE-NORD").out
    anew = invoiced("invoices", "reissue", NUMBER, "--reason", "They have moved.", "--json").data

    assert part.out.startswith(f"credited part of {NUMBER} by ACME-DE-NORD-C00001; ")
    assert f"{NUMBER} attached, credited in part by ACME-DE-NORD-C00001" in listed
    assert (anew["note"], anew["invoice"]) == ("ACME-DE-NORD-C00002", "ACME-DE-NORD-00002")
    assert "delivered" in invoiced("invoices", "show", "ACME-DE-NORD-00002").out


def test_crediting_wants_a_reason_and_a_line_that_there_is(invoiced):
    unreasoned = invoiced("invoices", "credit", NUMBER)
    nowhere = invoiced("invoices", "credit", NUMBER, "--line", "99", "--reason", "x")

    assert (unreasoned.status, nowhere.status) == (1, 1)
    assert "'credit invoice' needs a reason, which is kept with it." in unreasoned.err
    assert f"The credit note cannot be accepted. line: {NUMBER} has no line 99" in nowhere.err


def test_more_than_is_left_is_refused_in_a_sentence(invoiced):
    refused = invoiced("invoices", "credit", NUMBER, "--line", "1", "--amount", "999999.00", "--reason", "x")

    assert (refused.status, refused.err) == (
        1, "The credit note cannot be accepted. amount: of line 1 480.00 EUR are left.\n"
    )  # fmt: skip


def test_numbers_can_be_told_to_begin_anew_each_year(invoiced):
    refused = invoiced("invoices", "numbers", "--yearly")
    formats = ("--format", "{buyer}-{seller}-{year}-{n}", "--credit-notes", "{buyer}-{seller}-C{year}-{n}")
    said = invoiced("invoices", "numbers", *formats, "--yearly")

    assert "Put {year} in it where numbers begin anew." in refused.err
    assert said.out == "Numbers that are given from now on follow it.\n"


def test_a_credit_under_a_key_is_done_once(invoiced):
    asked = ("invoices", "credit", NUMBER, "--line", "1", "--amount", "1.00", "--reason", "Less.", "--key", "k")
    once, again = invoiced(*asked), invoiced(*asked)
    other = invoiced("invoices", "reissue", NUMBER, "--reason", "x", "--key", "k")

    assert once.out == again.out and (once.status, again.status) == (0, 0)
    assert other.err == "Key 'k' was used before for a different request. Send a new request under a new key.\n"


def test_an_example_says_which_letters_no_font_here_has(opted_in, tmp_path):
    out = ("--format", "pdf", "--output", str(tmp_path / "out.pdf"))
    lost = opted_in("invoices", "example", "DE-NORD", "--answer", "legal_name=Nord 𒀀", *out)
    whole = opted_in("invoices", "example", "DE-NORD", *out)

    assert "it is a plain PDF, since no font on this machine has 𒀀 (Debian: fonts-noto-core)." in lost.err
    assert "plain PDF" not in whole.err
