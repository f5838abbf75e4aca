"""/payouts: made, advanced one by one or many at once, looked at."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from billhook.web.api.calls import Call, Newest, Pages, may, one_of
from billhook.web.api.files import BINARY, Format, files
from billhook.web.api.matching import IfMatch, payout_tag
from billhook.web.api.shapes import Body, Code, Text, Told, Why
from billhook.web.api.strict import StrictRoute
from billhook.web.downloads import download
from billhook.web.refusals import as_looked_at
from engine.bulk import Outcome
from engine.clawbacks import Against
from engine.crediting import Credited
from engine.errors import Invalid, NotFound, Problem, Refused
from engine.idempotency import plain
from engine.reasons import readable
from engine.service import Fired
from engine.views import INVOICES, HistoryView, Page, PayoutFilter, PayoutView, RevisedView, Way

routes = APIRouter(prefix="/payouts", tags=["payouts"], route_class=StrictRoute)
Reading = Annotated[Call, may("payouts:read")]
Writing = Annotated[Call, may("payouts:write")]
State = Annotated[str, Query(description="A state of a payout pipeline, such as Ready; without it any.")]
Mark = Annotated[str, Field(max_length=200)]
InvoiceIs = Annotated[str, one_of(("", *INVOICES))]


class TakenBack(Body):
    """The line of an invoice that a clawback takes back."""

    number: Code = Field(examples=["ACME-DE-NORD-00001"])
    line: int = Field(ge=1, le=100_000, examples=[2])


class Clawbacks(Why):
    """By the reference of each clawback in the payout. `dry_run`: what would be credited; nothing is kept."""

    against: dict[Code, TakenBack] = Field(
        max_length=5000, examples=[{"CB-7": {"number": "ACME-DE-NORD-00001", "line": 2}}]
    )
    dry_run: bool = False


class NewPayout(Body):
    """Without `rewards` all that are eligible; `ask`: what the partner is asked, without it as the pipeline says."""

    partner: Code = Field(examples=["DE-NORD"])
    currency: Code = Field(examples=["EUR"])
    rewards: list[Code] = Field(default=[], max_length=5000)
    ask: list[Code] | None = Field(default=None, max_length=20, examples=[["review"]])
    pipeline: str = Field(default="", max_length=200)


class Trigger(Body):
    """The reason and the data that the trigger takes; `explain` tells which it does."""

    reason: Text = Field(default="", examples=["Agreed by telephone."])
    data: dict[Code, Any] = Field(
        default_factory=dict, max_length=200, examples=[{"payment_reference": "SEPA-2611-001"}]
    )


class Advance(Trigger):
    """For one payout, also with the files that the trigger wants."""

    uploads: dict[str, Any] = Field(
        default_factory=dict, max_length=10,
        examples=[{"invoice": {"filename": "R-17.pdf", "media_type": "application/pdf", "base64": "JVBERi0xLjcK..."}}],
    )  # fmt: skip


class Where(Body):
    """Payouts as they are now; what is left out does not matter."""

    state: str = Field(default="", max_length=200, examples=["Ready"])
    partner: str = Field(default="", max_length=200)
    invoice: str = Field(default="", max_length=200)
    currency: str = Field(default="", max_length=200)
    on_hold: bool | None = None


class Many(Trigger):
    """
    Those named by `payouts`, or else all that `where` fits: one of the two. `dry_run`: what would come of it. `seen`:
    payouts with the marks that a dry run told, '' of one that would not move; one that has another by now is left, and
    one that has none here.
    """

    trigger: Code = Field(examples=["mark_paid"])
    payouts: list[Code] = Field(default=[], max_length=500)
    where: Where | None = None
    dry_run: bool = False
    seen: dict[Code, Mark] | None = Field(default=None, max_length=5000)


class Came(Body):
    """What came of one payout: `fired`, or `refused` with code and sentence; `mark`: of one that would move."""

    payout: str
    fired: Fired | None = None
    refused: dict[str, Any] | None = None
    mark: str = ""


class Outcomes(Body):
    """What came of each, in the order given."""

    outcomes: list[Came]
    moved: int
    refused: int


class Line(Body):
    """A reward of the payout; `amount` in minor units; `disputed`: the partner's objection, while it is open."""

    reference: str
    description: str
    amount: int
    currency: str
    occurred_on: str
    status: str
    disputed: str


