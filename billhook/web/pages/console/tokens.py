"""API tokens: made, shown once, revoked."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.web import forms
from billhook.web.visits import Vendor, Visit
from engine.actor import ROLES
from engine.errors import BillhookError
from engine.tokens import SCOPES

routes = APIRouter(prefix="/tokens")
Text = Annotated[str, Form(max_length=300)]


@routes.get("")
def tokens(visit: Vendor) -> Response:
    return _page(visit)


@routes.post("")
def create(
    visit: Vendor, name: Text = "", role: Text = "", scope: Annotated[list[str], Form()] = [],  # noqa: B006
) -> Response:  # fmt: skip
    """The page of the answer is the only one that ever shows the token."""
    try:
        _, token = visit.workspace.tokens.create(name, role=role, scopes=scope)
    except BillhookError as error:
        return _page(visit, error=error)
    return _page(visit, token=token)


@routes.post("/{token_id}/revoke")
def revoke(visit: Vendor, token_id: str) -> Response:
    visit.workspace.tokens.revoke(token_id)
    return visit.go("/console/tokens", "The token opens nothing any more.")


def _page(visit: Visit, *, token: str = "", error: BillhookError | None = None) -> Response:
    return visit.show(
        "console/tokens.html", tokens=visit.workspace.tokens.list(), scopes=SCOPES, roles=ROLES["vendor"][1:],
        token=token, problems=forms.problems_of(error) if error else (), status=422 if error else 200,
    )  # fmt: skip
