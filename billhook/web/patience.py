"""
How long a connection may say nothing, and how many there may be: so that nobody keeps others out by holding on.

uvicorn gives an idle connection time after an answer, and any time before the first request.
"""

import asyncio
import resource
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


class Patience(H11Protocol):
    """
    A connection that has not sent a whole head in time, from the connection or from the first byte of a later request
    on, is closed; so is one that says nothing of a body for that long. A proxy sends both at once.
    """

    head_seconds = 10.0
    body_seconds = 30.0
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait(self.head_seconds)

    def data_received(self, data: bytes) -> None:
        """What comes starts the time anew, but within a head, which has but one."""
        if self._waiting is None:
            self._wait(self.head_seconds)
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        super().handle_events()
        if self._body_to_come():
            self._wait(self.body_seconds)
        elif self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()

    def _body_to_come(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete and self.cycle.more_body

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._waiting = self.loop.call_later(seconds, self._close_the_silent)

    def _close_the_silent(self) -> None:
        head_to_come = self.cycle is None or self.cycle.response_complete
        if (head_to_come or self._body_to_come()) and not self.transport.is_closing():
            self.transport.close()

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


def as_many_files_as_allowed() -> None:
    """Shells and supervisors give a process 1,024 open files, connections among them, and let it take more."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
