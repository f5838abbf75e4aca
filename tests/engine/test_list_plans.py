"""Lists of 100,000 payouts and 1,000 partners: each page is found through an index, the last as fast as the first."""

from contextlib import contextmanager

import pytest

from engine import views
from engine.store import Store
from engine.turns import Turns, next_jobs
from engine.views import PayoutFilter, RewardFilter, Slice
from engine.views.paging import Order
from tests.crowds import PAYOUTS, Crowd, after_payout, payout_id
from tests.servers import fresh_database


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def crowd(request, tmp_path_factory):
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("crowd") / "billhook.db"
        path.write_bytes(request.getfixturevalue("migrated_sqlite").read_bytes())
        yield from _crowd(f"sqlite:///{path}")
    else:
        with fresh_database(request.getfixturevalue("postgres_of_this_worker"), template="migrated") as url:
            yield from _crowd(url)


def _crowd(url):
    store = Store(url, durability="NORMAL")
    yield Crowd(store)
    store.close()


class Watched:
    """
    A `Tx` for reading. `plan` has a line for each step in which the database goes about a statement; `cost` is the
    same for the same work: instructions of SQLite, pages that PostgreSQL looks at.
    """

    def __init__(self, tx, dialect, driver):
        self._tx, self._dialect, self._driver = tx, dialect, driver
        self.plan, self.cost = [], 0

    def one(self, sql, **values):
        self._watch(self._dialect.translate(sql), values)
        return self._tx.one(sql, **values)

    def all(self, sql, **values):
        self._watch(self._dialect.translate(sql), values)
        return self._tx.all(sql, **values)

    def _watch(self, sql, values):
        if self._dialect.name == "sqlite":
            self.plan += [row[3] for row in self._driver.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
            self._driver.set_progress_handler(self._tick, 10)
            self._driver.execute(sql, values).fetchall()
            self._driver.set_progress_handler(None, 0)
        else:
            explained = self._driver.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", values).fetchone()
            plan = explained[0][0]["Plan"]
            self.cost += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
            self.plan += _steps(plan)

    def _tick(self):
        self.cost += 10


def _steps(node):
    below = [step for each in node.get("Plans", ()) for step in _steps(each)]
    return [f"{node['Node Type']} {node.get('Relation Name', '')} {node.get('Index Name', '')}", *below]


@contextmanager
def watched(crowd):
    store = crowd.place.world.store
    connection = store.engine.raw_connection()
    with store.reading() as tx:
        yield Watched(tx, store.dialect, connection.driver_connection)
    connection.close()


def page_of(crowd, read, part=views.FIRST):
    """The page that `read` gives, what it cost, and the steps of the plan in which a table is read whole or sorted."""
    with watched(crowd) as tx:
        page = read(tx, crowd.place.owner, part=part)
        return page, tx.cost, [step for step in tx.plan if _is_bad(step)]


def _is_bad(step):
    """Small tables may well be read whole."""
    sorts = "TEMP B-TREE" in step or step.startswith(("Sort", "Incremental Sort"))
    return sorts or (step.startswith("SCAN ") and "CONSTANT" not in step) or step.startswith(_WHOLE)


_WHOLE = tuple(
    f"Seq Scan {table} " for table in ("payout", "invoice", "job", "history", "decision", "attachment", "reward")
)


def payouts(**where):
    return lambda tx, by, *, part: views.payouts(tx, by, PayoutFilter(**where), part=part)


PAYOUT_LISTS = {
    "all": {},
    "state": {"state": "Pending"},
    "state of most": {"state": "Paid"},
    "partner": {"partner": "P1500"},
    "partner and state": {"partner": "P1500", "state": "Paid"},
    "parked": {"invoice": "parked"},
    "being made": {"invoice": "issued"},
    "blocked": {"invoice": "blocked"},
    "attached": {"invoice": "attached"},
    "none": {"invoice": "not_applicable", "state": "Draft"},
    "on hold": {"on_hold": True},
    "on hold and state": {"on_hold": True, "state": "Ready"},
    "not on hold": {"on_hold": False},
    "currency": {"currency": "USD"},
}


#: So much a page of 50 may cost: SQLite's instructions, PostgreSQL's pages of which nearly all are the tops of indexes.
_BOUND = {"sqlite": 25_000, "postgresql": 2_500}


@pytest.mark.parametrize("name", PAYOUT_LISTS)
def test_a_page_of_payouts_is_found_through_indexes_and_the_last_costs_no_more_than_the_first(crowd, name):
    read = payouts(**PAYOUT_LISTS[name])
    first, at_first, bad = page_of(crowd, read)
    later = [page_of(crowd, read, Slice(after_payout(number)))[1] for number in (PAYOUTS // 2, PAYOUTS - 1000)]
    newest, backwards, bad_backwards = page_of(crowd, read, Slice(newest_first=True))

    assert bad == bad_backwards == []
    assert first.items and newest.items
    assert at_first < _BOUND[crowd.place.world.store.dialect.name]
    assert max(*later, backwards) < 1.5 * at_first


OTHER_LISTS = {
    "documents": (lambda *asked, part: views.documents(*asked, part=part), Order("documents", (str,)), ("i-10099000",)),
    "a partner's documents": (
        lambda *asked, part: views.documents(*asked, partner="P1500", part=part),
        Order("documents", (str,)),
        ("i-10050000",),
    ),
    "documents in a currency": (
        lambda *asked, part: views.documents(*asked, currency="USD", part=part),
        Order("documents", (str,)),
        ("i-10050000",),
    ),
    "contested documents": (
        lambda *asked, part: views.documents(*asked, contested=True, part=part),
        Order("documents", (str,)),
        ("i-10050000",),
    ),
    "jobs": (lambda *asked, part: views.jobs(*asked, part=part), Order("jobs", (str,)), ("j-10099000",)),
    **{
        f"{status} jobs": (
            lambda *asked, part, status=status: views.jobs(*asked, status=status, action="issue_invoice", part=part),
            Order("jobs of a status", (str, str)),
            ("", "j-10090000"),
        )
        for status in ("pending", "done", "parked")
    },
    "partners": (lambda *asked, part: views.partners(*asked, part=part), Order("partners", (str,)), ("P1900",)),
    "partners who opted in": (
        lambda *asked, part: views.partners(*asked, self_invoicing="opted_in", part=part),
        Order("partners", (str,)),
        ("P1800",),
    ),
    **{
        name: (
            lambda *asked, part, where=where: views.rewards(*asked, RewardFilter(**where), part=part),
            Order("rewards", (str,)),
            ("r-10050000",),
        )
        for name, where in {
            "rewards": {},
            "pending rewards": {"status": "pending"},
            "a partner's rewards": {"partner": "P1500"},
            "a partner's paid rewards": {"partner": "P1500", "status": "paid"},
            "rewards in a currency": {"currency": "USD"},
            "free rewards": {"free": True},
            "refused rewards that are free": {"free": True, "status": "refused"},
            "rewards in a payout": {"free": False},
        }.items()
    },
    "activity": (
        lambda *asked, part: views.activity(*asked, part=part),
        Order("activity", (str, str, int)),
        ("2026-10-01", payout_id(PAYOUTS // 2), 1),
    ),
    "history": (
        lambda *asked, part: views.history(*asked, payout_id(PAYOUTS), part=part),
        Order("history", (int,)),
        (900,),
    ),
}


@pytest.mark.parametrize("name", OTHER_LISTS)
def test_a_page_of_any_list_is_found_through_indexes_and_the_last_costs_no_more_than_the_first(crowd, name):
    read, order, late = OTHER_LISTS[name]
    costs, bad = [], []
    for part in (Slice(), Slice(order.cursor(late)), Slice(newest_first=True)):
        page, cost, found = page_of(crowd, read, part)
        assert len(page.items) == 50
        costs, bad = [*costs, cost], bad + found

    assert bad == []
    assert costs[0] < _BOUND[crowd.place.world.store.dialect.name]
    assert max(costs) < 1.5 * costs[0] + 50


def test_whose_turn_is_next_is_found_without_reading_what_is_done(crowd):
    now = crowd.place.clock.now()
    with watched(crowd) as tx:
        chosen = next_jobs(tx, Turns(), now=now, free=8)

    assert len(chosen) == 8
    assert [step for step in tx.plan if "job" in step and _is_bad(step)] == []
    assert tx.cost < 5000


@pytest.mark.parametrize(
    "read",
    [
        lambda tx, by: views.payout(tx, by, payout_id(PAYOUTS)),
        lambda tx, by: views.full_id(tx, by, payout_id(PAYOUTS)),
        lambda tx, by: views.payouts(tx, by, PayoutFilter(partner="P1500"), part=Slice(limit=1)),
        lambda tx, by: views.rewards(tx, by, RewardFilter(reference="RW-5000")),
        lambda tx, by: views.rewards(tx, by, RewardFilter(payout=payout_id(PAYOUTS))),
    ],
)
def test_one_thing_costs_little_among_many(crowd, read):
    with watched(crowd) as tx:
        read(tx, crowd.place.owner)

    assert [step for step in tx.plan if _is_bad(step) and "JOIN" not in step] == []
    assert tx.cost < 1000


def test_a_partner_s_deeds_are_put_in_order_among_its_own_alone(crowd):
    with watched(crowd) as tx:
        views.partner_history(tx, crowd.place.owner, "P1500")

    assert [step for step in tx.plan if step.startswith((*_WHOLE, "SCAN h"))] == []
    assert tx.cost < 1000, tx.plan


def test_all_ids_of_a_filter_are_those_of_its_pages(crowd):
    where = PayoutFilter(invoice="parked", currency="EUR")
    with crowd.place.world.store.reading() as tx:
        ids = [*views.payout_ids(tx, crowd.place.owner, where)]
        paged = [one.id for one in views.pages(lambda part: views.payouts(tx, crowd.place.owner, where, part=part))]

    assert ids == paged == [payout_id(number) for number in range(6, PAYOUTS, 100) if number % 50 != 3]


def test_pages_one_after_the_other_leave_nothing_out_and_repeat_nothing(crowd):
    read, found, cursor = payouts(state="Pending"), [], None
    while len(found) < 300:
        page = page_of(crowd, read, Slice(cursor, limit=60))[0]
        found, cursor = [*found, *(one.id for one in page.items)], page.next

    assert found == [payout_id(number) for number in range(1, 6000, 20)]
