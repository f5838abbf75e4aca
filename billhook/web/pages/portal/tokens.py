"""API tokens of a contact's own programs: made, shown once, revoked."""

from fastapi import APIRouter
from starlette.responses import Response

from billhook.web.once import Key
from billhook.web.pages import tokens as page
from billhook.web.visits import Partner

routes = APIRouter(prefix="/tokens")


@routes.get("")
def tokens(visit: Partner) -> Response:
    return page.shown(visit)


@routes.post("")
async def create(visit: Partner, key: Key = "") -> Response:
    return await page.made(visit, key)


@routes.post("/{token_id}/revoke")
def revoke(visit: Partner, token_id: str) -> Response:
    return page.revoked(visit, token_id)
