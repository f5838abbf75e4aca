"""The HTTP API, /api/v1: whatever a page or the command line can do, for programs. Its routes know no page."""

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.routing import BaseRoute

from billhook.web.api import (
    account,
    consent,
    handouts,
    invoices,
    me,
    partners,
    payouts,
    pipelines,
    rewards,
    tax,
    webhooks,
)
from billhook.web.api.described import TROUBLES, router
from billhook.web.api.strict import StrictRoute

PARTS = (payouts, partners, rewards, invoices, handouts, consent, tax, pipelines, account, me, webhooks)

#: As they are described.
routes = APIRouter(prefix="/api/v1", route_class=StrictRoute, responses=TROUBLES, redirect_slashes=False)
for part in PARTS:
    routes.include_router(part.routes)
openapi = router(routes)
routes.include_router(openapi)

#: As they are answered, beneath that prefix: FastAPI's way to them through two routers takes seconds to put together.
answered: Sequence[BaseRoute] = [each for part in PARTS for each in part.routes.routes] + openapi.routes
