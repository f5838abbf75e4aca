"""A partner's people: its contacts, who of them is the main one, and how each wants to be written to."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.web import forms
from billhook.web.visits import Partner, Visit
from engine.errors import Invalid

routes = APIRouter(prefix="/people")
Text = Annotated[str, Form()]


@routes.get("")
def people(visit: Partner) -> Response:
    return _page(visit)


@routes.post("")
def invite(visit: Partner, email: Text = "", name: Text = "") -> Response:
    try:
        visit.workspace.people.add_contact(visit.seat.partner, email, name)
    except Invalid as error:
        return _page(visit, said={"email": email, "name": name}, error=error)
    return visit.go("/portal/people", f"{name.strip()} may sign in now.")


@routes.post("/{contact_id}/remove")
def remove(visit: Partner, contact_id: str) -> Response:
    visit.workspace.people.remove_contact(visit.seat.partner, contact_id)
    return visit.go("/portal/people", "The contact was removed.")


@routes.post("/{contact_id}/hand-over")
def hand_over(visit: Partner, contact_id: str) -> Response:
    visit.workspace.people.hand_over(visit.seat.partner, contact_id)
    return visit.go("/portal/people", "The main contact is another one now.")


def _page(visit: Visit, *, said: dict[str, str] | None = None, error: Invalid | None = None) -> Response:
    problems = forms.problems_of(error) if error else ()
    form = forms.asking(forms.INVITATION, language=visit.seat.language, said=said, problems=problems)
    contacts = visit.workspace.people.contacts(visit.seat.partner)
    can = visit.seat.role == "main_contact"
    return visit.show("portal/people.html", contacts=contacts, form=form, can=can, status=422 if error else 200)
