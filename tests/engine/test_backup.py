"""One file out of either database and back into either: what it holds, what it refuses, and how damage shows."""

import hashlib
import shutil
import sqlite3
import threading
import tracemalloc
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import pytest

from engine import backup, migrations
from engine.clock import SystemClock
from engine.contracts import Document
from engine.errors import BackupUnusable, DatabaseNotEmpty, DatabaseNotReady, Invalid
from engine.files import DatabaseFiles
from engine.store import Store
from tests.fakes import PDF
from tests.worlds import Place

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
EMPTY = ["empty_sqlite", "empty_postgres"]


@pytest.fixture(scope="module")
def furnished(sound_store):
    """
    Two payouts, one invoiced and attached, one waiting for it; a credit note; agreements; history of all. For tests
    that change nothing of it.
    """
    return _furnish(Place(sound_store))


@pytest.fixture(scope="module")
def file(furnished, tmp_path_factory):
    """A backup of it."""
    path = tmp_path_factory.mktemp("made") / "all.backup"
    backup.make(furnished.world.store, path, now=NOW)
    return path


@pytest.fixture
def alive(own_place):
    """The same, to be written into."""
    return _furnish(own_place)


@pytest.fixture(scope="module")
def made_once(migrated_sqlite, tmp_path_factory):
    """The same, for tests that only look at the file."""
    folder = tmp_path_factory.mktemp("made")
    shutil.copy(migrated_sqlite, folder / "billhook.db")
    with closing(Store(f"sqlite:///{folder}/billhook.db")) as store:
        backup.make(_furnish(Place(store)).world.store, folder / "all.backup", now=NOW)
    return folder / "all.backup"


@pytest.fixture
def own_file(made_once, tmp_path):
    """One to be damaged."""
    return shutil.copy(made_once, tmp_path / "own.backup")


def _furnish(place):
    place.partner()
    place.fire(place.payout(state="Ready"), "cancel", reason="test")
    place.payout(state="Paid")
    place.work()
    place.payout(state="Ready")
    return place


@pytest.fixture
def empty_sqlite(tmp_path):
    return f"sqlite:///{tmp_path}/empty.db"


@pytest.fixture
def empty_postgres(postgres_databases):
    with postgres_databases.lent() as url:
        yield url


def everything(store):
    """Every row of every table, in an order that both databases agree on."""
    with store.reading() as tx:
        found = {name: tx.all(f"SELECT * FROM {name}") for name in _tables(store)}
    return {name: sorted(repr(_same(row)) for row in rows) for name, rows in found.items()}


def _tables(store):
    from sqlalchemy import inspect

    return sorted(set(inspect(store.engine).get_table_names()) - {"alembic_version"})


def _same(row):
    return {name: int(value) if isinstance(value, bool) else value for name, value in row._asdict().items()}


@pytest.mark.parametrize("empty", EMPTY)
def test_a_backup_of_either_database_is_restored_into_either(furnished, file, empty, request):
    target = Store(request.getfixturevalue(empty))
    with closing(target):
        manifest = backup.restore(file, target)

        assert everything(target) == everything(furnished.world.store)
        assert manifest.rows == sum(map(len, everything(target).values())) > 30
        assert migrations.current(target.engine) == migrations.wanted()


@pytest.mark.parametrize("empty", EMPTY)
def test_what_is_written_once_is_guarded_after_a_restore_too(file, empty, request):
    with closing(Store(request.getfixturevalue(empty))) as target:
        backup.restore(file, target)

        with pytest.raises(Exception, match="history rows are written once"):
            target.unit_of_work(lambda tx: tx.run("UPDATE history SET sentence = 'x'"))


def test_the_manifest_says_what_when_and_of_which_version(furnished, tmp_path):
    manifest = backup.make(furnished.world.store, tmp_path / "x", now=NOW)

    assert (manifest.made_at, manifest.migration) == (NOW, migrations.wanted())
    assert manifest.database == furnished.world.store.dialect.name
    assert {name: content.rows for name, content in manifest.tables.items() if name in ("invoice", "document")} == {
        "invoice": 4,
        "document": 3,
    }


def test_both_databases_give_the_same_hash_for_the_same_rows(file, furnished, request, tmp_path):
    other = "empty_sqlite" if furnished.world.store.dialect.name == "postgresql" else "empty_postgres"
    with closing(Store(request.getfixturevalue(other))) as target:
        restored = backup.restore(file, target)
        again = backup.make(target, tmp_path / "again", now=NOW)

        assert again.tables == restored.tables


