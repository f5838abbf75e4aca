"""
Who may wait at the press: workers and commands always, requests few at a time. It knows no page and no call.

A request that waits holds one of the threads that all requests share. So only some may: the next one is told at once
to come again, and whoever asks for something else never stands behind a drawing.
"""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from billhook.web.refusals import PressBusy
from renderers.press import Archived, Press

PLACES, OF_ONE = 8, 3  # of all requests of a process, and of one side that asks; a form's live preview takes one

#: Whose request it is, in the context in which it is answered: a `side`; '' for whatever is no request.
asker: ContextVar[str] = ContextVar("asker", default="")


def side(account_id: str, partner_id: str | None) -> str:
    """
    Who is counted as one, however many seats and tokens they make: a partner with all its contacts, or the vendor's
    side of an account.
    """
    return f"{account_id} partner {partner_id}" if partner_id else f"{account_id} vendor"


class PressQueue:
    """A press with a place to wait for each request that may; it raises PressBusy beside what the press does."""

    def __init__(self, press: Press) -> None:
        self._press = press
        self._waiting: Counter[str] = Counter()
        self._turn = threading.Lock()

    def press(self, html: str, *, style: str, assets: Mapping[str, bytes], identifier: bytes) -> bytes:
        with self.place():
            return self._press.press(html, style=style, assets=assets, identifier=identifier)

    def archive(
        self, html: str, *, style: str, assets: Mapping[str, bytes], identifier: bytes, xml: bytes, dated: datetime
    ) -> Archived:
        with self.place():
            return self._press.archive(html, style=style, assets=assets, identifier=identifier, xml=xml, dated=dated)

    def clean_logo(self, content: bytes) -> bytes:
        with self.place():
            return self._press.clean_logo(content)

    def version(self) -> str:
        return self._press.version()

    def close(self) -> None:
        self._press.close()

    @contextmanager
    def place(self) -> Iterator[None]:
        """
        A place for whoever asks, until it is left.

        Raises:
            PressBusy: there is none.
        """
        if not (who := asker.get()):
            yield
            return
        with self._turn:
            if self._waiting.total() >= PLACES or self._waiting[who] >= OF_ONE:
                raise PressBusy
            self._waiting[who] += 1
        try:
            yield
        finally:
            with self._turn:
                self._waiting -= Counter([who])  # who has none left is forgotten
