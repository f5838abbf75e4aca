"""A partner's invoices and credit notes: as files, and what it says of each: accepted, or contested with a reason."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.app import Workspace
from billhook.web import forms
from billhook.web.downloads import download
from billhook.web.mistakes import status_of
from billhook.web.once import Key, once
from billhook.web.versions import held, tag
from billhook.web.visits import Partner, Visit
from engine.acceptance import Acceptance
from engine.errors import BillhookError, NotAllowed, NotFound

routes = APIRouter(prefix="/documents")
Text = Annotated[str, Form()]
Version = Annotated[str, Form(max_length=64)]


@routes.get("")
def documents(visit: Partner, after: str | None = None) -> Response:
    page = visit.workspace.documents.page(after=after, newest_first=True)
    return visit.show("portal/documents.html", page=page)


@routes.get("/{number:path}/about")
def about(visit: Partner, number: str) -> Response:
    return _page(visit, number)


@routes.post("/{number:path}/accept")
def accept(visit: Partner, number: str, version: Version = "", key: Key = "") -> Response:
    return _said(visit, number, key, lambda account: _as_shown(account, number, version).invoices.accept(number))


@routes.post("/{number:path}/contest")
def contest(visit: Partner, number: str, reason: Text = "", version: Version = "", key: Key = "") -> Response:
    def verb(account: Workspace) -> str:
        return _as_shown(account, number, version).invoices.contest(number, reason=reason)

    return _said(visit, number, key, verb, reason=reason)


@routes.get("/{number:path}.{format}")
def document(visit: Partner, number: str, format: str) -> Response:
    return download(visit.workspace.documents.get(number, format=format))


def _as_shown(account: Workspace, number: str, version: str) -> Workspace:
    """Its next deed is about the invoice as the page showed it: with what was credited and said of it by then."""
    return Workspace(held(account.caller, f"Invoice {number}", partial(_standing, number=number), version=version))


def _standing(account: Workspace, *, number: str) -> Acceptance:
    return account.invoices.standing(number)


def _said(visit: Visit, number: str, key: str, verb: Callable[[Workspace], str], *, reason: str = "") -> Response:
    try:
        told = str(once(visit, key, verb))
    except (NotAllowed, NotFound):
        raise
    except BillhookError as error:
        return _page(visit, number, reason=reason, error=error)
    return visit.go(f"/portal/documents/{number}/about", told)


def _page(visit: Visit, number: str, *, reason: str = "", error: BillhookError | None = None) -> Response:
    standing = _standing(visit.workspace, number=number)
    return visit.show(
        "portal/document.html", standing=standing, version=tag(standing),
        payout=visit.workspace.payouts.get(standing.payout), said={"reason": reason},
        wrong=forms.beside(error, {"reason": "reason"}) if error else {}, status=status_of(error) if error else 200,
    )  # fmt: skip
