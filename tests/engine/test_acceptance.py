"""What a seller says of its invoice: it accepts, it objects, or its silence counts; exactly one of them."""

from datetime import UTC, datetime
from functools import partial

import pytest

from engine import acceptance, accounts, timers
from engine.duties import DUTIES
from engine.errors import Invalid, InvoiceRefused, NotAllowed, NotFound, ReasonRequired, Refused
from tests.engine.test_races import at_once
from tests.worlds import Place

WHY = "We agreed on 120.00."


class Papers:
    """An invoice that was delivered to NORD on 2 November 2026 at noon UTC, in Berlin, and who speaks of it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        place.partner()
        self.payout, self.number = self.deliver()

    def deliver(self, state: str = "Ready") -> tuple[str, str]:
        payout = self.place.payout(state=state)
        self.place.work()
        [number] = [row.number for row in self.place.invoices() if row.payout_id == payout and row.type_code == "389"]
        return payout, number

    def accept(self, number: str = "") -> str:
        return acceptance.accept(self.place.contact(), number or self.number)

    def contest(self, number: str = "", reason: str = WHY) -> str:
        return acceptance.contest(self.place.contact(), number or self.number, reason=reason)

    def resolve(self, number: str = "", reason: str = "It was 100.00, as signed.") -> str:
        return acceptance.resolve(self.place.vendor("finance", "fred"), number or self.number, reason=reason)

    def wait_until(self, *when: int) -> int:
        self.place.clock.advance(seconds=(datetime(*when, tzinfo=UTC) - self.place.clock.now()).total_seconds())
        return timers.fire_due(self.place.world, DUTIES)

    def standing(self, number: str = "", by=None) -> acceptance.Acceptance:
        with self.place.world.store.reading() as tx:
            return acceptance.standing(tx, by or self.place.owner, number or self.number)

    def state(self, number: str = "") -> str:
        return self.standing(number).state

    def held(self, payout: str = "") -> bool:
        return self.place.view(payout or self.payout).on_hold

    def verbs(self) -> list[str]:
        return [row.verb for row in self.place.history(self.payout)]

    def told(self, audience: str) -> list[str]:
        sql = (
            "SELECT topic, sentence FROM notification WHERE account_id = :account AND audience = :audience ORDER BY id"
        )
        return [row.sentence for row in self.place.all(sql, audience=audience) if row.topic.startswith("invoice_")]


@pytest.fixture
def papers(own_place) -> Papers:
    accounts.set_timezone(own_place.owner, "Europe/Berlin")
    return Papers(own_place)


def test_an_invoice_is_delivered_when_its_document_is_attached(own_place):
    own_place.partner()
    own_place.payout(state="Ready")
    with own_place.world.store.reading() as tx:
        before = acceptance.standing(tx, own_place.owner, "ACME-NORD-00001").state
    own_place.work()

    with own_place.world.store.reading() as tx:
        assert (before, acceptance.standing(tx, own_place.owner, "ACME-NORD-00001").state) == ("issued", "delivered")
