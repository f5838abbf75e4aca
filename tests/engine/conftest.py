"""Places to try the engine in: a fresh account on a database that a session's tests share, or a database of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store import Store
from tests.servers import fresh_database
from tests.worlds import Place

KINDS = ["sqlite", "postgresql"]


@pytest.fixture(scope="session", params=KINDS)
def shared_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One migrated database of each kind for the session. What tests share in it they keep apart by account."""
    yield from _migrated(request, tmp_path_factory)


@pytest.fixture(scope="module", params=KINDS)
def sound_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The same for one module's tests alone: nobody else has put wrong rows or clocks into it."""
    yield from _migrated(request, tmp_path_factory)


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


def _migrated(request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> Iterator[Store]:
    if request.param == "sqlite":
        path = folders.mktemp("shared") / "billhook.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield from _open(f"sqlite:///{Path(path)}")
    else:
        with fresh_database(request.getfixturevalue("postgres_of_this_worker"), template="migrated") as url:
            yield from _open(url)


def _open(url: str) -> Iterator[Store]:
    store = Store(url, durability="NORMAL")
    yield store
    store.close()
