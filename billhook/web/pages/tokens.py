"""The page of API tokens, of the vendor's and of a contact's own. It knows no route."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from billhook.web import forms
from billhook.web.rendering import PLACES
from billhook.web.visits import Visit
from engine.actor import ROLES
from engine.errors import BillhookError
from engine.tokens import scopes_for

Text = Annotated[str, Form(max_length=300)]
Scopes = Annotated[list[str], Form(max_length=100)]


def shown(
    visit: Visit, *, token: str = "", name: str = "", role: str = "", chosen: Sequence[str] = (),
    error: BillhookError | None = None,
) -> Response:  # fmt: skip
    vendor = visit.seat.kind == "vendor"
    return visit.show(
        "console/tokens.html" if vendor else "portal/tokens.html", tokens=visit.workspace.tokens.list(),
        scopes=scopes_for(visit.seat.kind), roles=ROLES["vendor"][1:] if vendor else (), token=token, name=name,
        role=role, chosen=chosen, problems=forms.problems_of(error) if error else (), status=422 if error else 200,
    )  # fmt: skip


def made(visit: Visit, name: str, *, role: str = "", scopes: Sequence[str]) -> Response:
    """The page of the answer is the only one that ever shows the token."""
    try:
        _, token = visit.workspace.tokens.create(name, role=role, scopes=scopes)
    except BillhookError as error:
        return shown(visit, name=name, role=role, chosen=scopes, error=error)
    return shown(visit, token=token)


def revoked(visit: Visit, token_id: str) -> Response:
    visit.workspace.tokens.revoke(token_id)
    return visit.go(f"{PLACES[visit.seat.kind]}/tokens", "The token opens nothing any more.")
