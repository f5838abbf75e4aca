"""The account's switch and details for self-invoicing, a partner's choice, and agreements with partners."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from billhook.app import Workspace
from billhook.web.api.calls import Call, may
from billhook.web.api.files import BINARY, Format, files, with_files
from billhook.web.api.matching import IfMatch, Match, tagged
from billhook.web.api.shapes import Answer, Body, Code, Counted, On, Told, Why
from billhook.web.api.strict import StrictRoute
from billhook.web.downloads import download
from engine.agreements import AgreementView, OfferView
from engine.billing.agreement import AgreementText
from engine.billing.parties import BuyerDetails
from engine.errors import Invalid, Problem
from engine.self_invoicing import Profile
from engine.signed_paper import Paper
from engine.world import Caller

routes = APIRouter(tags=["self-invoicing"], route_class=StrictRoute)
Reading = Annotated[Call, may("self_invoicing:read")]
Writing = Annotated[Call, may("self_invoicing:write")]
Consulting = Annotated[Call, may("agreements:read")]
Agreeing = Annotated[Call, may("agreements:write")]


class Buyer(Body):
    """The account as the buyer on invoices (EN 16931 BG-7)."""

    code: Code = Field(examples=["ACME"])
    legal_name: Code = Field(examples=["Acme Logiciels SAS"])
    line1: Code = Field(examples=["8 rue de Londres"])
    line2: str = Field(default="", max_length=200)
    city: Code = Field(examples=["Paris"])
    postcode: str = Field(default="", max_length=40, examples=["75009"])
    region: str = Field(default="", max_length=200)
    country: Code = Field(examples=["FR"])
    vat_number: str | None = Field(default=None, max_length=40, examples=["FR40303265045"])
    tax_number: str | None = Field(default=None, max_length=40)
    legal_number: str | None = Field(default=None, max_length=80)
    email: str = Field(default="", max_length=200)
    payment_days: int | None = Field(default=None, ge=0, le=999, examples=[30])


class Signed(Answer):
    """
    A paper that was signed: by whom, on which day (ISO 8601), its picture, and the details it says. `offer`: the sha256
    of the offered text that was printed, which says its days and its silence itself; without one the terms are those
    of the picture. `silence_days`: as it says. `ends`: the first day outside it, as it says; without one a year after
    it was signed.
    """

    signed_by: Code = Field(examples=["Anna Wald"])
    signed_on: Code = Field(examples=["2026-11-02"])
    paper: dict[str, Any] = Field(examples=[{"filename": "signed.pdf", "media_type": "application/pdf", "base64": ""}])
    offer: str = Field(default="", max_length=64)
    silence_days: int | None = Field(default=None, ge=1, le=90, examples=[14])
    ends: str = Field(default="", max_length=10, examples=["2027-05-01"])


class Terms(Body):
    """`terms` of the text that was read: no other is accepted."""

    terms: str = Field(
        default="", max_length=200, examples=["5b0f0f0c3a8f7a1d2e4b6c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b"]
    )


class Drawn(Answer):
    """What an example of an invoice is drawn from, and how: pdf or html."""

    language: str = Field(default="", max_length=10, examples=["de"])
    currency: Code = Field(default="EUR", examples=["EUR"])
    format: str = Field(default="pdf", max_length=10, examples=["pdf"])


class Switch(Body):
    """The account's side: the switch, and its details as they stand on invoices."""

    on: bool
    buyer: BuyerDetails


@routes.get("/self-invoicing")
def get_self_invoicing(call: Reading, response: Response) -> Switch:
    """The account's switch for self-invoicing, and its billing details."""
    return tagged(response, _switch(call.workspace))


@routes.put("/self-invoicing/switch")
def set_switch(call: Writing, body: On, match: IfMatch) -> Counted:
    """Whether self-invoicing is offered. Tells how many blocked payouts were decided anew."""
    held = match.to("The account's side of self-invoicing", _switch)
    return Counted(call.do(lambda account: account.self_invoicing.switch(on=body.on), body, held=held))


@routes.put("/self-invoicing/buyer")
def set_buyer(call: Writing, body: Buyer, match: IfMatch) -> Counted:
    """The account's billing details, all of them. Tells how many blocked payouts were decided anew."""
    details, held = BuyerDetails(**body.model_dump()), match.to("The account's side of self-invoicing", _switch)
    return Counted(call.do(lambda account: account.self_invoicing.buyer(details), body, held=held))


@routes.get("/partners/{partner}/self-invoicing")
def get_profile(call: Reading, partner: str, response: Response) -> Profile:
    """A partner's choice, its agreement and its billing details."""
    return tagged(response, call.workspace.self_invoicing.profile(partner))


@routes.patch("/partners/{partner}/self-invoicing/details")
def change_details(call: Writing, partner: str, body: Answer, match: IfMatch) -> Told:
    """
    For the partner's main contact alone, by a token of its own. Only what is named changes; "" takes a detail away,
    the logo too.
    """
    changes = with_files(body.answer)
    return Told(
        call.do(lambda account: account.self_invoicing.change(partner, changes), body, held=_profile(match, partner))
    )


@routes.get("/partners/{partner}/self-invoicing/logo", response_class=Response, responses=BINARY)
def get_logo(call: Reading, partner: str) -> Response:
    """The logo on the partner's invoices, as PNG."""
    return download(call.workspace.self_invoicing.logo(partner))


