"""Account > Payouts of the vendor: the self-invoicing switch, billing details, numbers, and the like."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import Response

from billhook.app import Workspace
from billhook.web import edits, forms, sheets
from billhook.web.forms import Picked
from billhook.web.refusals import Stale
from billhook.web.sheets import Back, Sheet
from billhook.web.visits import Vendor, Visit
from engine.automatic_payouts import LAST_DAY, NEVER
from engine.billing.acceptance import FEWEST_DAYS, MOST_DAYS
from engine.billing.errors import NotANumberFormat
from engine.billing.parties import LIMITS, BuyerDetails
from engine.contracts import Field
from engine.errors import Invalid, Problem
from engine.views import PayoutFilter

routes = APIRouter(prefix="/account/payouts")
PAGE = "/console/account/payouts"
Given = dict[str, Any]


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
    _field("payment_days", "Days until an invoice is due", required=False),
)
DAY = (
    Picked(
        "day", "choice", "Make payouts on this day of each month",
        choices=(str(NEVER), *(str(day) for day in range(1, LAST_DAY + 1))),
        help="As the day begins on the account's clocks, a draft is made of each partner's free rewards in each "
        "currency, if they come to more than nothing. You validate it as any other.",
    ),
)  # fmt: skip
SILENCE = (
    Field(
        "days", "text", "An invoice counts as accepted after so many days", max_length=3,
        help=f"{FEWEST_DAYS} to {MOST_DAYS}. Agreements that are accepted from now on say so. Those in force keep "
        "theirs.",
    ),
)  # fmt: skip
NUMBERS = (
    Field("pattern", "text", "How invoices are numbered", max_length=80),
    Field("credit_notes", "text", "How credit notes are numbered", max_length=80),
    Picked("yearly", "yes_no", "Both begin again at 1 each year; their patterns show the year", look="tick"),
)
ZONE = (Field("timezone", "text", "Time zone in which invoices are dated", max_length=60),)


@routes.get("")
def payouts(visit: Vendor) -> Response:
    return _page(visit)


@routes.post("/switch")
def switch(visit: Vendor, on: Annotated[bool, Form()] = False) -> Response:
    def deed() -> str:
        decided = visit.workspace.self_invoicing.switch(on=on)
        lost = f" Payouts that waited and get no invoice now: {decided}." if decided else ""
        return f"Self-invoicing is {_spoken(on=on)}.{lost}"

    return _kept(visit, "switch", {}, deed)


@routes.post("/buyer")
async def buyer(visit: Vendor) -> Response:
    return await _read(visit, "buyer", BUYER, _buyer)


@routes.post("/four-eyes")
def four_eyes(visit: Vendor, on: Annotated[bool, Form()] = False) -> Response:
    def deed() -> str:
        visit.workspace.settings.four_eyes(on=on)
        return f"Four eyes is {_spoken(on=on)}."

    return _kept(visit, "four_eyes", {}, deed)


@routes.post("/payout-day")
async def payout_day(visit: Vendor) -> Response:
    return await _read(visit, "day", DAY, _payout_day)


@routes.post("/numbers")
async def numbers(visit: Vendor) -> Response:
    return await _read(visit, "numbers", NUMBERS, _numbers)


@routes.post("/acceptance-days")
async def acceptance_days(visit: Vendor) -> Response:
    return await _read(visit, "silence", SILENCE, _acceptance_days)


@routes.post("/timezone")
async def timezone(visit: Vendor) -> Response:
    return await _read(visit, "timezone", ZONE, _timezone)


def _buyer(account: Workspace, given: Given) -> str:
    details = {name: value for name, value in given.items() if name != "payment_days"}
    days = _whole(given, "payment_days", "a whole number of days, such as 30.") if "payment_days" in given else None
    account.self_invoicing.buyer(BuyerDetails(**details, payment_days=days))
    return "The billing details were kept."


def _payout_day(account: Workspace, given: Given) -> str:
    day = _whole(given, "day", f"a day from 1 to {LAST_DAY}, or {NEVER} for never.")
    account.settings.payout_day(day)
    return (
        f"Payouts are made by themselves on day {day} of each month." if day else "No payouts are made by themselves."
    )


def _numbers(account: Workspace, given: Given) -> str:
    pattern, credit_notes = given.get("pattern", ""), given.get("credit_notes", "")
    try:
        account.settings.number_format(pattern, credit_notes=credit_notes, yearly="yearly" in given)
    except NotANumberFormat as error:
        of_credit_notes = credit_notes in str(error) and pattern not in str(error)
        about = "credit_notes" if of_credit_notes else "pattern"
        raise Invalid("The numbers", [Problem(about, str(error))]) from None
    return "The numbers were kept."


def _acceptance_days(account: Workspace, given: Given) -> str:
    days = _whole(given, "days", "a whole number of days, such as 14.")
    account.settings.acceptance_days(days)
    return f"Agreements from now on say {days} days of silence."


def _timezone(account: Workspace, given: Given) -> str:
    zone = given.get("timezone", "")
    account.settings.timezone(zone)
    return f"Invoices are dated in {zone}."


def _whole(given: Given, name: str, wanted: str) -> int:
    """
    Raises:
        Invalid: it is no number of at most three digits.
    """
    text = str(given.get(name, ""))
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise Invalid("The settings", [Problem(name, wanted)])
    return int(text)


async def _read(
    visit: Visit, sheet: str, fields: tuple[Field, ...], verb: Callable[[Workspace, Given], str]
) -> Response:
    """The deed is held to what the form showed, but where all stands already as it was filled in: it was sent twice."""
    given = await forms.answer(visit.request, fields)

    def deed() -> str:
        try:
            return verb(edits.held_to(visit, _SUBJECTS[sheet], lambda account: _held(account, sheet)), given)
        except Stale:
            now = edits.as_shown(_held(visit.workspace, sheet))
            if edits.changed(now, given, [field.name for field in fields]):
                raise
            return "It stands as you wrote it."

    return await visit.off_the_loop(_kept, visit, sheet, given, deed)


def _kept(visit: Visit, sheet: str, given: Given, deed: forms.Deed[str]) -> Response:
    return sheets.tried(visit, sheet, given, deed, page=lambda back: _page(visit, back), to=PAGE)


def _spoken(*, on: bool) -> str:
    return "on" if on else "off"


def _page(visit: Visit, back: Back | None = None) -> Response:
    account, offered = visit.workspace, sheets_of(visit.workspace)
    settings = account.settings.get()
    return visit.show(
        "console/account_payouts.html", forms=sheets.shown(visit, offered, back), settings=settings,
        carried=sheets.to_carry(visit, offered, back),
        waiting=len(account.payouts.ids(PayoutFilter(invoice="blocked"))) if settings.switch_on else 0,
        status=sheets.status(back),
    )  # fmt: skip


def _held(account: Workspace, sheet: str) -> Mapping[str, Any]:
    return next(each.held for each in sheets_of(account) if each.name == sheet)


def sheets_of(account: Workspace) -> list[Sheet]:
    """The page's forms with what they show."""
    settings, buyer = account.settings.get(), account.self_invoicing.buyer_details().to_json()
    numbers = {
        "pattern": settings.number_format, "credit_notes": settings.credit_number_format,
        "yearly": "yes" if settings.yearly_numbers else "",
    }  # fmt: skip
    return [
        Sheet("switch", ()),
        Sheet("buyer", BUYER, buyer),
        Sheet("day", DAY, {"day": str(settings.payout_day)}, {str(NEVER): "Never"}, {"payout_day": "day"}),
        Sheet("silence", SILENCE, {"days": settings.acceptance_days}, named={"acceptance_days": "days"}),
        Sheet("four_eyes", ()),
        Sheet("numbers", NUMBERS, numbers),
        Sheet("timezone", ZONE, {"timezone": settings.timezone}),
    ]


_SUBJECTS = {
    "buyer": "What invoices say of you", "day": "The day of payouts", "silence": "The number of days",
    "numbers": "How invoices are numbered", "timezone": "The time zone",
}  # fmt: skip
