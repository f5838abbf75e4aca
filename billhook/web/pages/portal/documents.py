"""A partner's invoices and credit notes: as files, and what it says of each: accepted, or contested with a reason."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.web import forms
from billhook.web.downloads import download
from billhook.web.visits import Partner, Visit
from engine.errors import BillhookError, NotAllowed, NotFound

routes = APIRouter(prefix="/documents")
Text = Annotated[str, Form()]


@routes.get("")
def documents(visit: Partner, after: str | None = None) -> Response:
    page = visit.workspace.documents.page(after=after, newest_first=True)
    return visit.show("portal/documents.html", page=page)


@routes.get("/{number:path}/about")
def about(visit: Partner, number: str) -> Response:
    return _page(visit, number)


@routes.post("/{number:path}/accept")
def accept(visit: Partner, number: str) -> Response:
    return _said(visit, number, lambda: visit.workspace.invoices.accept(number))


@routes.post("/{number:path}/contest")
def contest(visit: Partner, number: str, reason: Text = "") -> Response:
    return _said(visit, number, lambda: visit.workspace.invoices.contest(number, reason=reason), reason=reason)


@routes.get("/{number:path}.{format}")
def document(visit: Partner, number: str, format: str) -> Response:
    return download(visit.workspace.documents.get(number, format=format))


def _said(visit: Visit, number: str, verb: forms.Deed[str], *, reason: str = "") -> Response:
    try:
        told = verb()
    except (NotAllowed, NotFound):
        raise
    except BillhookError as error:
        return _page(visit, number, said={"reason": reason}, wrong=forms.beside(error, {"reason": "reason"}))
    return visit.go(f"/portal/documents/{number}/about", told)


def _page(
    visit: Visit, number: str, *, said: Mapping[str, str] | None = None, wrong: Mapping[str, str] | None = None
) -> Response:
    standing = visit.workspace.invoices.standing(number)
    return visit.show(
        "portal/document.html", standing=standing, payout=visit.workspace.payouts.get(standing.payout),
        said=said or {}, wrong=wrong or {}, status=409 if wrong else 200,
    )  # fmt: skip
