"""Jobs: what waits, what was given up, trying again and giving up."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.web.visits import Vendor, Visit
from engine.errors import Invalid, ReasonRequired

Reason = Annotated[str, Form(max_length=2000)]
routes = APIRouter(prefix="/jobs")
STATUSES = ("parked", "pending", "offered", "claimed", "done")
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
def park(visit: Vendor, job: Annotated[list[str], Form()] = [], reason: Reason = "") -> Response:  # noqa: B006
    """Those that were chosen and still wait."""
    try:
        count = visit.workspace.jobs.park(job, reason=reason)
    except (Invalid, ReasonRequired) as error:
        return _page(visit, "pending", error=error)
    return visit.go("/console/jobs", f"{count} job(s) are parked.")


def _page(visit: Visit, status: str, *, after: str | None = None, error: Exception | None = None) -> Response:
    page = visit.workspace.jobs.page(status=status, after=after)
    return visit.show(
        "console/jobs.html", page=page, chosen=status, statuses=STATUSES, verb=VERBS.get(status, ""), error=error,
        status=422 if error else 200,
    )  # fmt: skip