class Explained(Body):
    """Where the payout is, what you can do with it, and what stands in the way."""

    payout: PayoutView
    ways: list[Way]
    lines: list[Line]


@routes.get("")
def list_payouts(
    call: Reading, pages: Pages, state: State = "", partner: str = "", invoice: InvoiceIs = "", currency: str = "",
    on_hold: Annotated[bool | None, Query()] = None, newest_first: Newest = False,
) -> Page[PayoutView]:  # fmt: skip
    """Payouts in the order they were made, or of those the ones that fit; a contact's token sees its own, no drafts."""
    where = PayoutFilter(state=state, partner=partner, invoice=invoice, currency=currency, on_hold=on_hold)
    door = call.workspace.payouts
    return door.page(where, after=pages.after, limit=pages.limit, newest_first=newest_first)


@routes.post("", status_code=201)
def create_payout(call: Writing, body: NewPayout, response: Response) -> PayoutView:
    """Make a draft of rewards that are in no payout yet."""
    made = call.do(
        lambda account: account.payouts.create(
            body.partner, body.currency, rewards=body.rewards, ask=body.ask, pipeline=body.pipeline
        ),
        body,
    )
    response.headers["Location"] = f"/api/v1/payouts/{made}"
    return _seen(call, made, response)


@routes.post("/bulk")
def advance_many(call: Writing, body: Many) -> Outcomes:
    """
    Fire a trigger at many payouts; one that is refused keeps no other from moving. A repeat under its key is about the
    same payouts, whatever `where` fits by then, and gets the same outcomes.
    """
    if bool(body.payouts) == (body.where is not None):
        told = "name payouts, or say which by where ({}: all): one of the two."
        raise Invalid("The call", [Problem("where", told)])

    readable(f"'{body.trigger}'", body.reason)  # before a key is used up
    named, came = [*dict.fromkeys(body.payouts)], list[Came]()

    def fire(ids: Sequence[str]) -> list[Any]:
        """What `came`. Returns what is kept of it: nothing where nothing moved, and of what is not there nothing."""
        outcomes = call.workspace.payouts.fire_many(
            ids or named, body.trigger, reason=body.reason, data=body.data, key=call.key, dry_run=body.dry_run,
            seen=body.seen,
        )  # fmt: skip
        came.extend(map(_came, outcomes))
        there = [each for each in came if each != _missing(each.payout)]
        return [each.model_dump(mode="json") for each in there] if any(each.fired for each in came) else []

    if body.dry_run:
        fire(_fitting(call, body))
        return _summed(came)
    kept = call.do_in_parts(lambda: _fitting(call, body), fire, body)
    return _summed(_in_order(named, [Came.model_validate(each) for each in kept]) if kept else came)


@routes.get("/revised")
def list_revised_payouts(call: Reading, pages: Pages, newest_first: Newest = False) -> Page[RevisedView]:
    """Payouts that are drafts again, in the order they were made: all that a contact's token sees of them."""
    return call.workspace.payouts.revised(after=pages.after, limit=pages.limit, newest_first=newest_first)


@routes.get("/export", response_class=Response, responses=BINARY)
def export_payouts(
    call: Reading, state: State = "", partner: str = "", invoice: InvoiceIs = "", currency: str = "",
    on_hold: Annotated[bool | None, Query()] = None,
) -> Response:  # fmt: skip
    """
    What is to be paid, to whom and to which account, as CSV: all payouts that fit; `payable` says of each whether it
    may be paid, or why not. For finance.
    """
    where = PayoutFilter(state=state, partner=partner, invoice=invoice, currency=currency, on_hold=on_hold)
    return download(call.workspace.payouts.sheet(where))


@routes.get("/{payout}")
def get_payout(call: Reading, payout: str, response: Response) -> PayoutView:
    """One payout; its ETag is of its version, and of its deeds and amounts."""
    return _seen(call, payout, response)


