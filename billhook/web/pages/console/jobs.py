"""Jobs: what waits, what was given up, trying again and giving up."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.web import forms, sheets
from billhook.web.sheets import Back, Sheet
from billhook.web.visits import Vendor, Visit
from engine.contracts import Field

routes = APIRouter(prefix="/jobs")
STATUSES = ("parked", "pending", "offered", "claimed", "done")
PARK = (
    forms.Picked("job", "choice", "Jobs", look="several"),
    Field("reason", "text", "Why they are given up"),
)
VERBS = {"parked": "retry", "pending": "park", "offered": "park"}


@routes.get("")
def jobs(visit: Vendor, status: str = "parked", after: str | None = None) -> Response:
    return _page(visit, status, after=after)


@routes.post("/retry")
def retry(visit: Vendor, job: Annotated[list[str], Form()] = []) -> Response:  # noqa: B006 - FastAPI copies it
    """Those that were chosen, or all that were given up."""
    count = visit.workspace.jobs.retry(job)
    return visit.go("/console/jobs", f"{count} job(s) are tried again.")


@routes.post("/park")
async def park(visit: Vendor) -> Response:
    """Those that were chosen and still wait."""
    given = await forms.answer(visit.request, PARK)

    def deed() -> str:
        count = visit.workspace.jobs.park(given["job"], reason=given.get("reason", ""))
        return f"{count} job(s) are parked."

    return await visit.off_the_loop(
        lambda: sheets.tried(
            visit, "park", given, deed, page=lambda back: _page(visit, "pending", back=back), to="/console/jobs"
        )
    )


def _page(visit: Visit, status: str, *, after: str | None = None, back: Back | None = None) -> Response:
    page = visit.workspace.jobs.page(status=status, after=after)
    return visit.show(
        "console/jobs.html", page=page, chosen=status, statuses=STATUSES, verb=VERBS.get(status, ""),
        forms=sheets.shown(visit, [Sheet("park", PARK)], back), ticked=back.said["job"] if back else [],
        status=sheets.status(back),
    )  # fmt: skip