def test_a_backup_is_one_file_for_its_owner_only(file):
    assert [path.name for path in file.parent.iterdir() if path.name.startswith((".", "all"))] == ["all.backup"]
    assert file.stat().st_mode & 0o777 == 0o600


@contextmanager
def busy(place):
    """Somebody writes all the time."""
    stop = threading.Event()

    def write():
        while not stop.is_set():
            place.payout(state="Ready")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        stop.set()
        writer.join()


def test_a_backup_is_consistent_while_others_write(alive, tmp_path):
    files = [tmp_path / f"backup{n}" for n in range(3)]
    with busy(alive):
        manifests = [backup.make(alive.world.store, file, now=NOW) for file in files]

    assert [backup.examine(file) for file in files] == [[], [], []]
    assert all(one.tables["payout"].rows == one.tables["payout_line"].rows for one in manifests)


def test_writers_are_not_kept_waiting_by_a_backup(alive, tmp_path):
    written = []

    def write_meanwhile(done):
        if not written:
            written.append(alive.payout())

    manifest = backup.make(alive.world.store, tmp_path / "x", now=NOW, tell=write_meanwhile)

    assert manifest.tables["payout"].rows == 3
    assert len(alive.all("SELECT id FROM payout WHERE account_id = :account")) == 4


def test_a_file_that_is_there_is_not_overwritten_unless_it_is_said(alive, made_once, tmp_path):
    file = shutil.copy(made_once, tmp_path / "there")
    with pytest.raises(Invalid, match="it is there already; name another file, or say --force"):
        backup.make(alive.world.store, file, now=NOW)
    alive.payout()

    assert backup.make(alive.world.store, file, now=NOW, replace=True).tables["payout"].rows == 4


def test_a_backup_that_cannot_be_written_leaves_nothing_behind(furnished, tmp_path):
    def full(done):
        if done > 0.5:
            raise OSError(28, "No space left on device")

    before = sorted(tmp_path.iterdir())
    with pytest.raises(OSError, match="No space"):
        backup.make(furnished.world.store, tmp_path / "x", now=NOW, tell=full)

    assert [path for path in sorted(tmp_path.iterdir()) if path not in before and "x" in path.name] == []


@pytest.mark.parametrize("version", ["none", "9999"])
def test_a_database_without_tables_or_of_a_newer_version_is_not_backed_up(own_store, tmp_path, version):
    migrations.downgrade(own_store.engine, "base")
    if version == "9999":
        own_store.unit_of_work(lambda tx: tx.insert("alembic_version", version_num=version))

    with pytest.raises(DatabaseNotReady, match=f"is at version {version}, not"):
        backup.make(own_store, tmp_path / "x", now=NOW)


@pytest.mark.parametrize("empty", EMPTY)
def test_a_backup_of_older_tables_is_brought_up_to_date(own_store, tmp_path, empty, request):
    account = Place(own_store, clock=SystemClock()).code
    migrations.downgrade(own_store.engine, "0001")
    assert backup.make(own_store, tmp_path / "old", now=NOW).migration == "0001"
    with closing(Store(request.getfixturevalue(empty))) as target:
        backup.restore(tmp_path / "old", target)

        with target.reading() as tx:
            assert tx.one("SELECT code FROM account").code == account
        assert migrations.current(target.engine) == migrations.wanted()


def test_rows_that_are_there_are_never_written_over(furnished, file):
    before = everything(furnished.world.store)
    with pytest.raises(DatabaseNotEmpty, match=r"has rows in account, agreement, .*, payout"):
        backup.restore(file, furnished.world.store)

    assert everything(furnished.world.store) == before


@pytest.mark.parametrize("empty", EMPTY)
def test_a_restore_that_is_broken_off_leaves_no_row_and_can_be_done_again(furnished, file, empty, request):
    def broken(done):
        if done > 0.6:
            raise KeyboardInterrupt

    with closing(Store(request.getfixturevalue(empty))) as target:
        with pytest.raises(KeyboardInterrupt):
            backup.restore(file, target, tell=broken)
        left = everything(target)
        backup.restore(file, target)

        assert not any(left.values())
        assert everything(target) == everything(furnished.world.store)


