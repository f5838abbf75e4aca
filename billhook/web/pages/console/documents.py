"""Invoices and credit notes: as files, how each stands, and what puts one right: resolved, credited, issued anew."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.app import Workspace
from billhook.web import forms, sheets
from billhook.web.downloads import download
from billhook.web.forms import Picked
from billhook.web.once import Key, once
from billhook.web.sheets import Back, Sheet
from billhook.web.versions import held, tag
from billhook.web.visits import Vendor, Visit
from engine.acceptance import Acceptance
from engine.billing.invoice import Invoice
from engine.contracts import Field
from engine.errors import Invalid, NotFound, Problem
from engine.views import Page

routes = APIRouter(prefix="/documents")
Version = Annotated[str, Form(max_length=64)]


@routes.get("")
def documents(visit: Vendor, after: str | None = None, partner: str = "", contested: str = "") -> Response:
    partner = partner.strip().upper()
    try:
        page = visit.workspace.documents.page(
            partner=partner, contested=bool(contested), after=after, newest_first=True
        )
    except NotFound:
        page = Page((), None)
    return visit.show("console/documents.html", page=page, partner=partner, contested=contested)


@routes.get("/{number:path}/about")
def about(visit: Vendor, number: str) -> Response:
    return _page(visit, number)


@routes.post("/{number:path}/resolve")
async def resolve(
    visit: Vendor, number: str, put_right: Annotated[str, Form(max_length=10)] = "", version: Version = ""
) -> Response:
    given = await forms.answer(visit.request, ANSWER)

    def deed() -> str:
        door = _as_shown(visit.workspace, number, version).invoices
        return door.resolve(number, reason=given.get("reason", ""), put_right=bool(put_right))

    return await _done(visit, number, "resolve", given, deed)


@routes.post("/{number:path}/credit")
async def credit(visit: Vendor, number: str, key: Key = "", version: Version = "") -> Response:
    """No line: all that is left. One line and an amount, or a clawback: part of it."""
    given = await forms.answer(visit.request, _credit_fields(0))

    def verb(workspace: Workspace) -> Any:
        amount = given.get("amount", "").strip()
        said = forms.required_decimal(amount, "amount", language=visit.locale) if amount else ""
        part = {"amount": said, "clawback": given.get("clawback", "").strip()}
        lines, reason = _positions(given["line"]), given.get("reason", "")
        return _as_shown(workspace, number, version).invoices.credit(number, lines=lines, reason=reason, **part)

    return await _done(visit, number, "credit", given, lambda: _sentence(once(visit, key, verb)))


@routes.post("/{number:path}/reissue")
async def reissue(visit: Vendor, number: str, key: Key = "", version: Version = "") -> Response:
    given = await forms.answer(visit.request, ANEW)

    def verb(workspace: Workspace) -> Any:
        return _as_shown(workspace, number, version).invoices.reissue(number, reason=given.get("reason", ""))

    return await _done(visit, number, "reissue", given, lambda: _sentence(once(visit, key, verb)))


@routes.get("/{number:path}.{format}")
def document(visit: Vendor, number: str, format: str) -> Response:
    return download(visit.workspace.documents.get(number, format=format))


def _as_shown(workspace: Workspace, number: str, version: str) -> Workspace:
    """Its next deed is about the invoice as the page showed it: what was credited since may be the same."""
    if not version:
        return workspace
    return Workspace(held(workspace.caller, f"Invoice {number}", partial(_standing, number=number), version=version))


def _standing(workspace: Workspace, *, number: str) -> Acceptance:
    return workspace.invoices.standing(number)


def _positions(said: Sequence[str]) -> list[int]:
    """
    Raises:
        Invalid: one is no number of a line.
    """
    if any(not (each.isascii() and each.isdigit() and len(each) < 6) for each in said):
        raise Invalid("The credit note", [Problem("line", "name lines by their numbers.")])
    return [int(each) for each in said]


async def _done(visit: Visit, number: str, sheet: str, given: dict[str, Any], deed: forms.Deed[str]) -> Response:
    return await visit.off_the_loop(
        lambda: sheets.tried(
            visit, sheet, given, deed, page=lambda back: _page(visit, number, back),
            to=f"/console/documents/{number}/about",
        )
    )  # fmt: skip


def _sentence(answer: Any) -> str:
    """What was done, also where it is the kept answer of an earlier press."""
    return str(answer["sentence"] if isinstance(answer, dict) else answer.sentence)


def _page(visit: Visit, number: str, back: Back | None = None) -> Response:
    door = visit.workspace
    standing = _standing(door, number=number)
    shown = sheets.shown(visit, _sheets(visit, door.documents.frozen(number)), back)
    return visit.show(
        "console/document.html", standing=standing, version=tag(standing), payout=door.payouts.get(standing.payout),
        forms=shown, status=sheets.status(back),
    )  # fmt: skip


def _sheets(visit: Visit, invoice: Invoice) -> list[Sheet]:
    """Its own lines as they were issued: those of its payout are others once part of it was credited."""
    pages, code = visit.house.pages, invoice.currency.code
    titles = {
        str(line.position): f"{line.position}: {line.reference}, {line.description}, "
        f"{pages.amount(line.amount, code, seat=visit.seat)}"
        for line in invoice.lines
    }
    return [
        Sheet("resolve", ANSWER),
        Sheet("credit", _credit_fields(len(titles)), titles=titles),
        Sheet("reissue", ANEW),
    ]


def _credit_fields(lines: int) -> tuple[Field, ...]:
    places = tuple(str(place) for place in range(1, lines + 1))
    return (
        Picked("line", "choice", "Lines (none: all that is left of it)", choices=places, look="several"),
        Field("amount", "number", "Of one line an amount without tax", required=False, max_length=40),
        Field("clawback", "text", "Or what a clawback takes from one line: its reference", required=False,
              max_length=200),
        Field("reason", "long_text", "Why"),
    )  # fmt: skip


ANSWER = (Field("reason", "long_text", "Your answer to the objection"),)
ANEW = (Field("reason", "long_text", "Why"),)
