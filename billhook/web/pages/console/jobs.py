"""Jobs: what waits, what was given up, and trying again."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.web.visits import Vendor

routes = APIRouter(prefix="/jobs")
STATUSES = ("parked", "pending", "offered", "claimed", "done")


@routes.get("")
def jobs(visit: Vendor, status: str = "parked", after: str | None = None) -> Response:
    page = visit.workspace.jobs.page(status=status, after=after)
    return visit.show("console/jobs.html", page=page, chosen=status, statuses=STATUSES)


@routes.post("/retry")
def retry(visit: Vendor, job: Annotated[list[str], Form()] = []) -> Response:  # noqa: B006 - FastAPI copies it
    """Those that were chosen, or all that were given up."""
    count = visit.workspace.jobs.retry(job)
    return visit.go("/console/jobs", f"{count} job(s) are tried again.")
