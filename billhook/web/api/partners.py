"""/partners: who they are, their contacts, their onboarding; /approvals."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from billhook.app import Workspace
from billhook.web.api.calls import Call, Newest, Pages, may, one_of
from billhook.web.api.files import BINARY, with_files
from billhook.web.api.matching import IfMatch, Match, tagged
from billhook.web.api.shapes import Answer, Body, Code, Created, Told, Why
from billhook.web.api.strict import StrictRoute
from billhook.web.downloads import download
from billhook.web.refusals import as_looked_at
from engine.billing.errors import Missing
from engine.billing.parties import missing_from_seller
from engine.errors import NotFound, Problem
from engine.onboarding import RunView
from engine.partners import NewPartner
from engine.people import Seat
from engine.self_invoicing import Profile
from engine.views import ApprovalView, HistoryView, Page, PartnerView, PayoutFilter, PayoutView
from engine.views.partner_list import CHOICES
from engine.world import Caller

routes = APIRouter(tags=["partners"], route_class=StrictRoute)
Reading = Annotated[Call, may("partners:read")]
Writing = Annotated[Call, may("partners:write")]
Looking = Annotated[Call, may("onboarding:read")]
Leading = Annotated[Call, may("onboarding:write")]


class Partner(Body):
    """A new partner with its main contact. `code` is part of invoice numbers."""

    code: Code = Field(examples=["DE-WALD"])
    name: Code = Field(examples=["Waldlicht GmbH"])
    country: Code = Field(examples=["DE"])
    language: Code = Field(examples=["de"])
    main_contact_name: Code = Field(examples=["Anna Wald"])
    main_contact_email: Code = Field(examples=["anna@wald.example"])
    pipeline: str = Field(default="", max_length=200)


class Partners(Body):
    """All of them or none, with every reason; `partial`: the good ones. `dry_run`: none is kept."""

    partners: list[Partner] = Field(max_length=5000)
    partial: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """A row that was not taken: its place, from 0, and everything that is wrong with it."""

    place: int
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class Taken:
    """How many were, or would be, added, and what is wrong with the others."""

    added: int
    refused: list[Left]


def taken(intake: dict[str, Any]) -> Taken:
    """From `Intake` as plain JSON."""
    left = [Left(place, [Problem(**each) for each in problems]) for place, problems in intake["refused"]]
    return Taken(intake["added"], left)


class Contact(Body):
    """A person of the partner; without `language` the partner's."""

    name: Code = Field(examples=["Ben Wald"])
    email: Code = Field(examples=["ben@wald.example"])
    language: str = Field(default="", max_length=10, examples=["de"])


class PartnerExplained(Body):
    """`payouts`: the newest 50; `missing`: what no invoice of it can do without; `rewards_wait_in`: currencies."""

    partner: PartnerView
    onboarding: RunView | None
    self_invoicing: Profile | None
    missing: list[Missing]
    payouts: list[PayoutView] | None
    rewards_wait_in: list[str] | None
    history: list[HistoryView]


class Begin(Body):
    """Which pipeline; without a name the default one."""

    pipeline: str = Field(default="", max_length=200, examples=["referral"])


class Decision(Why):
    """`version`: the step's, of the run that was looked at; one that was answered or decided since stays as it is."""

    version: str | None = Field(default=None, max_length=64, examples=["5d41402abc4b2a76"])


@routes.get("/partners")
def list_partners(
    call: Reading, pages: Pages, self_invoicing: Annotated[str, one_of(("", *CHOICES))] = "",
    search: Annotated[str, Query(description="What stands in code or name, whatever its case.")] = "",
    newest_first: Newest = False,
) -> Page[PartnerView]:  # fmt: skip
    """
    By code; a contact's token sees its own partner alone. `newest_first` turns that round. `self_invoicing`:
    never_asked, opted_in or opted_out; `search`: in code or name, whatever its case.
    """
    asked = {"self_invoicing": self_invoicing, "search": search}
    return call.workspace.partners.page(**asked, after=pages.after, limit=pages.limit, newest_first=newest_first)


@routes.post("/partners", status_code=201)
def add_partner(call: Writing, body: Partner, response: Response) -> PartnerView:
    """Add a partner; its main contact may sign in."""
    call.do(lambda account: account.partners.add(NewPartner(**body.model_dump())), body)
    response.headers["Location"] = f"/api/v1/partners/{body.code}"
    return call.workspace.partners.get(body.code)


@routes.post("/partners/bulk")
def add_partners(call: Writing, body: Partners) -> Taken:
    """Add many partners: all or none, or with `partial` those that are right."""
    rows = [NewPartner(**each.model_dump()) for each in body.partners]
    return taken(
        call.do(lambda account: account.partners.add_many(rows, partial=body.partial, dry_run=body.dry_run), body)
    )


@routes.get("/partners/{partner}")
def get_partner(call: Reading, partner: str) -> PartnerView:
    """One partner, with how far its onboarding is and whether it has opted in."""
    return call.workspace.partners.get(partner)


