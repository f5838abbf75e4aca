"""Sessions of browsers: the library's cookie, our rows. It does not know what a session holds."""

import json
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from anyio import to_thread
from starsessions import SessionStore
from starsessions.serializers import JsonSerializer

from engine import sign_in
from engine.world import World

LASTS = timedelta(hours=12)
COOKIE, COOKIE_OF_LOCALHOST = "__Host-billhook", "billhook"

_as_read: ContextVar[tuple[str, str]] = ContextVar("billhook_session_as_read", default=("", ""))  # of this request


class SessionRows(SessionStore):
    """
    Kept under the hash of their id; what has not changed is not written again: a request that took long would take
    back what others have written meanwhile.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    async def read(self, session_id: str, lifetime: int) -> bytes:  # noqa: ARG002 - the row knows when it ends
        found = await to_thread.run_sync(sign_in.read_session, self._world, session_id)
        _as_read.set((session_id, found or ""))
        return (found or "").encode()

    async def write(self, session_id: str, data: bytes, lifetime: int, ttl: int) -> str:  # noqa: ARG002
        until = self._world.clock.now() + timedelta(seconds=ttl)
        text = data.decode()
        if (session_id, text) != _as_read.get():
            await to_thread.run_sync(lambda: sign_in.keep_session(self._world, session_id, text, until=until))
        return session_id

    async def remove(self, session_id: str) -> None:
        await to_thread.run_sync(sign_in.end_session, self._world, session_id)


class WithoutLooks(JsonSerializer):
    """JSON in one order and without the time of the last look, so that looking changes nothing."""

    def serialize(self, data: Any) -> bytes:
        kept = {**data, "__metadata__": {**data.get("__metadata__", {}), "last_access": 0}}
        return json.dumps(kept, sort_keys=True).encode()
