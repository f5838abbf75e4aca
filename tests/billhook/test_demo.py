"""The demo: it is played once for real, and what it leaves is what the summary says."""

import hashlib
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from billhook import official
from billhook.app import Billhook
from billhook.cli.explaining import lacking
from billhook.cli.terminal import Terminal
from billhook.demo import run
from billhook.demo.cast import PARTS
from billhook.demo.folder import Folder
from billhook.demo.invented import partner
from billhook.demo.paper import pdf
from engine import verify
from engine.actor import Actor
from engine.billing.invoice import restore
from engine.errors import Invalid
from renderers.reading import text_of


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    return run(tmp_path_factory.mktemp("demo") / "out", partners=13, terminal=Terminal(as_json=True))


@pytest.fixture(scope="module")
def payouts(played):
    return json.loads(played.folder.summary.read_text())["payouts"]


def test_every_kind_of_outcome_is_shown(payouts):
    told = {(one["partner"], one["currency"], one["state"], one["invoice"]["status"]) for one in payouts}

    assert {
        ("DE-NORD", "EUR", "Paid", "attached"), ("FR-LUMEN", "EUR", "Ready", "attached"),
        ("NL-GRACHT", "USD", "Cancelled", "attached"), ("IT-ROSSI", "EUR", "Ready", "not_applicable"),
        ("PL-ZAZOLC", "EUR", "Ready", "blocked"), ("GR-AIGAIO", "EUR", "Pending", "not_applicable"),
        ("AT-LANG", "JPY", "Ready", "attached"), ("SE-FJARD", "EUR", "Draft", "not_applicable"),
    } <= told  # fmt: skip


def test_the_documents_are_those_that_the_summary_names(played, payouts):
    attached = [one["invoice"] for one in payouts if one["invoice"]["status"] == "attached"]
    found = {one["document"]: hashlib.sha256((played.folder.path / one["document"]).read_bytes()).hexdigest()
             for one in attached}  # fmt: skip

    assert found == {one["document"]: one["sha256"] for one in attached}
    assert played.summary["counts"]["attached"] == len(attached) == 11


def test_the_summary_counts_the_documents_that_lie_there(played):
    counts, files = played.summary["counts"], list(played.folder.invoices.iterdir())

    assert len(files) == counts["documents"] == counts["invoices"] + counts["credit_notes"]
    assert (counts["invoices"], counts["credit_notes"]) == (12, 2)


def test_amounts_are_decimal_text_and_tax_is_on_top(payouts):
    [lumen] = [one for one in payouts if one["partner"] == "FR-LUMEN"]

    assert (lumen["net"], lumen["gross"]) == ("1949.88", "2339.86")
    assert all(Decimal(one["net"]) <= Decimal(one["gross"]) for one in payouts if one["state"] != "Cancelled")


def test_the_summary_has_the_promised_keys(payouts):
    assert {tuple(one) for one in payouts} == {("id", "partner", "state", "currency", "net", "gross", "invoice")}
    assert {tuple(one["invoice"]) for one in payouts} == {("status", "number", "reasons", "document", "sha256")}


def test_what_was_refused_on_the_way_is_told(played):
    assert [note.partition(":")[0] for note in played.notes] == ["US-CASCADE", "SE-FJARD"]


@pytest.fixture(scope="module")
def billhook(played):
    with Billhook(f"sqlite:///{played.folder.database}") as opened:
        yield opened


@pytest.fixture(scope="module")
def snapshots(billhook):
    """Every issued invoice and credit note."""
    with billhook.world.store.reading() as tx:
        return [restore(row.snapshot) for row in tx.all("SELECT snapshot FROM invoice ORDER BY id")]


def test_sellers_of_five_countries_and_more_have_their_invoices(snapshots):
    assert {each.seller.address.country for each in snapshots} >= {"AT", "DE", "ES", "FR", "GB", "NL", "US"}


@pytest.mark.parametrize(
    ("partner", "kind"),
    [
        ("DE-NORD", lambda invoice: {group.category for group in invoice.groups} == {"AE"}),
        ("FR-BLANC", lambda invoice: {group.category for group in invoice.groups} == {"E"}),
        ("FR-LUMEN", lambda invoice: {group.category for group in invoice.groups} == {"S"}),
        ("US-CASCADE", lambda invoice: "Reverse charge" in invoice.mentions and not invoice.tax),
        ("DE-NORD", lambda invoice: any(line.quantity == -1 for line in invoice.lines)),
        ("NL-GRACHT", lambda invoice: invoice.is_credit_note),
        ("AT-LANG", lambda invoice: invoice.revision == 2),
    ],
    ids=["reverse charge", "small business", "domestic", "outside the EU", "a clawback", "credited", "issued anew"],
)
def test_every_kind_of_invoice_is_there(snapshots, partner, kind):
    assert any(kind(each) for each in snapshots if each.seller.code == partner)


def test_everything_that_was_issued_passes_the_official_rules(billhook, snapshots):
    outcome = official.run(billhook.world)

    assert outcome.findings == []
    assert {one.looked_at for one in outcome.checked} == {len(snapshots) - len(outcome.pdf_only)}


def test_everything_holds_and_each_document_reads_as_its_invoice(billhook):
    assert [found for one in verify.run(billhook.world, missing=lacking) for found in one.findings] == []


def test_invoices_are_accepted_contested_and_answered(billhook):
    vendor = billhook.account("ACME").as_(Actor.vendor("test", "viewer"))
    states = Counter(vendor.invoices.standing(one.number).state for one in vendor.documents.each())

    assert states["contested"] == 1 and states["accepted"] == 3 and states["credited"] == 2
    assert states["delivered"] > 3


def test_a_demo_begins_anew_where_a_demo_was(tmp_path):
    folder = Folder(tmp_path / "out")
    folder.make_empty()
    folder.database.touch()
    (folder.invoices / "old.pdf").touch()
    folder.make_empty()

    assert not folder.database.exists()
    assert list(folder.invoices.iterdir()) == []


def test_a_demo_takes_away_nothing_that_no_demo_made(tmp_path):
    (tmp_path / "billhook.db").touch()

    with pytest.raises(Invalid, match=r"holds a billhook\.db that no demo made.* Name another folder\."):
        Folder(tmp_path).make_empty()


@pytest.mark.parametrize("place", range(13, 60))
def test_invented_partners_are_the_same_every_time(place):
    assert partner(place) == partner(place)


def test_the_cast_is_that_of_the_example_file():
    example = (Path(__file__).parents[2] / "examples" / "partners.csv").read_text(encoding="utf-8")

    assert set(PARTS) == {line.partition(",")[0] for line in example.splitlines()[1:]}


def test_an_uploaded_page_is_a_real_pdf():
    assert text_of(pdf("Fattura (2026)")).strip() == "Fattura [2026]"
