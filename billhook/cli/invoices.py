"""Commands of issued invoices and credit notes: look at one, say what the seller says of it, see one before it is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billhook.cli.documents import list_documents, written
from billhook.cli.onboarding import Answer, Partner
from billhook.cli.options import command
from billhook.cli.payouts import Payout
from billhook.cli.session import Session, answers
from billhook.cli.terminal import Table

if TYPE_CHECKING:
    from billhook.paper_door import Invoices, Shown
    from engine.acceptance import Acceptance
    from engine.contracts import Document

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The number of the invoice or credit note.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it is kept.")]
Key = Annotated[str | None, typer.Option("--key", help="A repeat under the same key is done once.")]
Output = Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Where to; without it: to the screen.")]

PreviewFormat = Annotated[str, typer.Option("--format", help="pdf or html.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Issued invoices and credit notes, and what is said of them.", no_args_is_help=True)
    for name, verb in (
        ("list", list_documents), ("show", show), ("accept", accept), ("contest", contest), ("resolve", resolve),
        ("credit", credit), ("credit-clawbacks", credit_clawbacks), ("reissue", reissue), ("numbers", numbers),
        ("preview", preview), ("example", example),
    ):  # fmt: skip
        command(group, name)(verb)
    app.add_typer(group, name="invoices")


def show(
    session: Session,
    number: Number,
    *,
    format: Annotated[str, typer.Option("--format", help="pdf, cii, ubl, json or html.")] = "",
    output: Output = None,
) -> None:
    """How an invoice stands; with --format the invoice itself."""
    if format:
        _show_document(session, number, format, output)
        return
    standing = session.workspace.invoices.standing(number)
    session.terminal.result(standing, *_told(standing))


def accept(session: Session, number: Number) -> None:
    """Accept an invoice. The partner's main contact does; an objection it made before is taken back."""
    told = _speaker(session, number).accept(number)
    session.terminal.result({"number": number, "told": told}, f"{told.rstrip('.')}.")


def contest(session: Session, number: Number, *, reason: Why = "") -> None:
    """Object to an invoice. The partner's main contact does; its payout is on hold until that is answered."""
    told = _speaker(session, number).contest(number, reason=reason)
    session.terminal.result({"number": number, "told": told}, f"{told.rstrip('.')}.")


def resolve(
    session: Session,
    number: Number,
    *,
    accepted: Annotated[bool, typer.Option("--accept", help="The partner accepts it after all.")] = False,
    put_right: Annotated[
        bool, typer.Option("--put-right", help="Of a credit note: the partner is right, and it was put right.")
    ] = False,
    reason: Why = "",
) -> None:
    """
    Answer an objection: --accept notes that the partner accepts after all, --put-right that it was right about a credit
    note. An invoice that is wrong is credited or reissued.
    """
    if accepted == put_right:
        raise typer.BadParameter(
            "Say how it ends: --accept, or of a credit note --put-right. An invoice that is wrong is credited whole or "
            "reissued, which answers the objection."
        )
    told = session.workspace.invoices.resolve(number, reason=reason, put_right=put_right)
    session.terminal.result({"number": number, "told": told}, f"{told.rstrip('.')}.")


def credit(
    session: Session,
    number: Number,
    *,
    line: Annotated[list[int] | None, typer.Option("--line", help="Only this one, as the invoice counts them.")] = None,
    amount: Annotated[str, typer.Option("--amount", help="Of one line, without tax, where it is not all of it.")] = "",
    clawback: Annotated[
        str, typer.Option("--clawback", metavar="REWARD", help="By this reward's amount, of one line.")
    ] = "",
    reason: Why = "",
    key: Key = None,
) -> None:
    """Take an invoice back by a credit note: all that is left of it, or some lines, or part of one."""
    part = {"amount": amount, "clawback": clawback}
    done = session.workspace.invoices.credit(number, lines=line or (), **part, reason=reason, key=key)
    session.terminal.result(done, f"{done.sentence}.")


