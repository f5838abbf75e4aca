"""
A backup's file: opened without changing it, and looked at for damage. It knows no other database.

Every finding names what is wrong, so that a person can judge whether something can still be had from the file.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from engine import migrations
from engine.backup import manifest as manifests
from engine.backup.manifest import Manifest
from engine.backup.rows import MANIFEST, Content, Table, Tell, contents, tables
from engine.dialects import Sqlite
from engine.errors import BackupUnusable
from engine.store import Tx

_MAGIC = b"SQLite format 3\x00"
_SHOWN = 20
_LONGEST = 64 * 2**20  # bytes of a value; what is kept has 25 MB at most


@dataclass(frozen=True, slots=True)
class Damage:
    """`part` is file, manifest, rows or references; `sentence` says what is true of it and should not be."""

    part: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An open backup."""

    path: Path
    tx: Tx
    tables: list[Table]
    manifest: Manifest


@contextmanager
def opened(path: Path) -> Iterator[Kept]:
    """
    Raises:
        BackupUnusable: it is no backup, or one that this version cannot read.
    """
    try:
        with _reading(path) as (tx, found):
            manifest = manifests.read(tx)
            if manifest is None:
                raise BackupUnusable(str(path), "it has no manifest that this version can read")
            yield Kept(path, tx, found, manifest)
    except sqlite3.DatabaseError as error:
        raise BackupUnusable(str(path), f"it cannot be read: {error}") from error


def examine(path: Path, *, tell: Tell = lambda _done: None) -> list[Damage]:
    """
    Everything that is wrong with a backup's file; nothing is changed.

    Raises:
        OSError: there is no file, or it may not be read.
    """
    if damage := _torn(path):
        return [Damage("file", damage)]
    try:
        with _reading(path) as (tx, found):
            return [*_damaged_pages(tx), *_dangling(tx), *_differing(tx, found, tell)]
    except sqlite3.DatabaseError as error:
        return [Damage("file", f"it cannot be read to its end: {error}.")]


def is_backup(path: Path) -> bool:
    """Whether a file looks like a backup of any version, be it damaged: it has a manifest. No more of it is read."""
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)) as connection:
            named = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
            return connection.execute(named, (MANIFEST,)).fetchone() is not None
    except sqlite3.DatabaseError:
        return False


@contextmanager
def _reading(path: Path) -> Iterator[tuple[Tx, list[Table]]]:
    def connect() -> sqlite3.Connection:
        opened = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, isolation_level=None)
        opened.execute("PRAGMA trusted_schema = OFF")
        opened.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)  # nothing that a file computes may fill the memory
        return opened

    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool)
    connection = connect()
    try:
        with engine.connect() as reflected:
            found = tables(reflected)
        connection.execute("BEGIN")
        yield Tx(connection, Sqlite("FULL")), found
    finally:
        connection.close()
        engine.dispose()


def _torn(path: Path) -> str:
    """What the first bytes say against the size: SQLite itself looks only where it has to."""
    if path.exists() and not path.is_file():
        return "it is no file."  # a pipe would be waited for, for ever
    size = path.stat().st_size
    with path.open("rb") as file:
        header = file.read(100)
    if len(header) < 100 or not header.startswith(_MAGIC):
        return "it is no SQLite database."
    page = int.from_bytes(header[16:18], "big")
    whole = (65536 if page == 1 else page) * int.from_bytes(header[28:32], "big")
    return f"it has {size:,} bytes and should have {whole:,}: it was cut short." if size < whole else ""


def _damaged_pages(tx: Tx) -> list[Damage]:
    found = [row.integrity_check for row in tx.all(f"PRAGMA integrity_check({_SHOWN})")]
    return [] if found == ["ok"] else [Damage("file", f"SQLite finds: {told}.") for told in found]


def _dangling(tx: Tx) -> list[Damage]:
    counts: dict[tuple[str, str], int] = {}
    for row in tx.all("PRAGMA foreign_key_check"):
        counts[row.table, row.parent] = counts.get((row.table, row.parent), 0) + 1
    return [
        Damage("references", f"{count} row(s) of {table} refer to a {parent} that is not there.")
        for (table, parent), count in counts.items()
    ]


def _differing(tx: Tx, found: list[Table], tell: Tell) -> list[Damage]:
    """What the rows are against what the manifest says of them."""
    manifest = manifests.read(tx)
    if manifest is None:
        return [Damage("manifest", "it has no manifest that this version can read: it is no backup of billhook.")]
    if manifest.migration > migrations.wanted():
        told = f"its tables are of version {manifest.migration}; this billhook knows {migrations.wanted()} at most. "
        return [Damage("manifest", f"{told}Use billhook {manifest.release} or newer.")]
    return [Damage("rows", told) for told in differences(manifest.tables, contents(tx, found, tell=tell))]


def differences(wanted: Mapping[str, Content], there: Mapping[str, Content]) -> Iterator[str]:
    """A sentence for each table whose content is another one."""
    for name in sorted({*wanted, *there}):
        if name not in there:
            yield f"the table {name} is missing."
        elif name not in wanted:
            yield f"the manifest does not know the table {name}."
        elif there[name].rows != wanted[name].rows:
            yield f"{name} has {there[name].rows} row(s) and should have {wanted[name].rows}."
        elif there[name] != wanted[name]:
            yield f"{name} has {there[name].rows} row(s) as it should, and at least one was changed."
