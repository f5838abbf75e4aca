"""How a partner is taxed and why, what finance decided otherwise, rates of exchange, the register of VAT numbers."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from billhook.web.api.calls import Call, may
from billhook.web.api.files import with_files
from billhook.web.api.shapes import Answer, Body, Code, Counted, Text, Why
from billhook.web.api.strict import StrictRoute
from engine.billing.explaining import Explanation
from engine.billing.tax import Category, Treatment
from engine.billing.tax_currency import ExchangeRate
from engine.tax_decisions import AnswerView, OverrideView

routes = APIRouter(tags=["tax"], route_class=StrictRoute)
Reading = Annotated[Call, may("self_invoicing:read")]
Writing = Annotated[Call, may("self_invoicing:write")]


class Override(Body):
    """A treatment instead of the rules' (EN 16931 BT-151, BT-152, BT-120, BT-121), and why."""

    category: Category = Field(examples=["S"])
    rate: Decimal | None = Field(default=None, examples=["19"], ge=0, le=100)
    exemption_code: str = Field(default="", max_length=30)
    exemption_text: str = Field(default="", max_length=300)
    mention: str = Field(default="", max_length=300)
    tax_name: str = Field(default="VAT", max_length=40)
    reason: Text = Field(default="", examples=["The tax adviser's letter of 2 November."])


class Rate(Body):
    """One of `base` is worth `rate` of `quote` on `day`, as `source` says."""

    base: Code = Field(examples=["EUR"])
    quote: Code = Field(examples=["SEK"])
    rate: Code = Field(examples=["11.0345"])
    day: Code = Field(examples=["2026-11-02"])
    source: Code = Field(examples=["ECB"])


class Asked(Answer):
    """Details, and the language to explain in; without one the partner's."""

    language: str = Field(default="", max_length=10, examples=["de"])


class Number(Body):
    """Whose number is asked for; without a partner the account's own."""

    partner: str = Field(default="", max_length=200, examples=["DE-NORD"])


@routes.get("/partners/{partner}/tax")
def explain_tax(call: Reading, partner: str, language: str = "") -> Explanation:
    return call.workspace.tax.explain(partner, language=language)


@routes.post("/partners/{partner}/tax")
def explain_tax_of_answer(call: Reading, partner: str, body: Asked) -> Explanation:
    """The same with these fields over the partner's details, as far as they are filled in. Nothing is kept."""
    return call.workspace.tax.explain(partner, with_files(body.answer), language=body.language)


@routes.get("/partners/{partner}/tax/overrides")
def list_overrides(call: Reading, partner: str) -> list[OverrideView]:
    return [*call.workspace.tax.overrides(partner)]


@routes.put("/partners/{partner}/tax/override")
def override_tax(call: Writing, partner: str, body: Override) -> Counted:
    """How many blocked payouts were decided anew."""
    treatment = Treatment(**body.model_dump(exclude={"reason"}))
    return Counted(call.do(lambda account: account.tax.override(partner, treatment, reason=body.reason), body))


@routes.post("/partners/{partner}/tax/follow-rules")
def follow_rules(call: Writing, partner: str, body: Why) -> Counted:
    """The override is withdrawn."""
    return Counted(call.do(lambda account: account.tax.follow_rules(partner, reason=body.reason), body))


@routes.get("/tax/rates")
def list_rates(call: Reading) -> list[ExchangeRate]:
    return [*call.workspace.tax.rates()]


@routes.post("/tax/rates", status_code=201)
def add_rate(call: Writing, body: Rate) -> Counted:
    return Counted(
        call.do(
            lambda account: account.tax.add_rate(body.base, body.quote, body.rate, day=body.day, source=body.source),
            body,
        )
    )


@routes.get("/tax/checks")
def list_checks(call: Reading, vat_number: str) -> list[AnswerView]:
    return [*call.workspace.tax.answers(vat_number)]


@routes.post("/tax/checks", status_code=201)
def check_number(call: Writing, body: Number) -> AnswerView:
    """The register is asked now; what it answers is kept."""
    return call.workspace.tax.check(body.partner)
