"""The vendor's people: who may enter, as what."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.web import forms
from billhook.web.visits import Vendor, Visit
from engine.actor import ROLES
from engine.contracts import Field
from engine.errors import BillhookError

routes = APIRouter(prefix="/people")
PAGE = "/console/people"
Text = Annotated[str, Form(max_length=300)]
INVITATION = (*forms.INVITATION, Field("role", "choice", "Role", choices=ROLES["vendor"]))


@routes.get("")
def people(visit: Vendor) -> Response:
    return _page(visit)


@routes.post("")
def invite(visit: Vendor, email: Text = "", name: Text = "", role: Text = "") -> Response:
    said = {"email": email, "name": name, "role": role}
    verb = lambda: visit.workspace.people.invite(email, name, role=role)  # noqa: E731
    return _kept(visit, verb, f"{name.strip()} may sign in now.", said=said)


@routes.post("/{member_id}/role")
def set_role(visit: Vendor, member_id: str, role: Text) -> Response:
    return _kept(visit, lambda: visit.workspace.people.set_role(member_id, role), f"Their role is {role} now.")


@routes.post("/{member_id}/remove")
def remove(visit: Vendor, member_id: str) -> Response:
    return _kept(visit, lambda: visit.workspace.people.remove(member_id), "Their access has ended.")


def _kept(visit: Visit, verb: forms.Deed[object], told: str, *, said: dict[str, str] | None = None) -> Response:
    try:
        verb()
    except BillhookError as error:
        return _page(visit, said=said, error=error)
    return visit.go(PAGE, told)


def _page(visit: Visit, *, said: dict[str, str] | None = None, error: BillhookError | None = None) -> Response:
    problems = forms.problems_of(error) if error else ()
    form = forms.asking(INVITATION, language=visit.seat.language, said=said, problems=problems)
    may = visit.seat.role in ("owner", "admin")
    members = visit.workspace.people.list()
    return visit.show(
        "console/people.html", members=members, roles=ROLES["vendor"], form=form, may=may,
        status=422 if error else 200,
    )  # fmt: skip