@routes.post("/partners/{partner}/self-invoicing/opt-in")
def opt_in(call: Writing, partner: str, body: Answer) -> Told:
    """
    Accept the agreement: for the partner's main contact alone, by a token of its own; the vendor's are answered 403.
    `agreement_terms` are those of the text that was read.
    """
    given = with_files(body.answer)
    return Told(call.do(lambda account: account.self_invoicing.opt_in(partner, given), body))


@routes.post("/partners/{partner}/self-invoicing/opt-out")
def opt_out(call: Writing, partner: str, body: Why, match: IfMatch) -> Told:
    """End self-invoicing: for the partner's main contact alone, by a token of its own."""
    held = _profile(match, partner)
    return Told(call.do(lambda account: account.self_invoicing.opt_out(partner, reason=body.reason), body, held=held))


@routes.get("/partners/{partner}/self-invoicing/example", response_class=Response, responses=BINARY)
def example_invoice(call: Reading, partner: str, format: Format = "pdf", language: str = "") -> Response:
    """An invoice of two example lines, marked as a preview; no number is taken."""
    shown = call.workspace.invoices.example(partner, language=language, format=format)
    return download(shown.document)


@routes.post("/partners/{partner}/self-invoicing/example", response_class=Response, responses=BINARY)
def example_of_answer(call: Reading, partner: str, body: Drawn) -> Response:
    """An invoice of two example lines, with these fields, as far as filled in, over the details. Nothing is kept."""
    given = with_files(body.answer)
    shown = call.workspace.invoices.example(
        partner, given, language=body.language, currency=body.currency, format=body.format
    )
    return download(shown.document)


@routes.post("/partners/{partner}/self-invoicing/agreement")
def agreement_text(call: Reading, partner: str, body: Answer) -> AgreementText:
    """The text that somebody with these details would accept. Nothing is kept."""
    return call.workspace.self_invoicing.agreement(partner, with_files(body.answer))


@routes.get("/partners/{partner}/agreements")
def list_agreements(call: Consulting, partner: str) -> list[AgreementView]:
    """Every version of the partner's agreement, the newest first."""
    return [*call.workspace.agreements.list(partner)]


@routes.get("/partners/{partner}/agreements/offers")
def list_offers(call: Consulting, partner: str) -> list[OfferView]:
    """The texts that the partner was offered, the newest first."""
    return [*call.workspace.agreements.offers(partner)]


@routes.get("/partners/{partner}/agreements/{version}")
def get_agreement(call: Consulting, partner: str, version: int) -> AgreementView:
    """One version of the partner's agreement, whole."""
    return call.workspace.agreements.get(partner, version)


@routes.get("/partners/{partner}/agreements/{version}/pdf", response_class=Response, responses=BINARY)
def export_agreement(call: Consulting, partner: str, version: int) -> Response:
    """The record of one version as PDF."""
    return download(call.workspace.agreements.export(partner, version))


@routes.get("/partners/{partner}/agreements/{version}/paper", response_class=Response, responses=BINARY)
def signed_paper(call: Consulting, partner: str, version: int) -> Response:
    """The picture of the paper that was signed; 404 where none was."""
    return download(call.workspace.agreements.paper(partner, version))


@routes.post("/partners/{partner}/agreements/offer")
def offer_agreement(call: Agreeing, partner: str) -> AgreementText:
    """Offer the partner the agreement as it reads now; it is told."""
    return AgreementText(**call.do(lambda account: account.agreements.offer(partner)))


@routes.post("/partners/{partner}/agreements/renew")
def renew_agreement(call: Agreeing, partner: str, body: Terms) -> Told:
    """Accept the agreement anew: for the partner's main contact alone, by a token of its own."""
    return Told(call.do(lambda account: account.agreements.renew(partner, terms=body.terms), body))


@routes.post("/partners/{partner}/agreements/revoke")
def revoke_agreement(call: Agreeing, partner: str, body: Why) -> Told:
    """End the partner's agreement, with a reason; it is told."""
    return Told(call.do(lambda account: account.agreements.revoke(partner, reason=body.reason), body))


@routes.post("/partners/{partner}/agreements/paper", status_code=201)
def record_paper(call: Agreeing, partner: str, body: Signed) -> Told:
    """Keep an agreement that was signed on paper: the vendor records it, the partner is told."""
    paper, answer = _paper(body), with_files(body.answer)
    return Told(call.do(lambda account: account.agreements.record_paper(partner, paper, answer), body))


def _switch(account: Workspace) -> Switch:
    return Switch(on=account.settings.get().switch_on, buyer=account.self_invoicing.buyer_details())


def _profile(match: Match, partner: str) -> Callable[[Caller], Caller]:
    return match.to(f"Partner {partner}", lambda account: account.self_invoicing.profile(partner))


def _paper(body: Signed) -> Paper:
    document, problems = files({"paper": body.paper})["paper"], list[Problem]()
    day, ends = (_day(name, getattr(body, name), problems) for name in ("signed_on", "ends"))
    if day is None or problems:
        raise Invalid("The paper", problems)
    return Paper(body.signed_by, day, document, body.offer, body.silence_days, ends)


def _day(name: str, text: str, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(text) if text or name == "signed_on" else None
    except ValueError:
        problems.append(Problem(name, "a day such as 2026-11-02."))
        return None
