"""Pages answer under their own name alone: another one is a page of elsewhere that had its name lead here."""

from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
_FOR_PROGRAMS = ("/api/", "/healthz", "/readyz", "/metrics")  # no cookie opens these; they are asked for by any name


class OwnName:
    """ASGI middleware. `refused` makes the answer to a request for a page under another name than `base_url`'s."""

    def __init__(self, app: ASGIApp, *, base_url: str, refused: Callable[[], Response]) -> None:
        self._app, self._refused = app, refused
        self._names = _LOCAL | {_host(urlsplit(base_url).netloc)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_ours(scope):
            await self._refused()(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        named = _host(Headers(scope=scope).get("host", ""))
        return named in self._names or scope["path"].startswith(_FOR_PROGRAMS)


def _host(place: str) -> str:
    """A name without its port."""
    head, colon, port = place.rpartition(":")
    return (head if colon and port.isdigit() else place).lower()
