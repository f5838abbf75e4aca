"""
What differs between SQLite and PostgreSQL: connections, transactions, waiting, errors that pass. It knows no table.

SQLite drops the row locks (`FOR UPDATE`), since a transaction there is `BEGIN IMMEDIATE` and has the whole file to
itself; a deferred BEGIN would fail at once when two writers meet. To PostgreSQL statements are sent without waiting
for each answer (the protocol's pipeline), so that a transition takes three round trips: lock and read, write, commit.
"""

import re
import sqlite3
import threading
import time
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import lru_cache
from typing import Any, Literal, Protocol

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

Durability = Literal["FULL", "NORMAL"]

_LOCKS = re.compile(r"\s+FOR (UPDATE|SHARE|NO KEY UPDATE|KEY SHARE)( OF [\w, ]+)?( SKIP LOCKED)?", re.IGNORECASE)
_PARAMETER = re.compile(r"(?<!:):([a-z_]\w*)")
# Serialization failure, deadlock; and a unique row that another transaction committed while this one waited to write
# it: run again, the work sees that row and says in its own words what is wrong. And a prepared statement that the
# server does not have (any more): the rollback has made the driver forget all of them.
_PASSING = frozenset({"40001", "40P01", "23505", "26000"})
# Shut down, crashed, starting up; the connection's own class is 08. Without any state the socket itself was lost.
_AT_REST = 0  # libpq's PQTRANS_IDLE: in no transaction
_EVERYBODY = nullcontext()
_CHANNEL = "billhook_jobs"
_LOST = frozenset({"57P01", "57P02", "57P03", None})


class Watch(Protocol):
    """Whether somebody else may have committed. Asked by one thread, cheaply and often."""

    def changed(self) -> bool: ...
    def close(self) -> None: ...


class Dialect(Protocol):
    """What differs between the two databases."""

    name: str
    announcement: str
    """The statement that tells other processes' watches of a commit; '' where they see it by themselves."""
    clock: str
    """The statement that says what time it is where the database is: `seconds` since 1970."""

    def engine(self, url: str) -> Engine: ...
    def turn(self) -> AbstractContextManager[object]:
        """Held while writing: writers of one process queue up here where the database would let them race."""

    def lend(self, engine: Engine, /) -> Any:
        """A connection that nobody else has; its `driver_connection` executes, commits and rolls back."""

    def take_back(self, connection: Any, /) -> None: ...
    def close(self) -> None: ...
    def begin(self, driver: Any) -> None: ...
    def begin_reading(self, driver: Any) -> None: ...
    def settle(self, driver: Any) -> None:
        """Wait until everything sent has been done; raise what went wrong."""

    def undo_part(self, driver: Any) -> None:
        """Undo what was done since `SAVEPOINT part`, and let go of it."""

    def both(self, driver: Any, first: str, then: str, values: dict[str, Any]) -> Any:
        """Do two changes; the cursor of the second."""

    def translate(self, sql: str) -> str: ...
    def watch(self, engine: Engine, /) -> Watch: ...
    def is_passing(self, error: Exception, /) -> bool:
        """Whether the same work may well succeed when it is run again."""

    def is_lost(self, error: Exception, /) -> bool:
        """Whether the connection is gone, so that nobody knows what became of a commit."""


class Sqlite:
    name = "sqlite"
    announcement = ""
    clock = "SELECT (julianday('now') - 2440587.5) * 86400.0 AS seconds"

    def __init__(self, durability: Durability) -> None:
        self.durability = durability
        self._writing = threading.Lock()
        self._idle: list[_Lent] = []  # a pool's bookkeeping costs as much as a statement; a list's end is safe to share

    def engine(self, url: str) -> Engine:
        arguments = {"isolation_level": None, "timeout": 30, "cached_statements": 512, "check_same_thread": False}
        engine = create_engine(url, connect_args=arguments, poolclass=NullPool)
        event.listen(engine, "connect", self._prepare)
        return engine

    def turn(self) -> AbstractContextManager[object]:
        return self._writing

    def lend(self, engine: Engine, /) -> Any:
        try:
            return self._idle.pop()
        except IndexError:
            return _Lent(engine.raw_connection())

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

    def settle(self, driver: Any) -> None:
        """Every statement is done when it returns."""

    def undo_part(self, driver: Any) -> None:
        driver.execute("ROLLBACK TO SAVEPOINT part")
        driver.execute("RELEASE SAVEPOINT part")

    def both(self, driver: Any, first: str, then: str, values: dict[str, Any]) -> Any:
        driver.execute(first, values)
        return driver.execute(then, values)

    def translate(self, sql: str) -> str:
        return _without_locks(sql)

    def watch(self, engine: Engine, /) -> Watch:
        return _DataVersion(engine)

    def is_passing(self, error: Exception) -> bool:
        return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)

    def is_lost(self, _error: Exception) -> bool:
        return False

    def _prepare(self, driver: Any, _record: object) -> None:
        driver.execute("PRAGMA journal_mode=WAL")
        driver.execute(f"PRAGMA synchronous={self.durability}")
        driver.execute("PRAGMA foreign_keys=ON")
        driver.execute("PRAGMA recursive_triggers=ON")  # else INSERT OR REPLACE removes a frozen row unseen


