"""How long what a blow held up stays held up. It knows no blow."""

import time
from typing import Any

from engine.store import Store

Hold = tuple[Any, ...]


class Held:
    """Claims and hints that were out when something was lost, until each is ended or taken up again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._since: dict[Hold, float] = {}
        self.longest = 0.0

    def mark(self) -> None:
        """Something is being lost now: whoever held what is out may be gone."""
        now = time.monotonic()
        for hold in self._out():
            self._since[hold] = now  # who is hit again waits from then on

    def look(self) -> None:
        """Note what has moved on since it was marked."""
        out, now = self._out(), time.monotonic()
        for hold in self._since.keys() - out:
            self.longest = max(self.longest, now - self._since.pop(hold))

    def _out(self) -> set[Hold]:
        with self._store.reading() as tx:
            return {tuple(row) for row in tx.all(_OUT)}


_OUT = "SELECT id, status, token, offered_at FROM job WHERE status IN ('claimed', 'offered')"
