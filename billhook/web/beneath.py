"""A router for everything beneath a path. It knows no route: what stands there is looked for when somebody asks."""

from fastapi import APIRouter
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send


class Beneath(BaseRoute):
    """
    Hands requests beneath the router's prefix to it, so other paths are not compared with its routes, nor its routes
    with other paths. Unlike a mount it leaves the path as it is, and what is not there is the application's 404.
    """

    def __init__(self, router: APIRouter) -> None:
        self._router, self._beginning = router, f"{router.prefix}/"

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        beneath = scope["type"] == "http" and scope["path"].startswith(self._beginning)
        return (Match.FULL if beneath else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._router(scope, receive, send)
