"""Webhooks: added, paused, removed; what each was sent, and sending it again."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from billhook.web import forms, sheets
from billhook.web.forms import Picked
from billhook.web.once import Key, once
from billhook.web.sheets import Back, Sheet
from billhook.web.visits import Vendor, Visit
from engine.contracts import Field
from engine.errors import NotFound
from engine.event_types import TYPES

routes = APIRouter(prefix="/webhooks")
PAGE = "/console/webhooks"
NEW = (
    Field("url", "text", "Address", help="Such as https://example.com/billhook.", max_length=500),
    Picked("type", "choice", "Tell it of (none: of everything)", choices=tuple(TYPES), look="several"),
)
ADDED = (
    "It was added already, when this form was sent the first time. If its secret is lost, take a new one on its page."
)
ROTATED = "It got its new secret already, when this form was sent the first time. If that is lost, take another one."
PAUSE = (Field("reason", "text", "Pause it because", max_length=500),)


@routes.get("")
def webhooks(visit: Vendor) -> Response:
    return _page(visit)


@routes.post("")
async def add(visit: Vendor, key: Key = "") -> Response:
    given = await forms.answer(visit.request, NEW)
    return await visit.off_the_loop(_added, visit, given, key)


@routes.get("/{webhook}")
def one(visit: Vendor, webhook: str, after: str | None = None) -> Response:
    return _one(visit, webhook, after=after)


@routes.post("/{webhook}/secret")
def rotate(visit: Vendor, webhook: str, key: Key = "") -> Response:
    secret = once(visit, key, lambda workspace: workspace.webhooks.rotate(webhook), secret=True)
    return _one(visit, webhook, secret=secret) if secret else visit.go(f"{PAGE}/{webhook}", ROTATED)


@routes.post("/{webhook}/pause")
async def pause(visit: Vendor, webhook: str) -> Response:
    given = await forms.answer(visit.request, PAUSE)

    def deed() -> str:
        visit.workspace.webhooks.pause(webhook, reason=given.get("reason", ""))
        return "It is told nothing until it is resumed."

    return await visit.off_the_loop(
        lambda: sheets.tried(
            visit, "pause", given, deed, page=lambda back: _one(visit, webhook, back), to=f"{PAGE}/{webhook}"
        )
    )


@routes.post("/{webhook}/resume")
def resume(visit: Vendor, webhook: str) -> Response:
    visit.workspace.webhooks.resume(webhook)
    return visit.go(f"{PAGE}/{webhook}", "It is told of events again.")


@routes.post("/{webhook}/remove")
def remove(visit: Vendor, webhook: str) -> Response:
    visit.workspace.webhooks.remove(webhook)
    return visit.go(PAGE, "The webhook is told nothing any more.")


@routes.post("/{webhook}/deliveries/{delivery}")
def resend(visit: Vendor, webhook: str, delivery: str) -> Response:
    visit.workspace.webhooks.resend(delivery)
    return visit.go(f"{PAGE}/{webhook}", "It is sent again.")


def _added(visit: Visit, given: dict[str, Any], key: str) -> Response:
    """The page of the answer is the only one that ever shows the secret; loaded anew it adds no other one."""
    url, types = given.get("url", "").strip(), given["type"]

    def deed() -> Response:
        new = once(visit, key, lambda workspace: workspace.webhooks.add(url, types=types), secret=True)
        return _page(visit, secret=new[1]) if new else visit.go(PAGE, ADDED)

    return sheets.answered("new", given, deed, page=lambda back: _page(visit, back))


def _page(visit: Visit, back: Back | None = None, *, secret: str = "") -> Response:
    return visit.show(
        "console/webhooks.html", webhooks=visit.workspace.webhooks.list(), secret=secret,
        forms=sheets.shown(visit, [Sheet("new", NEW, named={"types": "type"})], back), status=sheets.status(back),
    )  # fmt: skip


def _one(
    visit: Visit, webhook: str, back: Back | None = None, *, after: str | None = None, secret: str = ""
) -> Response:
    door = visit.workspace.webhooks
    page = door.deliveries(webhook, after=after)
    found = next((each for each in door.list() if each.id == webhook), None)
    if found is None:
        raise NotFound("webhook", webhook)
    return visit.show(
        "console/webhook.html", webhook=found, page=page, secret=secret,
        forms=sheets.shown(visit, [Sheet("pause", PAUSE)], back), status=sheets.status(back),
    )  # fmt: skip
