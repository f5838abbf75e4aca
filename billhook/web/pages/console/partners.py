"""Partners: the list, and one of them with its onboarding, where steps are approved, rejected, skipped."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.web import forms
from billhook.web.downloads import download
from billhook.web.visits import Vendor, Visit
from engine.contracts import Field
from engine.errors import BillhookError, Invalid, NotFound
from engine.onboarding import RunView
from engine.partners import NewPartner
from engine.steps import VERBS
from engine.views import PayoutFilter

routes = APIRouter(prefix="/partners")
Text = Annotated[str, Form(max_length=300)]
NEW = (
    Field("code", "text", "Code", help="Part of invoice numbers: 1 to 12 of A-Z, 0-9 and '-'.", max_length=12),
    Field("name", "text", "Name", max_length=200),
    Field("country", "country", "Country"),
    Field("language", "text", "Language", help="Two letters, such as fr.", max_length=2),
    Field("main_contact_name", "text", "Main contact", max_length=200),
    Field("main_contact_email", "email", "Their e-mail address", max_length=200),
)


@routes.get("")
def partners(visit: Vendor, after: str | None = None, self_invoicing: str = "") -> Response:
    page = visit.workspace.partners.page(after=after, self_invoicing=self_invoicing)
    return visit.show("console/partners.html", page=page)


@routes.get("/new")
def new(visit: Vendor) -> Response:
    return visit.show("console/new_partner.html", form=forms.asking(NEW, language=visit.seat.language))


@routes.post("/new")
async def add(visit: Vendor) -> Response:
    given = await forms.answer(visit.request, NEW)
    return await visit.off_the_loop(_added, visit, {field.name: given.get(field.name, "") for field in NEW})


@routes.get("/{code}")
def partner(visit: Vendor, code: str) -> Response:
    return _page(visit, code)


@routes.post("/{code}/start")
def start(visit: Vendor, code: str) -> Response:
    try:
        visit.workspace.onboarding.start(code)
    except Invalid as error:
        return _page(visit, code, error=error)
    return visit.go(f"/console/partners/{code}", "The onboarding has begun.")


@routes.get("/{code}/steps/{step}/files/{field}")
def step_file(visit: Vendor, code: str, step: str, field: str) -> Response:
    return download(visit.workspace.onboarding.file(code, step, field))


@routes.post("/{code}/steps/{step}/{verb}")
def decide(
    visit: Vendor, code: str, step: str, verb: Literal["approve", "reject", "invalidate", "skip", "unskip"],
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:  # fmt: skip
    door = visit.workspace.onboarding
    try:
        status = door.decide(code, step, verb, reason=reason)
    except NotFound:
        raise
    except BillhookError as error:
        return _page(visit, code, error=error)
    return visit.go(f"/console/partners/{code}", f"Step '{step}' is {status} now.")


def _added(visit: Visit, given: dict[str, str]) -> Response:
    try:
        visit.workspace.partners.add(NewPartner(**given))
    except Invalid as error:
        form = forms.asking(NEW, language=visit.seat.language, said=given, problems=error.problems)
        return visit.show("console/new_partner.html", form=form, status=422)
    return visit.go(f"/console/partners/{given['code']}", f"Partner {given['code']} was added.")


def _page(visit: Visit, code: str, *, error: BillhookError | None = None) -> Response:
    account = visit.workspace
    return visit.show(
        "console/partner.html",
        partner=account.partners.get(code),
        run=_run(visit, code),
        verbs=VERBS,
        profile=account.self_invoicing.profile(code),
        contacts=account.people.contacts(code),
        payouts=account.payouts.page(PayoutFilter(partner=code), newest_first=True, limit=10).items,
        history=account.partners.history(code),
        error=error,
        status=409 if error else 200,
    )


def _run(visit: Visit, code: str) -> RunView | None:
    try:
        return visit.workspace.onboarding.view(code)
    except NotFound:
        return None
