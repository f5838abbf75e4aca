"""Pipelines: their versions, how one looks, who is on it, and publishing a file that has no problems."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.app import Workspace
from billhook.web.refusals import Stale
from billhook.web.versions import held, tag
from billhook.web.visits import Vendor, Visit
from engine.definition import Onboarding
from pipelines.compiler import compile_file
from pipelines.diagram import svg
from pipelines.problems import Problem
from pipelines.reports import as_text
from pipelines.writer import written

routes = APIRouter(prefix="/pipelines")
FILE = "pipelines.yaml"


@routes.get("")
def pipelines(visit: Vendor) -> Response:
    return visit.show("console/pipelines.html", versions=visit.workspace.pipelines.list())


@routes.get("/publish")
def writing(visit: Vendor) -> Response:
    """It begins with what is live, to be changed."""
    live = _live(visit.workspace)
    return _page(visit, live, version=tag(live))


@routes.post("/publish")
def publish(
    visit: Vendor, text: Annotated[str, Form()] = "", version: Annotated[str, Form()] = "",
    only_check: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    """`version`: of what was live as it was begun with; where another is by now, nothing is published over it."""
    compiled = compile_file(text.replace("\r\n", "\n"), file=FILE, registry=visit.house.billhook.world.registry)
    if only_check or not compiled.ok:
        return _page(visit, text, version=version, problems=compiled.problems, checked=True)
    try:
        caller = held(visit.workspace.caller, "What is live", _live, version=version)
        published = Workspace(caller).pipelines.publish(compiled.definitions)
    except Stale as error:
        return _page(visit, text, version=tag(_live(visit.workspace)), stale=str(error))
    told = ", ".join(f"{each.name} version {each.version}" + ("" if each.new else " (unchanged)") for each in published)
    missing = [each.name for each in visit.workspace.handouts.list() if not each.version]
    unread = f" Put there for partners to read, at Handouts: {', '.join(missing)}." if missing else ""
    return visit.go("/console/pipelines", f"Live now: {told}.{unread}")


@routes.get("/{definition_id}")
def pipeline(visit: Vendor, definition_id: str, after: str | None = None) -> Response:
    door = visit.workspace.pipelines
    found, partners = door.get(definition_id), door.under_way(definition_id, after=after)
    drawn = "" if isinstance(found, Onboarding) else svg(found)
    return visit.show(
        "console/pipeline.html", pipeline=found, onboarding=isinstance(found, Onboarding), drawn=drawn,
        version=next((each for each in door.list() if each.id == definition_id), None), says=_says(visit),
        partners=partners, yaml=written([found]),
    )  # fmt: skip


def _says(visit: Visit) -> dict[str, str]:
    """What guards ask and effects do, in words, by name; an old version may name some that are gone."""
    known = visit.house.billhook.world.registry
    asked = {name: guard.says for name, guard in known.guards.items()}
    return asked | {name: effect.says for name, effect in known.effects.items()}


def _live(account: Workspace) -> str:
    return written(account.pipelines.live())


def _page(
    visit: Visit, text: str, *, version: str, problems: tuple[Problem, ...] = (), checked: bool = False, stale: str = ""
) -> Response:
    wrong = any(problem.severity == "error" for problem in problems)
    told = [(each.severity, as_text([each], text)) for each in problems]
    return visit.show(
        "console/publish.html", text=text, version=version, problems=told, checked=checked, stale=stale,
        status=412 if stale else 422 if wrong else 200,
    )  # fmt: skip
