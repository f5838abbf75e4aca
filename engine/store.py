"""
Databases: one transaction at a time, the same SQL on SQLite and PostgreSQL. It knows no table.

SQL is written once, in PostgreSQL's words with `:name` parameters, and run on the driver itself: one transition is a
handful of statements, and a statement through an ORM costs more than SQLite needs to run it. SQLite drops the row
locks (`FOR UPDATE`), since a transaction there is `BEGIN IMMEDIATE` and has the whole file to itself; a deferred BEGIN
would fail at once when two writers meet.
"""

import random
import re
import sqlite3
import time
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Literal, Protocol, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from engine.errors import Invalid, Problem

Answer = TypeVar("Answer")
Durability = Literal["FULL", "NORMAL"]

_LOCKS = re.compile(r"\s+FOR (UPDATE|SHARE|NO KEY UPDATE|KEY SHARE)( OF [\w, ]+)?( SKIP LOCKED)?", re.IGNORECASE)
_PARAMETER = re.compile(r"(?<!:):([a-z_]\w*)")
_ATTEMPTS = 6
# Serialization failure, deadlock; and a unique row that another transaction committed while this one waited to write
# it: run again, the work sees that row and says in its own words what is wrong.
_PASSING = frozenset({"40001", "40P01", "23505"})


class Tx:
    """One open transaction (`contracts.Rows`). `after_commit` runs when, and only when, it has committed."""

    __slots__ = ("_execute", "_translate", "after_commit")

    def __init__(self, execute: Callable[[str, dict[str, Any]], Any], translate: Callable[[str], str]) -> None:
        self._execute, self._translate = execute, translate
        self.after_commit: dict[str, Callable[[], None]] = {}

    def one(self, sql: str, **values: Any) -> Any:
        cursor = self._execute(self._translate(sql), values)
        row = cursor.fetchone()
        return None if row is None else _shape(sql, cursor)._make(row)

    def all(self, sql: str, **values: Any) -> list[Any]:
        cursor = self._execute(self._translate(sql), values)
        make = _shape(sql, cursor)._make
        return [make(row) for row in cursor.fetchall()]

    def run(self, sql: str, **values: Any) -> int:
        return int(self._execute(self._translate(sql), values).rowcount)

    def insert(self, table: str, **values: Any) -> None:
        """One row. Table and column names come from our own code, never from data."""
        self._execute(self._translate(_insert(table, tuple(values))), values)

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part of the transaction: when it raises, it is undone alone, and what was done before it stands."""
        hooks = dict(self.after_commit)
        self._execute("SAVEPOINT part", {})
        try:
            yield
        except BaseException:
            self.after_commit = hooks
            self._execute("ROLLBACK TO SAVEPOINT part", {})
            raise
        finally:
            self._execute("RELEASE SAVEPOINT part", {})


class Store:
    """A database. `work(unit)` is the one way to change it."""

    def __init__(self, url: str, *, durability: Durability = "FULL") -> None:
        """url: SQLAlchemy's form, `sqlite:///file.db` or `postgresql+psycopg://...`; durability is SQLite's."""
        self.url = make_url(url)
        self.dialect: Dialect = _Sqlite(durability) if self.url.get_backend_name() == "sqlite" else _Postgres()
        self.engine: Engine = self.dialect.engine(url)

    def unit_of_work(self, work: Callable[[Tx], Answer]) -> Answer:
        """
        Run `work` in one transaction and commit; roll back on any error. When the database asks for it (deadlock,
        serialization failure, busy), everything is run again, so `work` must do nothing that a rollback does not undo.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._once(work)
            except Exception as error:
                if attempt == _ATTEMPTS or not self.dialect.is_passing(error):
                    raise
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter, no secret
        raise AssertionError("unreachable")

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """A transaction that sees one state of the database and changes nothing."""
        connection = self.dialect.lend(self.engine)
        driver = connection.driver_connection
        try:
            self.dialect.begin_reading(driver)
            yield Tx(driver.execute, self.dialect.translate)
        except UnicodeEncodeError as error:
            raise _no_characters() from error
        finally:
            driver.rollback()
            self.dialect.take_back(connection)

    def watch(self) -> "Watch":
        """Something that can be asked, cheaply and often, whether another process may have committed."""
        return self.dialect.watch(self.engine)

    def close(self) -> None:
        self.dialect.close()
        self.engine.dispose()

    def _once(self, work: Callable[[Tx], Answer]) -> Answer:
        connection = self.dialect.lend(self.engine)
        driver = connection.driver_connection
        tx = Tx(driver.execute, self.dialect.translate)
        try:
            self.dialect.begin(driver)
            answer = work(tx)
            driver.commit()
        except UnicodeEncodeError as error:
            _give_up(driver)
            raise _no_characters() from error
        except BaseException:
            _give_up(driver)
            raise
        finally:
            self.dialect.take_back(connection)
        for hook in tx.after_commit.values():
            hook()
        return answer


class Watch(Protocol):
    """Asked by one thread."""

    def changed(self) -> bool: ...
    def close(self) -> None: ...


