"""`backup`, `restore`, `restore --check` and `db current`, at the command line."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from billhook import Actor, Billhook
from engine import backup
from engine.partners import NewPartner, NewReward
from pipelines.catalog import load
from tests.worlds import BUYER, DETAILS

PIPELINES = Path(__file__).parents[2] / "pipelines.yaml"


@pytest.fixture(scope="module")
def furnished(tmp_path_factory) -> Path:
    """A folder with a database whose one payout has its invoice attached, and a backup of it."""
    folder = tmp_path_factory.mktemp("furnished")
    owner = Actor.vendor("olga", "owner", origin="test")
    with Billhook(f"sqlite:///{folder}/billhook.db") as billhook:
        billhook.upgrade()
        acme = billhook.create_account("ACME", "Acme", actor=owner).as_(owner)
        acme.pipelines.publish(load(PIPELINES, registry=billhook.world.registry).compiled.definitions)
        acme.self_invoicing.buyer(BUYER)
        acme.self_invoicing.switch(on=True)
        acme.partners.add(NewPartner("NORD", "Nord GmbH", "DE", "de", "Anna", "anna@example.com"))
        acme.rewards.add(NewReward("R-1", "NORD", "Lead", "480.00", "EUR", "2026-09-03", "accepted"))
        billhook.account("ACME").main_contact("NORD").self_invoicing.opt_in("NORD", DETAILS)
        payout = acme.payouts.create("NORD", "EUR")
        acme.payouts.fire(payout, "validate")
        acme.payouts.fire(payout, "accept", reason="test")
        billhook.start_worker()
        assert billhook.drain(120)
        backup.make(billhook.world.store, folder / "all.backup", now=billhook.world.clock.now())
    return folder


@pytest.fixture
def paid(shell, furnished, sqlite_database):
    """A shell whose database is that one, with the backup beside it."""
    shutil.copy(furnished / "billhook.db", sqlite_database.removeprefix("sqlite:///"))
    shutil.copy(furnished / "all.backup", "all.backup")
    return shell


def test_a_backup_says_what_it_holds_and_that_it_was_read_back(paid):
    said = paid("backup", "another", "--json")

    assert (said.status, said.data["manifest"]["database"]) == (0, "sqlite")
    assert said.data["manifest"]["tables"]["document"]["rows"] == 2  # the PDF and its XML
    assert said.data["bytes"] == Path("another").stat().st_size


def test_a_file_that_is_there_is_only_replaced_when_it_is_said(paid):
    assert paid("backup", "all.backup").status == 1
    assert paid("backup", "all.backup", "--force").status == 0


def test_what_was_restored_is_checked_and_goes_on(paid):
    said = paid("restore", "all.backup", "--database", "sqlite:///new.db")

    assert (said.status, "Everything that must be true is." in said.out) == (0, True)
    assert "is not in it: look which invoices were issued since" in said.out
    before, after = (
        paid("documents", "list", "--json", *more).data for more in ((), ("--database", "sqlite:///new.db"))
    )
    assert before == after


def test_a_restore_never_writes_over_rows(paid):
    said = paid("restore", "all.backup")

    assert (said.status, "has rows in account, agreement, " in said.err) == (1, True)


def test_a_good_backup_is_called_good_without_a_look_at_the_live_database(paid, monkeypatch):
    monkeypatch.setenv("BILLHOOK_DATABASE_URL", "postgresql+psycopg://nobody@localhost:1/none")
    before = sorted(path.name for path in Path().iterdir())
    said = paid("restore", "--check", "all.backup")

    assert (said.status, "all.backup is good" in said.out) == (0, True)
    assert sorted(path.name for path in Path().iterdir()) == before


def spoil(statement):
    with closing(sqlite3.connect("all.backup", isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)


def flip_a_bit():
    content = bytearray(Path("all.backup").read_bytes())
    with closing(sqlite3.connect("all.backup")) as connection:
        (document,) = connection.execute("SELECT content FROM document").fetchone()
    content[content.index(document[:200]) + 90] ^= 1
    Path("all.backup").write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (flip_a_bit, ["rows: document has 2 row(s) as it should, and at least one was changed.",
                      "I5: document ACME/ACME-NORD-00001.pdf (", "its bytes are not those that were stored"]),
        (lambda: spoil("DELETE FROM decision"), ["rows: decision has 0 row(s) and should have 1.", "I1: payout ACME/"]),
        (lambda: spoil("DELETE FROM partner"), ["of payout refer to a partner that is not there"]),
        (lambda: spoil("UPDATE invoice SET gross = 1"), ["rows: invoice has 1 row(s)", "row says gross 1"]),
        (lambda: os.truncate("all.backup", 40_000), ["file: it has 40,000 bytes and should have "]),
        (lambda: Path("all.backup").write_text("nothing"), ["file: it is no SQLite database."]),
    ],
    ids=["a bit of a document", "a missing row", "a row others need", "a changed amount", "cut short", "no backup"],
)  # fmt: skip
def test_check_says_what_is_damaged_and_ends_with_1(paid, damage, told):
    damage()
    said = paid("restore", "--check", "all.backup")

    assert (said.status, [text for text in told if text not in said.out]) == (1, []), said.out
    assert "all.backup is damaged: " in said.out


def test_the_findings_of_a_check_come_as_json(paid):
    os.truncate("all.backup", 40_000)
    said = paid("restore", "--check", "all.backup", "--json")

    assert (said.status, said.data["good"], said.data["findings"]) == (1, False, [])
    assert said.data["damage"][0]["part"] == "file"


def test_db_current_says_both_versions_and_ends_with_1_where_they_differ(shell):
    same, other = shell("db", "current", "--json"), shell("db", "current", "--database", "sqlite:///none.db")

    assert (same.status, same.data["current"]) == (0, same.data["wanted"])
    assert (other.status, other.out.startswith("The tables are at version none; this billhook works with ")) == (
        1,
        True,
    )
    assert not Path("none.db").exists()
