"""PostgreSQL is restarted, ends connections, finds deadlocks and conflicts: what was answered holds."""

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from engine import service
from engine.migrations import upgrade
from engine.service import Request
from engine.store import Store
from tests.chaos import crew
from tests.chaos.findings import examine
from tests.faults.line import Line, opened
from tests.servers import Frail, fresh_database
from tests.waiting import until
from tests.worlds import Place

ACCEPT = Request("accept", reason="why")
TERMINATE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


@pytest.fixture
def frail_line(frail_cluster: Frail, broker: Frail, tmp_path: Path) -> Iterator[Line]:
    """Two workers on a PostgreSQL that may be broken."""
    with fresh_database(frail_cluster.url) as url:
        store = Store(url)
        upgrade(store.engine)
        store.close()
        for place in opened(url):
            line = Line(place, tmp_path, broker)
            line.call()
            line.hire()
            yield line
            line.clear()


@pytest.fixture
def web(frail_line: Line) -> Iterator[crew.Web]:
    """A client of the account that asks with one key until it has an answer."""
    where = crew.Place(frail_line.url, frail_line.address, frail_line.folder, 0, ())
    member = crew.Web(where, frail_line.place.account_id)
    yield member
    member.end()


@pytest.fixture
def at_postgres(postgres_database: str) -> Iterator[Line]:
    """An account, and nobody who works."""
    for place in opened(postgres_database):
        yield Line(place, Path())


def tell(line: Line, sql: str) -> None:
    plain = make_url(line.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql)


def isolate(line: Line, level: str) -> None:
    """For whoever connects from now on."""
    name = make_url(line.url).database
    tell(line, f"ALTER DATABASE {name} SET default_transaction_isolation = '{level}'")
    tell(line, TERMINATE)


@pytest.mark.parametrize("end", [Frail.crash, Frail.stop], ids=["crashed", "stopped"])
def test_a_postgres_that_is_restarted_under_load_loses_nothing_that_was_answered(frail_line, frail_cluster, web, end):
    waiting = [frail_line.place.payout(state="Pending") for _ in range(40)]
    web.ask(waiting)
    until(lambda: frail_line.attached() > 3)
    end(frail_cluster)
    frail_cluster.start()
    until(lambda: not web.unanswered)

    assert frail_line.broken_in_the_end() == {}
    assert frail_line.attached() == 40


def test_connections_that_are_ended_again_and_again_lose_nothing(line):
    for _ in range(5):
        waiting = line.place.payout(state="Pending")
        line.ready(3)
        tell(line, TERMINATE)
        line.place.fire(waiting, "accept", reason="why")

    assert line.broken_in_the_end() == {}
    assert line.attached() == 20


def test_two_transactions_that_wait_for_each_other_both_succeed(at_postgres):
    place = at_postgres.place
    pair = [place.payout(place.partner(code) and code, "Pending") for code in ("EAST", "WEST")]
    together, attempts = threading.Barrier(2), []
    ways = [Crossing(at_postgres, order, together, attempts) for order in (pair, pair[::-1])]
    for way in ways:
        way.start()
    for way in ways:
        way.join(60)
    place.work()

    assert [place.state(payout) for payout in pair] == ["Ready", "Ready"]
    assert len(attempts) == 3
    assert examine(place.world).broken == {}


class Crossing(threading.Thread):
    """Fires at two payouts in one transaction; at its first attempt it waits between the two for another."""

    def __init__(self, line: Line, order: list[str], together: threading.Barrier, attempts: list[str]) -> None:
        super().__init__()
        self.caller, self.order, self.together, self.attempts = line.place.vendor(), order, together, attempts
        self.first = True

    def run(self) -> None:
        self.caller.transact(self._both)

    def _both(self, tx) -> None:
        tx.run("SET LOCAL deadlock_timeout = '50ms'")
        self.attempts.append(self.name)
        for payout in self.order:
            if tx.one("SELECT state FROM payout WHERE id = :id FOR UPDATE", id=payout).state == "Pending":
                service.fire_in(tx, self.caller, payout, ACCEPT)
            if self.first:
                self.first = False
                self.together.wait(30)


def test_a_transaction_that_cannot_be_serialized_is_run_again_and_numbers_have_no_gap(at_postgres):
    place = at_postgres.place
    mine, theirs = place.payout(state="Pending"), place.payout(state="Pending")
    isolate(at_postgres, "repeatable read")
    attempts = late(place, mine, behind=theirs)
    place.work()

    assert (attempts, examine(place.world).broken) == (2, {})
    assert [invoice.seq for invoice in place.invoices()] == [1, 2]


def late(place: Place, payout: str, *, behind: str) -> int:
    """Fire in a transaction that has begun to read before another one's commit; how often it was run."""
    attempts = []

    def work(tx):
        tx.all("SELECT * FROM series")
        attempts.append(payout)
        if len(attempts) == 1:
            place.fire(behind, "accept", reason="why")
        service.fire_in(tx, place.vendor(), payout, ACCEPT)

    place.vendor().transact(work)
    return len(attempts)


def test_on_a_cluster_that_serializes_everything_all_is_attached_once(at_postgres, tmp_path):
    isolate(at_postgres, "serializable")
    line = Line(at_postgres.place, tmp_path)
    line.call()
    line.hire()
    line.ready(20)

    assert line.broken_in_the_end() == {}
    assert line.attached() == 20
    line.clear()
