"""
Bring a backup's rows into an empty database of either kind: all of them, or none. It never writes over a row.

What is written once may be inserted, so the triggers that guard it stand from the first row on.
"""

import sqlite3
from pathlib import Path

from sqlalchemy import inspect

from engine import migrations
from engine.backup import rows
from engine.backup.kept import Kept, differences, examine, opened
from engine.backup.manifest import Manifest
from engine.backup.rows import Table, Tell, part
from engine.errors import BackupUnusable, DatabaseNotEmpty
from engine.store import Store, Tx


def restore(file: Path, store: Store, *, tell: Tell = lambda _done: None) -> Manifest:
    """
    Look at the backup, make the tables in the version they had, write the rows, read them back, commit, and bring the
    tables up to date.

    Raises:
        BackupUnusable: the file is no backup, or a damaged one. Nothing was written.
        DatabaseNotEmpty: the database has rows.
        DatabaseUnreachable: nobody answers there.
        OSError: there is no such file.
    """
    require_empty(store)
    if damage := examine(file, tell=part(tell, 0, 0.2)):
        raise BackupUnusable(str(file), " ".join(each.sentence for each in damage))
    with opened(file) as kept:
        ours = _prepared(store, kept)
        store.unit_of_work(lambda tx: _proven(tx, kept, ours, tell))
    migrations.upgrade(store.engine)
    return kept.manifest


def try_out(file: Path, store: Store) -> Manifest:
    """
    Bring whatever rows there are, damaged or not, into an empty database that is thrown away afterwards.

    Raises:
        BackupUnusable: they cannot be brought into it at all.
    """
    with opened(file) as kept:
        ours = _prepared(store, kept)
        try:
            store.unit_of_work(lambda tx: rows.copy(kept.tx, tx, ours, tell=lambda _done: None))
        except sqlite3.DatabaseError as error:
            raise BackupUnusable(str(file), f"its rows do not fit together: {error}") from error
    migrations.upgrade(store.engine)
    return kept.manifest


def require_empty(store: Store) -> None:
    """
    Raises:
        DatabaseNotEmpty: a table has a row.
    """
    if migrations.current(store.engine) == "none" and not _has_tables(store):
        return
    with store.engine.connect() as connection:
        of = rows.tables(connection)
    with store.reading() as tx:
        filled = [name for name, count in rows.total(tx, of).items() if count]
    if filled:
        raise DatabaseNotEmpty(store.url.render_as_string(hide_password=True), filled)


def _has_tables(store: Store) -> bool:
    """Not asked of a file that is not there: asking would make it."""
    file = store.url.database or ""
    if store.dialect.name == "sqlite" and file and not Path(file).exists():
        return False
    return bool(inspect(store.engine).get_table_names())


def _prepared(store: Store, kept: Kept) -> list[Table]:
    """The tables to fill, made or brought to the backup's version: empty ones may be of any."""
    found, migration = migrations.current(store.engine), kept.manifest.migration
    if found != "none" and found > migration:
        migrations.downgrade(store.engine, migration)
    else:
        migrations.upgrade(store.engine, revision=migration)
    with store.engine.connect() as connection:
        return rows.shared(kept.tables, connection)


def _proven(tx: Tx, kept: Kept, ours: list[Table], tell: Tell) -> None:
    rows.copy(kept.tx, tx, ours, tell=part(tell, 0.2, 0.7))
    there = rows.contents(tx, ours, tell=part(tell, 0.7, 1))
    wanted = {table.name: kept.manifest.tables[table.name] for table in ours}
    if told := list(differences(wanted, there)):
        raise BackupUnusable(str(kept.path), " ".join(["what was written is not what was read:", *told]))
