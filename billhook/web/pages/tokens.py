"""The page of API tokens, of the vendor's and of a contact's own. It knows no route."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from billhook.web import forms, sheets
from billhook.web.forms import Picked
from billhook.web.once import once
from billhook.web.rendering import PLACES
from billhook.web.sheets import Back, Sheet
from billhook.web.visits import Visit
from engine.actor import ROLES
from engine.contracts import Field
from engine.tokens import scopes_for

_NAME = Field("name", "text", "What it is for", max_length=80)
_ALREADY = (
    "It was made already, when this form was sent the first time. If the token is lost, revoke it and make another one."
)
_ROLE = Picked("role", "choice", "It may what this role may", choices=ROLES["vendor"][1:])


def shown(visit: Visit, back: Back | None = None, *, token: str = "") -> Response:
    vendor = visit.seat.kind == "vendor"
    new = sheets.shown(visit, [Sheet("new", _asked(visit), named={"scopes": "scope"})], back)
    return visit.show(
        "console/tokens.html" if vendor else "portal/tokens.html", tokens=visit.workspace.tokens.list(),
        forms=new, roles=vendor, token=token, status=sheets.status(back),
    )  # fmt: skip


async def made(visit: Visit, key: str) -> Response:
    """The page of the answer is the only one that ever shows the token; loaded anew it makes no other one."""
    given = await forms.answer(visit.request, _asked(visit))
    return await visit.off_the_loop(_made, visit, given, key)


def revoked(visit: Visit, token_id: str) -> Response:
    visit.workspace.tokens.revoke(token_id)
    return visit.go(_address(visit), "The token opens nothing any more.")


def _made(visit: Visit, given: Mapping[str, Any], key: str) -> Response:
    name, role, scopes = given.get("name", ""), given.get("role", ""), given["scope"]

    def deed() -> Response:
        new = once(visit, key, lambda workspace: workspace.tokens.create(name, role=role, scopes=scopes), secret=True)
        return shown(visit, token=new[1]) if new else visit.go(_address(visit), _ALREADY)

    return sheets.answered("new", given, deed, page=lambda back: shown(visit, back))


def _address(visit: Visit) -> str:
    return f"{PLACES[visit.seat.kind]}/tokens"


def _asked(visit: Visit) -> tuple[Field, ...]:
    """A contact's program has the role of its seat."""
    scopes = Picked(
        "scope", "choice", "Within these scopes", choices=tuple(scopes_for(visit.seat.kind)), look="several"
    )
    return (_NAME, _ROLE, scopes) if visit.seat.kind == "vendor" else (_NAME, scopes)
