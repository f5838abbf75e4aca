"""Commands of people and of programs' tokens: who may enter an account, and as what."""

from typing import Annotated

import typer

from billhook.cli.options import command
from billhook.cli.session import Session
from billhook.cli.terminal import Table

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="Their e-mail address.")]
Role = Annotated[str, typer.Option("--role", help="owner, admin, manager, finance or viewer.")]


def add_to(app: typer.Typer) -> None:
    people = typer.Typer(help="Who may enter the account.", no_args_is_help=True)
    command(people, "list")(list_people)
    command(people, "invite")(invite)
    command(people, "role")(role)
    command(people, "remove")(remove)
    command(people, "link")(link)
    tokens = typer.Typer(help="Tokens of programs that use the HTTP API.", no_args_is_help=True)
    command(tokens, "list")(list_tokens)
    command(tokens, "create")(create_token)
    command(tokens, "revoke")(revoke_token)
    app.add_typer(people, name="people")
    app.add_typer(tokens, name="tokens")


def list_people(session: Session) -> None:
    """The vendor's people."""
    found = session.workspace.people.list()
    rows = [(one.name, one.email, one.role) for one in found]
    session.terminal.result({"people": found}, Table(("name", "e-mail", "role"), rows, title="People"))


def invite(
    session: Session,
    email: Email,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Their name.")],
    *,
    role: Role,
    language: Annotated[str, typer.Option("--language", help="Of their mails.")] = "en",
) -> None:
    """Give somebody a seat at the vendor's side."""
    member = session.workspace.people.invite(email, name, role=role, language=language)
    session.terminal.result({"id": member}, f"{name} may sign in as {role}.")


def role(session: Session, email: Email, *, role: Role) -> None:
    """Give somebody another role, from their next click on."""
    session.workspace.people.set_role(_member(session, email), role)
    session.terminal.result({"role": role}, f"{email} is {role} now.")


def remove(session: Session, email: Email) -> None:
    """End somebody's access, from their next click on."""
    session.workspace.people.remove(_member(session, email))
    session.terminal.result({"removed": email}, f"{email} has no access any more.")


def link(session: Session, email: Email) -> None:
    """A link to sign in with, for who cannot be reached by mail: it works once, for 15 minutes."""
    from engine import sign_in

    session.workspace.caller.require("sign-in link", "admin")
    found = f"{session.settings.base_url.rstrip('/')}/sign-in/{sign_in.link(session.billhook.world, email)}"
    session.terminal.result({"link": found}, found)
    if not session.settings.base_url_said:
        session.terminal.remark(
            f"BILLHOOK_BASE_URL is not set, so the link leads to {session.settings.base_url}. Set it where "
            "`billhook serve` has another --port."
        )


def list_tokens(session: Session) -> None:
    """Every token of the account, newest first, without the token itself."""
    found = session.workspace.tokens.list()
    rows = [
        (one.id, one.name, one.role, ", ".join(one.scopes), one.used_on or "never", "revoked" if one.revoked else "")
        for one in found
    ]
    columns = ("token", "for", "role", "scopes", "last used", "")
    session.terminal.result({"tokens": found}, Table(columns, rows, title="Tokens", ids=("token",)))


def create_token(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.")],
    *,
    role: Annotated[str, typer.Option("--role", help="A role of the vendor's; none with --as partner:CODE.")] = "",
    scope: Annotated[list[str], typer.Option("--scope", help="Such as payouts:write; may be said several times.")],
) -> None:
    """Make a token, with --as partner:CODE for its main contact. It is shown now and never again."""
    token_id, token = session.workspace.tokens.create(name, role=role, scopes=scope)
    session.terminal.result({"id": token_id, "token": token}, token)
    session.terminal.remark("Keep it: it is not shown again.")


def revoke_token(
    session: Session, token: Annotated[str, typer.Argument(metavar="TOKEN", help="Its id, as the list shows it.")]
) -> None:
    """End a token, from its next request on."""
    session.workspace.tokens.revoke(token)
    session.terminal.result({"revoked": token}, "The token opens nothing any more.")


def _member(session: Session, email: str) -> str:
    from engine.errors import NotFound
    from engine.people import address

    for one in session.workspace.people.list():
        if one.email == address(email):
            return one.id
    raise NotFound("person", email)
