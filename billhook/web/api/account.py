"""/account: its settings, people, tokens and what was done in it; /jobs and /timers: work that waits."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from billhook.app import Workspace
from billhook.web.api.calls import Call, Newest, Pages, may, one_of
from billhook.web.api.matching import IfMatch, tagged
from billhook.web.api.shapes import Body, Code, Counted, Created, On, Why
from billhook.web.api.strict import StrictRoute
from engine.accounts import Settings
from engine.people import Seat
from engine.tokens import SCOPES, Token
from engine.views import TIMER_STATUSES, ActivityView, JobView, Page, TimerView
from engine.views.job_list import STATUSES

routes = APIRouter(tags=["account"], route_class=StrictRoute)
Reading = Annotated[Call, may("account:read")]
Writing = Annotated[Call, may("account:write")]
Meeting = Annotated[Call, may("people:read")]
Seating = Annotated[Call, may("people:write")]
Keys = Annotated[Call, may("tokens:read")]
Keying = Annotated[Call, may("tokens:write")]
Watching = Annotated[Call, may("jobs:read")]
Working = Annotated[Call, may("jobs:write")]
Following = Annotated[Call, may("events:read")]


class Numbered(Body):
    """Patterns with `{buyer}`, `{seller}`, `{n}`, `{year}`; `yearly`: they begin again at 1 each year."""

    invoices: str
    credit_notes: str
    yearly: bool


class Numbers(Body):
    """Patterns with `{buyer}`, `{seller}`, `{n}`; what is left out stays."""

    invoices: str = Field(default="", max_length=200, examples=["{buyer}-{seller}-{n:05}"])
    credit_notes: str = Field(default="", max_length=200, examples=["{buyer}-{seller}-C{n:05}"])
    yearly: bool | None = Field(default=None, examples=[False])


class Zone(Body):
    """An IANA time zone: where invoices are dated."""

    timezone: Code = Field(examples=["Europe/Paris"])


class Days(Body):
    """After so many days of silence an invoice counts as accepted, by agreements from now on."""

    days: int = Field(examples=[14])


class PayoutDay(Body):
    """On this day of each month, 1 to 28, Draft payouts are made of what is owed; 0: never by themselves."""

    day: int = Field(examples=[1])


class Member(Body):
    """One of the vendor's people."""

    name: Code = Field(examples=["Max Manager"])
    email: Code = Field(examples=["max@acme.example"])
    role: Code = Field(examples=["manager"])
    language: str = Field(default="en", max_length=10, examples=["en"])


class Role(Body):
    """owner, admin, manager, finance or viewer."""

    role: Code = Field(examples=["finance"])


class NewToken(Body):
    """What a token is for, as whom it acts, within which scopes. A contact's has no role: it acts as the contact."""

    name: Code = Field(examples=["Accounting"])
    role: str = Field(default="", max_length=200, examples=["finance"])
    scopes: list[Code] = Field(max_length=len(SCOPES), examples=[["payouts:read", "invoices:read"]])


class MadeToken(Body):
    """`token` is shown now and never again."""

    id: str
    token: str


class Again(Body):
    """Parked jobs: those named, else all, or all of an action."""

    jobs: list[Code] = Field(default=[], max_length=5000)
    action: str = Field(default="", max_length=200, examples=["issue_invoice"])


class Park(Why):
    """Jobs that wait, and why they are given up."""

    jobs: list[Code] = Field(min_length=1, max_length=500, examples=[["01a209b3-caa9-772e-9f6a-70be607e6cf5"]])


SETTINGS = "What is set for the account"


@routes.get("/account")
def get_account(call: Reading, response: Response) -> Settings:
    """What is set for the account: the switch, four eyes, numbers, the time zone, days."""
    return tagged(response, _settings(call.workspace))


@routes.put("/account/four-eyes", status_code=204)
def set_four_eyes(call: Writing, body: On, match: IfMatch) -> None:
    """Whether who validates a payout may not be the one who marks it as paid."""
    call.do(lambda account: account.settings.four_eyes(on=body.on), body, held=match.to(SETTINGS, _settings))


@routes.get("/account/numbers")
def get_numbers(call: Reading, response: Response) -> Numbered:
    """How invoices and credit notes are numbered from now on."""
    return tagged(response, _numbers(call.workspace))


@routes.put("/account/numbers", status_code=204)
def set_numbers(call: Writing, body: Numbers, match: IfMatch) -> None:
    """How invoices and credit notes are numbered from now on. Numbers that were given stay."""
    call.do(
        lambda account: account.settings.number_format(
            body.invoices, credit_notes=body.credit_notes, yearly=body.yearly
        ),
        body,
        held=match.to("How invoices are numbered", _numbers),
    )


