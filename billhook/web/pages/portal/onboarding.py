"""A partner's onboarding: the stages with their steps, and one page a step. What a step asks, its action says."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from billhook.web import forms
from billhook.web.downloads import download
from billhook.web.pages.portal import account
from billhook.web.pages.portal.home import run_of
from billhook.web.visits import Partner, Visit
from billhook.web.words import TITLES
from engine import steps
from engine.errors import Invalid, NotFound, StepRefused
from engine.onboarding import StepView

routes = APIRouter(prefix="/onboarding")
OPEN = (steps.PENDING, steps.ACTION_REQUIRED)
SELF_INVOICING = account.STEP
_DRAFTS = "drafts"


@routes.get("")
def overview(visit: Partner) -> Response:
    return visit.show("portal/onboarding.html", run=run_of(visit), open=OPEN)


@routes.get("/{step_id}")
def step(visit: Partner, step_id: str) -> Response:
    found = _step(visit, step_id)
    draft = visit.request.session.get(_DRAFTS, {}).get(_name(visit, step_id))
    return _page(visit, found, said=found.answer if draft is None else draft)


@routes.get("/{step_id}/files/{field}")
def step_file(visit: Partner, step_id: str, field: str) -> Response:
    return download(visit.workspace.onboarding.file(visit.seat.partner, step_id, field))


@routes.post("/{step_id}/preview")
async def preview(visit: Partner, step_id: str) -> Response:
    """Without JavaScript: the step's page with the invoice as it will look by what is filled in so far."""
    found = _step(visit, step_id)
    if found.action != SELF_INVOICING:
        raise NotFound("step", step_id)
    given = await forms.answer(visit.request, found.asks)
    return await visit.off_the_loop(lambda: _page(visit, found, said=given, look=account.look(visit, given)))


@routes.post("/{step_id}")
async def answer(visit: Partner, step_id: str) -> Response:
    """A draft that could not be accepted stays in the session, so that nothing is typed twice."""
    found = _step(visit, step_id)
    given = await forms.answer(visit.request, found.asks)
    return await visit.off_the_loop(_answered, visit, found, given)


def _answered(visit: Visit, found: StepView, given: dict[str, Any]) -> Response:
    drafts = visit.request.session.setdefault(_DRAFTS, {})
    try:
        status = visit.workspace.onboarding.answer(visit.seat.partner, found.id, given)
    except Invalid as error:
        said = {name: value for name, value in given.items() if isinstance(value, str)}
        drafts[_name(visit, found.id)] = said
        return _page(visit, found, said=given, error=error)
    except StepRefused as error:
        return visit.go("/portal/onboarding", str(error))
    drafts.pop(_name(visit, found.id), None)
    told = "waits for approval" if status == steps.WAITING else "is done"
    return visit.go("/portal/onboarding", f"'{found.title}' {told}.")


def _name(visit: Visit, step_id: str) -> str:
    """A draft is of one seat: somebody may have several."""
    return f"{visit.seat.id}/{step_id}"


def _page(
    visit: Visit, found: StepView, *, said: Any, error: Invalid | None = None, look: account.Look | None = None
) -> Response:
    ours = found.action == SELF_INVOICING
    problems = [*(forms.problems_of(error) if error else ()), *(account.forgotten(said) if ours else ())]
    form = forms.asking(found.asks, language=visit.seat.language, said=said, problems=problems, titles=TITLES)
    can = found.status in OPEN and (visit.seat.role == "main_contact" or not ours)
    agreement = account.agreement_with(visit, said) if ours and found.status in OPEN else None
    there = {each.document for each in found.asks if each.document and visit.workspace.handouts.newest(each.document)}
    return visit.show(
        "portal/step.html", step=found, there=there, form=form, can=can, agreement=agreement, look=look,
        status=422 if error else 200,
    )  # fmt: skip


def _step(visit: Visit, step_id: str) -> StepView:
    run = run_of(visit)
    found = next((each for each in run.steps if each.id == step_id), None) if run else None
    if found is None or not found.status:
        raise NotFound("step", step_id)
    return found
