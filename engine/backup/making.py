"""
Make a backup while everybody goes on working: one state of the database, read back before it gets its name.

From SQLite the pages are copied by SQLite's online backup inside one read transaction, which no writer can make begin
anew; from PostgreSQL the rows, out of one REPEATABLE READ snapshot, into a file with the same tables.
"""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from engine import migrations
from engine.backup import manifest as manifests
from engine.backup import rows
from engine.backup.kept import examine, is_backup
from engine.backup.manifest import Manifest
from engine.backup.rows import Content, Tell, part
from engine.dialects import Sqlite
from engine.errors import BackupUnusable, DatabaseNotReady, Invalid, Problem
from engine.store import Store, Tx

_PAGES = 2_000  # of SQLite, between two words of progress
_LEFTOVERS = ("", "-wal", "-shm", "-journal")


def make(store: Store, to: Path, *, now: datetime, replace: bool = False, tell: Tell = lambda _done: None) -> Manifest:
    """
    Write everything into the file `to`, which only its owner may read.

    replace: a file that stands there is replaced, at the very end.

    Raises:
        Invalid: there is a file already, which is not to be replaced or is no backup; or it is the database itself.
        DatabaseNotReady: there are no tables, or newer ones than this version knows.
        OSError: the file cannot be written.
    """
    _refuse_to_overwrite(store, to, replace=replace)
    _require_known(store)
    partial = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        manifest = _filled(store, partial, now=now, tell=part(tell, 0, 0.6))
        if damage := examine(partial, tell=part(tell, 0.6, 1)):
            raise BackupUnusable(str(to), " ".join(each.sentence for each in damage))
        _refuse_to_overwrite(store, to, replace=replace)
        _name(partial, to)
    finally:
        for ending in _LEFTOVERS:
            partial.with_name(partial.name + ending).unlink(missing_ok=True)
    return manifest


def _refuse_to_overwrite(store: Store, to: Path, *, replace: bool) -> None:
    """Nothing but an older backup is replaced; a database that is in use least of all."""
    told = ""
    if _is_of_the_database(store, to):
        told = "it is the database itself, or a file of it; name another file."
    elif to.exists() and not replace:
        told = "it is there already; name another file, or say --force."
    elif to.exists() and not is_backup(to):
        told = "it is there already and is no backup; only a backup is replaced. Name another file."
    if told:
        raise Invalid("The backup", [Problem(str(to), told)])


def _is_of_the_database(store: Store, to: Path) -> bool:
    if store.dialect.name != "sqlite" or not store.url.database:
        return False
    files = [Path(store.url.database + ending).resolve() for ending in _LEFTOVERS]
    return to.resolve() in files or any(to.exists() and each.exists() and to.samefile(each) for each in files)


def _require_known(store: Store) -> None:
    found = migrations.current(store.engine)
    if found == "none" or found > migrations.wanted():
        raise DatabaseNotReady(store.url.render_as_string(hide_password=True), found, migrations.wanted())


def _filled(store: Store, file: Path, *, now: datetime, tell: Tell) -> Manifest:
    with store.engine.connect() as connection:
        of = rows.tables(connection)
    fill = _from_sqlite if store.dialect.name == "sqlite" else _from_postgres
    migration, contents = fill(store, file, of, tell)
    manifest = Manifest(version("billhook"), migration, store.dialect.name, now, contents)
    with closing(_connected(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # one file, whole by itself
        connection.execute("BEGIN")
        manifests.write(Tx(connection, Sqlite("FULL")), manifest)
        connection.commit()
    return manifest


def _from_sqlite(store: Store, file: Path, of: list[rows.Table], tell: Tell) -> tuple[str, dict[str, Content]]:
    def told(_status: int, left: int, of_all: int) -> None:
        tell(0.5 * (1 - left / (of_all or 1)))

    pool: Any = store.engine.raw_connection()
    with closing(pool), closing(_connected(file)) as target:
        source = pool.driver_connection
        tx = Tx(source, store.dialect)
        source.execute("BEGIN")
        migration = _migration(tx)  # from here on the transaction sees one state
        source.backup(target, pages=_PAGES, progress=told)
        contents = rows.contents(tx, of, tell=part(tell, 0.5, 1))
        source.rollback()
    return migration, contents


def _from_postgres(store: Store, file: Path, of: list[rows.Table], tell: Tell) -> tuple[str, dict[str, Content]]:
    copy = Store(f"sqlite:///{file}")
    try:
        with store.reading() as source:
            migration = _migration(source)
            migrations.upgrade(copy.engine, revision=migration)
            with copy.engine.connect() as connection:
                ours = rows.shared(of, connection)
            return migration, copy.unit_of_work(lambda target: rows.copy(source, target, ours, tell=tell))
    finally:
        copy.close()


def _migration(tx: Tx) -> str:
    return str(tx.one(f"SELECT version_num FROM {rows.VERSIONS}").version_num)  # noqa: S608 - our own name


def _connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _name(partial: Path, to: Path) -> None:
    """Under its own name only what is whole and on the disk."""
    _synced(partial)
    partial.replace(to)
    _synced(to.parent)


def _synced(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
