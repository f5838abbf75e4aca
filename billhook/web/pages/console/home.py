"""Where a vendor's person arrives: everything that waits for somebody; and what was done."""

from fastapi import APIRouter
from starlette.responses import Response

from billhook.web.visits import Vendor, Visit
from engine.views import PayoutFilter

routes = APIRouter()
SHOWN = 10


@routes.get("")
def home(visit: Vendor) -> Response:
    """The first of each kind; the rest is a page of its own."""
    account = visit.workspace
    return visit.show(
        "console/home.html",
        unread=[each.name for each in account.handouts.list() if not each.version],
        approvals=account.onboarding.approvals(limit=SHOWN),
        drafts=account.payouts.page(PayoutFilter(state=_draft(visit)), limit=SHOWN),
        blocked=account.payouts.page(PayoutFilter(invoice="blocked"), limit=SHOWN),
        contested=account.documents.page(contested=True, limit=SHOWN),
        held=account.payouts.page(PayoutFilter(on_hold=True), limit=SHOWN),
        parked=account.jobs.page(status="parked", limit=SHOWN),
    )


@routes.get("/approvals")
def approvals(visit: Vendor, after: str | None = None) -> Response:
    return visit.show("console/approvals.html", page=visit.workspace.onboarding.approvals(after=after))


@routes.get("/activity")
def activity(visit: Vendor, after: str | None = None) -> Response:
    return visit.show("console/activity.html", page=visit.workspace.settings.activity(after=after))


def _draft(visit: Visit) -> str:
    """What the state that means draft is called in the lifecycle of new payouts; any, before one is published."""
    lifecycles = visit.workspace.payouts.lifecycles()
    return lifecycles[0].meaning("draft").name if lifecycles else ""
