"""
What every verb needs from outside, and who calls it. It knows no verb.

A `World` is made once, by the shell; a `Caller` is an account and an actor in it. There is no way to a row that does
not pass a Caller.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from engine.actor import Actor
from engine.billing.text import is_readable
from engine.contracts import Clock, Letters, Renderer, Tools
from engine.definition import Definition, restore
from engine.errors import NotAllowed, ReasonRequired
from engine.idempotency import Once
from engine.observer import Nobody, Observer
from engine.outward import Courier
from engine.reasons import readable
from engine.registry import Registry
from engine.store import Store, Tx
from engine.vat_check import VatCheck

Answer = TypeVar("Answer")


def _nobody_waits() -> None:
    """Without a dispatcher a commit wakes nobody; the sweeper finds the job."""


@dataclass(slots=True)
class World:
    """
    `wake` is called after a commit that noted jobs; the dispatcher puts itself there. `observer` is told of work.
    `vat_check`: the register that VAT numbers are looked up in; None: their check digits are all that is looked at.
    `courier` carries what leaves the house. `letters`: what fonts have, asked before a number is given.
    """

    store: Store
    registry: Registry
    clock: Clock
    tools: Tools
    renderers: Mapping[str, Renderer] = field(default_factory=dict)
    wake: Callable[[], None] = _nobody_waits
    observer: Observer = field(default_factory=Nobody)
    definitions: dict[str, Definition] = field(default_factory=dict)
    vat_check: VatCheck | None = None
    courier: Courier | None = None
    letters: Letters | None = None


@dataclass(slots=True)
class Provided:
    """What has to be so in a caller's next transaction, before it does anything: else `require` raises."""

    require: Callable[[Tx], None]
    spent: bool = False

    def then(self, work: Callable[[Tx], Answer]) -> Callable[[Tx], Answer]:
        def both(tx: Tx) -> Answer:
            self.require(tx)
            return work(tx)

        return work if self.spent else both


@dataclass(frozen=True, slots=True)
class Caller:
    """
    An actor in an account. `once`: the key under which its next transaction is done, so that a repeat is not;
    `provided`: what that transaction is done on.
    """

    world: World
    account_id: str
    actor: Actor
    once: Once | None = None
    provided: Provided | None = None

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    def transact(self, work: Callable[[Tx], Answer]) -> Answer:
        once, provided = self.once, self.provided
        deed = provided.then(work) if provided else work
        if once is None or once.spent:
            answer = self.world.store.unit_of_work(deed)
        else:
            answer = self.world.store.unit_of_work(lambda tx: once.do(tx, self.account_id, deed, now=self.now))
            once.spent = True
        if provided:
            provided.spent = True
        return answer

    def definition(self, tx: Tx, definition_id: str) -> Definition:
        """A published definition. It never changes, so a process reads it once."""
        known = self.world.definitions
        if definition_id not in known:
            known[definition_id] = restore(tx.one(_BODY, account=self.account_id, id=definition_id).body)
        return known[definition_id]

    def require(self, verb: str, *groups: str) -> None:
        """
        Raises:
            NotAllowed: the actor's role is in none of the groups.
        """
        if not self.actor.may(*groups):
            raise NotAllowed(verb, self.actor.position, groups)

    def require_reason(self, verb: str, reason: str) -> str:
        """
        Raises:
            ReasonRequired: the reason is empty, or says nothing. Invalid: it cannot be kept.
        """
        why = readable(f"'{verb}'", reason)
        if not is_readable(why):
            raise ReasonRequired(verb)
        return why


_BODY = "SELECT body FROM definition WHERE account_id = :account AND id = :id"
