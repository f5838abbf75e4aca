"""Installations to be broken: a database, a Redis of its own, workers as processes. It knows no fault."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.line import Line, opened
from tests.servers import Frail, frail_postgres, frail_redis
from tests.worlds import Place


@pytest.fixture
def broker(redis_of_this_worker: str) -> Iterator[Frail]:
    """A Redis to be broken; asking for the other one says on any machine in one way whether there is one."""
    with frail_redis() as server:
        yield server


@pytest.fixture
def frail_cluster(postgres_of_this_worker: str) -> Iterator[Frail]:
    """A PostgreSQL to be broken."""
    with frail_postgres() as server:
        yield server


@pytest.fixture
def place(database: str) -> Iterator[Place]:
    """An account with a partner who is in, on either database; time passes."""
    yield from opened(database)


@pytest.fixture
def line(postgres_database: str, broker: Frail, tmp_path: Path) -> Iterator[Line]:
    """Two workers on PostgreSQL and Redis."""
    for place in opened(postgres_database):
        line = Line(place, tmp_path, broker)
        line.call("--lease=5")
        line.hire("--lease=5")
        yield line
        line.clear()


@pytest.fixture
def at_sqlite(sqlite_database: str, tmp_path: Path) -> Iterator[Line]:
    """No broker and no worker yet; for faults that know no database."""
    for place in opened(sqlite_database):
        line = Line(place, tmp_path)
        yield line
        line.clear()


@pytest.fixture
def alone(place: Place, tmp_path: Path) -> Iterator[Line]:
    """No broker and no worker yet, on either database."""
    line = Line(place, tmp_path)
    yield line
    line.clear()
