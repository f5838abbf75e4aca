"""API tokens: made, shown once, revoked."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from billhook.web import forms, sheets
from billhook.web.forms import Picked
from billhook.web.sheets import Back, Sheet
from billhook.web.visits import Vendor, Visit
from engine.actor import ROLES
from engine.contracts import Field
from engine.tokens import SCOPES

routes = APIRouter(prefix="/tokens")
PAGE = "/console/tokens"
NEW = (
    Field("name", "text", "What it is for", max_length=80),
    Picked("role", "choice", "It may what this role may", choices=ROLES["vendor"][1:]),
    Picked("scope", "choice", "Within these scopes", choices=tuple(SCOPES), look="several"),
)


@routes.get("")
def tokens(visit: Vendor) -> Response:
    return _page(visit)


@routes.post("")
async def create(visit: Vendor) -> Response:
    given = await forms.answer(visit.request, NEW)
    return await visit.off_the_loop(_created, visit, given)


@routes.post("/{token_id}/revoke")
def revoke(visit: Vendor, token_id: str) -> Response:
    visit.workspace.tokens.revoke(token_id)
    return visit.go(PAGE, "The token opens nothing any more.")


def _created(visit: Visit, given: dict[str, Any]) -> Response:
    """The page of the answer is the only one that ever shows the token."""

    def deed() -> Response:
        name, role = given.get("name", ""), given.get("role", "")
        return _page(visit, token=visit.workspace.tokens.create(name, role=role, scopes=given["scope"])[1])

    return sheets.answered("new", given, deed, page=lambda back: _page(visit, back))


def _page(visit: Visit, back: Back | None = None, *, token: str = "") -> Response:
    found = visit.workspace.tokens.list()
    shown = sheets.shown(visit, [Sheet("new", NEW, named={"scopes": "scope"})], back)
    return visit.show("console/tokens.html", tokens=found, forms=shown, token=token, status=sheets.status(back))
