"""Partners: the list, and one of them with its onboarding, where steps are approved, rejected, skipped."""

from typing import Any, Literal
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from billhook.web import forms, sheets
from billhook.web.downloads import download
from billhook.web.refusals import as_looked_at
from billhook.web.sheets import Back, Sheet
from billhook.web.visits import Vendor, Visit
from engine.contracts import Field
from engine.errors import NotFound
from engine.onboarding import RunView
from engine.partners import NewPartner
from engine.steps import VERBS
from engine.views import PayoutFilter

routes = APIRouter(prefix="/partners")
LONGEST_SEARCH, DEEDS = 100, 20
WHY = (Field("reason", "text", "Why"),)
SEEN = (Field("version", "text", "Version"),)  # of the step as the page showed it; without it nothing is decided
WITH_REASON = frozenset({"reject", "invalidate", "skip"})
NEW = (
    Field("code", "text", "Code", help="Part of invoice numbers: 1 to 12 of A-Z, 0-9 and '-'.", max_length=12),
    Field("name", "text", "Name", max_length=200),
    Field("country", "country", "Country"),
    Field("language", "text", "Language", help="Two letters, such as fr.", max_length=2),
    Field("main_contact_name", "text", "Main contact", max_length=200),
    Field("main_contact_email", "email", "Their e-mail address", max_length=200),
)


@routes.get("")
def partners(visit: Vendor, after: str | None = None, self_invoicing: str = "", search: str = "") -> Response:
    search = search.strip()[:LONGEST_SEARCH]
    page = visit.workspace.partners.page(after=after, self_invoicing=self_invoicing, search=search)
    return visit.show("console/partners.html", page=page, search=search, self_invoicing=self_invoicing)


@routes.get("/new")
def new(visit: Vendor) -> Response:
    return _new(visit)


@routes.post("/new")
async def add(visit: Vendor) -> Response:
    given = await forms.answer(visit.request, NEW)

    def deed() -> str:
        visit.workspace.partners.add(NewPartner(**{field.name: given.get(field.name, "") for field in NEW}))
        return f"Partner {given['code']} was added."

    to = f"/console/partners/{quote(str(given.get('code', '')), safe='')}"
    return await visit.off_the_loop(
        lambda: sheets.tried(visit, "new", given, deed, page=lambda back: _new(visit, back), to=to)
    )


@routes.get("/{code}")
def partner(visit: Vendor, code: str, after: str | None = None) -> Response:
    """`after`: the cursor of older deeds."""
    return page(visit, code, after=after)


@routes.post("/{code}/start")
def start(visit: Vendor, code: str) -> Response:
    def deed() -> str:
        visit.workspace.onboarding.start(code)
        return "The onboarding has begun."

    return tried(visit, code, "start", {}, deed)


@routes.get("/{code}/steps/{step}/files/{field}")
def step_file(visit: Vendor, code: str, step: str, field: str) -> Response:
    return download(visit.workspace.onboarding.file(code, step, field))


@routes.post("/{code}/steps/{step}/{verb}")
async def decide(
    visit: Vendor, code: str, step: str, verb: Literal["approve", "reject", "invalidate", "skip", "unskip"]
) -> Response:
    given = await forms.answer(visit.request, (*WHY, *SEEN))

    def deed() -> str:
        seen = given.get("version", "")
        with as_looked_at("The step"):
            status = visit.workspace.onboarding.decide(code, step, verb, reason=given.get("reason", ""), version=seen)
        return f"Step '{_title(visit, code, step)}' is {status} now."

    return await visit.off_the_loop(lambda: tried(visit, code, f"{step}-{verb}", given, deed))


def tried(visit: Visit, code: str, sheet: str, given: dict[str, Any], deed: forms.Deed[str]) -> Response:
    """On the partner's page."""
    return sheets.tried(
        visit, sheet, given, deed, page=lambda back: page(visit, code, back), to=f"/console/partners/{code}"
    )


def page(visit: Visit, code: str, back: Back | None = None, *, after: str | None = None) -> Response:
    """The partner's own."""
    account, run = visit.workspace, _run(visit, code)
    offered = [Sheet("start", ()), Sheet("contact", forms.INVITATION), *_decisions(run)]
    shown = sheets.shown(visit, offered, back)
    deeds = account.partners.newest_history(code, after=after, limit=DEEDS)
    return visit.show(
        "console/partner.html", partner=account.partners.get(code), run=run, verbs=VERBS,
        profile=account.self_invoicing.profile(code), contacts=account.people.contacts(code),
        payouts=account.payouts.page(PayoutFilter(partner=code), newest_first=True, limit=10).items,
        history=deeds.items, older=deeds, latest=after is None, forms=shown, error=sheets.astray(shown, back),
        status=sheets.status(back),
    )  # fmt: skip


def _new(visit: Visit, back: Back | None = None) -> Response:
    shown = sheets.shown(visit, [Sheet("new", NEW)], back)
    return visit.show("console/new_partner.html", forms=shown, status=sheets.status(back))


def _decisions(run: RunView | None) -> list[Sheet]:
    """A form for each thing that may be done to a step now."""
    return [
        Sheet(f"{step.id}-{verb}", WHY if verb in WITH_REASON else ())
        for step in (run.steps if run else ())
        for verb in VERBS.get(step.status, ())
        if verb != "answer"
    ]


def _title(visit: Visit, code: str, step: str) -> str:
    run = _run(visit, code)
    return next((each.title for each in run.steps if each.id == step), step) if run else step


def _run(visit: Visit, code: str) -> RunView | None:
    try:
        return visit.workspace.onboarding.view(code)
    except NotFound:
        return None
