"""How a partner is taxed and why, what finance decided otherwise, rates of exchange, the register of VAT numbers."""

from dataclasses import dataclass, fields
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
from engine.billing.tax_rules import Rule
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


@dataclass(frozen=True, slots=True)
class Row:
    """
    A rule: where the seller is, its tax status, where the buyer is; the category (UNTDID 5305), what it needs, the
    sentence that stands on the document, what the rule is from, and what is in doubt about it.
    """

    name: str
    sellers: tuple[str, ...]
    statuses: tuple[str, ...]
    buyers: str
    category: Category
    needs: tuple[str, ...]
    exemption_code: str
    exemption_text: str
    mention: str
    reverse_charge: bool
    sources: tuple[str, ...]
    doubt: str


@routes.get("/tax/rules")
def list_rules(call: Reading) -> list[Row]:
    """The table by which services are taxed: the first row that fits a seller and the buyer counts."""
    return [_row(rule) for rule in call.workspace.tax.rules()]


@routes.get("/partners/{partner}/tax")
def explain_tax(call: Reading, partner: str, language: str = "") -> Explanation:
    """How the partner is taxed and why, in sentences for it."""
    return call.workspace.tax.explain(partner, language=language)


@routes.post("/partners/{partner}/tax")
def explain_tax_of_answer(call: Reading, partner: str, body: Asked) -> Explanation:
    """How it would be taxed with these fields, as far as filled in, over its details. Nothing is kept."""
    return call.workspace.tax.explain(partner, with_files(body.answer), language=body.language)


@routes.get("/partners/{partner}/tax/overrides")
def list_overrides(call: Reading, partner: str) -> list[OverrideView]:
    """What finance decided about the partner's tax, the newest first."""
    return [*call.workspace.tax.overrides(partner)]


@routes.put("/partners/{partner}/tax/override")
def override_tax(call: Writing, partner: str, body: Override) -> Counted:
    """Tax the partner so, whatever the rules say. Tells how many blocked payouts were decided anew."""
    treatment = Treatment(**body.model_dump(exclude={"reason"}))
    return Counted(call.do(lambda account: account.tax.override(partner, treatment, reason=body.reason), body))


@routes.post("/partners/{partner}/tax/follow-rules")
def follow_rules(call: Writing, partner: str, body: Why) -> Counted:
    """The override is withdrawn. Tells how many blocked payouts were decided anew."""
    return Counted(call.do(lambda account: account.tax.follow_rules(partner, reason=body.reason), body))


@routes.get("/tax/rates")
def list_rates(call: Reading) -> list[ExchangeRate]:
    """The rates of exchange that count."""
    return [*call.workspace.tax.rates()]


@routes.post("/tax/rates", status_code=201)
def add_rate(call: Writing, body: Rate) -> Counted:
    """Give the rate by which VAT is told in the money of a seller's country. Tells how many were decided anew."""
    return Counted(
        call.do(
            lambda account: account.tax.add_rate(body.base, body.quote, body.rate, day=body.day, source=body.source),
            body,
        )
    )


@routes.get("/tax/checks")
def list_checks(call: Reading, vat_number: str) -> list[AnswerView]:
    """What the register answered about a VAT number, the newest first."""
    return [*call.workspace.tax.answers(vat_number)]


@routes.post("/tax/checks", status_code=201)
def check_number(call: Writing, body: Number) -> AnswerView:
    """The register is asked now; what it answers is kept."""
    return call.workspace.tax.check(body.partner)


def _row(rule: Rule) -> Row:
    return Row(**{each.name: getattr(rule, each.name) for each in fields(Row)})
