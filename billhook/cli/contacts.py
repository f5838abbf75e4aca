"""Commands of partners' contacts: who may enter the portal for a partner, and which of them is the main one."""

from typing import Annotated

import typer

from billhook.cli.options import command
from billhook.cli.session import Session
from billhook.cli.terminal import Table

Partner = Annotated[str, typer.Argument(metavar="PARTNER", help="The partner's code.")]
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="Their e-mail address.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Who may enter the portal for a partner.", no_args_is_help=True)
    command(group, "list")(list_contacts)
    command(group, "add")(add)
    command(group, "remove")(remove)
    command(group, "hand-over")(hand_over)
    app.add_typer(group, name="contacts")


def list_contacts(session: Session, partner: Partner) -> None:
    """A partner's contacts, the main one first."""
    found = session.workspace.people.contacts(partner)
    rows = [(one.name, one.email, one.role.replace("_", " "), one.language) for one in found]
    session.terminal.result(
        {"contacts": found}, Table(("name", "e-mail", "role", "language"), rows, title=f"Contacts of {partner}")
    )


def add(
    session: Session,
    partner: Partner,
    email: Email,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Their name.")],
    *,
    language: Annotated[str, typer.Option("--language", help="Of their mails; without it the partner's.")] = "",
) -> None:
    """Give somebody a seat as a member of a partner. They are told by mail."""
    made = session.workspace.people.add_contact(partner, email, name, language=language)
    session.terminal.result({"id": made}, f"{name} may sign in for {partner}.")


def remove(session: Session, partner: Partner, email: Email) -> None:
    """End a contact's access, from their next click on. The main contact hands over first."""
    session.workspace.people.remove_contact(partner, _contact(session, partner, email))
    session.terminal.result({"removed": email}, f"{email} has no access for {partner} any more.")


def hand_over(
    session: Session,
    partner: Partner,
    email: Email,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why; the vendor's must say.")] = "",
) -> None:
    """Make another contact of a partner its main one. Both are told by mail."""
    session.workspace.people.hand_over(partner, _contact(session, partner, email), reason=reason)
    session.terminal.result({"main_contact": email}, f"{email} is the main contact of {partner} now.")


def _contact(session: Session, partner: str, email: str) -> str:
    from engine.errors import NotFound
    from engine.people import address

    for one in session.workspace.people.contacts(partner):
        if one.email == address(email):
            return one.id
    raise NotFound("contact", email)
