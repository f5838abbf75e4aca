"""
Signing in by an OpenID Connect provider that the settings name (authorization code flow with PKCE, state and nonce).
The provider says who somebody is; which seats they have, our rows do.
"""

import asyncio
from collections.abc import Awaitable
from functools import cache
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from billhook.settings import Settings
from billhook.web.limits import TRIES_OF_PLACE
from billhook.web.oauth import AMISS, SILENT, OAuth
from billhook.web.pages.entrance import onward
from billhook.web.refusals import ProviderRefused, ProviderSilent
from billhook.web.visits import Anybody, Visitor
from engine import sign_in
from engine.errors import NotFound, TooMany
from engine.people import address

routes = APIRouter(prefix="/oidc", include_in_schema=False)


@routes.get("")
async def leave(visitor: Anybody) -> Response:
    provider = _named(visitor)
    _count(visitor)
    back = visitor.house.billhook.settings.base_url.rstrip("/") + "/oidc/back"
    try:
        found: Response = await _in_time(visitor, provider.authorize_redirect(visitor.request, back))
    except AMISS as error:
        raise _silent(error) from error
    return found


@routes.get("/back")
async def come_back(visitor: Anybody) -> Response:
    _count(visitor)
    email = await _who(visitor, _named(visitor))
    return await visitor.off_the_loop(_enter, visitor, email)


async def _who(visitor: Visitor, provider: Any) -> str:
    """The address that the provider vouches for."""
    try:
        token = await _in_time(visitor, provider.authorize_access_token(visitor.request))
        claims = token.get("userinfo") or {}
    except AMISS as error:
        _client.cache_clear()
        raise ProviderRefused(f"what the provider sent cannot be trusted ({type(error).__name__})") from error
    if claims.get("email_verified") is not True or not isinstance(claims.get("email"), str):
        raise ProviderRefused("the provider does not vouch for an e-mail address of yours")
    return address(claims["email"])


async def _in_time(visitor: Visitor, answer: Awaitable[Any]) -> Any:
    """What comes of it. Raises ProviderSilent: nothing does, or not within the time."""
    try:
        async with asyncio.timeout(visitor.house.billhook.settings.oidc_seconds):
            return await answer
    except SILENT as error:
        raise _silent(error) from error


def _silent(error: Exception) -> ProviderSilent:
    """What it said of itself and of its keys is asked for anew the next time, lest a slip of its stays."""
    _client.cache_clear()
    return ProviderSilent(type(error).__name__)


def _enter(visitor: Visitor, email: str) -> Response:
    seats = visitor.enter(email)
    if not seats:
        visitor.leave()
        raise ProviderRefused("your address has no access here; ask who invited you")
    return visitor.go(onward(seats, "/"))


def _count(visitor: Visitor) -> None:
    """Each try keeps a session's row. Raises TooMany: there were too many of them from this place."""
    if not visitor.house.counter.allows(TRIES_OF_PLACE, "tries from", visitor.place):
        raise TooMany("Sign-ins", sign_in.LASTS)


def _named(visitor: Visitor) -> Any:
    """Raises NotFound: the settings name no provider."""
    settings = visitor.house.billhook.settings
    if not settings.oidc_issuer:
        raise NotFound("page", "/oidc")
    return _client(settings)


@cache
def _client(settings: Settings) -> Any:
    oauth = OAuth()
    return oauth.register(
        "provider",
        server_metadata_url=settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "timeout": settings.oidc_seconds},
    )