class _Lent:
    """A connection, with its driver at hand: the pool would look for it with every statement."""

    __slots__ = ("close", "driver_connection")

    def __init__(self, connection: Any) -> None:
        self.driver_connection, self.close = connection.driver_connection, connection.close


class Postgres:
    name = "postgresql"
    announcement = f"NOTIFY {_CHANNEL}"
    clock = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS double precision) AS seconds"

    def __init__(self) -> None:
        self._idle: list[_Pipelined] = []

    def engine(self, url: str) -> Engine:
        return create_engine(url, poolclass=NullPool)

    def turn(self) -> AbstractContextManager[object]:
        return _EVERYBODY

    def lend(self, engine: Engine, /) -> Any:
        try:
            return self._idle.pop()
        except IndexError:
            return _Pipelined(engine.raw_connection())

    def take_back(self, connection: Any, /) -> None:
        if connection.usable:
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def begin(self, driver: Any) -> None:
        driver.execute("BEGIN", prepare=False)

    def begin_reading(self, driver: Any) -> None:
        driver.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", prepare=False)

    def settle(self, driver: Any) -> None:
        driver.settle()

    def undo_part(self, driver: Any) -> None:
        driver.undo_part()

    def both(self, driver: Any, first: str, then: str, values: dict[str, Any]) -> Any:
        return driver.execute(_pyformat(f"WITH first AS ({first}) {then}"), values)

    def translate(self, sql: str) -> str:
        return _pyformat(sql)

    def watch(self, engine: Engine, /) -> Watch:
        return _Listening(engine)

    def is_passing(self, error: Exception) -> bool:
        if self.is_lost(error):
            self.close()  # the other connections have most likely gone the same way
            return True
        return getattr(error, "sqlstate", None) in _PASSING

    def is_lost(self, error: Exception) -> bool:
        import psycopg

        cause = error.orig if isinstance(error, DBAPIError) else error
        return isinstance(cause, psycopg.OperationalError) and (
            cause.sqlstate in _LOST or str(cause.sqlstate).startswith("08")
        )


class _Pipelined:
    """
    A connection that sends statements on, and waits only for the answers that somebody asks for. The driver itself
    would wait for the answer to BEGIN; so transactions are opened and ended here.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._psycopg = connection.driver_connection
        self._psycopg.rollback()  # what was read while connecting
        self._psycopg.autocommit = True
        # At once, not the sixth time: of a statement that is prepared later psycopg 3.3 does not notice when, in a
        # pipeline, its preparation was skipped after an error, and then takes it for prepared ever after.
        self._psycopg.prepare_threshold, self._psycopg.prepared_max = 0, 500
        self._mode = self._psycopg.pipeline()
        self._pipeline = self._mode.__enter__()
        self._cursor = self._psycopg.cursor()  # one for all: whoever asks for an answer reads it before going on
        self.driver_connection = self
        self.execute, self.settle = self._cursor.execute, self._pipeline.sync

    @property
    def usable(self) -> bool:
        return not self._psycopg.closed and bool(self._psycopg.pgconn.transaction_status == _AT_REST)

    def commit(self) -> None:
        """PostgreSQL answers the commit of a transaction that has failed with a rollback, not with an error."""
        self.execute("COMMIT", prepare=False)
        self.settle()
        if self._cursor.statusmessage != "COMMIT":
            raise RuntimeError("the transaction had failed and the failure was not passed on")

    def rollback(self) -> None:
        with suppress(Exception):  # of statements that nobody will ask about any more
            self.settle()
        self._psycopg.rollback()

    def undo_part(self) -> None:
        """
        At any answer `ROLLBACK`, psycopg has the server forget all prepared statements, but only after the statement
        that follows: so that is waited for, and what follows is none that would be prepared, and forgotten at once.
        """
        with suppress(Exception):  # of statements that are undone
            self.settle()
        self.execute("ROLLBACK TO SAVEPOINT part", prepare=False)
        self.settle()
        self.execute("RELEASE SAVEPOINT part", prepare=False)

    def close(self) -> None:
        with suppress(Exception):  # a connection that is gone has left its pipeline too
            self._mode.__exit__(None, None, None)
        self._connection.invalidate()


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


class _Listening:
    """PostgreSQL carries a notice from whoever committed. One may be lost with the connection: look each second too."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Any = None
        self._next = 0.0

    def changed(self) -> bool:
        late = time.monotonic() >= self._next
        if late:
            self._next = time.monotonic() + 1
        return self._told() or late

    def close(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection = None

    def _told(self) -> bool:
        """Whether a notice has come. A server that is away tells nothing."""
        try:
            if self._connection is None:
                self._listen()
            return any(True for _ in self._connection.driver_connection.notifies(timeout=0))
        except Exception:
            self.close()
            return False

    def _listen(self) -> None:
        self._connection = self._engine.raw_connection()
        driver: Any = self._connection.driver_connection
        driver.rollback()
        driver.autocommit = True
        driver.execute(f"LISTEN {_CHANNEL}")


@lru_cache(maxsize=1024)
def _without_locks(sql: str) -> str:
    return _LOCKS.sub("", sql)


@lru_cache(maxsize=1024)
def _pyformat(sql: str) -> str:
    return _PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))
