"""The tree of commands. It only says which there are; each file beside this holds some of them."""

from functools import cache
from typing import Annotated, Any

import typer
import typer.main

from billhook.cli.agreements import add_to as add_agreements
from billhook.cli.backing_up import add_to as add_backing_up
from billhook.cli.contacts import add_to as add_contacts
from billhook.cli.doctoring import add_to as add_doctoring
from billhook.cli.documents import add_to as add_documents
from billhook.cli.everywhere import Everywhere
from billhook.cli.explaining import add_to as add_explaining
from billhook.cli.handouts import add_to as add_handouts
from billhook.cli.imports import add_to as add_imports
from billhook.cli.invoices import add_to as add_invoices
from billhook.cli.jobs import add_to as add_jobs
from billhook.cli.onboarding import add_to as add_onboarding
from billhook.cli.options import Account, As, Database, Json, NoWait
from billhook.cli.payouts import add_to as add_payouts
from billhook.cli.people import add_to as add_people
from billhook.cli.rewards import add_to as add_rewards
from billhook.cli.self_invoicing import add_to as add_self_invoicing
from billhook.cli.serving import add_to as add_serving
from billhook.cli.settings import add_to as add_settings
from billhook.cli.starting import add_to as add_starting
from billhook.cli.tax import add_to as add_tax
from billhook.cli.webhooks import add_to as add_webhooks
from billhook.cli.working import add_to as add_working

app = typer.Typer(
    name="billhook",
    help="Partner onboarding and payouts from YAML, with lawful self-billed invoices.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _tell_version(asked: bool) -> None:  # noqa: FBT001 - as Typer calls it
    if asked:
        from importlib.metadata import version

        typer.echo(f"billhook {version('billhook')}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Say the version and stop.")
]


@app.callback()
def everywhere(
    ctx: typer.Context,
    *,
    version: Version = False,  # noqa: ARG001 - its callback has answered
    database: Database = None,
    account: Account = None,
    as_: As = None,
    json: Json = False,
    no_wait: NoWait = False,
) -> None:
    ctx.obj = Everywhere(database, account, as_, json, no_wait)


for add in (
    add_starting,
    add_imports,
    add_rewards,
    add_onboarding,
    add_self_invoicing,
    add_agreements,
    add_tax,
    add_payouts,
    add_documents,
    add_handouts,
    add_invoices,
    add_jobs,
    add_explaining,
    add_doctoring,
    add_backing_up,
    add_working,
    add_people,
    add_contacts,
    add_settings,
    add_webhooks,
    add_serving,
):
    add(app)


@cache
def commands() -> Any:
    """The tree as it is run. To make it costs more than many a command does, so a process makes it once."""
    return typer.main.get_command(app)
