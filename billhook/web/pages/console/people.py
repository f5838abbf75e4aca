"""The vendor's people: who may enter, as what."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.web import forms, sheets
from billhook.web.forms import Picked
from billhook.web.sheets import Back, Sheet
from billhook.web.visits import Vendor, Visit
from engine.actor import ROLES
from engine.errors import NotFound

routes = APIRouter(prefix="/people")
PAGE = "/console/people"
Text = Annotated[str, Form(max_length=300)]
ROLE = Picked("role", "choice", "Role", choices=ROLES["vendor"])
INVITATION = (*forms.INVITATION, ROLE)


@routes.get("")
def people(visit: Vendor) -> Response:
    return _page(visit)


@routes.post("")
async def invite(visit: Vendor) -> Response:
    given = await forms.answer(visit.request, INVITATION)
    name, email, role = (str(given.get(each, "")) for each in ("name", "email", "role"))

    def deed() -> str:
        visit.workspace.people.invite(email, name, role=role)
        return f"{name.strip()} may sign in now."

    return await visit.off_the_loop(_kept, visit, "invitation", given, deed)


@routes.post("/{member_id}/role")
def set_role(visit: Vendor, member_id: str, role: Text = "") -> Response:
    def deed() -> str:
        visit.workspace.people.set_role(member_id, role)
        return f"Their role is {role} now."

    return _kept(visit, f"role-{member_id}", {"role": role}, deed)


@routes.get("/{member_id}/remove")
def removing(visit: Vendor, member_id: str) -> Response:
    return _sure(visit, member_id)


@routes.post("/{member_id}/remove")
def remove(visit: Vendor, member_id: str) -> Response:
    def deed() -> str:
        visit.workspace.people.remove(member_id)
        return "Their access has ended."

    return sheets.tried(visit, "remove", {}, deed, page=lambda back: _sure(visit, member_id, back), to=PAGE)


def _kept(visit: Visit, sheet: str, given: dict[str, Any], deed: forms.Deed[str]) -> Response:
    return sheets.tried(visit, sheet, given, deed, page=lambda back: _page(visit, back), to=PAGE)


def _sure(visit: Visit, member_id: str, back: Back | None = None) -> Response:
    """Whether it is really meant, before somebody's access ends."""
    found = next((each for each in visit.workspace.people.list() if each.id == member_id), None)
    if found is None:
        raise NotFound("person", member_id)
    shown = sheets.shown(visit, [Sheet("remove", ())], back)
    return visit.show("console/remove_person.html", person=found, forms=shown, status=sheets.status(back))


def _page(visit: Visit, back: Back | None = None) -> Response:
    members = visit.workspace.people.list()
    roles = [Sheet(f"role-{each.id}", (ROLE,), {"role": each.role}) for each in members]
    shown = sheets.shown(visit, [Sheet("invitation", INVITATION, {"role": "viewer"}), *roles], back)
    return visit.show("console/people.html", members=members, forms=shown, status=sheets.status(back))
