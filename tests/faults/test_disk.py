"""The disk is full or read-only: the verb or the job says so, nothing is half written, and with room all goes on."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg
import pytest
from sqlalchemy import event, make_url

from engine.contracts import Document
from engine.dispatch import Dispatcher
from engine.store import Store
from tests.chaos.findings import examine
from tests.fakes import PDF
from tests.waiting import until
from tests.worlds import NumberPrinter, Place

FULL = (sqlite3.OperationalError, psycopg.errors.DiskFull)
READ_ONLY = (sqlite3.OperationalError, psycopg.errors.ReadOnlySqlTransaction)
NO_ROOM = """
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$"""
Spoil = Callable[[Place], None]


class Fat(NumberPrinter):
    """A document that is larger than what is left."""

    def render(self, invoice, assets) -> Document:
        return Document("x.pdf", "application/pdf", PDF + invoice.number.encode() + bytes(200_000))


def no_room(place: Place) -> None:
    """SQLite may not grow by a page; PostgreSQL finds no room for a line of history or a document."""
    if place.world.store.dialect.name == "sqlite":
        with place.world.store.reading() as tx:
            pages = tx.one("PRAGMA page_count").page_count
        from_now_on(place, f"PRAGMA max_page_count = {pages}")
    else:
        tell(place, NO_ROOM)
        for table in ("history", "document"):
            tell(place, f"CREATE TRIGGER no_room BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION no_room()")


def read_only(place: Place) -> None:
    if place.world.store.dialect.name == "sqlite":
        from_now_on(place, "PRAGMA query_only = ON")
    else:
        name = place.world.store.url.database
        tell(place, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        place.world.store.dialect.close()


def from_now_on(place: Place, pragma: str) -> None:
    store = place.world.store
    store.dialect.close()
    event.listen(store.engine, "connect", lambda driver, _record: driver.execute(pragma) and None)


def mended(place: Place) -> Place:
    """There is room again, and processes that are started anew."""
    old = place.world.store
    if old.dialect.name == "postgresql":
        tell(place, f"ALTER DATABASE {old.url.database} RESET default_transaction_read_only")
        tell(place, "DROP FUNCTION IF EXISTS no_room() CASCADE")
    place.world.store = Store(old.url.render_as_string(hide_password=False))
    old.close()
    return place


def tell(place: Place, sql: str) -> None:
    plain = make_url(place.world.store.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(sql)


@contextmanager
def a_place(database: str) -> Iterator[Place]:
    place = Place(Store(database))
    place.partner()
    yield place
    place.world.store.close()


@pytest.mark.parametrize(("spoil", "raised"), [(no_room, FULL), (read_only, READ_ONLY)])
def test_a_transition_that_cannot_be_written_changes_nothing_and_succeeds_later(database, spoil: Spoil, raised):
    with a_place(database) as place:
        waiting = [place.payout(state="Pending") for _ in range(100)]
        spoil(place)
        with pytest.raises(raised, match=r"full|could not extend|read-?only"):
            for payout in waiting:
                before = place.everything()
                place.fire(payout, "accept", reason="why " * 200)

        assert place.everything() == before
        mended(place).fire(payout, "accept", reason="why")
        place.work()
        assert examine(place.world).broken == {}


@pytest.mark.parametrize(("spoil", "raised"), [(no_room, FULL), (read_only, READ_ONLY)])
def test_a_document_that_cannot_be_stored_leaves_nothing_behind_and_is_stored_later(database, spoil: Spoil, raised):
    with a_place(database) as place:
        place.payout(state="Ready")
        place.world.renderers = {"pdf": Fat()}
        spoil(place)
        attempt(place, raised)
        left = [place.all(f"SELECT * FROM {table}") for table in ("attachment", "document")]

        assert left == [[], []]
        later(mended(place))
        assert (examine(place.world).broken, [job.status for job in place.jobs()]) == ({}, ["done"])


def attempt(place: Place, raised: tuple[type[Exception], ...]) -> None:
    """A worker takes the job; where not even the failure can be written down, its lease runs out."""
    dispatcher = Dispatcher(place.world)
    with suppress(*raised):
        dispatcher.perform(place.jobs()[0].id)
    dispatcher.broker.close()


def later(place: Place) -> None:
    place.world.renderers = {"pdf": place.printer}
    place.clock.advance(minutes=2)
    place.work()


def test_a_worker_whose_files_may_not_grow_stores_nothing_half_and_another_one_goes_on(at_sqlite):
    at_sqlite.ready(3)
    poor = at_sqlite.hire("--largest-file=20000", "--only-sweeps")
    until(lambda: "disk I/O error" in poor.said() or "full" in poor.said())
    poor.end()
    before = at_sqlite.attached()
    at_sqlite.hire()

    assert (before, at_sqlite.broken_in_the_end(), at_sqlite.attached()) == (0, {}, 3)
