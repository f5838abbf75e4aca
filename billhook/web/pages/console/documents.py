"""Invoices and credit notes: as files, how each stands, and what puts one right: resolved, credited, issued anew."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.app import Workspace
from billhook.web import forms
from billhook.web.downloads import download
from billhook.web.once import Key, once
from billhook.web.visits import Vendor, Visit
from engine.billing.errors import BillingError
from engine.errors import BillhookError, NotFound

routes = APIRouter(prefix="/documents")
Text = Annotated[str, Form(max_length=2000)]


@routes.get("")
def documents(visit: Vendor, after: str | None = None, partner: str = "") -> Response:
    page = visit.workspace.documents.page(partner=partner, after=after, newest_first=True)
    return visit.show("console/documents.html", page=page)


@routes.get("/{number:path}/about")
def about(visit: Vendor, number: str) -> Response:
    return _page(visit, number)


@routes.post("/{number:path}/resolve")
def resolve(visit: Vendor, number: str, reason: Text = "", put_right: Text = "") -> Response:
    door = visit.workspace.invoices
    return _done(visit, number, lambda: door.resolve(number, reason=reason, put_right=bool(put_right)))


@routes.post("/{number:path}/credit")
def credit(
    visit: Vendor, number: str, reason: Text = "", amount: Text = "", clawback: Text = "",
    line: Annotated[list[int], Form(max_length=500)] = [],  # noqa: B006
    key: Key = "",
) -> Response:  # fmt: skip
    """No line: all that is left. One line and an amount, or a clawback: part of it."""

    def verb(workspace: Workspace) -> Any:
        said = forms.required_decimal(amount, "amount", language=visit.locale) if amount.strip() else ""
        part = {"amount": said, "clawback": clawback.strip()}
        return workspace.invoices.credit(number, lines=line, reason=reason, **part)

    return _done(visit, number, lambda: _sentence(once(visit, key, verb)))


@routes.post("/{number:path}/reissue")
def reissue(visit: Vendor, number: str, reason: Text = "", key: Key = "") -> Response:
    def verb(workspace: Workspace) -> Any:
        return workspace.invoices.reissue(number, reason=reason)

    return _done(visit, number, lambda: _sentence(once(visit, key, verb)))


@routes.get("/{number:path}.{format}")
def document(visit: Vendor, number: str, format: str) -> Response:
    return download(visit.workspace.documents.get(number, format=format))


def _done(visit: Visit, number: str, verb: forms.Deed[str]) -> Response:
    try:
        told = verb()
    except NotFound:
        raise
    except (BillhookError, BillingError) as error:
        return _page(visit, number, error=error)
    return visit.go(f"/console/documents/{number}/about", told)


def _sentence(answer: Any) -> str:
    """What was done, also where it is the kept answer of an earlier press."""
    return str(answer["sentence"] if isinstance(answer, dict) else answer.sentence)


def _page(visit: Visit, number: str, *, error: Exception | None = None) -> Response:
    door = visit.workspace
    standing = door.invoices.standing(number)
    return visit.show(
        "console/document.html", standing=standing, lines=door.payouts.lines(standing.payout), error=error,
        status=409 if error else 200,
    )  # fmt: skip
