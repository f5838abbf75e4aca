"""A partner's agreements, and how it is taxed: offered, recorded from paper, revoked; explained, overridden."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, cast, get_args

from fastapi import APIRouter
from starlette.responses import Response

from billhook.web import forms, sheets
from billhook.web.downloads import download
from billhook.web.forms import Picked
from billhook.web.locales import told_in
from billhook.web.sheets import Back, Sheet
from billhook.web.visits import Vendor, Visit
from billhook.web.words import CATEGORIES
from engine.agreements import OfferView
from engine.billing.errors import NotARate
from engine.billing.tax import Category, Treatment, parse_rate
from engine.contracts import Field
from engine.errors import Invalid, Problem
from engine.signed_paper import Paper

routes = APIRouter(prefix="/partners/{code}")


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
    def deed() -> str:
        visit.workspace.agreements.offer(code)
        return "The agreement was offered; the partner accepts it at Account > Payouts."

    return _agreed(visit, code, "offer", {}, deed)


@routes.post("/agreements/revoke")
async def revoke(visit: Vendor, code: str) -> Response:
    given = await forms.answer(visit.request, REVOKE)
    reason = given.get("reason", "")
    return await visit.off_the_loop(
        lambda: _agreed(visit, code, "revoke", given, lambda: visit.workspace.agreements.revoke(code, reason=reason))
    )


@routes.post("/agreements/paper")
async def record(visit: Vendor, code: str) -> Response:
    given = await forms.answer(visit.request, PAPER)

    def deed() -> str:
        return visit.workspace.agreements.record_paper(code, _paper(given))

    return await visit.off_the_loop(lambda: _agreed(visit, code, "paper", given, deed))


@routes.get("/tax")
def tax(visit: Vendor, code: str) -> Response:
    return _tax(visit, code)


@routes.post("/tax/override")
async def override(visit: Vendor, code: str) -> Response:
    given = await forms.answer(visit.request, OVERRIDE)

    def deed() -> str:
        texts = {name: given.get(name, "") for name in ("exemption_text", "mention")}
        treatment = Treatment(_category(given.get("category", "")), _rate(given.get("rate", "")), **texts)
        visit.workspace.tax.override(code, treatment, reason=given.get("reason", ""))
        return "The partner's next invoices are taxed so."

    return await visit.off_the_loop(lambda: _taxed(visit, code, "override", given, deed))


@routes.post("/tax/follow-rules")
async def follow_rules(visit: Vendor, code: str) -> Response:
    given = await forms.answer(visit.request, FOLLOW)

    def deed() -> str:
        visit.workspace.tax.follow_rules(code, reason=given.get("reason", ""))
        return "The rules decide again."

    return await visit.off_the_loop(lambda: _taxed(visit, code, "follow", given, deed))


def _paper(given: dict[str, Any]) -> Paper:
    """
    Raises:
        Invalid: there is no day, or no file.
    """
    problems = list[Problem]()
    day = _day("signed_on", given.get("signed_on", ""), problems)
    ends = _day("ends", given["ends"], problems) if given.get("ends") else None
    silence = _silence(given.get("silence_days", ""), problems)
    if "paper" not in given:
        problems.append(Problem("paper", "choose the file."))
    if day is None or problems:
        raise Invalid("The paper", problems)
    return Paper(given.get("signed_by", ""), day, given["paper"], given.get("offer", ""), silence, ends)


def _day(name: str, text: str, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(Problem(name, "a day such as 2026-11-02."))
        return None


def _silence(text: str, problems: list[Problem]) -> int | None:
    if text and not re.fullmatch("[0-9]{1,2}", text):
        problems.append(Problem("silence_days", "a number of days from 1 to 90."))
        return None
    return int(text) if text else None


def _category(text: str) -> Category:
    if text not in get_args(Category):
        raise Invalid("The treatment", [Problem("category", f"one of {', '.join(get_args(Category))}.")])
    return cast(Category, text)


def _rate(text: str) -> Decimal | None:
    try:
        return parse_rate(text.replace(",", ".")) if text else None
    except NotARate:
        raise Invalid("The treatment", [Problem("rate", "a percentage such as 19 or 5.5.")]) from None


def _agreed(visit: Visit, code: str, sheet: str, given: dict[str, Any], deed: forms.Deed[str]) -> Response:
    return sheets.tried(
        visit, sheet, given, deed, page=lambda back: _agreements(visit, code, back),
        to=f"/console/partners/{code}/agreements",
    )  # fmt: skip


def _taxed(visit: Visit, code: str, sheet: str, given: dict[str, Any], deed: forms.Deed[str]) -> Response:
    return sheets.tried(
        visit, sheet, given, deed, page=lambda back: _tax(visit, code, back), to=f"/console/partners/{code}/tax"
    )


def _agreements(visit: Visit, code: str, back: Back | None = None) -> Response:
    offers = visit.workspace.agreements.offers(code)
    offered = [Sheet("offer", ()), _paper_sheet(visit, offers), Sheet("revoke", REVOKE)]
    return visit.show(
        "console/agreements.html", partner=visit.workspace.partners.get(code),
        versions=visit.workspace.agreements.list(code), offers=offers,
        forms=sheets.shown(visit, offered, back), status=sheets.status(back),
    )  # fmt: skip


def _paper_sheet(visit: Visit, offers: Sequence[OfferView]) -> Sheet:
    """With the choice of the text that was signed, where some were offered."""
    day = visit.house.pages.day
    titles = {"": "one of its own: the terms are those of the picture"} | {
        each.sha256: f"the one offered {day(each.offered_at, seat=visit.seat)} ({each.sha256[:12]})" for each in offers
    }
    fields = PAPER if offers else PAPER[:-1]
    asked = tuple(replace(each, choices=tuple(titles)) if each.name == "offer" else each for each in fields)
    return Sheet("paper", asked, titles=titles, named={"document": "paper"})


def _tax(visit: Visit, code: str, back: Back | None = None) -> Response:
    door = visit.workspace.tax
    offered = [Sheet("override", OVERRIDE, titles=CATEGORIES), Sheet("follow", FOLLOW)]
    return visit.show(
        "console/tax.html", partner=visit.workspace.partners.get(code), overrides=door.overrides(code),
        explained=door.explain(code, language=told_in(visit.seat), locale=visit.locale), titles=CATEGORIES,
        forms=sheets.shown(visit, offered, back), status=sheets.status(back),
    )  # fmt: skip


REVOKE = (Field("reason", "text", "Why"),)
PAPER = (
    Field("signed_by", "text", "Signed by", max_length=200),
    Field("signed_on", "date", "On"),
    Field("paper", "file", "The paper", help="PDF, PNG or JPEG."),
    Field(
        "ends",
        "date",
        "It ends on",
        help="The first day outside it. Empty: a year after it was signed.",
        required=False,
    ),
    Field(
        "silence_days",
        "number",
        "Days of silence",
        help="After which an invoice counts as accepted. Empty: as usual.",
        required=False,
        max_length=2,
    ),
    Picked("offer", "choice", "Its text", help="An offered text says its days and its silence itself."),
)
OVERRIDE = (
    Picked("category", "choice", "Category", choices=get_args(Category)),
    Field("rate", "number", "Rate in percent", required=False, max_length=10),
    Field("exemption_text", "text", "Why there is no tax", required=False, max_length=300),
    Field("mention", "text", "What the law wants said", required=False, max_length=300),
    Field("reason", "text", "Why you decide so"),
)
FOLLOW = (Field("reason", "text", "Let the rules decide again because"),)