@routes.put("/account/timezone")
def set_timezone(call: Writing, body: Zone, match: IfMatch) -> Counted:
    """Where invoices are dated from now on. Tells how many timers moved with it."""
    return Counted(
        call.do(lambda account: account.settings.timezone(body.timezone), body, held=match.to(SETTINGS, _settings))
    )


@routes.put("/account/acceptance-days", status_code=204)
def set_acceptance_days(call: Writing, body: Days, match: IfMatch) -> None:
    """After how many days of silence an invoice counts as accepted, by agreements from now on."""
    call.do(lambda account: account.settings.acceptance_days(body.days), body, held=match.to(SETTINGS, _settings))


@routes.put("/account/payout-day", status_code=204)
def set_payout_day(call: Writing, body: PayoutDay, match: IfMatch) -> None:
    """On which day of the month Draft payouts are made of what is owed; 0: never by themselves."""
    call.do(lambda account: account.settings.payout_day(body.day), body, held=match.to(SETTINGS, _settings))


@routes.get("/events")
def list_events(call: Following, pages: Pages) -> Page[ActivityView]:
    """What was done in the account, newest first: settings, partners, onboarding, payouts."""
    return call.workspace.settings.activity(after=pages.after, limit=pages.limit)


@routes.get("/people")
def list_people(call: Meeting) -> list[Seat]:
    """The vendor's people, by name."""
    return [*call.workspace.people.list()]


@routes.post("/people", status_code=201)
def invite(call: Seating, body: Member) -> Created:
    """Give a person a seat at the vendor's side; they are told by mail."""
    made = call.do(
        lambda account: account.people.invite(body.email, body.name, role=body.role, language=body.language), body
    )
    return Created(made)


@routes.put("/people/{member}/role", status_code=204)
def set_role(call: Seating, member: str, body: Role) -> None:
    """Give one of the vendor's people another role, from the next request on. Tokens that they made end."""
    call.do(lambda account: account.people.set_role(member, body.role), body)


@routes.delete("/people/{member}", status_code=204)
def remove_member(call: Seating, member: str) -> None:
    """End the access of one of the vendor's people, and of the tokens that they made."""
    call.do(lambda account: account.people.remove(member))


@routes.get("/tokens")
def list_tokens(call: Keys) -> list[Token]:
    """The vendor's tokens; to a contact's token the contact's own. The tokens themselves are not shown."""
    return [*call.workspace.tokens.list()]


@routes.post("/tokens", status_code=201)
def create_token(call: Keying, body: NewToken) -> MadeToken:
    """
    Make a token within the scopes of this one, with a role; one of a contact's without. A key makes no difference here:
    an answer that is kept would keep the token.
    """
    made, token = call.workspace.tokens.create(body.name, role=body.role, scopes=body.scopes)
    return MadeToken(id=made, token=token)


@routes.delete("/tokens/{token}", status_code=204)
def revoke_token(call: Keying, token: str) -> None:
    """End a token, from its next request on."""
    call.do(lambda account: account.tokens.revoke(token))


@routes.get("/jobs")
def list_jobs(
    call: Watching, pages: Pages, status: Annotated[str, one_of(("", *STATUSES))] = "",
    action: Annotated[str, Query(description="The name of a job's action; without it every one.")] = "",
    newest_first: Newest = False,
) -> Page[JobView]:  # fmt: skip
    """Work that waits, is being done, is done or was given up: oldest first, with a status by when it is due."""
    door = call.workspace.jobs
    return door.page(status=status, action=action, after=pages.after, limit=pages.limit, newest_first=newest_first)


@routes.post("/jobs/retry")
def retry_jobs(call: Working, body: Again) -> Counted:
    """
    Try parked jobs again. Tells how many get five new attempts. A key makes no difference here: what is not parked any
    more stays as it is.
    """
    return Counted(call.workspace.jobs.retry(body.jobs, action=body.action))


@routes.post("/jobs/park")
def park_jobs(call: Working, body: Park) -> Counted:
    """
    Give up jobs that wait. Tells how many are given up until they are retried. Those that are being done, or are over,
    stay as they are.
    """
    return Counted(call.do(lambda account: account.jobs.park(body.jobs, reason=body.reason), body))


@routes.get("/timers")
def list_timers(
    call: Watching, pages: Pages, status: Annotated[str, one_of(TIMER_STATUSES)] = "waiting"
) -> Page[TimerView]:
    """What is to happen later, earliest first."""
    return call.workspace.jobs.timers(status=status, after=pages.after, limit=pages.limit)


def _settings(account: Workspace) -> Settings:
    return account.settings.get()


def _numbers(account: Workspace) -> Numbered:
    found = account.settings.get()
    return Numbered(invoices=found.number_format, credit_notes=found.credit_number_format, yearly=found.yearly_numbers)
