"""API tokens of the vendor's programs: made, shown once, revoked."""

from fastapi import APIRouter
from starlette.responses import Response

from billhook.web.once import Key
from billhook.web.pages import tokens as page
from billhook.web.visits import Vendor

routes = APIRouter(prefix="/tokens")


@routes.get("")
def tokens(visit: Vendor) -> Response:
    return page.shown(visit)


@routes.post("")
async def create(visit: Vendor, key: Key = "") -> Response:
    return await page.made(visit, key)


@routes.post("/{token_id}/revoke")
def revoke(visit: Vendor, token_id: str) -> Response:
    return page.revoked(visit, token_id)