@routes.get("/partners/{partner}/explain")
def explain_partner(call: Reading, partner: str) -> PartnerExplained:
    """
    How far a partner is and what is missing: its onboarding, its choice, its newest payouts, what waits, what happened
    last. What the token has no scope to read is null.
    """
    workspace, profile = call.workspace, None
    if call.reads("self_invoicing"):
        profile = workspace.self_invoicing.profile(partner)
    where = PayoutFilter(partner=partner)
    return PartnerExplained(
        partner=workspace.partners.get(partner),
        onboarding=_run(call, partner) if call.reads("onboarding") else None,
        self_invoicing=profile,
        missing=missing_from_seller(profile.seller) if profile and profile.choice == "opted_in" else [],
        payouts=[*workspace.payouts.page(where, newest_first=True).items] if call.reads("payouts") else None,
        rewards_wait_in=[*workspace.rewards.pool(partner)] if call.reads("rewards") else None,
        history=[*reversed(workspace.partners.newest_history(partner).items)],
    )


@routes.get("/partners/{partner}/history")
def partner_history(call: Reading, partner: str, pages: Pages) -> Page[HistoryView]:
    """What happened to the partner and in its onboarding, newest first."""
    return call.workspace.partners.newest_history(partner, after=pages.after, limit=pages.limit)


@routes.get("/partners/{partner}/contacts")
def list_contacts(call: Reading, partner: str) -> list[Seat]:
    """The partner's people, the main contact first."""
    return [*call.workspace.people.contacts(partner)]


@routes.post("/partners/{partner}/contacts", status_code=201)
def add_contact(call: Writing, partner: str, body: Contact) -> Created:
    """Give a person a seat as a member of the partner; they are told by mail."""
    made = call.do(
        lambda account: account.people.add_contact(partner, body.email, body.name, language=body.language), body
    )
    return Created(made)


@routes.delete("/partners/{partner}/contacts/{contact}", status_code=204)
def remove_contact(call: Writing, partner: str, contact: str) -> None:
    """End a contact's access, and that of the tokens that it made."""
    call.do(lambda account: account.people.remove_contact(partner, contact))


@routes.post("/partners/{partner}/contacts/{contact}/hand-over", status_code=204)
def hand_over(call: Writing, partner: str, contact: str, body: Why) -> None:
    """
    The contact becomes the main one, who speaks for the partner; the one before is told. For that one,
    owners and admins.
    """
    call.do(lambda account: account.people.hand_over(partner, contact, reason=body.reason), body)


@routes.get("/partners/{partner}/run")
def get_run(call: Looking, partner: str, response: Response) -> RunView:
    """The partner's onboarding: its steps, what each asks, and what was answered."""
    return tagged(response, call.workspace.onboarding.view(partner))


@routes.post("/partners/{partner}/run", status_code=201)
def start_run(call: Leading, partner: str, body: Begin, response: Response) -> RunView:
    """Begin a partner's onboarding."""
    call.do(lambda account: account.onboarding.start(partner, pipeline=body.pipeline), body)
    return tagged(response, call.workspace.onboarding.view(partner))


@routes.post("/partners/{partner}/run/steps/{step}/answer")
def answer_step(call: Leading, partner: str, step: str, body: Answer, match: IfMatch) -> Told:
    """Answer a step with the fields that it asks: for the partner's contacts alone, by a token of their own."""
    given, held = with_files(body.answer), _onboarding(match, partner)
    return Told(call.do(lambda account: account.onboarding.answer(partner, step, given), body, held=held))


@routes.get("/partners/{partner}/run/steps/{step}/files/{field}", response_class=Response, responses=BINARY)
def step_file(call: Looking, partner: str, step: str, field: str) -> Response:
    """What was uploaded for a field of the step, as the answer names it."""
    return download(call.workspace.onboarding.file(partner, step, field))


@routes.post("/partners/{partner}/run/steps/{step}/{verb}")
def decide_step(call: Leading, partner: str, step: str, verb: str, body: Decision, match: IfMatch) -> Told:
    """`approve`, `reject`, `invalidate`, `skip` or `unskip`; all but `approve` and `unskip` with a reason."""
    held = _onboarding(match, partner)

    def decide(account: Workspace) -> str:
        return account.onboarding.decide(partner, step, verb, reason=body.reason, version=body.version)

    with as_looked_at(f"Step '{step}'"):
        return Told(call.do(decide, body, held=held))


@routes.get("/approvals")
def list_approvals(call: Looking, pages: Pages) -> Page[ApprovalView]:
    """Steps of onboarding that wait for the vendor, those first that have waited longest."""
    return call.workspace.onboarding.approvals(after=pages.after, limit=pages.limit)


def _onboarding(match: Match, partner: str) -> Callable[[Caller], Caller]:
    return match.to(f"The onboarding of {partner}", lambda account: account.onboarding.view(partner))


def _run(call: Call, partner: str) -> RunView | None:
    try:
        return call.workspace.onboarding.view(partner)
    except NotFound:
        return None
