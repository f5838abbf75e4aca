"""The vendor's console: what waits, partners and payouts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from billhook.web.rendering import Pages
from billhook.web.visits import Doorkeeper, Visit
from engine.views import PayoutFilter


def router(pages: Pages, door: Doorkeeper) -> APIRouter:
    routes = APIRouter(prefix="/console", include_in_schema=False)
    vendor = Annotated[Visit, Depends(door.vendor)]

    @routes.get("")
    def home(request: Request, visit: vendor) -> Response:
        page = visit.workspace.payouts.page(newest_first=True, limit=5)
        return pages.show(request, "console/home.html", seat=visit.seat, payouts=page.items)

    @routes.get("/payouts")
    def payouts(
        request: Request, visit: vendor, after: str | None = None, state: str = "", partner: str = ""
    ) -> Response:
        where = PayoutFilter(state=state, partner=partner)
        page = visit.workspace.payouts.page(where, after=after, newest_first=True)
        return pages.show(request, "console/payouts.html", seat=visit.seat, page=page, where=where)

    return routes
