"""Commands of webhooks: addresses that are told of events."""

from typing import Annotated

import typer

from billhook.cli.options import command
from billhook.cli.session import Session
from billhook.cli.terminal import Table

Id = Annotated[str, typer.Argument(metavar="ID", help="Its id, as `billhook webhooks list` shows it.")]


def add_to(app: typer.Typer) -> None:
    webhooks = typer.Typer(help="Addresses that are told of events.", no_args_is_help=True)
    for verb, function in (
        ("list", list_webhooks), ("types", types), ("add", add), ("secret", secret), ("pause", pause),
        ("resume", resume), ("remove", remove), ("deliveries", deliveries), ("resend", resend),
    ):  # fmt: skip
        command(webhooks, verb)(function)
    app.add_typer(webhooks, name="webhooks")


def list_webhooks(session: Session) -> None:
    """Every address in use."""
    found = session.workspace.webhooks.list()
    rows = [(one.id, one.url, ", ".join(one.types) or "everything", one.paused_because) for one in found]
    session.terminal.result({"webhooks": found}, Table(("id", "address", "told of", "paused because"), rows))


def types(session: Session) -> None:
    """The types of events that an address can be told of."""
    from engine.event_types import TYPES

    session.terminal.result({"types": TYPES}, *TYPES)


def add(
    session: Session,
    url: Annotated[str, typer.Argument(metavar="URL", help="https://...")],
    *,
    types: Annotated[
        list[str] | None, typer.Option("--type", help="A type of event, again for more; without any: all.")
    ] = None,
) -> None:
    """Tell an address of events from now on. Its secret is shown now and never again."""
    made, key = session.workspace.webhooks.add(url, types=types or [])
    session.terminal.result({"id": made, "secret": key}, f"{made} was added. Its secret: {key}")


def secret(session: Session, webhook: Id) -> None:
    """Give it a new secret, from the next delivery on."""
    key = session.workspace.webhooks.rotate(webhook)
    session.terminal.result({"secret": key}, f"The new secret: {key}")


def pause(session: Session, webhook: Id, *, reason: Annotated[str, typer.Option("--reason", help="Why.")]) -> None:
    """Tell it nothing until it is resumed. What happens meanwhile it is not told later."""
    session.workspace.webhooks.pause(webhook, reason=reason)
    session.terminal.result({"paused": webhook}, f"{webhook} is told nothing until it is resumed.")


def resume(session: Session, webhook: Id) -> None:
    """Tell it of events again."""
    session.workspace.webhooks.resume(webhook)
    session.terminal.result({"resumed": webhook}, f"{webhook} is told of events again.")


def remove(session: Session, webhook: Id) -> None:
    """Tell it nothing any more."""
    session.workspace.webhooks.remove(webhook)
    session.terminal.result({"removed": webhook}, f"{webhook} is told nothing any more.")


def deliveries(session: Session, webhook: Id) -> None:
    """What it was sent last, and what it answered."""
    found = session.workspace.webhooks.deliveries(webhook).items
    rows = [(one.id, one.created_at[:19].replace("T", " "), one.type, str(one.status or "none"), one.answer)
            for one in found]  # fmt: skip
    session.terminal.result({"deliveries": found}, Table(("id", "when (UTC)", "event", "status", "answer"), rows))


def resend(session: Session, delivery: Annotated[str, typer.Argument(metavar="ID", help="The delivery's id.")]) -> None:
    """Send one again, under the same message id."""
    job = session.workspace.webhooks.resend(delivery)
    session.terminal.result({"job": job}, f"Job {job} sends it again.")
