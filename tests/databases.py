"""
PostgreSQL databases that are as good as fresh: each is emptied, filled and renamed for the next test, since to copy one
costs some ten times as much. It knows no table.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

_Connection = psycopg.Connection[tuple[str, ...]]

MOST_USES = 40  # rows that were deleted leave room behind
_TABLES = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
_EMPTY = f"""DO $$
    DECLARE each text;
    BEGIN
        FOR each IN {_TABLES} AND pg_relation_size(oid) > 0 LOOP EXECUTE 'DELETE FROM ' || each; END LOOP;
    END $$"""
#: Whatever statements make that are no rows: tables, columns, indexes, defaults, constraints, triggers, functions,
#: settings. What the database itself counts in the same places is left out.
_SHAPE = """
    SELECT coalesce(sum(hashtextextended(part, 0)), 0)::text FROM (
        SELECT format('%s %s', oid, relname) FROM pg_class WHERE oid >= 16384
        UNION ALL SELECT format('%s %s %s %s %s %s', attrelid, attnum, attname, atttypid, attnotnull, attisdropped)
            FROM pg_attribute WHERE attrelid >= 16384
        UNION ALL SELECT format('%s %s', oid, indisvalid) FROM pg_index JOIN pg_class ON oid = indexrelid
            WHERE oid >= 16384
        UNION ALL SELECT format('%s %s', oid, adbin) FROM pg_attrdef
        UNION ALL SELECT format('%s %s', oid, convalidated) FROM pg_constraint WHERE oid >= 16384
        UNION ALL SELECT format('%s %s %s', oid, tgenabled, tgfoid) FROM pg_trigger
        UNION ALL SELECT format('%s %s', oid, prosrc) FROM pg_proc WHERE oid >= 16384
        UNION ALL SELECT format('%s %s', oid, nspname) FROM pg_namespace WHERE oid >= 16384
        UNION ALL SELECT format('%s %s', setrole, setconfig) FROM pg_db_role_setting JOIN pg_database d
            ON d.oid = setdatabase WHERE datname = current_database()
    ) AS whole (part)"""


class Databases:
    """
    Copies of one database of a server, lent one after the other. Whoever still knows the name of one that was given
    back finds nothing under it; one that was changed in more than its rows is not lent again.
    """

    def __init__(self, server: str, template: str) -> None:
        self._url, self._template = make_url(server), template
        self._free: list[tuple[str, int]] = []
        with self._connected(template) as connection:
            self._tables = _names(connection)
            self._rows = {name: rows for name in self._tables if (rows := _copied(connection, name))}
            self._shape = _shape(connection)
        self._server = self._connected(self._url.database or "postgres")

    def close(self) -> None:
        for name, _ in self._free:
            self._drop(name)
        self._server.close()

    @contextmanager
    def lent(self) -> Iterator[str]:
        """One with the rows of the template and no others, as a URL."""
        name, uses = self._free.pop() if self._free else (self._new(), 1)
        try:
            yield self._url.set(database=name).render_as_string(hide_password=False)
        finally:
            if (free := self._renamed(name)) and uses < MOST_USES and self._is_fresh(free):
                self._free.append((free, uses + 1))
            else:
                self._drop(free or name)

    def _drop(self, name: str) -> None:
        self._server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _new(self) -> str:
        name = _a_name()
        self._server.execute(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return name

    def _renamed(self, name: str) -> str:
        """Its new name; none where it is gone, or somebody comes back as fast as he is thrown out."""
        ended = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s"
        self._server.execute(ended, [name])
        new = _a_name()
        try:
            self._server.execute(f"ALTER DATABASE {name} RENAME TO {new}")
        except (psycopg.errors.ObjectInUse, psycopg.errors.InvalidCatalogName):
            return ""
        return new

    def _is_fresh(self, name: str) -> bool:
        """Whether it is as the template is, once its rows are."""
        with self._connected(name) as connection:
            for table in _names(connection) - self._tables:
                connection.execute(f"DROP TABLE {table} CASCADE")
            if _shape(connection) != self._shape:
                return False
            connection.execute("SET session_replication_role = replica")  # no trigger and no reference is in the way
            connection.execute(_EMPTY)
            for table, rows in self._rows.items():
                with connection.cursor().copy(f"COPY {table} FROM STDIN") as into:
                    into.write(rows)
        return True

    def _connected(self, database: str) -> _Connection:
        url = self._url.set(drivername="postgresql", database=database)
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def _a_name() -> str:
    return f"test_{uuid4().hex}"


def _names(connection: _Connection) -> set[str]:
    return {name for (name,) in connection.execute(_TABLES)}


def _copied(connection: _Connection, table: str) -> bytes:
    with connection.cursor().copy(f"COPY {table} TO STDOUT") as out:
        return b"".join(bytes(part) for part in out)


def _shape(connection: _Connection) -> str:
    found = connection.execute(_SHAPE).fetchone()
    assert found
    return found[0]
