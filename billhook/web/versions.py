"""Versions of what is shown: a tag made of what it says, and deeds that are held to what was looked at."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from typing import Any, cast

from billhook.app import Workspace
from billhook.web.refusals import Stale
from engine.idempotency import plain
from engine.store import Store, Tx
from engine.world import Caller, Provided

Look = Callable[[Workspace], Any]


def tag(shown: Any) -> str:
    """Another one whenever anything that is shown is another."""
    return sha256(json.dumps(plain(shown), sort_keys=True).encode()).hexdigest()[:32]


def held(caller: Caller, subject: str, look: Look, *, version: str) -> Caller:
    """
    The caller, whose next deed is done if what `look` shows has this tag within the deed's transaction, and is refused
    as `Stale` otherwise. The account is locked before, so that nothing comes between the two.
    """

    def require(tx: Tx) -> None:
        tx.one(_LOCK, account=caller.account_id)
        within = replace(caller, world=replace(caller.world, store=cast("Store", _Within(tx))))
        if tag(look(Workspace(within))) != version:
            raise Stale(subject)

    return replace(caller, provided=Provided(require))


class _Within:
    """An open transaction where a store is read: what is seen is what the transaction sees."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        yield self._tx


_LOCK = "SELECT id FROM account WHERE id = :account FOR UPDATE"
