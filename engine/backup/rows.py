"""
The rows of any version of the tables: read a page at a time, hashed, copied into another database. It knows no table.

What tables and columns there are is asked of the database, so that one of an older version can be read too.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Connection, LargeBinary, inspect
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlmodel import SQLModel

import engine.tables  # noqa: F401 - fills the metadata
from engine.store import Tx

PAGE = 500
MANIFEST = "backup_manifest"
VERSIONS = "alembic_version"

#: Told of how much is done, from 0 to 1.
Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Table:
    """What must be known of a table to read it in order; `page` is how many of its rows fit well into memory."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    booleans: frozenset[str]
    page: int


@dataclass(frozen=True, slots=True)
class Content:
    """How many rows a table has, and a hash over them that does not depend on their order or the database's kind."""

    rows: int
    sha256: str


def tables(connection: Connection) -> list[Table]:
    """
    Those of ours that are there, those first that others refer to. What somebody else keeps beside them is theirs to
    back up, and may be called anything.
    """
    inspector = inspect(connection)  # no more is asked than is needed: indexes and checks cost three times as much
    there = [name for name, _ in inspector.get_sorted_table_and_fkc_names()]
    ours = [name for name in there if name and name in SQLModel.metadata.tables]
    columns = inspector.get_multi_columns(filter_names=ours)
    keys = inspector.get_multi_pk_constraint(filter_names=ours)
    return [_table(name, columns[None, name], keys[None, name]["constrained_columns"]) for name in ours]


def shared(of: Sequence[Table], connection: Connection) -> list[Table]:
    """Those that this database has too. What somebody else keeps beside our tables is theirs to back up."""
    there = {each.name for each in tables(connection)}
    return [table for table in of if table.name in there]


def contents(tx: Tx, of: Sequence[Table], *, tell: Tell) -> dict[str, Content]:
    """Read everything: each table's content by its name."""
    return _walk(tx, of, lambda _table, _page: None, tell)


def copy(source: Tx, target: Tx, of: Sequence[Table], *, tell: Tell) -> dict[str, Content]:
    """Write every row into the target's tables of the same names; what was read, by the table's name."""

    def write(table: Table, page: list[Any]) -> None:
        for row in page:
            target.insert(table.name, **_values(table, row))
        target.one("SELECT 1 AS done")  # nothing that was sent on waits unanswered

    return _walk(source, of, write, tell)


def total(tx: Tx, of: Sequence[Table]) -> dict[str, int]:
    """How many rows each table has."""
    return {table.name: int(tx.one(f"SELECT COUNT(*) AS rows FROM {table.name}").rows) for table in of}  # noqa: S608


def part(tell: Tell, first: float, last: float) -> Tell:
    """Tell of a part as of the share it has in the whole."""
    return lambda done: tell(first + (last - first) * done)


def _table(name: str, columns: Sequence[ReflectedColumn], key: Sequence[str]) -> Table:
    types = {column["name"]: column["type"] for column in columns}
    booleans = frozenset(column for column, kind in types.items() if isinstance(kind, Boolean))
    large = any(isinstance(kind, LargeBinary) for kind in types.values())
    return Table(name, tuple(types), tuple(key or types), booleans, 1 if large else PAGE)


def _walk(tx: Tx, of: Sequence[Table], look: Callable[[Table, list[Any]], None], tell: Tell) -> dict[str, Content]:
    everything, done, found = sum(total(tx, of).values()) or 1, 0, {}
    for table in of:
        rows, summed = 0, 0
        for page in _pages(tx, table):
            look(table, page)
            summed += sum(_hash(table, row) for row in page)
            rows, done = rows + len(page), done + len(page)
            tell(done / everything)
        found[table.name] = Content(rows, f"{summed % 2**256:064x}")
    return found


def _pages(tx: Tx, table: Table) -> Iterator[list[Any]]:
    columns, key = ", ".join(table.columns), ", ".join(table.key)
    after = ", ".join(f":after_{column}" for column in table.key)
    read, on = f"SELECT {columns} FROM {table.name}", f"ORDER BY {key} LIMIT {table.page}"  # noqa: S608 - the schema's
    page = tx.all(f"{read} {on}")
    while page:
        yield page
        last = {f"after_{column}": getattr(page[-1], column) for column in table.key}
        page = tx.all(f"{read} WHERE ({key}) > ({after}) {on}", **last)


def _hash(table: Table, row: Any) -> int:
    """One row's, as a number: those of a table are summed up, since databases do not agree on an order of text."""
    told = {name: _plain(value) for name, value in _values(table, row).items()}
    return int.from_bytes(hashlib.sha256(json.dumps(told, sort_keys=True).encode()).digest(), "big")


def _values(table: Table, row: Any) -> Mapping[str, Any]:
    """SQLite tells truth as 1; PostgreSQL takes nothing but a boolean for it."""
    return {
        name: bool(value) if name in table.booleans and value in (0, 1) else value
        for name, value in zip(table.columns, row, strict=True)
    }


def _plain(value: Any) -> Any:
    return ["bytes", hashlib.sha256(value).hexdigest()] if isinstance(value, bytes | memoryview) else value
