"""Commands of self-billing agreements: look at them, offer, renew, record from paper, revoke, export."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billhook.cli.onboarding import Answer, Partner
from billhook.cli.options import command
from billhook.cli.session import Session, answers
from billhook.cli.terminal import Table

if TYPE_CHECKING:
    from datetime import date

    from billhook.app import Workspace
    from engine.agreements import AgreementView

Version = Annotated[int | None, typer.Option("--version", min=1, help="Which; without it the newest.")]
Terms = Annotated[str, typer.Option("--terms", help="`terms` of the text that was shown; no others are accepted.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it is kept.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Self-billing agreements with partners.", no_args_is_help=True)
    command(group, "list")(list_agreements)
    command(group, "show")(show)
    command(group, "offer")(offer)
    command(group, "renew")(renew)
    command(group, "record-paper")(record_paper)
    command(group, "revoke")(revoke)
    command(group, "export")(export)
    command(group, "paper")(paper)
    app.add_typer(group, name="agreements")


def list_agreements(session: Session, partner: Partner) -> None:
    """Every version of a partner's agreement, the newest first, and the texts that it was offered."""
    found, offered = session.workspace.agreements.list(partner), session.workspace.agreements.offers(partner)
    rows = [("-", "offered", one.language, "", one.offered_at[:10], "") for one in offered]
    rows += [(str(one.version), one.life, one.language, one.method, one.first_day, one.end_day) for one in found]
    columns = ("version", "state", "language", "signed", "from", "until")
    session.terminal.result({"agreements": found, "offers": offered}, Table(columns, rows, title="Agreements"))


def show(
    session: Session,
    partner: Partner,
    *,
    version: Version = None,
    offered: Annotated[bool, typer.Option("--offered", help="The text that was offered last.")] = False,
) -> None:
    """One version: its text, and what proves that it was accepted."""
    if offered:
        _show_offer(session, partner)
        return
    found = session.workspace.agreements.get(partner, version)
    session.terminal.result(found, found.text, *_proof(found))


def offer(session: Session, partner: Partner) -> None:
    """Offer a partner the agreement; it is told, and accepts it in the portal."""
    text = session.workspace.agreements.offer(partner)
    session.terminal.result(text, f"{partner} was offered text {text.version} in '{text.language}'.")


def renew(session: Session, partner: Partner, *, terms: Terms = "") -> None:
    """Accept the agreement anew with the details there are. The partner's main contact does."""
    told = _speaker(session, partner).agreements.renew(partner, terms=terms)
    session.terminal.result({"partner": partner, "told": told}, f"{partner}: {told}.")


def record_paper(
    session: Session,
    partner: Partner,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The signed paper: PDF, PNG or JPEG.")],
    *,
    signed_by: Annotated[str, typer.Option("--signed-by", help="Who signed it, as it stands there.")],
    signed_on: Annotated[str, typer.Option("--signed-on", metavar="DAY", help="When, such as 2026-11-23.")],
    offer: Annotated[
        str,
        typer.Option("--offer", metavar="SHA256", help="The offered text that was signed; it says its days itself."),
    ] = "",
    silence_days: Annotated[
        int | None, typer.Option("--silence-days", help="The days of silence that the paper says.")
    ] = None,
    until: Annotated[
        str, typer.Option("--until", metavar="DAY", help="The first day outside it, as the paper says; else a year on.")
    ] = "",
    answer: Answer = None,
) -> None:
    """
    Record an agreement that was signed on paper, with its picture; --answer gives the details that it says.

    Its terms are those of the picture, or with --offer those of the text that the partner was offered.
    """
    from engine.contracts import Document
    from engine.signed_paper import Paper

    document = Document(file.name, "application/octet-stream", file.read_bytes())
    paper = Paper(signed_by, _day(signed_on), document, offer, silence_days, _day(until) if until else None)
    told = session.workspace.agreements.record_paper(partner, paper, answers(answer))
    session.terminal.result({"partner": partner, "told": told}, f"{partner}: {told}.")


def revoke(session: Session, partner: Partner, *, reason: Why = "") -> None:
    """End a partner's agreement; nothing is issued under it from now on."""
    told = session.workspace.agreements.revoke(partner, reason=reason)
    session.terminal.result({"partner": partner, "told": told}, f"{told[0].upper()}{told[1:]}.")


def export(
    session: Session,
    partner: Partner,
    *,
    version: Version = None,
    pdf: Annotated[Path, typer.Option("--pdf", metavar="FILE", help="Where to.")],
) -> None:
    """The record as PDF, for an audit."""
    document = session.workspace.agreements.export(partner, version)
    pdf.write_bytes(document.content)
    session.terminal.result({"file": str(pdf)}, f"{pdf}: {len(document.content):,} bytes.")


def paper(
    session: Session,
    partner: Partner,
    *,
    version: Version = None,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to.")],
) -> None:
    """The picture of an agreement that was signed on paper."""
    door = session.workspace.agreements
    document = door.paper(partner, door.get(partner, version).version)
    out.write_bytes(document.content)
    session.terminal.result({"file": str(out)}, f"{out}: {len(document.content):,} bytes, {document.media_type}.")


def _show_offer(session: Session, partner: str) -> None:
    from engine.errors import NotFound

    for found in session.workspace.agreements.offers(partner):
        by = found.offered_by_name or found.offered_by
        proof = f"Offered at: {_moment(found.offered_at)}", f"By: {by}", f"SHA-256: {found.sha256}"
        session.terminal.result(found, found.text, *proof)
        return
    raise NotFound("offer", partner)


def _proof(record: "AgreementView") -> list[str]:
    told = {
        "State": record.life, "SHA-256": record.sha256,
        ("Recorded at" if record.method == "paper" else "Accepted at"): _moment(record.accepted_at),
        "By": record.accepted_by_name or record.accepted_by, "Through": record.accepted_from,
        "Signed by": record.signed_by, "Signed on": record.signed_on, "From": record.first_day,
        "Until": f"{record.end_day}, that day not included",
        "Revoked at": _moment(record.revoked_at), "Revoked by": record.revoked_by_name or record.revoked_by,
        "Reason": record.revoked_reason,
    }  # fmt: skip
    return [f"{name}: {value}" for name, value in told.items() if value]


def _day(text: str) -> "date":
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is no day such as 2026-11-23.") from None


def _moment(stamp: str | None) -> str:
    return f"{stamp[:19].replace('T', ' ')} UTC" if stamp else ""


def _speaker(session: Session, partner: str) -> "Workspace":
    """Who speaks for the partner: its main contact, unless somebody else was named."""
    return session.workspace if session.said.as_ else session.account.main_contact(partner, origin="cli")