@routes.get("/{payout}/explain")
def explain_payout(call: Reading, payout: str) -> Explained:
    """Where a payout is, its rewards, what the token can do with it, and what stands in the way."""
    door = call.workspace.payouts
    lines = [
        Line.model_validate({name: getattr(row, name) for name in Line.model_fields}) for row in door.lines(payout)
    ]
    return Explained(payout=door.get(payout), ways=[*door.ways(payout)], lines=lines)


@routes.get("/{payout}/history")
def payout_history(call: Reading, payout: str) -> list[HistoryView]:
    """What happened to a payout, oldest first."""
    return [*call.workspace.payouts.history(payout)]


@routes.get("/{payout}/preview", response_class=Response, responses=BINARY)
def preview_invoice(call: Reading, payout: str, format: Format = "pdf") -> Response:
    """What the payout's invoice would look like now; no number is taken."""
    return download(call.workspace.invoices.preview(payout, format=format).document)


@routes.get("/{payout}/own-invoice", response_class=Response, responses=BINARY)
def own_invoice(call: Reading, payout: str) -> Response:
    """What the partner uploaded last."""
    return download(call.workspace.payouts.own_invoice(payout))


@routes.post("/{payout}/triggers/{trigger}")
def advance_payout(
    call: Writing, payout: str, trigger: str, body: Advance, response: Response, match: IfMatch
) -> Fired:
    """Fire a trigger at a payout: those that `explain` tells, with the data and the files that it takes."""
    version, mark = match.of_payout
    door = call.workspace.payouts
    with as_looked_at(f"Payout {payout}"), call.own_key():
        fired = door.fire(
            payout, trigger, reason=body.reason, data=body.data, uploads=files(body.uploads), version=version,
            seen=mark, key=call.key,
        )  # fmt: skip
    with suppress(NotFound):  # who has sent it back to a draft may not see it any more
        response.headers["ETag"] = payout_tag(fired.version, door.mark(payout))
    return fired


@routes.post("/{payout}/issue-now")
def issue_now(call: Writing, payout: str, body: Why) -> Told:
    """Decide anew on the invoice of a payout that has none, with a reason."""
    return Told(call.do(lambda account: account.self_invoicing.issue_now(payout, reason=body.reason), body))


@routes.post("/{payout}/credit-clawbacks")
def credit_clawbacks(call: Writing, payout: str, body: Clawbacks) -> list[Credited]:
    """A draft of nothing but clawbacks is cancelled; each becomes a credit note over the line that it takes back."""
    against = {name: Against(line.number, line.line) for name, line in body.against.items()}
    reason, dry_run = body.reason, body.dry_run
    done = call.do(
        lambda account: account.invoices.credit_clawbacks(payout, against, reason=reason, dry_run=dry_run), body
    )
    return [Credited(**each) for each in done]


def _fitting(call: Call, body: Many) -> Sequence[str]:
    """Those that `where` fits now; none where payouts are named."""
    return call.workspace.payouts.ids(PayoutFilter(**body.where.model_dump())) if body.where else []


def _seen(call: Call, payout: str, response: Response) -> PayoutView:
    """The mark is read first: what changes between the two makes the tag one that has passed, and not one unseen."""
    mark = call.workspace.payouts.mark(payout)
    found = call.workspace.payouts.get(payout)
    response.headers["ETag"] = payout_tag(found.version, mark)
    return found


def _summed(came: Sequence[Came]) -> Outcomes:
    moved = sum(each.fired is not None for each in came)
    return Outcomes(outcomes=[*came], moved=moved, refused=len(came) - moved)


def _in_order(named: Sequence[str], kept: Sequence[Came]) -> Sequence[Came]:
    """What was kept, and in its place what was not there: anybody can invent names, so of those nothing is kept."""
    known = {each.payout: each for each in kept}
    return [known.get(name) or _missing(name) for name in named] or kept


def _missing(name: str) -> Came:
    return _came(Outcome(name, refused=NotFound("payout", name)))


def _came(outcome: Outcome) -> Came:
    refused = outcome.refused
    if refused is None:
        return Came(payout=outcome.payout_id, fired=outcome.fired, mark=outcome.mark)
    told: dict[str, Any] = {"code": refused.code, "detail": str(refused)}
    if isinstance(refused, Refused):
        told["refusals"] = plain(refused.refusals)
    return Came(payout=outcome.payout_id, refused=told)
