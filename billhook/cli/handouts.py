"""Commands of handouts: documents that the vendor puts there for its partners to read."""

from pathlib import Path
from typing import Annotated

import typer

from billhook.cli.documents import written
from billhook.cli.options import command
from billhook.cli.session import Session, file_at
from billhook.cli.terminal import Table

Name = Annotated[str, typer.Argument(metavar="NAME", help="As pipelines name it, such as programme-guide.pdf.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Documents that partners are to read, by name.", no_args_is_help=True)
    for name, verb in (("add", add), ("list", list_handouts), ("show", show)):
        command(group, name)(verb)
    app.add_typer(group, name="handouts")


def add(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A PDF, PNG or JPEG.")],
    *,
    name: Annotated[str, typer.Option("--name", help="What pipelines call it; without it the file's name.")] = "",
) -> None:
    """Show partners a document under a name from now on. The versions before stay."""
    made = session.workspace.handouts.add(file_at(str(file)), name=name)
    session.terminal.result(made, f"Partners are shown {made.name}, version {made.version}.")


def list_handouts(
    session: Session,
    *,
    name: Annotated[str, typer.Option("--name", help="Every version of this one.")] = "",
) -> None:
    """What is shown under each name, and what pipelines name and is not there yet."""
    door = session.workspace.handouts
    found = door.versions(name) if name else door.list()
    rows = [
        (one.name, str(one.version or "not there yet"), one.added_at[:19].replace("T", " "), one.added_by,
         ", ".join(one.pipelines))
        for one in found
    ]  # fmt: skip
    shown = Table(("name", "version", "since (UTC)", "put there by", "pipelines"), rows, title="Handouts")
    session.terminal.result({"handouts": found}, shown)


def show(
    session: Session,
    name: Name,
    *,
    version: Annotated[int | None, typer.Option("--version", help="An older one; without it what is shown.")] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write to.")] = Path(),
) -> None:
    """Write a document into a folder."""
    document = session.workspace.handouts.get(name, version=version)
    out.mkdir(parents=True, exist_ok=True)
    path = out / document.filename
    written(path, document.content)
    session.terminal.result({"name": name, "file": str(path)}, str(path))
