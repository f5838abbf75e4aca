"""
Databases: one transaction at a time, the same SQL on SQLite and PostgreSQL. It knows no table.

SQL is written once, in PostgreSQL's words with `:name` parameters, and run on the driver itself: one transition is a
handful of statements, and a statement through an ORM costs more than SQLite needs to run it. What differs between the
two stands in `dialects`.
"""

import random
import re
import time
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from engine.dialects import Dialect, Durability, Postgres, Sqlite, Watch
from engine.errors import CommitUnknown, Invalid, Problem

Answer = TypeVar("Answer")

_ATTEMPTS = 6
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


def is_unkept(text: str) -> bool:
    """Whether it holds what no database keeps: a NUL, or half of a surrogate pair."""
    return _UNKEPT.search(text) is not None


class Tx:
    """One open transaction (`contracts.Rows`). `after_commit` runs when, and only when, it has committed."""

    __slots__ = ("_dialect", "_driver", "after_commit")

    def __init__(self, driver: Any, dialect: Dialect) -> None:
        self._driver, self._dialect = driver, dialect
        self.after_commit: dict[str, Callable[[], None]] = {}

    def one(self, sql: str, **values: Any) -> Any:
        cursor = self._execute(sql, values)
        row = cursor.fetchone()
        return None if row is None else _shape(sql, cursor)._make(row)

    def all(self, sql: str, **values: Any) -> list[Any]:
        cursor = self._execute(sql, values)
        rows = cursor.fetchall()
        return list(map(_shape(sql, cursor)._make, rows))

    def run(self, sql: str, **values: Any) -> int:
        """How many rows were changed."""
        cursor = self._execute(sql, values)
        self._dialect.settle(self._driver)
        return int(cursor.rowcount)

    def send(self, sql: str, **values: Any) -> None:
        """A change whose count of rows nobody needs. What goes wrong is raised here or by what comes next."""
        self._execute(sql, values)

    def both(self, first: str, then: str, **values: Any) -> int:
        """Two changes of different tables, sent as one where the database takes it: how many rows `then` changed."""
        _require_kept(values)
        cursor = self._dialect.both(self._driver, first, then, values)
        self._dialect.settle(self._driver)
        return int(cursor.rowcount)

    def insert(self, table: str, **values: Any) -> None:
        """One row. Table and column names come from our own code, never from data."""
        self.send(_insert(table, tuple(values)), **values)

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part of the transaction: when it raises, it is undone alone, and what was done before it stands."""
        hooks = dict(self.after_commit)
        self._driver.execute("SAVEPOINT part")
        try:
            yield
            self._dialect.settle(self._driver)
        except BaseException:
            self.after_commit = hooks
            self._dialect.undo_part(self._driver)
            raise
        self._driver.execute("RELEASE SAVEPOINT part")

    def _execute(self, sql: str, values: dict[str, Any]) -> Any:
        _require_kept(values)
        return self._driver.execute(self._dialect.translate(sql), values)


class Store:
    """A database. `work(unit)` is the one way to change it."""

    def __init__(self, url: str, *, durability: Durability = "FULL") -> None:
        """url: SQLAlchemy's form, `sqlite:///file.db` or `postgresql+psycopg://...`; durability is SQLite's."""
        self.url = make_url(url)
        self.dialect: Dialect = Sqlite(durability) if self.url.get_backend_name() == "sqlite" else Postgres()
        self.engine: Engine = self.dialect.engine(url)

    def unit_of_work(self, work: Callable[[Tx], Answer]) -> Answer:
        """
        Run `work` in one transaction and commit; roll back on any error. When the database asks for it (deadlock,
        serialization failure, busy, a connection that was lost), everything is run again, so `work` must do nothing
        that a rollback does not undo.

        Raises:
            CommitUnknown: the connection was lost while committing.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._once(work)
            except Exception as error:
                self._wait_or_raise(error, attempt)
        raise AssertionError("unreachable")

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """A transaction that sees one state of the database and changes nothing."""
        with self._ended_well(self._begin_reading()) as driver:
            yield Tx(driver, self.dialect)
            driver.commit()

    def time(self) -> datetime:
        """What time it is where the database is; one clock for all who use it."""
        with self.reading() as tx:
            return datetime.fromtimestamp(float(tx.one(self.dialect.clock).seconds), UTC)

    def watch(self) -> Watch:
        """Something that can be asked, cheaply and often, whether another process may have committed."""
        return self.dialect.watch(self.engine)

    def announce(self) -> None:
        """Tell the watches of other processes that something was committed."""
        if self.dialect.announcement:
            self.unit_of_work(lambda tx: tx.send(self.dialect.announcement))

    def close(self) -> None:
        self.dialect.close()
        self.engine.dispose()

    def _once(self, work: Callable[[Tx], Answer]) -> Answer:
        with self.dialect.turn(), self._ended_well(self.dialect.lend(self.engine)) as driver:
            tx = Tx(driver, self.dialect)
            self.dialect.begin(driver)
            answer = work(tx)
            self._commit(driver)
        for hook in tx.after_commit.values():
            hook()
        return answer

    @contextmanager
    def _ended_well(self, connection: Any) -> Iterator[Any]:
        """The lent connection's driver. Whatever is raised meanwhile, it is rolled back, and given back in any case."""
        driver = connection.driver_connection
        try:
            yield driver
        except UnicodeEncodeError as error:
            _give_up(driver)
            raise _no_characters() from error
        except BaseException:
            _give_up(driver)
            raise
        finally:
            self.dialect.take_back(connection)

    def _commit(self, driver: Any) -> None:
        try:
            driver.commit()
        except Exception as error:
            if self.dialect.is_lost(error):
                raise CommitUnknown from error
            raise

    def _begin_reading(self) -> Any:
        """A connection that may have died while nobody used it is replaced before anything is read."""
        for attempt in range(1, _ATTEMPTS + 1):
            connection = self.dialect.lend(self.engine)
            try:
                self.dialect.begin_reading(connection.driver_connection)
                self.dialect.settle(connection.driver_connection)
            except Exception as error:
                self.dialect.take_back(connection)
                self._wait_or_raise(error, attempt)
            else:
                return connection
        raise AssertionError("unreachable")

    def _wait_or_raise(self, error: Exception, attempt: int) -> None:
        """Wait a little, longer each time, where another try may well succeed."""
        if attempt == _ATTEMPTS or not self.dialect.is_passing(error):
            raise error
        time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter, no secret


def _require_kept(values: dict[str, Any]) -> None:
    """SQLite would keep a NUL, PostgreSQL does not; halves of surrogate pairs neither, and their drivers say so."""
    for value in values.values():
        if value.__class__ is str and "\x00" in value:
            raise _no_characters()


def _no_characters() -> Invalid:
    return Invalid("The request", [Problem("text", "it holds codes that are no characters.")])


def _give_up(driver: Any) -> None:
    """Roll back; a connection that is gone has rolled back by itself."""
    try:
        driver.rollback()
    except Exception:  # the error that brought us here is the one to show
        return


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
