"""/invoices: what was issued, as files, and what becomes of it: accepted, contested, credited, issued anew."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from billhook.web.api.calls import Call, Newest, Pages, may
from billhook.web.api.files import BINARY, Format
from billhook.web.api.matching import IfMatch, Match, tagged
from billhook.web.api.shapes import Body, Text, Told, Why
from billhook.web.api.strict import StrictRoute
from billhook.web.downloads import download
from engine.acceptance import Acceptance
from engine.crediting import Credited
from engine.views import DocumentView, Page
from engine.world import Caller

routes = APIRouter(prefix="/invoices", tags=["invoices"], route_class=StrictRoute)
Reading = Annotated[Call, may("invoices:read")]
Writing = Annotated[Call, may("invoices:write")]


class Part(Body):
    """Nothing named: all that is left. Else whole `lines`, or of one line an `amount` without tax, or a `clawback`."""

    lines: list[int] = Field(default=[], max_length=5000, examples=[[1]])
    amount: str = Field(default="", max_length=40, examples=["20.00"])
    clawback: str = Field(default="", max_length=200)
    reason: Text = Field(default="", examples=["30 seats, not 25."])


class Answer(Why):
    """To an objection: the partner accepts after all; or, of a credit note, it is right, and it was put right."""

    put_right: bool = Field(default=False, examples=[True])


@routes.get("")
def list_invoices(
    call: Reading, pages: Pages, partner: str = "", currency: str = "",
    contested: Annotated[bool, Query()] = False, newest_first: Newest = False,
) -> Page[DocumentView]:  # fmt: skip
    """
    Issued invoices and credit notes, in order of issue, or only those that are contested and wait for the vendor's
    answer; a contact's token sees its own partner's.
    """
    door = call.workspace.documents
    return door.page(
        partner=partner, currency=currency, contested=contested, after=pages.after, limit=pages.limit,
        newest_first=newest_first,
    )  # fmt: skip


@routes.get("/{number:path}/file", response_class=Response, responses=BINARY)
def invoice_file(call: Reading, number: str, format: Format = "pdf") -> Response:
    """An invoice or credit note as a file: pdf, cii, ubl, json or html."""
    return download(call.workspace.documents.get(number, format=format))


@routes.post("/{number:path}/accept")
def accept_invoice(call: Writing, number: str, match: IfMatch) -> Told:
    """Accept an invoice: for its seller's main contact alone, by a token of its own."""
    return Told(call.do(lambda account: account.invoices.accept(number), held=_standing(match, number)))


@routes.post("/{number:path}/contest")
def contest_invoice(call: Writing, number: str, body: Why, match: IfMatch) -> Told:
    """Contest an invoice, with a reason: for its seller's main contact alone. Its payout is on hold until answered."""
    held = _standing(match, number)
    return Told(call.do(lambda account: account.invoices.contest(number, reason=body.reason), body, held=held))


@routes.post("/{number:path}/resolve")
def resolve_invoice(call: Writing, number: str, body: Answer, match: IfMatch) -> Told:
    """An objection is answered."""
    held = _standing(match, number)
    return Told(call.do(lambda account: account.invoices.resolve(number, **body.model_dump()), body, held=held))


@routes.post("/{number:path}/credit")
def credit_invoice(call: Writing, number: str, body: Part, match: IfMatch) -> Credited:
    """Issue a credit note over an invoice, or over a part of it."""
    held = _standing(match, number)
    return Credited(**call.do(lambda account: account.invoices.credit(number, **body.model_dump()), body, held=held))


@routes.post("/{number:path}/reissue")
def reissue_invoice(call: Writing, number: str, body: Why, match: IfMatch) -> Credited:
    """Credited and issued anew from the details as they are now, or neither."""
    held = _standing(match, number)
    return Credited(**call.do(lambda account: account.invoices.reissue(number, reason=body.reason), body, held=held))


@routes.get("/{number:path}")
def get_invoice(call: Reading, number: str, response: Response) -> Acceptance:
    """Where it is, and what happened to it."""
    return tagged(response, call.workspace.invoices.standing(number))


def _standing(match: Match, number: str) -> Callable[[Caller], Caller]:
    return match.to(f"Invoice {number}", lambda account: account.invoices.standing(number))
