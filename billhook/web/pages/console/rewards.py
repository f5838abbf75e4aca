"""Rewards: found by filters, accepted and refused, one or several. From a file they come in `imports`."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from billhook.app import Workspace
from billhook.web import forms
from billhook.web.mistakes import status_of
from billhook.web.once import Key, once
from billhook.web.visits import Vendor, Visit
from engine.errors import BillhookError, NotAllowed, NotFound, ReasonRequired
from engine.views import REWARD_STATES, RewardFilter

routes = APIRouter(prefix="/rewards")
Text = Annotated[str, Form(max_length=2000)]
MOST_CHOSEN = 500
_FREE = {"yes": True, "no": False}


class Asked:
    """What a list is filtered by: `where`; `query` is the same for an address that leads back to it."""

    def __init__(
        self, status: str = "", partner: str = "", currency: str = "", payout: str = "", reference: str = "",
        free: str = "",
    ) -> None:  # fmt: skip
        self.where = RewardFilter(
            status, partner.strip(), currency.strip().upper(), payout, reference.strip(), _FREE.get(free)
        )
        named = asdict(self.where) | {"free": free if free in _FREE else ""}
        self.query = urlencode({name: value for name, value in named.items() if value})

    @property
    def back(self) -> str:
        """Where the rewards were looked at: in their payout, or in the list."""
        return f"/console/payouts/{self.where.payout}" if self.where.payout else f"/console/rewards?{self.query}"


Filters = Annotated[Asked, Depends()]


@routes.get("")
def rewards(visit: Vendor, asked: Filters, after: str | None = None) -> Response:
    return _page(visit, asked, after=after)


@routes.post("/settle")
def settle(
    visit: Vendor, asked: Filters, verb: Text = "", accept: Text = "", refuse: Text = "", reason: Text = "",
    reward: Annotated[list[str], Form(max_length=MOST_CHOSEN)] = [],  # noqa: B006
    asked_why: Annotated[bool, Form()] = False, key: Key = "",
) -> Response:  # fmt: skip
    """The chosen ones by `verb`, or the one whose own button was pressed. Before a refusal its reason is asked for."""
    visit.workspace.caller.require("settle rewards", "vendor")  # before the reason is asked for, not after
    chosen = [accept or refuse] if accept or refuse else list(dict.fromkeys(reward))
    verb = "accept" if accept else "refuse" if refuse else verb
    if not chosen or verb not in _DONE:
        return visit.go(asked.back, "Choose some rewards first.")
    if verb == "refuse" and not asked_why:
        return _why(visit, asked, chosen)
    try:
        count = once(visit, key, lambda workspace: _settled(workspace, verb, chosen, reason))
    except (NotAllowed, NotFound):
        raise
    except BillhookError as error:
        if verb == "refuse":
            return _why(visit, asked, chosen, reason=reason, error=error)
        return _page(visit, asked, chosen=chosen, error=error)
    return visit.go(asked.back, f"{count} reward(s) were {_DONE[verb]}.")


def _settled(workspace: Workspace, verb: str, chosen: list[str], reason: str) -> int:
    door = workspace.rewards
    return door.accept(chosen, reason=reason) if verb == "accept" else door.refuse(chosen, reason=reason)


def _why(
    visit: Visit, asked: Asked, chosen: list[str], *, reason: str = "", error: BillhookError | None = None
) -> Response:
    """Asks for the reason; what was written comes back with what is wrong, beside it or above."""
    wrong = forms.beside(error, {"reason": "reason"}) if error else {}
    if isinstance(error, ReasonRequired):
        wrong = {"reason": "A refusal has a reason; write it down."}
    return visit.show(
        "console/refuse_rewards.html", asked=asked, chosen=chosen, reason=reason, wrong=wrong,
        status=status_of(error) if error else 200,
    )  # fmt: skip


def _page(
    visit: Visit, asked: Asked, *, after: str | None = None, chosen: Sequence[str] = (),
    error: BillhookError | None = None,
) -> Response:  # fmt: skip
    """Those that were chosen are chosen still, wherever in the list they stand."""
    page = visit.workspace.rewards.page(asked.where, after=after, newest_first=True)
    here = {each.reference for each in page.items}
    return visit.show(
        "console/rewards.html", asked=asked, page=page, states=REWARD_STATES, chosen=chosen, error=error,
        elsewhere=[each for each in chosen if each not in here], status=status_of(error) if error else 200,
    )  # fmt: skip


_DONE = {"accept": "accepted", "refuse": "refused"}
