"""Account > Payouts of a partner: opting in to and out of self-invoicing, the details, the agreement."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from billhook.web.downloads import download
from billhook.web.drafts import drop_draft
from billhook.web.pages.portal import opting
from billhook.web.pages.portal.opting import Opting
from billhook.web.refusals import Stale
from billhook.web.visits import Partner, Visit
from engine.errors import BillhookError, Invalid, NotAllowed, Problem

routes = APIRouter(prefix="/account")
PAGE = "/portal/account/payouts"
_NO_IS_OPTING_OUT = (
    "You have accepted it, and nothing was kept now. To end it, choose to opt out above; to keep only your details, "
    "leave this question without an answer."
)


@routes.get("/payouts")
def payouts(visit: Partner) -> Response:
    return _page(visit, opting.opting(visit, PAGE))


@routes.get("/payouts/logo")
def logo(visit: Partner) -> Response:
    return download(visit.workspace.self_invoicing.logo(visit.seat.partner))


@routes.get("/payouts/preview.png")
def picture(visit: Partner) -> Response:
    return opting.picture(visit, PAGE)


@routes.post("/payouts")
async def choose(visit: Partner) -> Response:
    given = await opting.typed(visit)
    return await visit.off_the_loop(_chosen, visit, given)


@routes.post("/payouts/preview")
async def preview(visit: Partner) -> Response:
    """The invoice as it will look and the agreement: the two alone for htmx, else the page with them."""
    given = await opting.typed(visit)
    return await visit.off_the_loop(_previewed, visit, given)


@routes.post("/payouts/draft")
async def draft(visit: Partner) -> Response:
    opting.require_choice(visit)
    given = await opting.typed(visit)
    return visit.drafted(PAGE, kept=opting.kept_as_draft(visit, PAGE, given))


@routes.post("/payouts/draft/drop")
def drop(visit: Partner) -> Response:
    opting.require_choice(visit)
    drop_draft(visit, PAGE)
    return visit.go(PAGE, "The form stands as it was kept last.")


def _previewed(visit: Visit, given: dict[str, Any]) -> Response:
    if visit.by_script:
        return opting.renewed(visit, PAGE, given)
    return _page(visit, opting.opting(visit, PAGE, said=given, shown=opting.drawn(visit, given)))


def _chosen(visit: Visit, typed: dict[str, Any]) -> Response:
    door, partner = visit.workspace.self_invoicing, visit.seat.partner
    given, is_in = opting.read(visit, typed), opting.profile_of(visit).choice == "opted_in"
    choice = given.pop("choice", "")
    try:
        if choice == "opt_in" and is_in and given.get("accept_agreement") == "no":
            raise Invalid("The choice", [Problem("accept_agreement", _NO_IS_OPTING_OUT)])
        if choice == "opt_out":
            told = door.opt_out(partner, reason=given.get("reason", ""))
        elif choice == "opt_in" and (not is_in or given.get("accept_agreement") == "yes"):
            told = opting.held(visit).self_invoicing.opt_in(
                partner, {name: value for name, value in given.items() if name != "reason"}
            )
        elif choice == "opt_in":
            changes = opting.changes(visit, typed)
            told = opting.held_to_logo(visit, changes).self_invoicing.change(partner, changes)
        else:
            raise Invalid("The choice", [Problem("choice", "Choose one of the two.")])
    except NotAllowed:
        raise
    except BillhookError as error:
        opting.kept_as_draft(visit, PAGE, typed)
        return _page(
            visit, opting.opting(visit, PAGE, said=typed, error=error), status=412 if isinstance(error, Stale) else 422
        )
    drop_draft(visit, PAGE)
    return visit.go(PAGE, told)


def _page(visit: Visit, asked: Opting, *, status: int = 200) -> Response:
    return visit.show("portal/account_payouts.html", opting=asked, profile=asked.profile, status=status)
