"""Account > Payouts of the vendor: the self-invoicing switch, billing details, numbers, and the like."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.web import forms
from billhook.web.visits import Vendor, Visit
from engine.automatic_payouts import LAST_DAY, NEVER
from engine.billing.acceptance import FEWEST_DAYS, MOST_DAYS
from engine.billing.errors import NotANumberFormat
from engine.billing.parties import LIMITS, BuyerDetails
from engine.contracts import Field
from engine.errors import BillhookError, Invalid, Problem

routes = APIRouter(prefix="/account/payouts")
PAGE = "/console/account/payouts"
Text = Annotated[str, Form(max_length=200)]


def _field(name: str, label: str, **more: Any) -> Field:
    return Field(name, more.pop("kind", "text"), label, max_length=LIMITS.get(name, 40), **more)


BUYER = (
    _field("code", "Your code", help="The first part of invoice numbers, such as ACME."),
    _field("legal_name", "Legal name"),
    _field("line1", "Address"),
    _field("line2", "Address, second line", required=False),
    _field("city", "City"),
    _field("postcode", "Postcode", required=False),
    _field("region", "Region or state", required=False),
    _field("country", "Country", kind="country"),
    _field("vat_number", "VAT number", required=False),
    _field("tax_number", "Tax number", required=False),
    _field("legal_number", "Company register number", required=False),
    _field("email", "E-mail for invoices", kind="email", required=False),
    _field("payment_days", "Days until an invoice is due", kind="number", required=False),
)


@routes.get("")
def payouts(visit: Vendor) -> Response:
    return _page(visit)


@routes.post("/switch")
def switch(visit: Vendor, on: Annotated[bool, Form()] = False) -> Response:
    return _kept(visit, lambda: visit.workspace.self_invoicing.switch(on=on), f"Self-invoicing is {_spoken(on=on)}.")


@routes.post("/buyer")
async def buyer(visit: Vendor) -> Response:
    given = await forms.answer(visit.request, BUYER)
    return await visit.off_the_loop(_buyer, visit, given)


@routes.post("/four-eyes")
def four_eyes(visit: Vendor, on: Annotated[bool, Form()] = False) -> Response:
    return _kept(visit, lambda: visit.workspace.settings.four_eyes(on=on), f"Four eyes is {_spoken(on=on)}.")


@routes.post("/payout-day")
def payout_day(visit: Vendor, day: Annotated[int, Form()] = NEVER) -> Response:
    told = (
        f"Payouts are made by themselves on day {day} of each month." if day else "No payouts are made by themselves."
    )
    return _kept(visit, lambda: visit.workspace.settings.payout_day(day), told)


@routes.post("/numbers")
def numbers(
    visit: Vendor, pattern: Text = "", credit_notes: Text = "", yearly: Annotated[bool, Form()] = False
) -> Response:
    def keep() -> None:
        visit.workspace.settings.number_format(pattern, credit_notes=credit_notes, yearly=yearly)

    return _kept(visit, keep, "The numbers were kept.")


@routes.post("/acceptance-days")
def acceptance_days(visit: Vendor, days: Annotated[int, Form()] = 0) -> Response:
    told = f"Agreements from now on say {days} days of silence."
    return _kept(visit, lambda: visit.workspace.settings.acceptance_days(days), told)


@routes.post("/timezone")
def timezone(visit: Vendor, timezone: Text = "") -> Response:
    return _kept(visit, lambda: visit.workspace.settings.timezone(timezone), f"Invoices are dated in {timezone}.")


def _buyer(visit: Visit, given: dict[str, Any]) -> Response:
    days = str(given.pop("payment_days", ""))
    try:
        if days and not (days.isascii() and days.isdigit() and len(days) < 4):
            raise Invalid("The billing details", [Problem("payment_days", "a whole number of days, such as 30.")])
        visit.workspace.self_invoicing.buyer(BuyerDetails(**given, payment_days=int(days) if days else None))
    except BillhookError as error:
        return _page(visit, said={**given, "payment_days": days}, error=error)
    return visit.go(PAGE, "The billing details were kept.")


def _kept(visit: Visit, verb: forms.Deed[Any], told: str) -> Response:
    try:
        verb()
    except (BillhookError, NotANumberFormat) as error:
        return _page(visit, error=error)
    return visit.go(PAGE, told)


def _spoken(*, on: bool) -> str:
    return "on" if on else "off"


def _page(visit: Visit, *, said: dict[str, Any] | None = None, error: Exception | None = None) -> Response:
    account = visit.workspace
    held = account.self_invoicing.buyer_details().to_json() if said is None else said
    problems = forms.problems_of(error) if error else ()
    form = forms.asking(BUYER, language=visit.seat.language, said=held, problems=problems)
    may = visit.seat.role in ("owner", "admin")
    return visit.show(
        "console/account_payouts.html", form=form, settings=account.settings.get(), may=may,
        days=range(1, LAST_DAY + 1), silence=(FEWEST_DAYS, MOST_DAYS), status=422 if error else 200,
    )  # fmt: skip
