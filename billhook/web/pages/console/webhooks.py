"""Webhooks: added, paused, removed; what each was sent, and sending it again."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.web import forms
from billhook.web.visits import Vendor, Visit
from engine.errors import BillhookError
from engine.event_types import TYPES

routes = APIRouter(prefix="/webhooks")
Text = Annotated[str, Form(max_length=500)]
PAGE = "/console/webhooks"


@routes.get("")
def webhooks(visit: Vendor) -> Response:
    return _page(visit)


@routes.post("")
def add(visit: Vendor, url: Text = "", type: Annotated[list[str], Form()] = []) -> Response:  # noqa: B006
    """The page of the answer is the only one that ever shows the secret."""
    try:
        _, secret = visit.workspace.webhooks.add(url.strip(), types=type)
    except BillhookError as error:
        return _page(visit, url=url, error=error)
    return _page(visit, secret=secret)


@routes.get("/{webhook}")
def one(visit: Vendor, webhook: str, after: str | None = None) -> Response:
    return _one(visit, webhook, after=after)


@routes.post("/{webhook}/secret")
def rotate(visit: Vendor, webhook: str) -> Response:
    return _one(visit, webhook, secret=visit.workspace.webhooks.rotate(webhook))


@routes.post("/{webhook}/pause")
def pause(visit: Vendor, webhook: str, reason: Text = "") -> Response:
    try:
        visit.workspace.webhooks.pause(webhook, reason=reason)
    except BillhookError as error:
        return _one(visit, webhook, error=error)
    return visit.go(f"{PAGE}/{webhook}", "It is told nothing until it is resumed.")


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


def _page(visit: Visit, *, url: str = "", secret: str = "", error: BillhookError | None = None) -> Response:
    return visit.show(
        "console/webhooks.html", webhooks=visit.workspace.webhooks.list(), types=TYPES, url=url, secret=secret,
        problems=forms.problems_of(error) if error else (), status=422 if error else 200,
    )  # fmt: skip


def _one(
    visit: Visit, webhook: str, *, after: str | None = None, secret: str = "", error: BillhookError | None = None
) -> Response:
    door = visit.workspace.webhooks
    page = door.deliveries(webhook, after=after)
    [found] = [each for each in door.list() if each.id == webhook]
    return visit.show(
        "console/webhook.html", webhook=found, page=page, secret=secret,
        problems=forms.problems_of(error) if error else (), status=422 if error else 200,
    )  # fmt: skip
