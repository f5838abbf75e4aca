"""A partner's onboarding: the stages with their steps, and one page a step. What a step asks, its action says."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from billhook.app import Workspace
from billhook.web import edits, forms
from billhook.web.downloads import download
from billhook.web.drafts import draft_of, drop_draft, keep_draft
from billhook.web.pages.portal import opting
from billhook.web.pages.portal.home import run_of
from billhook.web.refusals import Stale
from billhook.web.visits import Partner, Visit
from billhook.web.words import TITLES
from engine import steps
from engine.errors import BillhookError, Invalid, NotFound, SelfInvoicingRefused, StepRefused
from engine.onboarding import StepView, opened

routes = APIRouter(prefix="/onboarding")
OPEN = (steps.PENDING, steps.ACTION_REQUIRED)


@routes.get("")
def overview(visit: Partner) -> Response:
    return visit.show("portal/onboarding.html", run=run_of(visit), open=OPEN)


@routes.get("/{step_id}")
def step(visit: Partner, step_id: str) -> Response:
    return _page(visit, _step(visit, step_id))


@routes.get("/{step_id}/preview.png")
def picture(visit: Partner, step_id: str) -> Response:
    found = _of_self_invoicing(visit, step_id)
    return opting.picture(visit, _path(found))


@routes.get("/{step_id}/files/{field}")
def step_file(visit: Partner, step_id: str, field: str) -> Response:
    return download(visit.workspace.onboarding.file(visit.seat.partner, step_id, field))


@routes.post("/{step_id}/preview")
async def preview(visit: Partner, step_id: str) -> Response:
    """The invoice as it will look and the agreement: the two alone for htmx, else the step's page with them."""
    found = _of_self_invoicing(visit, step_id)
    given = await opting.typed(visit)
    return await visit.off_the_loop(_previewed, visit, found, given)


@routes.post("/{step_id}/draft")
async def draft(visit: Partner, step_id: str) -> Response:
    found = _step(visit, step_id)
    if not _can(visit, found):
        raise StepRefused(found.id, found.status, "draft", allowed=())
    return visit.drafted(_path(found), kept=_kept(visit, found, await _typed(visit, found)))


@routes.post("/{step_id}/draft/drop")
def drop(visit: Partner, step_id: str) -> Response:
    found = _step(visit, step_id)
    drop_draft(visit, _path(found))
    return visit.go(_path(found), "The form stands as it was kept last.")


@routes.post("/{step_id}")
async def answer(visit: Partner, step_id: str) -> Response:
    """What could not be accepted stays as a draft, so that nothing is typed twice."""
    found = _step(visit, step_id)
    typed = await _typed(visit, found)
    return await visit.off_the_loop(_answered, visit, found, typed)


def _previewed(visit: Visit, found: StepView, typed: dict[str, Any]) -> Response:
    if visit.by_script:
        return opting.renewed(visit, _path(found), typed)
    return _page(visit, found, said=typed, shown=opting.drawn(visit, typed))


def _answered(visit: Visit, found: StepView, typed: dict[str, Any]) -> Response:
    given = forms.plain(typed, found.asks, language=visit.locale)
    try:
        status = _held(visit, found, given).onboarding.answer(visit.seat.partner, found.id, given)
    except (Invalid, SelfInvoicingRefused, Stale) as error:
        _kept(visit, found, typed)
        now = _step(visit, found.id)
        if now.status not in OPEN:
            return visit.go("/portal/onboarding", str(error))
        return _page(visit, now, said=typed, error=error)
    except StepRefused as error:
        return visit.go("/portal/onboarding", str(error))
    drop_draft(visit, _path(found))
    told = "waits for approval" if status == steps.WAITING else "is done"
    return visit.go("/portal/onboarding", f"'{found.title}' {told}.")


def _held(visit: Visit, found: StepView, given: Mapping[str, Any]) -> Workspace:
    """The account, where the step is answered if it is as its form showed it. Opting out is so whatever it showed."""

    def look(account: Workspace) -> dict[str, Any]:
        return _answer_of(visit, opened(account.onboarding.view(visit.seat.partner), found.id))

    if found.status not in OPEN or (found.action == opting.STEP and given.get("choice") == "opt_out"):
        return visit.workspace
    return opting.held(visit) if found.action == opting.STEP else edits.held_to(visit, "The step", look)


def _kept(visit: Visit, found: StepView, typed: Mapping[str, Any]) -> bool:
    """As a draft, where it is small enough."""
    if found.action == opting.STEP:
        return opting.kept_as_draft(visit, _path(found), typed)
    return keep_draft(visit, _path(found), _changed(visit, found, typed))


def _page(
    visit: Visit,
    found: StepView,
    *,
    said: Mapping[str, Any] | None = None,
    error: BillhookError | None = None,
    shown: opting.Look | None = None,
) -> Response:
    stale, kept = isinstance(error, Stale), _answer_of(visit, found)
    status = 412 if stale else 422 if error else 200
    if found.action == opting.STEP and found.status in OPEN:
        asked = opting.opting(visit, _path(found), said=said, error=error, shown=shown)
        return visit.show("portal/step_opting.html", step=found, opting=asked, profile=asked.profile, status=status)
    draft = draft_of(visit, _path(found)) if said is None and _can(visit, found) else None
    told: Mapping[str, Any] = {**kept, **(draft or {})}
    if said is not None:
        told = {**kept, **_changed(visit, found, said)} if stale else said
    problems = forms.problems_of(error) if error else ()
    missing = visit.workspace.handouts.missing(found.asks)
    form = forms.asking(found.asks, language=visit.locale, said=told, problems=problems, titles=TITLES)
    return visit.show(
        "portal/step.html", step=found, form=form, can=_can(visit, found), answer=kept, action=_path(found),
        missing={each.document for each in missing}, waits=any(each.required for each in missing),
        carried=edits.to_carry(visit, kept, error), is_draft=bool(draft), titles=TITLES, status=status,
    )  # fmt: skip


def _changed(visit: Visit, found: StepView, said: Mapping[str, Any]) -> dict[str, Any]:
    names = [field.name for field in found.asks if field.kind != "file"]
    return edits.changed(edits.shown_in(visit) or {}, said, names)


async def _typed(visit: Visit, found: StepView) -> dict[str, Any]:
    if found.action == opting.STEP:
        return await opting.typed(visit)
    return await forms.answer(visit.request, found.asks)


def _answer_of(visit: Visit, found: StepView) -> dict[str, Any]:
    """What was answered, as the form shows it; the logo is the partner's, not the step's."""
    kept = {name: value for name, value in found.answer.items() if found.action != opting.STEP or name != "logo"}
    return forms.written(kept, found.asks, language=visit.locale)


def _can(visit: Visit, found: StepView) -> bool:
    return found.status in OPEN and (found.action != opting.STEP or opting.may_choose(visit))


def _path(found: StepView) -> str:
    return f"/portal/onboarding/{found.id}"


def _of_self_invoicing(visit: Visit, step_id: str) -> StepView:
    found = _step(visit, step_id)
    if found.action != opting.STEP:
        raise NotFound("step", step_id)
    return found


def _step(visit: Visit, step_id: str) -> StepView:
    if (run := run_of(visit)) is None:
        raise NotFound("step", step_id)
    return opened(run, step_id)
