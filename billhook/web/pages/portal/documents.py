"""A partner's invoices and credit notes, as files."""

from fastapi import APIRouter
from starlette.responses import Response

from billhook.web.downloads import download
from billhook.web.visits import Partner

routes = APIRouter(prefix="/documents")


@routes.get("")
def documents(visit: Partner, after: str | None = None) -> Response:
    page = visit.workspace.documents.page(after=after, newest_first=True)
    return visit.show("portal/documents.html", page=page)


@routes.get("/{number:path}.{format}")
def document(visit: Partner, number: str, format: str) -> Response:
    return download(visit.workspace.documents.get(number, format=format))
