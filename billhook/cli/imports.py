"""Commands that bring partners and rewards in, and list partners."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billhook.cli.options import command
from billhook.cli.pages import LIMIT, After, Limit, tell_next
from billhook.cli.session import Session, pairs
from billhook.cli.terminal import Table

if TYPE_CHECKING:
    from billhook.csv_import import Imported

CsvFile = Annotated[Path, typer.Argument(metavar="FILE", help="CSV, UTF-8, with headings.")]
Map = Annotated[
    list[str] | None, typer.Option("--map", metavar="THEIRS=OURS", help="A heading of the file under our name.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen and keep nothing.")]
Partial = Annotated[bool, typer.Option("--partial", help="Take the good rows though there are bad ones.")]


def add_to(app: typer.Typer) -> None:
    imports = typer.Typer(help="Partners and rewards from CSV files.", no_args_is_help=True)
    partners = typer.Typer(help="Partners.", no_args_is_help=True)
    command(imports, "partners")(import_partners)
    command(imports, "rewards")(import_rewards)
    command(partners, "list")(list_partners)
    for group, name in ((imports, "import"), (partners, "partners")):
        app.add_typer(group, name=name)


def import_partners(
    session: Session,
    file: CsvFile,
    *,
    rename: Map = None,
    dry_run: DryRun = False,
    partial: Partial = False,
) -> None:
    """Headings: code, name, country, language, main_contact_name, main_contact_email, and pipeline if you like."""
    from billhook import csv_import
    from engine.partners import NewPartner

    sheet = csv_import.read(file, NewPartner, renamed=pairs(rename, option="--map"))
    add = session.workspace.partners.add_many
    _tell_of_languages(session, {row.language for _, row in sheet.rows})
    _tell(session, csv_import.take(sheet, add, partial=partial, dry_run=dry_run), "partner", dry_run, partial)


def import_rewards(
    session: Session,
    file: CsvFile,
    *,
    rename: Map = None,
    dry_run: DryRun = False,
    partial: Partial = False,
) -> None:
    """Headings: reference, partner, description, amount, currency, occurred_on, and status if you like."""
    from billhook import csv_import
    from engine.partners import NewReward

    sheet = csv_import.read(file, NewReward, renamed=pairs(rename, option="--map"))
    add = session.workspace.rewards.add_many
    _tell(session, csv_import.take(sheet, add, partial=partial, dry_run=dry_run), "reward", dry_run, partial)


def list_partners(
    session: Session,
    *,
    self_invoicing: Annotated[
        str, typer.Option("--self-invoicing", help="Only these: never_asked, opted_in or opted_out.")
    ] = "",
    limit: Limit = LIMIT,
    after: After = None,
) -> None:
    """Partners by code, with how far they are."""
    found = session.workspace.partners.page(self_invoicing=self_invoicing, after=after, limit=limit)
    rows = [
        (one.code, one.name, one.country, one.onboarding or "not begun", one.self_invoicing.replace("_", " "))
        for one in found.items
    ]
    table = Table(("code", "name", "country", "onboarding", "self-invoicing"), rows, title="Partners")
    session.terminal.result({"partners": found.items, "next": found.next}, table)
    tell_next(session, found)


def _tell_of_languages(session: Session, asked: set[str]) -> None:
    from engine.billing.agreement import LANGUAGES

    if wordless := sorted(each for each in asked if each and each not in LANGUAGES):
        told = f"Documents and agreements have no words in {', '.join(wordless)} yet; those partners read English."
        session.terminal.remark(told)


def _tell(session: Session, imported: "Imported", what: str, dry_run: bool, partial: bool) -> None:  # noqa: FBT001
    if not session.said.json:
        for row in imported.bad:
            session.terminal.remark(str(row))
    kept_out = bool(imported.bad) and (not partial or not imported.readable)
    would = "would be " if dry_run else ""
    told = f"{imported.added} {what}(s) {would}imported"
    if imported.bad:
        told += f", {len({row.line for row in imported.bad})} row(s) not"
    if kept_out and not dry_run and imported.readable:
        told += "; --partial would take the good ones"
    session.terminal.result({"added": imported.added, "dry_run": dry_run, "refused": imported.bad}, f"{told}.")
    if kept_out:
        raise typer.Exit(1)
