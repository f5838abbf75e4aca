"""Handouts: what the vendor shows its partners under a name, as files."""

from fastapi import APIRouter
from starlette.responses import Response

from billhook.web.downloads import download
from billhook.web.visits import Partner

routes = APIRouter(prefix="/handouts")


@routes.get("/{name:path}")
def handout(visit: Partner, name: str) -> Response:
    return download(visit.workspace.handouts.get(name))
