"""A router for everything beneath a path. It knows no route: what stands there is looked for when somebody asks."""

from collections.abc import Callable

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send


class Beneath(BaseRoute):
    """
    Hands requests beneath a path to a router, so other paths are not compared with its routes, nor its routes with
    other paths. Unlike a mount it leaves the path as it is, and what is not there is the application's 404.
    """

    def __init__(self, beginning: str, find: Callable[[], APIRouter]) -> None:
        """`find` is asked with the first request, in a thread of the pool: putting many routes together takes time."""
        self._beginning, self._find = beginning, find
        self._router: APIRouter | None = None

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        beneath = scope["type"] == "http" and scope["path"].startswith(self._beginning)
        return (Match.FULL if beneath else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._router is None:
            self._router = await run_in_threadpool(self._find)
        await self._router(scope, receive, send)