def spoil(file, *statements):
    """Change a backup as somebody would who can write the file: no trigger stands in the way."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


LONGER = "UPDATE document SET content = content || x'00' WHERE rowid = 1"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (LONGER, [("rows", "document has 3 row(s) as it should, and at least one was changed.")]),
        ("UPDATE invoice SET gross = gross + 1 WHERE seq = 1", [("rows", "at least one was changed.")]),
        ("DELETE FROM notification WHERE rowid = 1", [("rows", "and should have")]),
        ("DELETE FROM reward WHERE rowid = 1",
         [("references", "1 row(s) of payout_line refer to a reward that is not there."), ("rows", "should have 3.")]),
        ("DROP TABLE notification", [("rows", "the table notification is missing.")]),
        ("DROP TABLE backup_manifest", [("manifest", "it is no backup of billhook.")]),
        ("UPDATE backup_manifest SET body = '{'", [("manifest", "no manifest that this version can read")]),
        ("UPDATE backup_manifest SET body = replace(body, '\"migration\": \"', '\"migration\": \"9')",
         [("manifest", "or newer.")]),
    ],
)  # fmt: skip
def test_damage_is_named_and_nothing_of_it_is_restored(own_file, empty_sqlite, statement, told):
    spoil(own_file, statement)
    found = backup.examine(own_file)

    assert [(damage.part, text in damage.sentence) for damage, (_, text) in zip(found, told, strict=True)] == [
        (part, True) for part, _ in told
    ]
    with closing(Store(empty_sqlite)) as target, pytest.raises(BackupUnusable):
        backup.restore(own_file, target)


def flip(file, at):
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)


def test_one_bit_of_a_document_is_seen(own_file):
    flip(own_file, own_file.read_bytes().index(PDF) + 3)

    assert [damage.sentence for damage in backup.examine(own_file)] == [
        "document has 3 row(s) as it should, and at least one was changed."
    ]


@pytest.mark.parametrize(("keep", "told"), [(0, "no SQLite database"), (50, "no SQLite"), (9000, "it was cut short")])
def test_a_file_that_was_cut_short_is_seen(own_file, keep, told):
    own_file.write_bytes(own_file.read_bytes()[:keep])

    (damage,) = backup.examine(own_file)
    assert (damage.part, told in damage.sentence) == ("file", True)


def test_pages_that_were_overwritten_are_seen(own_file):
    content = bytearray(own_file.read_bytes())
    content[4096 * 5 : 4096 * 9] = hashlib.sha256(b"noise").digest() * 512
    own_file.write_bytes(content)

    assert {damage.part for damage in backup.examine(own_file)} == {"file"}


def test_another_programme_s_database_is_no_backup(tmp_path, empty_sqlite):
    with closing(sqlite3.connect(tmp_path / "x")) as connection:
        connection.execute("CREATE TABLE t (id TEXT)")

    with pytest.raises(BackupUnusable, match="it is no backup of billhook"), closing(Store(empty_sqlite)) as target:
        backup.restore(tmp_path / "x", target)


def test_a_missing_file_is_named(tmp_path, empty_sqlite):
    with pytest.raises(FileNotFoundError, match="nothing-here"), closing(Store(empty_sqlite)) as target:
        backup.restore(tmp_path / "nothing-here", target)


def test_memory_stays_flat_however_much_there_is(own_place, empty_postgres, tmp_path):
    large = [Document(f"{n}.pdf", "application/pdf", bytes([n]) * 2**20) for n in range(24)]
    for each in large:
        own_place.owner.transact(lambda tx, each=each: DatabaseFiles(tx, own_place.account_id, NOW).put(each))
    with closing(Store(empty_postgres)) as target:
        tracemalloc.start()
        try:
            backup.make(own_place.world.store, tmp_path / "large", now=NOW)
            backup.restore(tmp_path / "large", target)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert most < 12 * 2**20


def test_what_others_keep_in_the_same_database_is_left_to_them(alive, tmp_path, empty_sqlite):
    alive.world.store.unit_of_work(lambda tx: tx.run("CREATE TABLE shop (id TEXT)"))
    alive.world.store.unit_of_work(lambda tx: tx.insert("shop", id="basket"))
    backup.make(alive.world.store, tmp_path / "x", now=NOW)
    with closing(Store(empty_sqlite)) as target:
        backup.restore(tmp_path / "x", target)

        assert "shop" not in _tables(target)
        assert everything(target) == {
            name: rows for name, rows in everything(alive.world.store).items() if name != "shop"
        }
