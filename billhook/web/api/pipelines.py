"""/pipelines: their versions, how one looks, checking a file and publishing it."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from billhook.web.api.calls import Call, Pages, may
from billhook.web.api.shapes import Body
from billhook.web.api.strict import StrictRoute
from engine.definition import PayoutPipeline
from engine.definitions import Published
from engine.errors import Invalid, NotFound
from engine.errors import Problem as Wrong
from engine.idempotency import plain
from engine.views import DefinitionView, Page, UnderWay
from pipelines.compiler import compile_file
from pipelines.diagram import svg
from pipelines.problems import Problem
from pipelines.writer import written

routes = APIRouter(prefix="/pipelines", tags=["pipelines"], route_class=StrictRoute)
Reading = Annotated[Call, may("pipelines:read")]
Writing = Annotated[Call, may("pipelines:write")]
_FILE = "pipelines.yaml"


class Yaml(Body):
    """A whole pipelines file."""

    yaml: str = Field(max_length=300_000, examples=["version: 1\npayouts: {}\n"])


@routes.get("")
def list_pipelines(call: Reading) -> list[DefinitionView]:
    """Every version of every pipeline, the newest of each first."""
    return [*call.workspace.pipelines.list()]


@routes.post("/check")
def check_pipelines(call: Reading, body: Yaml) -> list[Problem]:
    """Everything that is wrong with the file, with line and column; nothing is kept."""
    return [*compile_file(body.yaml, file=_FILE, registry=call.workspace.caller.world.registry).problems]


@routes.post("", status_code=201)
def publish_pipelines(call: Writing, body: Yaml) -> list[Published]:
    """
    What is in the file becomes live; what is under way stays on the version it began with.

    Raises:
        Invalid: the file has mistakes; each is a problem at its line.
    """
    compiled = compile_file(body.yaml, file=_FILE, registry=call.workspace.caller.world.registry)
    if not compiled.ok:
        raise Invalid("The pipelines file", [_wrong(each) for each in compiled.problems if each.severity == "error"])
    published = call.do(lambda account: account.pipelines.publish(compiled.definitions), body)
    return [Published(**each) for each in published]


@routes.get("/{pipeline}")
def get_pipeline(call: Reading, pipeline: str) -> dict[str, Any]:
    """The version as it was compiled."""
    found: dict[str, Any] = plain(call.workspace.pipelines.get(pipeline))
    return found


@routes.get("/{pipeline}/partners")
def partners_under_way(call: Reading, pages: Pages, pipeline: str) -> Page[UnderWay]:
    """Partners whose onboarding by this version is not completed, by code."""
    return call.workspace.pipelines.under_way(pipeline, after=pages.after, limit=pages.limit)


@routes.get(
    "/{pipeline}/yaml",
    response_class=Response,
    responses={200: {"content": {"application/yaml": {"schema": {"type": "object"}}}}},
)
def pipeline_yaml(call: Reading, pipeline: str) -> Response:
    """The version as a pipelines file, without the comments that stood in the one that was published."""
    return Response(written([call.workspace.pipelines.get(pipeline)]), media_type="application/yaml")


@routes.get(
    "/{pipeline}/diagram",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}},
)
def pipeline_diagram(call: Reading, pipeline: str) -> Response:
    """A payout pipeline's states and transitions, as SVG."""
    found = call.workspace.pipelines.get(pipeline)
    if not isinstance(found, PayoutPipeline):
        raise NotFound("diagram", pipeline)
    return Response(svg(found), media_type="image/svg+xml")


def _wrong(found: Problem) -> Wrong:
    return Wrong(f"{found.line}:{found.column}", found.message)
