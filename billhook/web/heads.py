"""HEAD wherever there is GET (RFC 9110, 9.1): the same answer, its headers alone. It knows no route."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Heads:
    """ASGI middleware: what stands beneath is asked by GET, with all that this means, and its body is left out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        asked = {**scope, "method": "GET"}
        try:
            await self._app(asked, receive, _without_body(send))
        finally:
            scope["route"] = asked.get("route")  # the log of what surrounds this names it


def allowing(allow: str) -> str:
    """The methods of an Allow header, HEAD among them where GET is."""
    methods = allow.split(", ")
    return ", ".join([*methods, "HEAD"] if "GET" in methods and "HEAD" not in methods else methods)


def _without_body(send: Send) -> Send:
    ended = False

    async def headers_alone(message: Message) -> None:
        nonlocal ended
        if message["type"] == "http.response.start":
            await send(message)
        elif not ended:
            ended = True
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return headers_alone
