"""Commands of the account's settings, which pages show at Account > Payouts."""

from typing import Annotated

import typer

from billhook.cli.options import OnOff, command
from billhook.cli.pages import LIMIT, After, Limit, tell_next
from billhook.cli.session import Session
from billhook.cli.terminal import Table


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="What is set for the account.", no_args_is_help=True)
    for name, verb in (
        ("show", show), ("four-eyes", four_eyes), ("payout-day", payout_day), ("acceptance-days", acceptance_days),
        ("timezone", timezone), ("activity", activity),
    ):  # fmt: skip
        command(group, name)(verb)
    app.add_typer(group, name="settings")


def show(session: Session) -> None:
    """Show what is set. The rest: `self-invoicing switch`, `self-invoicing buyer`, `invoices numbers`."""
    from dataclasses import asdict

    said = asdict(session.workspace.settings.get())
    session.terminal.result(said, *(f"{name}: {value}" for name, value in said.items()))


def four_eyes(session: Session, to: Annotated[OnOff, typer.Argument(metavar="on|off")]) -> None:
    """Say whether the one who validated a payout may not mark it paid."""
    session.workspace.settings.four_eyes(on=to is OnOff.on)
    session.terminal.result({"four_eyes": to is OnOff.on}, f"Four eyes is {to.value}.")


def payout_day(session: Session, day: Annotated[int, typer.Argument(help="1 to 28; 0: never.", metavar="DAY")]) -> None:
    """Say on which day of each month Draft payouts are made by themselves, of what each partner is owed."""
    session.workspace.settings.payout_day(day)
    told = (
        f"Payouts are made by themselves on day {day} of each month." if day else "No payouts are made by themselves."
    )
    session.terminal.result({"payout_day": day}, told)


def acceptance_days(session: Session, days: Annotated[int, typer.Argument(help="1 to 90.", metavar="DAYS")]) -> None:
    """Say after how many days of silence an invoice counts as accepted, by agreements from now on."""
    session.workspace.settings.acceptance_days(days)
    session.terminal.result({"acceptance_days": days}, f"Agreements from now on say {days} days of silence.")


def timezone(
    session: Session, zone: Annotated[str, typer.Argument(metavar="ZONE", help="Such as Europe/Paris.")]
) -> None:
    """Say where invoices are dated. Timers on the account's clocks move with it."""
    moved = session.workspace.settings.timezone(zone)
    session.terminal.result(
        {"timezone": zone, "moved": moved}, f"Invoices are dated in {zone}. {moved} timer(s) moved."
    )


def activity(session: Session, *, limit: Limit = LIMIT, after: After = None) -> None:
    """What was done in the account, newest first: by whom, to what, and why."""
    found = session.workspace.settings.activity(after=after, limit=limit)
    rows = [(one.at[:19].replace("T", " "), one.who, one.what, one.partner, one.reason) for one in found.items]
    columns = ("when (UTC)", "who", "what", "partner", "why")
    session.terminal.result({"events": found.items, "next": found.next}, Table(columns, rows, title="Activity"))
    tell_next(session, found)
