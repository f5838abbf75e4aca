"""
What surrounds every request: an id, security headers, one line in the log, and an answer whatever happens.

The line has the method, the route's own pattern and the status: no address of a person, no path as it was sent, no
query. It knows areas and no route.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from ipaddress import ip_address
from time import monotonic

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, reset_contextvars

from engine.ids import new_id

log = logging.getLogger("billhook.web")

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
Lines = Sequence[tuple[bytes, bytes]]
_BY_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}
_ID = re.compile(r"[0-9a-f-]{16,64}", re.ASCII)  # what a proxy makes; anything else might say something of somebody
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_AREAS = ("/api/v1", "/console", "/portal")
_FILES = "/static"  # mounted, so that it has no route
_QUIET = ("/healthz", "/readyz", "/metrics")  # asked for all day long

_request: ContextVar[str] = ContextVar("billhook_request", default="")


def request_id() -> str:
    """The id of the request that is being answered; '' outside of one."""
    return _request.get()


def is_loopback(host: str) -> bool:
    """Whether an address or name is this machine's own, as a browser on it says it."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host in ("localhost", "testclient")


def is_address(host: str) -> bool:
    """Whether it is an IP address, or the test client's word for one."""
    try:
        return bool(ip_address(host))
    except ValueError:
        return host == "testclient"


class Surroundings:
    """ASGI middleware. `unforeseen` makes the answer to what nobody answered; `safe`: people come by https alone."""

    def __init__(self, app: ASGIApp, *, unforeseen: Callable[[], Response], safe: bool) -> None:
        self._app, self._unforeseen = app, unforeseen
        headers = SECURITY | _BY_HTTPS if safe else SECURITY
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = Headers(scope=scope).get("x-request-id", "")
        name = sent if _ID.fullmatch(sent) else new_id()
        token, bound = _request.set(name), bind_contextvars(request=name)
        try:
            await self._answer(scope, receive, _Answer(send, name, self._headers))
        finally:
            reset_contextvars(**bound)
            _request.reset(token)

    async def _answer(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        began = monotonic()
        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            pass  # whoever asked is gone: nobody is there to be answered, and nothing is wrong here
        except Exception:
            log.exception("a request was stopped by something unforeseen")
            if not answer.status:
                await self._unforeseen()(scope, receive, answer)
        finally:
            _log(scope, answer.status, monotonic() - began)


class _Answer:
    """What is sent goes through here: headers are added, the status is noted."""

    def __init__(self, send: Callable[[Message], Awaitable[None]], name: str, headers: Lines) -> None:
        self._send, self._name, self._headers = send, name, headers
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            said = {name for name, _ in message["headers"]}
            others = [each for each in self._headers if each[0] not in said]
            message["headers"] = [*message["headers"], *others, (b"x-request-id", self._name.encode())]
        await self._send(message)


def _pattern(scope: Scope) -> str:
    """The route's own, under the area that it was asked for in."""
    if scope["path"].startswith(f"{_FILES}/"):
        return _FILES
    route = getattr(scope.get("route"), "path", "nothing")
    area = next((each for each in _AREAS if f"{scope['path']}/".startswith(f"{each}/")), "")
    return str(route) if route == "nothing" or route.startswith(area) else f"{area}{route}"


def _log(scope: Scope, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in _METHODS else "another method"
    pattern = _pattern(scope)
    level = logging.DEBUG if pattern in _QUIET else logging.INFO
    told = {"method": method, "route": pattern, "status": status, "seconds": round(seconds, 4)}
    log.log(level, "%s %s: %s", method, pattern, status or "no answer", extra=told)
