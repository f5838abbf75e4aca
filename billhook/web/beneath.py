"""A table of routes for everything beneath a path. It knows no route: what stands there is looked for when asked."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send


class Beneath:
    """
    ASGI middleware: what is asked for beneath a path is answered from a table of its own, and meets nothing that is
    further in. `mistakes` are the answers to exceptions.
    """

    def __init__(
        self, app: ASGIApp, *, beginning: str, find: Callable[[], Iterable[BaseRoute]], mistakes: Mapping[Any, Any]
    ) -> None:
        """`find` is asked with the first request, in a thread of the pool: making many routes takes time."""
        self._app, self._beginning, self._find, self._mistakes = app, beginning, find, mistakes
        self._table: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(f"{self._beginning}/"):
            await self._app(scope, receive, send)
            return
        if self._table is None:
            self._table = await run_in_threadpool(self._made)
        await self._table(scope, receive, send)

    def _made(self) -> ASGIApp:
        return ExceptionMiddleware(_Table(self._beginning, self._find()), handlers=self._mistakes)


class _Table:
    """The routes by the first word after the beginning, so that a path is compared with few of them."""

    def __init__(self, beginning: str, routes: Iterable[BaseRoute]) -> None:
        self._beginning = beginning
        self._by_word = defaultdict[str, list[Route]](list)
        for each in routes:
            if isinstance(each, Route):
                self._by_word[_word(each.path)].append(each)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, others = scope["path"].removeprefix(self._beginning), set[str]()
        for route in self._by_word.get(_word(path), ()):
            if found := route.path_regex.match(path):
                if scope["method"] in (route.methods or ()):
                    scope["path_params"], scope["route"] = found.groupdict(), route
                    await route.handle(scope, receive, send)
                    return
                others.update(route.methods or ())
        raise HTTPException(405, headers={"Allow": ", ".join(sorted(others))}) if others else HTTPException(404)


def _word(path: str) -> str:
    return path.split("/", 2)[1]
