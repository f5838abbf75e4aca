"""A partner's payouts: to look at, approve, dispute, and give an own invoice for where one is asked."""

from typing import Annotated

from fastapi import APIRouter, Form, UploadFile
from starlette.responses import Response

from billhook.web import forms
from billhook.web.downloads import download
from billhook.web.once import Key, key_of
from billhook.web.visits import Partner, Visit
from engine.errors import BillhookError, NotFound
from engine.service import Fired

routes = APIRouter(prefix="/payouts")
Reason = Annotated[str, Form(max_length=2000)]
Version = Annotated[int, Form(ge=0)]


@routes.get("")
def payouts(visit: Partner, after: str | None = None) -> Response:
    return visit.show("portal/payouts.html", page=visit.workspace.payouts.page(after=after, newest_first=True))


@routes.get("/{payout_id}")
def payout(visit: Partner, payout_id: str) -> Response:
    return _page(visit, payout_id)


@routes.get("/{payout_id}/own-invoice")
def own_invoice(visit: Partner, payout_id: str) -> Response:
    return download(visit.workspace.payouts.own_invoice(payout_id))


@routes.post("/{payout_id}/approve")
def approve(visit: Partner, payout_id: str, version: Version, key: Key = "") -> Response:
    def fire() -> Fired:
        return visit.workspace.payouts.fire(
            payout_id, "approve", version=version, key=key_of(visit, key) if key else None
        )

    return _fired(visit, payout_id, fire)


@routes.post("/{payout_id}/dispute")
def dispute(visit: Partner, payout_id: str, line: Annotated[str, Form(max_length=64)], reason: Reason = "") -> Response:
    def fire() -> Fired:
        return visit.workspace.payouts.fire(payout_id, "dispute", reason=reason, data={"reward": line})

    return _fired(visit, payout_id, fire)


@routes.post("/{payout_id}/invoice")
async def upload(visit: Partner, payout_id: str, invoice: UploadFile) -> Response:
    document = await forms.document(invoice)

    def fire() -> Fired:
        return visit.workspace.payouts.fire(payout_id, "upload_invoice", uploads={"invoice": document})

    return await visit.off_the_loop(_fired, visit, payout_id, fire)


def _fired(visit: Visit, payout_id: str, fire: forms.Deed[Fired]) -> Response:
    """What cannot be done now is told on the payout's own page."""
    try:
        fired = fire()
    except NotFound:
        raise
    except BillhookError as error:
        return _page(visit, payout_id, error=error)
    moved = fired.source != fired.target
    told = f"The payout is {fired.target} now." if moved else " ".join(fired.sentences) or "Done."
    return visit.go(f"/portal/payouts/{payout_id}", told)


def _page(visit: Visit, payout_id: str, *, error: BillhookError | None = None) -> Response:
    door = visit.workspace.payouts
    found = door.get(payout_id)
    return visit.show(
        "portal/payout.html", payout=found, lines=door.lines(payout_id), possible=door.standing(payout_id).possible,
        history=door.history(payout_id), error=error, status=409 if error else 200,
    )  # fmt: skip
