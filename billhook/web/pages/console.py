"""The vendor's console: what waits, partners and payouts."""

from fastapi import APIRouter
from starlette.responses import Response

from billhook.web.visits import Vendor
from engine.views import PayoutFilter

routes = APIRouter(prefix="/console", include_in_schema=False)


@routes.get("")
def home(visit: Vendor) -> Response:
    page = visit.workspace.payouts.page(newest_first=True, limit=5)
    return visit.show("console/home.html", payouts=page.items)


@routes.get("/payouts")
def payouts(visit: Vendor, after: str | None = None, state: str = "", partner: str = "") -> Response:
    where = PayoutFilter(state=state, partner=partner)
    page = visit.workspace.payouts.page(where, after=after, newest_first=True)
    return visit.show("console/payouts.html", page=page, where=where)
