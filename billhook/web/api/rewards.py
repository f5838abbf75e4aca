"""/rewards: what partners have earned. A reference that comes again is refused as a repeat."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from billhook.web.api.calls import Call, Newest, Pages, may, one_of
from billhook.web.api.partners import Taken, taken
from billhook.web.api.shapes import Body, Code, Counted, Created, Text
from billhook.web.api.strict import StrictRoute
from engine.partners import NewReward
from engine.views import REWARD_STATES, Page, RewardFilter, RewardView

routes = APIRouter(tags=["rewards"], route_class=StrictRoute)
Reading = Annotated[Call, may("rewards:read")]
Writing = Annotated[Call, may("rewards:write")]


class Reward(Body):
    """`amount` is decimal text, rounded to the minor unit already; negative for a clawback."""

    reference: Code = Field(examples=["RW-2611-101"])
    partner: Code = Field(examples=["DE-NORD"])
    description: Code = Field(examples=["Referral fee: Café Morgenrot"])
    amount: Code = Field(examples=["480.00"])
    currency: Code = Field(examples=["EUR"])
    occurred_on: Code = Field(examples=["2026-11-02"])
    status: Code = Field(default="pending", examples=["accepted"])


class Rewards(Body):
    """All of them or none, with every reason; `partial`: the good ones. `dry_run`: none is kept."""

    rewards: list[Reward] = Field(max_length=5000)
    partial: bool = False
    dry_run: bool = False


class References(Body):
    """Rewards that are settled, all or none; a refusal has a reason."""

    references: list[Code] = Field(min_length=1, max_length=5000, examples=[["RW-2611-101"]])
    reason: Text = Field(default="", examples=["The client was a customer before."])


@routes.get("/rewards")
def list_rewards(
    call: Reading, pages: Pages, status: Annotated[str, one_of(("", *REWARD_STATES))] = "",
    partner: str = "", currency: str = "", payout: str = "",
    reference: str = "", free: Annotated[bool | None, Query()] = None, newest_first: Newest = False,
) -> Page[RewardView]:  # fmt: skip
    """`status`: pending, accepted, refused or paid; `free`: in no payout."""
    where = RewardFilter(status, partner, currency, payout, reference, free)
    return call.workspace.rewards.page(where, after=pages.after, limit=pages.limit, newest_first=newest_first)


@routes.post("/rewards", status_code=201)
def add_reward(call: Writing, body: Reward) -> Created:
    """Add what a partner has earned; a reference that comes again is refused."""
    return Created(call.do(lambda account: account.rewards.add(NewReward(**body.model_dump())), body))


@routes.post("/rewards/bulk")
def add_rewards(call: Writing, body: Rewards) -> Taken:
    """Add many rewards: all or none, or with `partial` those that are right."""
    rows = [NewReward(**each.model_dump()) for each in body.rewards]
    return taken(
        call.do(lambda account: account.rewards.add_many(rows, partial=body.partial, dry_run=body.dry_run), body)
    )


@routes.post("/rewards/accept")
def accept_rewards(call: Writing, body: References) -> Counted:
    """Rewards that waited count. Tells how many there were."""
    return Counted(call.do(lambda account: account.rewards.accept(body.references, reason=body.reason), body))


@routes.post("/rewards/refuse")
def refuse_rewards(call: Writing, body: References) -> Counted:
    """Rewards are not paid. Tells how many there were."""
    return Counted(call.do(lambda account: account.rewards.refuse(body.references, reason=body.reason), body))


@routes.get("/partners/{partner}/pool")
def reward_pool(call: Reading, partner: str) -> list[str]:
    """The currencies in which a new payout would take rewards."""
    return [*call.workspace.rewards.pool(partner)]
