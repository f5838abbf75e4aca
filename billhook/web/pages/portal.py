"""The partner's portal: payouts to look at, approve or dispute, and their invoices."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from billhook.web.rendering import Pages, tell
from billhook.web.visits import Doorkeeper, Visit


def router(pages: Pages, door: Doorkeeper) -> APIRouter:
    routes = APIRouter(prefix="/portal", include_in_schema=False)
    partner = Annotated[Visit, Depends(door.partner)]

    @routes.get("")
    def home(request: Request, visit: partner) -> Response:
        page = visit.workspace.payouts.page(newest_first=True, limit=5)
        return pages.show(request, "portal/home.html", seat=visit.seat, payouts=page.items)

    @routes.get("/payouts")
    def payouts(request: Request, visit: partner, after: str | None = None) -> Response:
        page = visit.workspace.payouts.page(after=after, newest_first=True)
        return pages.show(request, "portal/payouts.html", seat=visit.seat, page=page)

    @routes.get("/payouts/{payout_id}")
    def payout(request: Request, visit: partner, payout_id: str) -> Response:
        door = visit.workspace.payouts
        return pages.show(
            request, "portal/payout.html", seat=visit.seat, payout=door.get(payout_id), lines=door.lines(payout_id),
            possible=door.standing(payout_id).possible,
        )  # fmt: skip

    @routes.post("/payouts/{payout_id}/approve")
    def approve(request: Request, visit: partner, payout_id: str, version: Annotated[int, Form()]) -> Response:
        fired = visit.workspace.payouts.fire(payout_id, "approve", version=version)
        tell(request, f"The payout is {fired.target} now.")
        return RedirectResponse(f"/portal/payouts/{payout_id}", 303)

    return routes
