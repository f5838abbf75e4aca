"""The web application over a Billhook: it puts routes together and knows none of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles
from starsessions import SessionMiddleware

from billhook.app import Billhook
from billhook.metrics import Metrics
from billhook.web import health, pages, problems
from billhook.web.beneath import Beneath
from billhook.web.charsets import Utf8Forms
from billhook.web.forms import Signature
from billhook.web.heads import Heads
from billhook.web.hosts import OwnName
from billhook.web.limits import BodyLimit, Counter, Lanes
from billhook.web.mistakes import Mistakes
from billhook.web.rendering import STATIC, Pages
from billhook.web.sessions import COOKIE, COOKIE_OF_LOCALHOST, LASTS, SessionRows, WithoutLooks
from billhook.web.surroundings import Surroundings
from billhook.web.visits import House
from engine import sign_in


def create_app(billhook: Billhook) -> FastAPI:
    """
    The application, for any ASGI server. From now on metrics are kept of what `billhook` does in this process. It
    starts no worker and closes nothing: whoever made the Billhook does.
    """
    metrics = Metrics(billhook.world)
    billhook.observe(metrics)
    signature = Signature(lambda: sign_in.secret(billhook.world, "forms"))
    looks = Pages(signature, billhook.world.clock)
    mistakes = dict(Mistakes(looks).all)
    app = FastAPI(
        title="billhook",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=_surroundings(billhook, mistakes),
        exception_handlers=mistakes,
        redirect_slashes=False,  # it would believe the Host that a request names
    )
    app.include_router(health.router(billhook, metrics))
    app.mount("/static", StaticFiles(directory=STATIC))
    app.state.house = House(billhook, looks, signature, Counter(), Lanes())
    for provider in _of_provider(billhook):
        app.include_router(provider, dependencies=pages.DEPENDENCIES)
    app.router.default = pages.routes  # whatever is none of the above; put together once a process, with the first page
    return app


def routes_of_the_api() -> Sequence[BaseRoute]:
    """They are loaded when first asked for: that takes longer than all the rest, and pages need none of them."""
    from billhook.web.api import answered

    return answered


def _of_provider(billhook: Billhook) -> Sequence[APIRouter]:
    """What signs people in elsewhere is loaded where the settings name such a place."""
    if not billhook.settings.oidc_issuer:
        return ()
    from billhook.web.pages import provider

    return (provider.routes,)


def _surroundings(billhook: Billhook, mistakes: Mapping[Any, Any]) -> list[Middleware]:
    """From the outside in."""
    safe = billhook.settings.base_url.startswith("https://")
    return [
        Middleware(Surroundings, unforeseen=lambda: problems.problem(500), safe=safe),
        Middleware(Heads),
        Middleware(OwnName, base_url=billhook.settings.base_url, refused=lambda: problems.problem(421)),
        Middleware(BodyLimit, refused=lambda: problems.problem(413)),
        Middleware(Utf8Forms, refused=lambda: problems.problem(415)),
        Middleware(Beneath, beginning="/api/v1", find=routes_of_the_api, mistakes=mistakes),
        Middleware(
            SessionMiddleware, store=SessionRows(billhook.world), serializer=WithoutLooks(), lifetime=LASTS,
            cookie_name=COOKIE if safe else COOKIE_OF_LOCALHOST, cookie_https_only=safe, cookie_path="/",
        ),
    ]  # fmt: skip
