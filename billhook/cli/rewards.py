"""Commands of rewards: list, accept, refuse. How they are brought in is beside this, in `imports`."""

from typing import Annotated

import typer

from billhook.cli.options import command
from billhook.cli.pages import LIMIT, After, Limit, NewestFirst, tell_next
from billhook.cli.session import Session
from billhook.cli.terminal import Table

References = Annotated[list[str], typer.Argument(metavar="REFERENCE...")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="What partners have earned.", no_args_is_help=True)
    for name, verb in (("list", list_rewards), ("accept", accept), ("refuse", refuse)):
        command(group, name)(verb)
    app.add_typer(group, name="rewards")


def list_rewards(
    session: Session,
    *,
    status: Annotated[str, typer.Option("--status", help="Only these: pending, accepted, refused or paid.")] = "",
    partner: Annotated[str, typer.Option("--partner", help="Only this partner's.")] = "",
    currency: Annotated[str, typer.Option("--currency", help="Only those in this currency.")] = "",
    payout: Annotated[str, typer.Option("--payout", help="Only those of this payout, by its id or its end.")] = "",
    reference: Annotated[str, typer.Option("--reference", help="Only this one.")] = "",
    free: Annotated[
        bool | None, typer.Option("--free/--in-a-payout", help="Only those in no payout, or only the others.")
    ] = None,
    limit: Limit = LIMIT,
    after: After = None,
    newest_first: NewestFirst = False,
) -> None:
    """Rewards, each with the payout that it is in and why it was refused, in the order in which they came."""
    from engine.views import RewardFilter

    payout_id = session.payout_id(payout) if payout else ""
    where = RewardFilter(status, partner, currency.upper(), payout_id, reference, free)
    found = session.workspace.rewards.page(where, after=after, limit=limit, newest_first=newest_first)
    rows = [
        (one.reference, one.partner, one.occurred_on, one.description, one.currency, one.amount,
         f"{one.status}: {one.reason}" if one.reason else one.status, one.payout or "")
        for one in found.items
    ]  # fmt: skip
    columns = ("reward", "partner", "occurred on", "description", "currency", "amount", "status", "payout")
    table = Table(columns, rows, title="Rewards", ids=("payout",))
    session.terminal.result({"rewards": found.items, "next": found.next}, table)
    tell_next(session, found)


def accept(
    session: Session,
    references: References,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why, if you like; it is kept.")] = "",
) -> None:
    """Accept rewards, so that payouts that hold them can be validated."""
    count = session.workspace.rewards.accept(references, reason=reason)
    session.terminal.result({"accepted": count}, f"{count} reward(s) accepted.")


def refuse(
    session: Session,
    references: References,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept.")] = "",
) -> None:
    """Refuse rewards, with a reason; they leave the payouts that hold them when these are validated."""
    count = session.workspace.rewards.refuse(references, reason=reason)
    session.terminal.result({"refused": count}, f"{count} reward(s) refused.")
