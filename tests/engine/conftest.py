"""Places to try the engine in: a fresh account on a database that a session's tests share, or a database of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store import Store
from tests.servers import fresh_database
from tests.worlds import Place


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shared_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One migrated database of each kind for the session. What tests share in it they keep apart by account."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("shared") / "billhook.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield from _open(f"sqlite:///{Path(path)}")
    else:
        with fresh_database(request.getfixturevalue("postgres_of_this_worker"), template="migrated") as url:
            yield from _open(url)


@pytest.fixture
def place(shared_store: Store) -> Place:
    """A fresh account: switch on, buyer complete, pipelines published."""
    return Place(shared_store)


@pytest.fixture
def own_store(database: str) -> Iterator[Store]:
    """A database of one's own, for tests that look at every account's jobs."""
    yield from _open(database)


@pytest.fixture
def own_place(own_store: Store) -> Place:
    return Place(own_store)


def _open(url: str) -> Iterator[Store]:
    store = Store(url, durability="NORMAL")
    yield store
    store.close()
