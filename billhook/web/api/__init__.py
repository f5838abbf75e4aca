"""The HTTP API, /api/v1: whatever a page or the command line can do, for programs. Its routes know no page."""

from fastapi import APIRouter

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

routes = APIRouter(prefix="/api/v1", route_class=StrictRoute, responses=TROUBLES, redirect_slashes=False)
for each in (payouts, partners, rewards, invoices, handouts, consent, tax, pipelines, account, me, webhooks):
    routes.include_router(each.routes)
routes.include_router(router(routes))
