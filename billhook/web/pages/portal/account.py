"""Account > Payouts of a partner: opting in to and out of self-invoicing, the details, the agreement."""

import base64
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from billhook.web import forms
from billhook.web.pictures import first_page
from billhook.web.visits import Partner, Visit
from billhook.web.words import TITLES
from engine.billing.agreement import AgreementText
from engine.contracts import Document
from engine.errors import BillhookError, Invalid, Problem
from engine.self_invoicing import Profile

routes = APIRouter(prefix="/account")


@dataclass(frozen=True, slots=True)
class Look:
    """An invoice to be: a PNG in base64, '' where none can be drawn; and what is missing before one is issued."""

    picture: str
    missing: tuple[str, ...]


STEP = "self_invoicing"


@routes.get("/payouts")
def payouts(visit: Partner) -> Response:
    return _page(visit, _profile(visit))


@routes.post("/payouts")
async def choose(visit: Partner) -> Response:
    given = await forms.answer(visit.request, _fields(visit))
    return await visit.off_the_loop(_chosen, visit, given)


@routes.post("/payouts/preview")
async def preview(visit: Partner) -> Response:
    """The invoice as it will look by what is filled in so far: the picture alone for htmx, else the page with it."""
    given = await forms.answer(visit.request, _fields(visit))
    return await visit.off_the_loop(_previewed, visit, given)


def _previewed(visit: Visit, given: dict[str, Any]) -> Response:
    shown = look(visit, given)
    if visit.request.headers.get("hx-request") == "true":
        return visit.show("parts/preview.html", look=shown)
    return _page(visit, _profile(visit), said=given, shown=shown)


def look(visit: Visit, given: dict[str, Any]) -> Look:
    try:
        shown = visit.workspace.invoices.example(visit.seat.partner, _changes(visit, given))
    except BillhookError as error:
        return Look("", tuple(each.sentence for each in forms.problems_of(error)))
    picture = base64.b64encode(first_page(shown.document.content)).decode()
    return Look(picture, tuple(f"{each.sentence} ({each.who})" for each in shown.missing))


def _chosen(visit: Visit, given: dict[str, Any]) -> Response:
    door, partner, profile = visit.workspace.self_invoicing, visit.seat.partner, _profile(visit)
    choice = given.pop("choice", "")
    try:
        if choice == "opt_out":
            told = door.opt_out(partner, reason=given.get("reason", ""))
        elif choice == "opt_in" and (profile.choice != "opted_in" or given.get("accept_agreement") == "yes"):
            told = door.opt_in(partner, {name: value for name, value in given.items() if name != "reason"})
        elif choice == "opt_in":
            told = door.change(partner, _changes(visit, given))
        else:
            raise Invalid("The choice", [Problem("choice", "Choose one of the two.")])
    except BillhookError as error:
        return _page(visit, profile, said={**given, "choice": choice}, error=error)
    return visit.go("/portal/account/payouts", f"{told[0].upper()}{told[1:]}.")


def _changes(visit: Visit, given: dict[str, Any]) -> dict[str, Any]:
    """What stands in the form, with '' for what was emptied."""
    names = [field.name for field in _fields(visit) if field.kind != "file" and field.name not in _NOT_DETAILS]
    return {name: given.get(name, "") for name in names} | {name: given[name] for name in ("logo",) if name in given}


def _page(
    visit: Visit,
    profile: Profile,
    *,
    said: dict[str, Any] | None = None,
    error: BillhookError | None = None,
    shown: Look | None = None,
) -> Response:
    told = _said(profile) if said is None else said
    problems = [*(forms.problems_of(error) if error else ()), *forgotten(told)]
    form = forms.asking(_fields(visit), language=visit.seat.language, said=told, problems=problems, titles=TITLES)
    agreement = agreement_with(visit, told)
    can = visit.seat.role == "main_contact"
    return visit.show(
        "portal/account_payouts.html", profile=profile, form=form, can=can, agreement=agreement, look=shown,
        status=422 if error else 200,
    )  # fmt: skip


def agreement_with(visit: Visit, said: dict[str, Any]) -> AgreementText:
    """The agreement as it reads with these details."""
    return visit.workspace.self_invoicing.agreement(visit.seat.partner, _details(said))


def forgotten(said: dict[str, Any]) -> list[Problem]:
    """A browser shows a form anew without the file that was chosen, so what was not kept has to be chosen again."""
    chosen = isinstance(said.get("logo"), Document)
    return [Problem("logo", "Choose the picture again; browsers forget it.")] if chosen else []


def _said(profile: Profile) -> dict[str, Any]:
    """The details as the form's fields, and the choice that stands."""
    body = profile.seller.to_json()
    payment = body.pop("payment")
    known = {"account_holder": payment["account_holder"], "iban": payment["iban"], "bic": payment["bic"]}
    choice = {"opted_in": "opt_in", "opted_out": "opt_out"}.get(profile.choice, "")
    return {**body, **known, "payment_other": payment["other"], "choice": choice}


def _details(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in (*_NOT_DETAILS, "logo", "email") and value}


def _fields(visit: Visit) -> Any:
    return visit.house.billhook.world.registry.ask(STEP).fields({})


def _profile(visit: Visit) -> Profile:
    return visit.workspace.self_invoicing.profile(visit.seat.partner)


_NOT_DETAILS = ("choice", "reason", "accept_agreement", "agreement_terms")
