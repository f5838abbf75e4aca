"""Handouts: documents that partners are to read, put there under a name; what pipelines name and is missing."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from billhook.web import forms
from billhook.web.downloads import download
from billhook.web.visits import Vendor, Visit
from engine.answers import read_answer, refuse
from engine.contracts import Field
from engine.errors import Invalid
from engine.uploads import KINDS, LONGEST_NAME, MAX_MB, listed

routes = APIRouter(prefix="/handouts")
NEW = (
    Field("file", "file", "The document", help=f"{listed(KINDS)}, at most {MAX_MB} MB."),
    Field("name", "text", "Name", required=False, max_length=LONGEST_NAME,
          help="As pipelines name it, such as programme-guide.pdf. Without one the file's own."),
)  # fmt: skip


@routes.get("")
def handouts(visit: Vendor) -> Response:
    return _page(visit)


@routes.post("")
async def add(visit: Vendor) -> Response:
    given = await forms.answer(visit.request, NEW)
    return await visit.off_the_loop(_added, visit, given)


@routes.get("/{name:path}")
def handout(visit: Vendor, name: str, version: int | None = None) -> Response:
    return download(visit.workspace.handouts.get(name, version=version))


def _added(visit: Visit, given: dict[str, Any]) -> Response:
    try:
        values, problems = read_answer(NEW, given)
        refuse(problems)
        made = visit.workspace.handouts.add(values["file"], name=values.get("name", ""))
    except Invalid as error:
        return _page(visit, given=given, error=error)
    return visit.go("/console/handouts", f"Partners are shown {made.name}, version {made.version}.")


def _page(visit: Visit, *, given: dict[str, Any] | None = None, error: Invalid | None = None) -> Response:
    found = visit.workspace.handouts.list()
    missing = [each for each in found if not each.version]
    said = {"name": missing[0].name if missing else ""} if given is None else {"name": given.get("name", "")}
    problems = error.problems if error else ()
    return visit.show(
        "console/handouts.html", handouts=[each for each in found if each.version], missing=missing,
        form=forms.asking(NEW, language=visit.seat.language, said=said, problems=problems),
        status=422 if error else 200,
    )  # fmt: skip
