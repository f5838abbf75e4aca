"""A partner's payouts: to look at, approve, dispute, and give an own invoice for where one is asked."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.datastructures import UploadFile
from starlette.responses import Response

from billhook.web import forms
from billhook.web.downloads import download
from billhook.web.mistakes import status_of
from billhook.web.once import Key, as_sent, key_of
from billhook.web.refusals import Stale, as_looked_at
from billhook.web.visits import Partner, Visit
from billhook.web.words import NO_INVOICE
from engine.errors import BillhookError, Invalid, NoSuchTransition, NotAllowed, NotFound, Problem, Refused
from engine.service import Fired

routes = APIRouter(prefix="/payouts")
Text = Annotated[str, Form()]
Mark = Annotated[str, Form(min_length=1, max_length=64)]


@routes.get("")
def payouts(visit: Partner, after: str | None = None) -> Response:
    door = visit.workspace.payouts
    revised = () if after else door.revised(newest_first=True).items
    return visit.show("portal/payouts.html", page=door.page(after=after, newest_first=True), revised=revised)


@routes.get("/{payout_id}")
def payout(visit: Partner, payout_id: str) -> Response:
    try:
        return _page(visit, payout_id)
    except NotFound:
        return _being_revised(visit, payout_id)


@routes.get("/{payout_id}/own-invoice")
def own_invoice(visit: Partner, payout_id: str) -> Response:
    return download(visit.workspace.payouts.own_invoice(payout_id))


@routes.post("/{payout_id}/approve")
def approve(visit: Partner, payout_id: str, seen: Mark, key: Key = "") -> Response:
    return _fired(visit, payout_id, lambda: _fire(visit, payout_id, "approve", seen=seen, key=key))


@routes.post("/{payout_id}/dispute")
def dispute(visit: Partner, payout_id: str, seen: Mark, line: Text = "", reason: Text = "", key: Key = "") -> Response:
    def fire() -> Fired:
        return _fire(visit, payout_id, "dispute", seen=seen, key=key, reason=reason, data={"reward": line})

    return _fired(visit, payout_id, fire, said={"line": line, "reason": reason})


@routes.post("/{payout_id}/invoice")
async def upload(visit: Partner, payout_id: str, seen: Mark, key: Key = "") -> Response:
    given = (await visit.request.form()).get("invoice")
    document = await forms.document(given) if isinstance(given, UploadFile) and given.filename else None

    def fire() -> Fired:
        if document is None:
            raise Invalid("The invoice", [Problem("invoice", "Choose the file first.")])
        return _fire(visit, payout_id, "upload_invoice", seen=seen, key=key, uploads={"invoice": document})

    return await visit.off_the_loop(lambda: _fired(visit, payout_id, fire))


def _fire(visit: Visit, payout_id: str, trigger: str, *, seen: str, key: str, **given: Any) -> Fired:
    """Raises Stale: the payout is not any more as the page showed it. Invalid: the page was sent before, otherwise."""
    with as_looked_at("The payout"), as_sent():
        return visit.workspace.payouts.fire(
            payout_id, trigger, seen=seen, key=key_of(visit, key) if key else None, **given
        )


def _fired(visit: Visit, payout_id: str, fire: forms.Deed[Fired], *, said: Mapping[str, str] | None = None) -> Response:
    """
    What cannot be done now is told on the payout's own page, beside its field, with what was `said`; of one that is
    being revised by now nothing is shown but that.
    """
    try:
        fired = fire()
    except NotAllowed:
        raise
    except NotFound:
        return _being_revised(visit, payout_id, status=status_of(Stale("The payout")))
    except BillhookError as error:
        return _page(visit, payout_id, said=said, error=error)
    moved = fired.source != fired.target
    told = f"The payout is {fired.target} now." if moved else " ".join(fired.sentences) or "Done."
    return visit.go(f"/portal/payouts/{payout_id}", told)


def _being_revised(visit: Visit, payout_id: str, *, status: int = 200) -> Response:
    """Raises NotFound: it is not, or is not theirs."""
    found = visit.workspace.payouts.revision(payout_id)
    return visit.show("portal/revised.html", payout=found, refused=status != 200, status=status)


def _page(
    visit: Visit, payout_id: str, *, said: Mapping[str, str] | None = None, error: BillhookError | None = None
) -> Response:
    door = visit.workspace.payouts
    found, standing = door.get(payout_id), door.standing(payout_id)
    wrong = _wrong(error, found.state) if error else {}
    return visit.show(
        "portal/payout.html", payout=found, lines=door.lines(payout_id), possible=standing.possible,
        asks=standing.asks, history=door.history(payout_id), seen=door.mark(payout_id), said=said or {}, wrong=wrong,
        no_invoice=NO_INVOICE, status=(status_of(error) if "" in wrong else 422) if error else 200,
    )  # fmt: skip


def _wrong(error: BillhookError, state: str) -> dict[str, str]:
    """What is said beside which field of the page's forms; under '' what is about none of them."""
    if isinstance(error, Refused):
        return {"": " ".join(each.sentence for each in error.refusals)}
    if isinstance(error, NoSuchTransition):
        return {"": f"The payout is {state} now, so this cannot be done any more."}
    return forms.beside(error, _FIELDS)


_FIELDS = {"reward": "line", "reason": "reason", "invoice": "invoice"}
