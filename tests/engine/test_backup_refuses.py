"""What a backup never does: take a name that somebody needs, trip over what is not ours, believe a forged file."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine import backup
from engine.errors import Invalid
from engine.store import Store

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def backed_up(sqlite_database, tmp_path):
    store = Store(sqlite_database)
    backup.make(store, tmp_path / "kept", now=NOON)
    store.close()
    return tmp_path / "kept"


def spoil(file, statement):
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(statement)


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal"])
def test_a_backup_never_takes_the_databases_own_name(sqlite_database, ending):
    store = Store(sqlite_database)
    file = Path(sqlite_database.removeprefix("sqlite:///") + ending)
    with pytest.raises(Invalid, match="it is the database itself, or a file of it; name another file"):
        backup.make(store, file, now=NOON, replace=True)
    link = file.with_name("link")
    link.symlink_to(file)
    with pytest.raises(Invalid, match="it is the database itself"):
        backup.make(store, link, now=NOON, replace=True)
    store.close()


def test_nothing_but_a_backup_is_replaced(sqlite_database, tmp_path):
    store, file = Store(sqlite_database), tmp_path / "letter.txt"
    file.write_text("Dear all")
    with pytest.raises(Invalid, match="is no backup; only a backup is replaced"):
        backup.make(store, file, now=NOON, replace=True)

    assert file.read_text() == "Dear all"
    store.close()


def test_a_database_that_was_once_a_backup_is_backed_up_again(sqlite_database, tmp_path):
    store, first, second = Store(sqlite_database), tmp_path / "first", tmp_path / "second"
    backup.make(store, first, now=NOON)
    store.close()
    again = Store(f"sqlite:///{first}")
    made = backup.make(again, second, now=NOON)
    again.close()

    assert backup.examine(second) == []
    assert "backup_manifest" not in made.tables


def test_what_somebody_keeps_beside_our_tables_bars_no_backup(sqlite_database, tmp_path):
    with sqlite3.connect(sqlite_database.removeprefix("sqlite:///")) as connection:
        connection.execute('CREATE TABLE "my report" ("order" TEXT)')
    connection.close()
    store = Store(sqlite_database)
    made = backup.make(store, tmp_path / "kept", now=NOON)
    store.close()

    assert "my report" not in made.tables
    assert backup.examine(tmp_path / "kept") == []


def test_a_pipe_is_no_backup_and_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    assert [damage.sentence for damage in backup.examine(tmp_path / "pipe")] == ["it is no file."]


@pytest.mark.parametrize(
    "body",
    [
        "'" + "[" * 100_000 + "'",
        "replace(body, '\"rows\": 0', '\"rows\": Infinity')",
        'replace(body, \'"migration": "0\', \'"migration": "../../0\')',
        'replace(body, \'"release": "\', \'"release": "\\u001b[2J\')',
    ],
    ids=["deep", "infinite", "a path", "ANSI"],
)
def test_a_forged_manifest_is_none(backed_up, body):
    spoil(backed_up, f"UPDATE backup_manifest SET body = {body}")

    assert [damage.part for damage in backup.examine(backed_up)] == ["manifest"]
