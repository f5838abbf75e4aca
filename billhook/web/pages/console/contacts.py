"""A partner's contacts, as the vendor changes them: invited, removed, another made the main one, each after a look."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from billhook.web import forms, sheets
from billhook.web.pages.console import partners
from billhook.web.sheets import Back, Sheet
from billhook.web.visits import Vendor, Visit
from engine.contracts import Field
from engine.errors import NotFound

routes = APIRouter(prefix="/partners/{code}/contacts")
WHY = (Field("reason", "text", "Why", help="Such as that the main contact has left. It is kept with the deed."),)


@routes.post("")
async def invite(visit: Vendor, code: str) -> Response:
    given = await forms.answer(visit.request, forms.INVITATION)
    name = str(given.get("name", ""))

    def deed() -> str:
        visit.workspace.people.add_contact(code, given.get("email", ""), name)
        return f"{name.strip()} may sign in now."

    return await visit.off_the_loop(lambda: partners.tried(visit, code, "contact", given, deed))


@routes.get("/{contact_id}/remove")
def removing(visit: Vendor, code: str, contact_id: str) -> Response:
    return _sure(visit, code, contact_id, "remove")


@routes.post("/{contact_id}/remove")
def remove(visit: Vendor, code: str, contact_id: str) -> Response:
    def deed() -> str:
        visit.workspace.people.remove_contact(code, contact_id)
        return "Their access has ended."

    return _done(visit, code, contact_id, "remove", {}, deed)


@routes.get("/{contact_id}/hand-over")
def handing_over(visit: Vendor, code: str, contact_id: str) -> Response:
    return _sure(visit, code, contact_id, "hand-over")


@routes.post("/{contact_id}/hand-over")
async def hand_over(visit: Vendor, code: str, contact_id: str) -> Response:
    given = await forms.answer(visit.request, WHY)

    def deed() -> str:
        visit.workspace.people.hand_over(code, contact_id, reason=given.get("reason", ""))
        return "The main contact is another one now; both were told."

    return await visit.off_the_loop(_done, visit, code, contact_id, "hand-over", given, deed)


def _done(
    visit: Visit, code: str, contact_id: str, verb: str, given: dict[str, Any], deed: forms.Deed[str]
) -> Response:
    return sheets.tried(
        visit, verb, given, deed, page=lambda back: _sure(visit, code, contact_id, verb, back),
        to=f"/console/partners/{code}",
    )  # fmt: skip


def _sure(visit: Visit, code: str, contact_id: str, verb: str, back: Back | None = None) -> Response:
    """Whether it is really meant, and for handing over why."""
    found = next((each for each in visit.workspace.people.contacts(code) if each.id == contact_id), None)
    if found is None:
        raise NotFound("contact", contact_id)
    shown = sheets.shown(visit, [Sheet("remove", ()), Sheet("hand-over", WHY)], back)
    return visit.show(
        "console/contact.html", partner=visit.workspace.partners.get(code), contact=found, verb=verb, forms=shown,
        status=sheets.status(back),
    )  # fmt: skip
