"""Where a partner arrives: how far onboarding is, and which payouts wait for an answer."""

from fastapi import APIRouter
from starlette.responses import Response

from billhook.web.visits import Partner, Visit
from engine.errors import NotFound
from engine.onboarding import RunView

routes = APIRouter()


@routes.get("")
def home(visit: Partner) -> Response:
    door = visit.workspace.payouts
    return visit.show(
        "portal/home.html", run=run_of(visit), payouts=door.page(newest_first=True, limit=10).items,
        revised=door.revised(newest_first=True, limit=10).items, profile=visit.workspace.self_invoicing.profile(
            visit.seat.partner
        ),
    )  # fmt: skip


def run_of(visit: Visit) -> RunView | None:
    """The partner's onboarding, None before it began."""
    try:
        return visit.workspace.onboarding.view(visit.seat.partner)
    except NotFound:
        return None
