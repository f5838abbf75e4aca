"""/handouts: documents of the vendor's that steps are about, by name: put there, listed, read."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from billhook.web.api.calls import Call, may
from billhook.web.api.files import BINARY, files
from billhook.web.api.shapes import Body, Code
from billhook.web.api.strict import StrictRoute
from billhook.web.downloads import download
from engine.handouts import HandoutView

routes = APIRouter(prefix="/handouts", tags=["handouts"], route_class=StrictRoute)
Reading = Annotated[Call, may("handouts:read")]
Writing = Annotated[Call, may("handouts:write")]
_FILE = {"filename": "programme-guide.pdf", "base64": "JVBERi0xLjQKJSVFT0YK"}


class Handout(Body):
    """A PDF, PNG or JPEG; without `name` it is called as its file."""

    file: dict[Code, Any] = Field(max_length=3, examples=[_FILE])
    name: str = Field(default="", max_length=500, examples=["programme-guide.pdf"])


@routes.get("")
def list_handouts(call: Reading, name: str = "") -> list[HandoutView]:
    """What is shown under each name; version 0: a live pipeline names it and it is not there. `name`: its versions."""
    door = call.workspace.handouts
    return [*(door.versions(name) if name else door.list())]


@routes.post("", status_code=201)
def add_handout(call: Writing, body: Handout) -> HandoutView:
    """Partners are shown it under the name from now on; the versions before stay."""
    document = files({"file": body.file})["file"]
    made = call.do(lambda account: account.handouts.add(document, name=body.name), body)
    return HandoutView(**{**made, "pipelines": tuple(made["pipelines"])})


@routes.get("/{name:path}", response_class=Response, responses=BINARY)
def get_handout(call: Reading, name: str, version: int | None = None) -> Response:
    """The file; without `version` the one that is shown."""
    return download(call.workspace.handouts.get(name, version=version))