class Dialect(Protocol):
    """What differs between the two databases."""

    name: str

    def engine(self, url: str) -> Engine: ...
    def lend(self, engine: Engine, /) -> Any:
        """A connection that nobody else has; its `driver_connection` is the driver's own."""

    def take_back(self, connection: Any, /) -> None: ...
    def close(self) -> None: ...
    def begin(self, driver: Any) -> None: ...
    def begin_reading(self, driver: Any) -> None: ...
    def translate(self, sql: str) -> str: ...
    def watch(self, engine: Engine, /) -> Watch: ...
    def is_passing(self, error: Exception) -> bool:
        """Whether the same work may well succeed when it is run again."""


class _Sqlite:
    name = "sqlite"

    def __init__(self, durability: Durability) -> None:
        self.durability = durability
        self._idle: list[Any] = []  # a pool's bookkeeping costs as much as a statement; a list's end is safe to share

    def engine(self, url: str) -> Engine:
        arguments = {"isolation_level": None, "timeout": 30, "cached_statements": 512, "check_same_thread": False}
        engine = create_engine(url, connect_args=arguments, poolclass=NullPool)
        event.listen(engine, "connect", self._prepare)
        return engine

    def lend(self, engine: Engine, /) -> Any:
        try:
            return self._idle.pop()
        except IndexError:
            return engine.raw_connection()

    def take_back(self, connection: Any, /) -> None:
        if connection.driver_connection.in_transaction:  # its rollback did not succeed
            connection.close()
        else:
            self._idle.append(connection)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def begin(self, driver: Any) -> None:
        driver.execute("BEGIN IMMEDIATE")

    def begin_reading(self, driver: Any) -> None:
        driver.execute("BEGIN")

    def translate(self, sql: str) -> str:
        return _without_locks(sql)

    def watch(self, engine: Engine, /) -> Watch:
        return _DataVersion(engine)

    def is_passing(self, error: Exception) -> bool:
        return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)

    def _prepare(self, driver: Any, _record: object) -> None:
        driver.execute("PRAGMA journal_mode=WAL")
        driver.execute(f"PRAGMA synchronous={self.durability}")
        driver.execute("PRAGMA foreign_keys=ON")
        driver.execute("PRAGMA recursive_triggers=ON")  # else INSERT OR REPLACE removes a frozen row unseen


class _Postgres:
    name = "postgresql"

    def engine(self, url: str) -> Engine:
        return create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True)

    def lend(self, engine: Engine, /) -> Any:
        return engine.raw_connection()

    def take_back(self, connection: Any, /) -> None:
        connection.close()

    def close(self) -> None:
        """The engine's pool has the connections."""

    def begin(self, driver: Any) -> None:
        """The driver opens the transaction with its first statement."""

    def begin_reading(self, driver: Any) -> None:
        driver.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def translate(self, sql: str) -> str:
        return _pyformat(sql)

    def watch(self, _engine: Engine) -> Watch:
        return _EverySecond()

    def is_passing(self, error: Exception) -> bool:
        return getattr(error, "sqlstate", None) in _PASSING


class _DataVersion:
    """SQLite counts the commits of other connections; asking costs microseconds."""

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.raw_connection()
        self._seen = -1

    def changed(self) -> bool:
        driver: Any = self._connection.driver_connection
        seen, self._seen = self._seen, driver.execute("PRAGMA data_version").fetchone()[0]
        return bool(seen != self._seen)

    def close(self) -> None:
        self._connection.close()


class _EverySecond:
    """A server's commits cannot be seen so cheaply: look once a second; a broker's hint comes sooner."""

    def __init__(self) -> None:
        self._next = 0.0

    def changed(self) -> bool:
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + 1
        return True

    def close(self) -> None:
        """Nothing is held."""


def _no_characters() -> Invalid:
    """Halves of surrogate pairs: no database keeps them."""
    return Invalid("The request", [Problem("text", "it holds codes that are no characters.")])


def _give_up(driver: Any) -> None:
    """Roll back; a connection that is gone has rolled back by itself."""
    try:
        driver.rollback()
    except Exception:  # the error that brought us here is the one to show
        return


@lru_cache(maxsize=1024)
def _without_locks(sql: str) -> str:
    return _LOCKS.sub("", sql)


@lru_cache(maxsize=1024)
def _pyformat(sql: str) -> str:
    return _PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))


@lru_cache(maxsize=1024)
def _insert(table: str, columns: tuple[str, ...]) -> str:
    names, values = ", ".join(columns), ", ".join(f":{column}" for column in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({values})"  # noqa: S608 - names from our own code


_SHAPES: dict[str, Any] = {}


def _shape(sql: str, cursor: Any) -> Any:
    """The named tuple of a statement's rows. Our statements name their columns, so one text has one shape."""
    shape = _SHAPES.get(sql)
    if shape is None:
        shape = _SHAPES[sql] = namedtuple("Row", [column[0] for column in cursor.description])
    return shape
