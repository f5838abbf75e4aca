"""The page of API tokens, of the vendor's and of a contact's own. It knows no route."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from billhook.web import forms, sheets
from billhook.web.forms import Picked
from billhook.web.rendering import PLACES
from billhook.web.sheets import Back, Sheet
from billhook.web.visits import Visit
from engine.actor import ROLES
from engine.contracts import Field
from engine.tokens import scopes_for

_NAME = Field("name", "text", "What it is for", max_length=80)
_ROLE = Picked("role", "choice", "It may what this role may", choices=ROLES["vendor"][1:])


def shown(visit: Visit, back: Back | None = None, *, token: str = "") -> Response:
    vendor = visit.seat.kind == "vendor"
    new = sheets.shown(visit, [Sheet("new", _asked(visit), named={"scopes": "scope"})], back)
    return visit.show(
        "console/tokens.html" if vendor else "portal/tokens.html", tokens=visit.workspace.tokens.list(),
        forms=new, roles=vendor, token=token, status=sheets.status(back),
    )  # fmt: skip


async def made(visit: Visit) -> Response:
    """The page of the answer is the only one that ever shows the token."""
    given = await forms.answer(visit.request, _asked(visit))
    return await visit.off_the_loop(_made, visit, given)


def revoked(visit: Visit, token_id: str) -> Response:
    visit.workspace.tokens.revoke(token_id)
    return visit.go(f"{PLACES[visit.seat.kind]}/tokens", "The token opens nothing any more.")


def _made(visit: Visit, given: Mapping[str, Any]) -> Response:
    def deed() -> Response:
        name, role = given.get("name", ""), given.get("role", "")
        return shown(visit, token=visit.workspace.tokens.create(name, role=role, scopes=given["scope"])[1])

    return sheets.answered("new", given, deed, page=lambda back: shown(visit, back))


def _asked(visit: Visit) -> tuple[Field, ...]:
    """A contact's program has the role of its seat."""
    scopes = Picked(
        "scope", "choice", "Within these scopes", choices=tuple(scopes_for(visit.seat.kind)), look="several"
    )
    return (_NAME, _ROLE, scopes) if visit.seat.kind == "vendor" else (_NAME, scopes)
