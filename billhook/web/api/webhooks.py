"""/webhooks: addresses that are told of events, what they were sent, and sending it again."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from billhook.web.api.calls import Call, Pages, may
from billhook.web.api.shapes import Body, Code, Created, Why
from billhook.web.api.strict import StrictRoute
from engine.event_types import TYPES
from engine.views import Page
from engine.webhooks import DeliveryView, WebhookView

routes = APIRouter(prefix="/webhooks", tags=["webhooks"], route_class=StrictRoute)
Reading = Annotated[Call, may("webhooks:read")]
Writing = Annotated[Call, may("webhooks:write")]


class NewWebhook(Body):
    """Where to, and of what; without `types` of everything."""

    url: Code = Field(max_length=500, examples=["https://example.com/billhook"])
    types: list[Code] = Field(default=[], max_length=len(TYPES), examples=[["payout.ready", "invoice.attached"]])


class Secret(Body):
    """`secret` signs what is sent (Standard Webhooks); it is shown now and never again."""

    id: str
    secret: str


@routes.get("")
def list_webhooks(call: Reading) -> list[WebhookView]:
    """The addresses that are told of events; their secrets are not shown."""
    return [*call.workspace.webhooks.list()]


@routes.get("/types")
def list_types(call: Reading) -> list[str]:  # noqa: ARG001
    """Every type of event there is."""
    return [*TYPES]


@routes.post("", status_code=201)
def add_webhook(call: Writing, body: NewWebhook) -> Secret:
    """Tell an address of events. A key makes no difference here: an answer that is kept would keep the secret."""
    made, secret = call.workspace.webhooks.add(body.url, types=body.types)
    return Secret(id=made, secret=secret)


@routes.post("/{webhook}/secret")
def rotate_secret(call: Writing, webhook: str) -> Secret:
    """Another secret, from the next delivery on."""
    return Secret(id=webhook, secret=call.workspace.webhooks.rotate(webhook))


@routes.post("/{webhook}/pause", status_code=204)
def pause_webhook(call: Writing, webhook: str, body: Why) -> None:
    """Send an address nothing more until it is resumed, with a reason."""
    call.do(lambda account: account.webhooks.pause(webhook, reason=body.reason), body)


@routes.post("/{webhook}/resume", status_code=204)
def resume_webhook(call: Writing, webhook: str) -> None:
    """Go on sending to an address."""
    call.do(lambda account: account.webhooks.resume(webhook))


@routes.delete("/{webhook}", status_code=204)
def remove_webhook(call: Writing, webhook: str) -> None:
    """Send an address nothing any more."""
    call.do(lambda account: account.webhooks.remove(webhook))


@routes.get("/{webhook}/deliveries")
def list_deliveries(call: Reading, webhook: str, pages: Pages) -> Page[DeliveryView]:
    """What the address was sent, newest first."""
    return call.workspace.webhooks.deliveries(webhook, after=pages.after, limit=pages.limit)


@routes.post("/deliveries/{delivery}/resend", status_code=202)
def resend(call: Writing, delivery: str) -> Created:
    """The id of the job that sends it again, under the same message id."""
    return Created(call.do(lambda account: account.webhooks.resend(delivery)))
