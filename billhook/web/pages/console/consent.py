"""A partner's agreements, and how it is taxed: offered, recorded from paper, revoked; explained, overridden."""

from datetime import date
from decimal import Decimal
from typing import Annotated, cast, get_args

from fastapi import APIRouter, Form, UploadFile
from starlette.responses import Response

from billhook.web import forms
from billhook.web.downloads import download
from billhook.web.visits import Vendor, Visit
from engine.billing.errors import BillingError, NotARate
from engine.billing.tax import Category, Treatment, parse_rate
from engine.errors import BillhookError, Invalid, NotFound, Problem
from engine.signed_paper import Paper

routes = APIRouter(prefix="/partners/{code}")
Text = Annotated[str, Form(max_length=2000)]


@routes.get("/agreements")
def agreements(visit: Vendor, code: str) -> Response:
    return _agreements(visit, code)


@routes.get("/agreements/{version}.pdf")
def export(visit: Vendor, code: str, version: int) -> Response:
    return download(visit.workspace.agreements.export(code, version))


@routes.get("/agreements/{version}/paper")
def paper(visit: Vendor, code: str, version: int) -> Response:
    return download(visit.workspace.agreements.paper(code, version))


@routes.post("/agreements/offer")
def offer(visit: Vendor, code: str) -> Response:
    def verb() -> str:
        visit.workspace.agreements.offer(code)
        return "The agreement was offered; the partner accepts it at Account > Payouts."

    return _agreed(visit, code, verb)


@routes.post("/agreements/revoke")
def revoke(visit: Vendor, code: str, reason: Text = "") -> Response:
    return _agreed(visit, code, lambda: visit.workspace.agreements.revoke(code, reason=reason))


@routes.post("/agreements/paper")
async def record(
    visit: Vendor, code: str, paper: UploadFile, signed_by: Text = "", signed_on: Text = "", offer: Text = ""
) -> Response:
    document = await forms.document(paper)

    def verb() -> str:
        try:
            day = date.fromisoformat(signed_on)
        except ValueError:
            raise Invalid("The paper", [Problem("signed_on", "a day such as 2026-11-02.")]) from None
        return visit.workspace.agreements.record_paper(code, Paper(signed_by, day, document, offer))

    return await visit.off_the_loop(_agreed, visit, code, verb)


@routes.get("/tax")
def tax(visit: Vendor, code: str) -> Response:
    return _tax(visit, code)


@routes.post("/tax/override")
def override(
    visit: Vendor, code: str, category: Text = "", rate: Text = "", exemption_text: Text = "", mention: Text = "",
    reason: Text = "",
) -> Response:  # fmt: skip
    def verb() -> str:
        treatment = Treatment(_category(category), _rate(rate), exemption_text=exemption_text, mention=mention)
        visit.workspace.tax.override(code, treatment, reason=reason)
        return "The partner's next invoices are taxed so."

    return _taxed(visit, code, verb)


@routes.post("/tax/follow-rules")
def follow_rules(visit: Vendor, code: str, reason: Text = "") -> Response:
    def verb() -> str:
        visit.workspace.tax.follow_rules(code, reason=reason)
        return "The rules decide again."

    return _taxed(visit, code, verb)


def _category(text: str) -> Category:
    if text not in get_args(Category):
        raise Invalid("The treatment", [Problem("category", f"one of {', '.join(get_args(Category))}.")])
    return cast(Category, text)


def _rate(text: str) -> Decimal | None:
    try:
        return parse_rate(text.replace(",", ".")) if text else None
    except NotARate:
        raise Invalid("The treatment", [Problem("rate", "a percentage such as 19 or 5.5.")]) from None


def _agreed(visit: Visit, code: str, verb: forms.Deed[str]) -> Response:
    try:
        told = verb()
    except NotFound:
        raise
    except BillhookError as error:
        return _agreements(visit, code, error=error)
    return visit.go(f"/console/partners/{code}/agreements", told)


def _taxed(visit: Visit, code: str, verb: forms.Deed[str]) -> Response:
    try:
        told = verb()
    except NotFound:
        raise
    except (BillhookError, BillingError) as error:
        return _tax(visit, code, error=error)
    return visit.go(f"/console/partners/{code}/tax", told)


def _agreements(visit: Visit, code: str, *, error: Exception | None = None) -> Response:
    return visit.show(
        "console/agreements.html", partner=visit.workspace.partners.get(code),
        versions=visit.workspace.agreements.list(code), offers=visit.workspace.agreements.offers(code),
        error=error, status=409 if error else 200,
    )  # fmt: skip


def _tax(visit: Visit, code: str, *, error: Exception | None = None) -> Response:
    door = visit.workspace.tax
    return visit.show(
        "console/tax.html", partner=visit.workspace.partners.get(code), overrides=door.overrides(code),
        explained=door.explain(code, language=visit.seat.language), categories=get_args(Category), error=error,
        status=422 if error else 200,
    )  # fmt: skip
