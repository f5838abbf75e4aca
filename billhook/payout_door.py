"""The facade's door to payouts: made, advanced by their pipeline's triggers, looked at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from billhook.csv_export import sheet
from billhook.doors import Door
from engine import bulk, definitions, marks, payouts, service, views
from engine.bulk import CHUNK, Outcome
from engine.contracts import Document
from engine.definition import PayoutPipeline
from engine.payouts import Options, Standing
from engine.service import Fired, Request
from engine.views import (
    EVERY,
    LIMIT,
    HistoryView,
    Page,
    PaymentView,
    PayoutFilter,
    PayoutView,
    RevisedView,
    Slice,
    Way,
    pages,
)


class Payouts(Door):
    """Payouts, and the one verb that advances them."""

    def create(
        self,
        partner: str,
        currency: str,
        *,
        rewards: Sequence[str] = (),
        ask: Sequence[str] | None = None,
        pipeline: str = "",
    ) -> str:
        options = Options(tuple(rewards), None if ask is None else tuple(ask), pipeline)
        return payouts.create(self.caller, partner, currency, options)

    def fire(
        self,
        payout_id: str,
        trigger: str,
        *,
        reason: str = "",
        data: Mapping[str, Any] | None = None,
        uploads: Mapping[str, Document] | None = None,
        version: int | None = None,
        seen: str = "",
        key: str | None = None,
    ) -> Fired:
        """
        Take a trigger. `version`: only if that is the payout's version still; `seen`: only if that is its `mark` still.

        Raises:
            Conflict: it is not; nothing was done.
        """
        request = Request(trigger, reason, data or {}, uploads or {}, version, seen)
        return service.fire(self.caller, payout_id, request, key=key)

    def fire_many(
        self,
        chosen: Sequence[str] | PayoutFilter,
        trigger: str,
        *,
        reason: str = "",
        data: Mapping[str, Any] | None = None,
        key: str | None = None,
        chunk: int = CHUNK,
        dry_run: bool = False,
        seen: Mapping[str, str] | None = None,
    ) -> Iterator[Outcome]:
        """
        Advance many payouts, those named or all that fit now, in chunks of one transaction each, and yield what came of
        each. A refused one leaves nothing and keeps no other from moving. Who stops asking stops the rest.

        key: a repeat, also of a run that was interrupted, is about the payouts that fitted the first time, and gets
        the first answer of each that had moved.
        dry_run: everything is done and nothing kept.
        seen: payouts with the `mark` that the outcome of a dry run has ('': it would not have moved); one that has
        another by now is left, and one that has none here. None: all are moved, whoever has looked at them.

        Raises:
            NotFound, Unknown: nothing is called as the filter says.
            Invalid: the reason cannot be kept.
            IdempotencyConflict: the key was used for another filter, or for something else.
        """
        frozen = None if dry_run else key
        ids = self.ids(chosen, key=frozen) if isinstance(chosen, PayoutFilter) else chosen
        request = Request(trigger, reason, data or {})
        return bulk.fire_many(self.caller, ids, request, key=key, chunk=chunk, dry_run=dry_run, seen=seen)

    def get(self, payout_id: str) -> PayoutView:
        return self._read(lambda tx: views.payout(tx, self.caller, payout_id))

    def find(self, text: str) -> str:
        """The full id of the payout whose id ends with `text`. Raises NotFound."""
        return self._read(lambda tx: views.payout(tx, self.caller, views.full_id(tx, self.caller, text)).id)

    def page(
        self, where: PayoutFilter = EVERY, *, after: str | None = None, limit: int = LIMIT, newest_first: bool = False
    ) -> Page[PayoutView]:
        """Some payouts, in the order they were made. Raises NotFound, Unknown, Invalid."""
        part = Slice(after, limit, newest_first)
        return self._read(lambda tx: views.payouts(tx, self.caller, where, part=part))

    def revised(self, *, after: str | None = None, limit: int = LIMIT, newest_first: bool = False) -> Page[RevisedView]:
        """Some of those that are drafts again, which their partners have seen before. Raises Invalid."""
        part = Slice(after, limit, newest_first)
        return self._read(lambda tx: views.revised(tx, self.caller, part=part))

    def revision(self, payout_id: str) -> RevisedView:
        """One of these. Raises NotFound."""
        return self._read(lambda tx: views.revision(tx, self.caller, payout_id))

    def each(self, where: PayoutFilter = EVERY) -> Iterator[PayoutView]:
        return pages(lambda part: self.page(where, after=part.after, limit=part.limit))

    def ids(self, where: PayoutFilter = EVERY, *, key: str | None = None) -> Sequence[str]:
        """The ids of all, as they are at one instant: with a key, at the first one at which it was asked with it."""
        found = self._read(lambda tx: [*views.payout_ids(tx, self.caller, where)])
        return found if key is None else bulk.freeze(self.caller, found, asdict(where), key=key)

    def list(self, *, state: str = "", partner: str = "") -> list[PayoutView]:
        return [*self.each(PayoutFilter(state=state, partner=partner))]

    def payments(self, where: PayoutFilter = EVERY) -> Sequence[PaymentView]:
        """What is to be paid, to whom and where, of all that fit. Raises NotAllowed, NotFound, Unknown."""
        return self._read(lambda tx: [*views.payments(tx, self.caller, where)])

    def sheet(self, where: PayoutFilter = EVERY) -> Document:
        """The same as a CSV file. Raises NotAllowed, NotFound, Unknown."""
        return sheet(self.payments(where), PaymentView, filename="payouts.csv")

    def lines(self, payout_id: str) -> Sequence[Any]:
        with self.caller.world.store.reading() as tx:
            payouts.get(tx, self.caller, payout_id)
            return payouts.lines(tx, self.caller, payout_id)

    def mark(self, payout_id: str) -> str:
        """What changes with every deed and line of the payout, not when its document comes. Raises NotFound."""
        with self.caller.world.store.reading() as tx:
            return marks.of(tx, self.caller.account_id, payouts.get(tx, self.caller, payout_id).id)

    def own_invoice(self, payout_id: str) -> Document:
        """What the partner uploaded last. Raises NotFound."""
        return self._read(lambda tx: payouts.own_invoice(tx, self.caller, payout_id))

    def standing(self, payout_id: str) -> Standing:
        with self.caller.world.store.reading() as tx:
            return payouts.standing(tx, self.caller, payout_id)

    def ways(self, payout_id: str) -> Sequence[Way]:
        """What you can do with it now, and what stands in the way. Raises NotFound."""
        return self._read(lambda tx: views.ways(tx, self.caller, payout_id))

    def lifecycles(self) -> Sequence[PayoutPipeline]:
        """The live payout pipelines, the one that is used by default first."""
        return self._read(lambda tx: definitions.live_lifecycles(tx, self.caller))

    def history(self, payout_id: str) -> Sequence[HistoryView]:
        with self.caller.world.store.reading() as tx:
            payouts.get(tx, self.caller, payout_id)
            return [*pages(lambda part: views.history(tx, self.caller, payout_id, part=part))]
