"""
Forms are in UTF-8. In another charset they would be decoded by the codec that their sender names, while everybody
waits; some take minutes for what one request holds. It knows no route.
"""

from collections.abc import Callable

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_FORMS = (b"multipart/form-data", b"application/x-www-form-urlencoded")
_OURS = (b"utf-8", b"utf8")


class Utf8Forms:
    """ASGI middleware. `refused` makes the answer to a form in another charset; nothing of it is read."""

    def __init__(self, app: ASGIApp, *, refused: Callable[[], Response]) -> None:
        self._app, self._refused = app, refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _is_utf8(Headers(scope=scope).get("content-type", "")):
            await self._refused()(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_utf8(content_type: str) -> bool:
    """As the parser of forms reads the header, which is asked for its charset."""
    kind, parts = parse_options_header(content_type)
    return kind not in _FORMS or parts.get(b"charset", _OURS[0]).lower() in _OURS
