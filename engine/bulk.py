"""
Fire one trigger at many payouts: in chunks of one transaction each, every payout on its own within it.

A payout that is refused leaves nothing behind and keeps no other from moving. What a trigger does is for `service`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from engine import facts, marks
from engine.errors import BillhookError, Conflict
from engine.idempotency import Parts
from engine.reasons import readable
from engine.service import Fired, Request, fire_in
from engine.store import Tx
from engine.world import Caller

CHUNK = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What came of one payout: `fired`, or `refused` with what was raised. In a dry run: what would come of it; `mark` is
    then that of a payout that would move, as it was looked at.
    """

    payout_id: str
    fired: Fired | None = None
    refused: BillhookError | None = None
    mark: str = ""


def fire_many(
    caller: Caller,
    payout_ids: Sequence[str],
    request: Request,
    *,
    key: str | None = None,
    chunk: int = CHUNK,
    dry_run: bool = False,
    seen: Mapping[str, str] | None = None,
) -> Iterator[Outcome]:
    """
    The outcome of each payout, in the order given; those of a chunk when it has been committed.

    key: with it a repeat, also of a run that was interrupted, gets the first answer of each payout that had moved.
    chunk: payouts in a transaction; others wait for the locks of as many.
    dry_run: everything is done and nothing kept.
    seen: payouts with their marks as they were looked at, '' of one that would not have moved. None but those with a
    mark move: one whose mark is another by now is refused with Conflict; any other with what bars it, or else with
    Conflict. None: nothing is said of a look.

    Raises:
        Invalid: the reason cannot be kept.
    """
    readable(f"'{request.trigger}'", request.reason)
    asked, ids = _Asked(request, seen, key, dry_run), iter(payout_ids)
    while some := list(islice(ids, chunk)):
        yield from _chunk(caller, some, asked)


def freeze(caller: Caller, found: Sequence[str], where: Mapping[str, Any], *, key: str) -> Sequence[str]:
    """
    The payouts that a key is about: those `found` by `where` when it was used first, whatever fits now.

    Raises:
        IdempotencyConflict: the key was used for something else.
    """
    parts = Parts(key, {"actor": caller.actor.id, "where": dict(where)})
    kept = caller.transact(lambda tx: parts.begin(tx, caller.account_id, lambda: found, now=caller.now))
    return [str(each) for each in kept]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of many payouts."""

    request: Request
    seen: Mapping[str, str] | None
    key: str | None
    dry_run: bool

    def fire(self, tx: Tx, caller: Caller, payout_id: str) -> Fired:
        """
        Raises what `service.fire` raises. Conflict: there was a look, and this one was not seen to move; only what bars
        it is told before that. Then the part of the transaction must not be kept.
        """
        if self.seen is None or self.seen.get(payout_id):
            bound = replace(self.request, seen=self.seen[payout_id]) if self.seen else self.request
            return fire_in(tx, caller, payout_id, bound, key=self.key and f"{self.key}:{payout_id}")
        fire_in(tx, caller, payout_id, self.request)
        raise Conflict(f"payout {payout_id}", _COULD_NOT if payout_id in self.seen else _NOT_LOOKED_AT)


class _NothingKept(Exception):
    """Ends a dry run's transaction, and carries what would have come of it."""

    def __init__(self, outcomes: list[Outcome]) -> None:
        self.outcomes = outcomes


def _chunk(caller: Caller, payout_ids: list[str], asked: _Asked) -> list[Outcome]:
    def work(tx: Tx) -> list[Outcome]:
        outcomes = _fire_each(tx, caller, payout_ids, asked)
        if asked.dry_run:
            raise _NothingKept(outcomes)
        return outcomes

    try:
        outcomes = caller.transact(work)
    except _NothingKept as would:
        return would.outcomes
    for each in outcomes:
        caller.world.observer.transition_ended(each.refused.code if each.refused else "")
    return outcomes


def _fire_each(tx: Tx, caller: Caller, payout_ids: list[str], asked: _Asked) -> list[Outcome]:
    """Every payout is locked before the first counter is, seller by seller: the order that single triggers keep to."""
    rows = {payout_id: facts.lock(tx, caller.account_id, payout_id) for payout_id in sorted(set(payout_ids))}
    in_order = sorted(rows, key=lambda payout_id: (getattr(rows[payout_id], "partner_id", ""), payout_id))
    found = {payout_id: _fire_one(tx, caller, payout_id, asked) for payout_id in in_order}
    return [found[payout_id] for payout_id in payout_ids]


def _fire_one(tx: Tx, caller: Caller, payout_id: str, asked: _Asked) -> Outcome:
    mark = marks.of(tx, caller.account_id, payout_id) if asked.dry_run else ""
    try:
        with tx.part():
            return Outcome(payout_id, fired=asked.fire(tx, caller, payout_id), mark=mark)
    except BillhookError as refusal:
        return Outcome(payout_id, refused=refusal)


_NOT_LOOKED_AT = "is none of those looked at, so it was left. Look at it and repeat."
_COULD_NOT = "would not have moved when it was looked at, so it was left. Look at it again and repeat."
