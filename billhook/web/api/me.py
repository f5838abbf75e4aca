"""/me: as whom the token acts and whose it is, and which mails its person gets."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from billhook.web.api.calls import Call, may
from billhook.web.api.shapes import Body, Code
from billhook.web.api.strict import StrictRoute
from engine.errors import NotFound
from engine.mails import TOPICS
from engine.people import Seat

routes = APIRouter(prefix="/me", tags=["account"], route_class=StrictRoute)
Reading = Annotated[Call, may("people:read")]
Writing = Annotated[Call, may("people:write")]


@dataclass(frozen=True, slots=True)
class Me:
    """`role`: as what the token acts; `seat`: whose token it is, null where nobody who has a seat made it."""

    token: str
    role: str
    scopes: list[str]
    seat: Seat | None


class Preferences(Body):
    """In which language (ISO 639-1) mails come, and of which topics none is wanted."""

    language: Code = Field(max_length=10, examples=["de"])
    muted: list[Code] = Field(default=[], max_length=len(TOPICS), examples=[["payout_changed"]])


@routes.get("")
def get_me(call: Reading) -> Me:
    """As whom this token acts, within which scopes, and whose it is."""
    actor = call.workspace.caller.actor
    return Me(actor.credential, actor.acts_as or actor.role, call.scopes, _seat(call))


@routes.put("/mail", status_code=204)
def prefer_mail(call: Writing, body: Preferences) -> None:
    """Which mails the token's person gets, and in which language; 404 where nobody who has a seat made the token."""
    call.do(lambda account: account.people.prefer(language=body.language, muted=body.muted), body)


def _seat(call: Call) -> Seat | None:
    try:
        return call.workspace.people.me()
    except NotFound:
        return None
