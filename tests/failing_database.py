"""A database that fails at the k-th thing it is asked, around the real one. It knows no verb."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from engine.dialects import Dialect
from engine.store import Store

Failure = Callable[[Any], None]


def disk(_driver: Any) -> None:
    """An error that another try does not help."""
    raise sqlite3.OperationalError("disk I/O error")


def busy(_driver: Any) -> None:
    """An error that passes: SQLite's file is somebody else's for too long."""
    raise sqlite3.OperationalError("database is locked")


def full(_driver: Any) -> None:
    """PostgreSQL has no room left."""
    raise psycopg.errors.DiskFull("could not extend file")


def deadlock(_driver: Any) -> None:
    """An error that passes: the transaction was chosen to give way."""
    raise psycopg.errors.DeadlockDetected("deadlock detected")


def lost(driver: Any) -> None:
    """The connection is gone, really: what is asked next finds that out."""
    driver.driver_connection._psycopg.close()


FAILURES: dict[str, tuple[Failure, ...]] = {"sqlite": (disk, busy), "postgresql": (full, deadlock, lost)}


@dataclass
class Plan:
    """Counts statements and commits while it is on; the k-th fails. `calls` are the k that are to be tried."""

    failure: Failure
    calls: Iterable[int] = ()
    struck: bool = False
    _left: int = 0

    @contextmanager
    def at(self, k: int) -> Iterator[None]:
        self.struck, self._left = False, k
        try:
            yield
        finally:
            self._left = 0

    def ask(self, driver: Any) -> None:
        if not self._left:
            return
        self._left -= 1
        if not self._left:
            self.struck = True
            self.failure(driver)


def frail(store: Store, failure: Failure) -> Plan:
    """Make a store fail by a plan, which is for the test to set."""
    plan = Plan(failure)
    store.dialect = _FrailDialect(store.dialect, plan)  # type: ignore[assignment]
    return plan


class _FrailDialect:
    def __init__(self, inner: Dialect, plan: Plan) -> None:
        self._inner, self._plan = inner, plan

    def lend(self, engine: Any, /) -> Any:
        return _Lent(self._inner.lend(engine), self._plan)

    def take_back(self, lent: "_Lent", /) -> None:
        self._inner.take_back(lent.connection)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _Lent:
    def __init__(self, connection: Any, plan: Plan) -> None:
        self.connection = connection
        self.driver_connection = _FrailDriver(connection.driver_connection, plan)


class _FrailDriver:
    def __init__(self, inner: Any, plan: Plan) -> None:
        self._inner, self._plan = inner, plan

    def execute(self, *statement: Any, **options: Any) -> Any:
        self._plan.ask(self._inner)
        return self._inner.execute(*statement, **options)

    def commit(self) -> None:
        self._plan.ask(self._inner)
        self._inner.commit()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
