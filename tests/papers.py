"""An invoice that was delivered, and those who speak of it. It knows no story."""

from dataclasses import replace
from datetime import UTC, datetime

from engine import acceptance, definitions, invoice_events, payouts, timers
from engine.duties import DUTIES
from engine.payouts import Options
from engine.store import Tx
from engine.world import Caller
from tests.worlds import PAYOUT, Place

WHY = "We agreed on 120.00."


class Papers:
    """An invoice that was delivered to NORD on 2 November 2026 at noon UTC, in Berlin, and who speaks of it."""

    def __init__(self, place: Place, **details: str) -> None:
        self.place = place
        place.partner(opted_in=not details)
        if details:
            place.opt_in(**details)
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

    def wait_until(self, year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
        then = datetime(year, month, day, hour, minute, tzinfo=UTC)
        self.place.clock.advance(seconds=(then - self.place.clock.now()).total_seconds())
        return timers.fire_due(self.place.world, DUTIES)

    def standing(self, number: str = "", by: Caller | None = None) -> acceptance.Acceptance:
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

    def credit_whole_as_rows(self) -> str:
        """A credit note over all of it as rows: a second paper of one payout, and no word of the invoice's own."""
        number, place = f"{self.number}-NOTE", self.place

        def issue(tx: Tx) -> None:
            tx.run(_NOTE, account=place.account_id, of=self.number, id=number, number=number)
            invoice_events.deliver(tx, place.account_id, number, now=place.clock.now())

        place.owner.transact(issue)
        return number

    def payout_without_hold(self) -> str:
        """A Ready payout on a pipeline that knows no hold."""
        arrows = tuple(arrow for arrow in PAYOUT.transitions if arrow.trigger not in ("hold", "release"))
        definitions.publish(self.place.owner, [replace(PAYOUT, name="bare", default=False, transitions=arrows)])
        options = Options((self.place.reward(),), ("review",), "bare")
        payout = payouts.create(self.place.vendor(), "NORD", "EUR", options)
        for trigger in ("validate", "accept"):
            self.place.fire(payout, trigger, reason="why")
        self.place.work()
        return payout


_NOTE = """
    INSERT INTO invoice (account_id, id, payout_id, partner_id, type_code, revision, seq, number, issued_at, currency,
        net, tax, gross, snapshot, snapshot_hash, credits_id)
    SELECT account_id, :id, payout_id, partner_id, '261', 9, 9, :number, issued_at, currency, net, tax, gross, snapshot,
        snapshot_hash, id
    FROM invoice WHERE account_id = :account AND number = :of"""
