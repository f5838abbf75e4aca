"""Commands of documents: list what was issued, save what is attached."""

import os
from pathlib import Path
from typing import Annotated

import typer

from billhook.cli.options import command
from billhook.cli.pages import LIMIT, After, Limit, NewestFirst, tell_next
from billhook.cli.session import Session
from billhook.cli.terminal import Table

_KINDS = {"389": "invoice", "261": "credit note"}  # UNTDID 1001, as BT-3 has it


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Invoices and credit notes, and their files.", no_args_is_help=True)
    command(group, "list")(list_documents)
    command(group, "save")(save)
    app.add_typer(group, name="documents")


def list_documents(
    session: Session,
    *,
    partner: Annotated[str, typer.Option("--partner", help="Only this partner's.")] = "",
    currency: Annotated[str, typer.Option("--currency", help="Only those in this currency.")] = "",
    contested: Annotated[
        bool, typer.Option("--contested", help="Only those that are contested and wait for the vendor's answer.")
    ] = False,
    limit: Limit = LIMIT,
    after: After = None,
    newest_first: NewestFirst = False,
) -> None:
    """What was issued, in order."""
    found = session.workspace.documents.page(
        partner=partner, currency=currency.upper(), contested=contested, after=after, limit=limit,
        newest_first=newest_first,
    )  # fmt: skip
    rows = [
        (one.number, _KINDS.get(one.type_code, one.type_code), one.partner, one.payout, one.currency, one.net,
         one.gross, one.issued_at[:10], "attached" if one.sha256 else "being made",
         one.state.replace("_", " "))
        for one in found.items
    ]  # fmt: skip
    columns = ("number", "kind", "partner", "payout", "currency", "net", "gross", "issued", "document", "seller")
    shown = Table(columns, rows, title="Documents", ids=("payout",))
    session.terminal.result({"documents": found.items, "next": found.next}, shown)
    tell_next(session, found)


def save(
    session: Session,
    number: Annotated[str, typer.Argument(metavar="NUMBER")] = "",
    *,
    every: Annotated[bool, typer.Option("--all", help="All that are attached.")] = False,
    format: Annotated[str, typer.Option("--format", help="pdf, cii, ubl, json or html.")] = "pdf",
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write to.")] = Path(),
) -> None:
    """Write the document of a number, or all documents, into a folder: the PDF, or another format of the invoice."""
    if bool(number) == every:
        raise typer.BadParameter("Name one number, or say --all.")
    _require_folder(out)
    documents = session.workspace.documents
    numbers = [one.number for one in documents.each() if one.sha256] if every else [number]
    out.mkdir(parents=True, exist_ok=True)
    saved = []
    with session.terminal.progress("Saving", total=len(numbers)) as advance:
        for done, each in enumerate(numbers, start=1):
            document = documents.get(each, format=format)
            path = out / document.filename
            written(path, document.content)
            saved.append({"number": each, "file": str(path)})
            advance(done)
    session.terminal.result({"saved": saved}, *(f"{one['number']}: {one['file']}" for one in saved))


def _require_folder(out: Path) -> None:
    """Raises Invalid: a file stands there."""
    from engine.errors import Invalid, Problem

    if out.exists() and not out.is_dir():
        told = f"{out} is a file; name a folder: each document is written into it under its own name."
        raise Invalid("The command", [Problem("--out", told)])


def written(path: Path, content: bytes) -> None:
    """Whole or not at all, and never through a link that stands under the name."""
    whole = path.with_name(f".{path.name}.{os.getpid()}")
    whole.write_bytes(content)
    whole.replace(path)
