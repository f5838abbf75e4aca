"""A store of each kind, with one small table to try it on."""

from collections.abc import Iterator

import pytest

from engine.store import Store


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """A fresh, migrated database with a table `box (id, n)` that holds one row."""
    opened = Store(database, durability="NORMAL")
    opened.unit_of_work(lambda tx: tx.run("CREATE TABLE box (id TEXT PRIMARY KEY, n BIGINT NOT NULL)"))
    opened.unit_of_work(lambda tx: tx.insert("box", id="a", n=1))
    yield opened
    opened.close()