def credit_clawbacks(
    session: Session,
    payout: Payout,
    *,
    against: Annotated[
        list[str] | None,
        typer.Option("--against", metavar="REWARD=NUMBER/LINE", help="The line a clawback takes back."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and keep nothing.")] = False,
    reason: Why = "",
    key: Key = None,
) -> None:
    """Turn a draft payout of nothing but clawbacks into credit notes; it is cancelled for that."""
    from engine.clawbacks import against_of

    done = session.workspace.invoices.credit_clawbacks(
        session.payout_id(payout), against_of(against or ()), reason=reason, dry_run=dry_run, key=key
    )
    would = "would be: " if dry_run else ""
    session.terminal.result({"credited": done, "dry_run": dry_run}, *(f"{would}{each.sentence}." for each in done))


def reissue(session: Session, number: Number, *, reason: Why = "", key: Key = None) -> None:
    """Credit an invoice and issue it anew, from the details as they are now."""
    done = session.workspace.invoices.reissue(number, reason=reason, key=key)
    session.terminal.result(done, f"{done.sentence}.")


def numbers(
    session: Session,
    *,
    invoices: Annotated[str, typer.Option("--format", help="Such as {buyer}-{seller}-{year}-{n:05}.")] = "",
    credit_notes: Annotated[str, typer.Option("--credit-notes", help="The same of credit notes.")] = "",
    yearly: Annotated[bool | None, typer.Option("--yearly/--for-ever", help="Begin again at 1 each year.")] = None,
) -> None:
    """Say how invoices and credit notes are numbered from now on. Numbers that were given stay."""
    if not invoices and not credit_notes and yearly is None:
        raise typer.BadParameter("Say what changes: --format, --credit-notes, --yearly or --for-ever.")
    session.workspace.settings.number_format(invoices, credit_notes=credit_notes, yearly=yearly)
    told = {"invoices": invoices, "credit_notes": credit_notes, "yearly": yearly}
    session.terminal.result(told, "Numbers that are given from now on follow it.")


def preview(
    session: Session,
    payout: Payout,
    *,
    format: PreviewFormat = "html",
    output: Output = None,
) -> None:
    """A payout's invoice as it would look now, marked as a preview. No number is taken, nothing is written."""
    _show_preview(session, session.workspace.invoices.preview(session.payout_id(payout), format=format), output)


def example(
    session: Session,
    partner: Partner,
    *,
    answer: Answer = None,
    language: Annotated[str, typer.Option("--language", help="In this one; without it the partner's.")] = "",
    currency: Annotated[str, typer.Option("--currency", help="Of the example lines.")] = "EUR",
    format: PreviewFormat = "html",
    output: Output = None,
) -> None:
    """How a partner's invoices would look, with two example lines; --answer tries details that are not kept."""
    shown = session.workspace.invoices.example(
        partner, answers(answer), language=language, currency=currency, format=format
    )
    _show_preview(session, shown, output)


def _show_preview(session: Session, shown: "Shown", output: Path | None) -> None:
    _put_out(session, "preview", shown.document, output)
    for item in shown.missing:
        session.terminal.remark(f"Missing: {item.for_vendor()} ({item.who})")
    if flaw := shown.flaw:
        session.terminal.remark(f"Letters may be missing from it: it is a plain PDF, since {flaw}.")


def _show_document(session: Session, number: str, format: str, output: Path | None) -> None:
    _put_out(session, number, session.workspace.documents.get(number, format=format), output)


def _put_out(session: Session, name: str, document: "Document", output: Path | None) -> None:
    if output is None and document.media_type == "application/pdf":
        raise typer.BadParameter("A PDF cannot be read on the screen. Name a file: --output FILE.")
    if output is None:
        text = document.content.decode()
        session.terminal.result({"number": name, "content": text}, text)
        return
    written(output, document.content)
    session.terminal.result({"number": name, "file": str(output)}, f"{name}: {output}")


def _speaker(session: Session, number: str) -> "Invoices":
    """Who speaks for the partner: its main contact, unless somebody else was named."""
    if session.said.as_:
        return session.workspace.invoices
    partner = session.workspace.invoices.standing(number).partner
    return session.account.main_contact(partner, origin="cli").invoices


def _told(standing: "Acceptance") -> list[str | Table]:
    ends = f" It counts as accepted from {standing.silence_ends_at[:19].replace('T', ' ')} UTC on, unless it is"
    waiting = f"{ends} contested before." if standing.silence_ends_at else ""
    rows = [
        (one.at[:19].replace("T", " "), f"{one.who} ({one.role})" if one.who else one.role, one.kind, one.reason)
        for one in standing.events
    ]
    heading = f"{standing.number} of {standing.partner}, payout {standing.payout}: "
    columns = ("when (UTC)", "who", "what", "why")
    notes = f" Credited by {', '.join(standing.credit_notes)}." if standing.credit_notes else ""
    return [f"{heading}{standing.state.replace('_', ' ')}.{waiting}{notes}", Table(columns, rows, title="Events")]
