"""What one verb costs does not grow with what is there: SQLite's instructions among few payouts and among thousands."""

from decimal import Decimal

import pytest
from sqlalchemy import event

from engine import acceptance, bulk, crediting, partners, payouts, self_invoicing, tax_decisions
from engine.billing.tax import Treatment
from engine.crediting import Chosen
from engine.dispatch import Dispatcher
from engine.payouts import Options
from engine.service import Request
from engine.store import Store
from tests.worlds import Place

MANY = 1000


class Counted:
    """A place whose store counts what SQLite does; `cost` is in instructions."""

    def __init__(self, url):
        store, self.cost = Store(url, durability="NORMAL"), 0
        event.listen(store.engine, "checkout", lambda driver, *_: driver.set_progress_handler(self._tick, 10))
        self.place = Place(store)
        self.place.partner()
        self.place.partner("OST")

    def cost_of(self, deed):
        before = self.cost
        deed()
        return self.cost - before

    def _tick(self):
        self.cost += 10


@pytest.fixture
def counted(sqlite_database):
    counted = Counted(sqlite_database)
    yield counted
    counted.place.world.store.close()


def made(place, partner="NORD"):
    return payouts.create(place.vendor(), partner, "EUR", Options((place.reward(partner),), ask=()))


def work(place):
    """As `place.work`, which reads every job of the account."""
    dispatcher = Dispatcher(place.world)
    for job in place.all("SELECT id FROM job WHERE account_id = :account AND status = 'pending'"):
        dispatcher.perform(job.id)
    dispatcher.broker.close()


def number(place, payout):
    sql = "SELECT number FROM invoice WHERE account_id = :account AND payout_id = :payout AND type_code = '389'"
    return place.one(sql, payout=payout).number


def costs(counted):
    place = counted.place
    told = {}
    deeds = {
        "reward": lambda: told.update(reward=place.reward()),
        "settle": lambda: partners.settle_rewards(place.owner, [told["reward"]], status="refused", reason="x"),
        "create": lambda: told.update(payout=made(place)),
        "validate": lambda: place.fire(told["payout"], "validate"),
        "work": lambda: work(place),
        "contest": lambda: acceptance.contest(place.contact(), number(place, told["payout"]), reason="why"),
        "resolve": lambda: acceptance.resolve(place.owner, number(place, told["payout"]), reason="why"),
        "pay": lambda: place.fire(told["payout"], "mark_paid", by=place.vendor("finance", "fred")),
        "unpay": lambda: place.fire(told["payout"], "payment_failed", reason="sent back"),
        "credit": lambda: crediting.credit(
            place.owner, number(place, told["payout"]), Chosen((1,), "10.00"), reason="why"
        ),
        "reissue": lambda: crediting.reissue(place.owner, number(place, told["payout"]), reason="why"),
        "cancel": lambda: place.fire(told["payout"], "cancel", reason="not due"),
        "override": lambda: tax_decisions.override(place.owner, "NORD", Treatment("S", Decimal(7)), reason="ruling"),
        "rules": lambda: tax_decisions.override(place.owner, "NORD", None, reason="ended"),
        "rate": lambda: tax_decisions.add_rate(place.owner, "EUR", "SEK", "11", day="2026-11-02", source="ECB"),
        "opt out": lambda: self_invoicing.opt_out(place.contact(), "NORD"),
        "opt in": lambda: place.opt_in(),
    }
    return {name: counted.cost_of(deed) for name, deed in deeds.items()}


def test_a_verb_among_thousands_costs_what_it_costs_among_few(counted):
    costs(counted)
    among_few = costs(counted)
    place = counted.place
    crowd = [made(place, "OST") for _ in range(MANY)]
    assert all(outcome.fired for outcome in bulk.fire_many(place.vendor(), crowd, Request("validate")))
    place.work()
    among_many = costs(counted)

    grown = {name: (among_few[name], cost) for name, cost in among_many.items() if cost > 2 * among_few[name] + 500}
    assert grown == {}
