"""The partner's portal: payouts to look at, approve or dispute, and their invoices."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.web.visits import Partner

routes = APIRouter(prefix="/portal", include_in_schema=False)


@routes.get("")
def home(visit: Partner) -> Response:
    page = visit.workspace.payouts.page(newest_first=True, limit=5)
    return visit.show("portal/home.html", payouts=page.items)


@routes.get("/payouts")
def payouts(visit: Partner, after: str | None = None) -> Response:
    return visit.show("portal/payouts.html", page=visit.workspace.payouts.page(after=after, newest_first=True))


@routes.get("/payouts/{payout_id}")
def payout(visit: Partner, payout_id: str) -> Response:
    door = visit.workspace.payouts
    return visit.show(
        "portal/payout.html", payout=door.get(payout_id), lines=door.lines(payout_id),
        possible=door.standing(payout_id).possible,
    )  # fmt: skip


@routes.post("/payouts/{payout_id}/approve")
def approve(visit: Partner, payout_id: str, version: Annotated[int, Form()]) -> Response:
    fired = visit.workspace.payouts.fire(payout_id, "approve", version=version)
    return visit.go(f"/portal/payouts/{payout_id}", f"The payout is {fired.target} now.")
