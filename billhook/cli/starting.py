"""Commands to begin with: init, check, publish, db upgrade, demo."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billhook.cli.options import command
from billhook.cli.session import Session

if TYPE_CHECKING:
    from billhook.app import Workspace
    from engine.definition import Definition
    from engine.definitions import Published
    from pipelines.catalog import Loaded

PIPELINES = "pipelines.yaml"
FIRST_ACCOUNT = "ACME"
_ENTER = "  to let somebody sign in: billhook people invite EMAIL NAME --role owner"
_NEXT = (
    "  to invoice for partners: billhook self-invoicing buyer --set code=... --set legal_name=..., then",
    "    billhook self-invoicing switch on",
    "  to bring in who earns what: billhook import partners FILE, then billhook import rewards FILE",
    "  when a partner has opted in: billhook payouts create PARTNER",
)

YamlFile = Annotated[Path, typer.Argument(metavar="FILE", help="The pipelines' file.")]


class Form(StrEnum):
    """How `check` writes what it found."""

    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"


def add_to(app: typer.Typer) -> None:
    db = typer.Typer(help="The database's tables.", no_args_is_help=True)
    command(app, "init")(init)
    command(app, "check")(check)
    command(app, "publish")(publish)
    command(app, "demo")(demo)
    command(db, "upgrade")(upgrade)
    command(db, "current")(current)
    app.add_typer(db, name="db")


def init(
    session: Session,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where pipelines.yaml is to be.")] = Path(),
    *,
    name: Annotated[str, typer.Option("--name", help="The account's name; without it the code.")] = "",
    timezone: Annotated[str, typer.Option("--timezone", help="Where invoices are dated; without it UTC.")] = "",
    owner: Annotated[str, typer.Option("--owner", metavar="EMAIL", help="Who may sign in as its owner.")] = "",
) -> None:
    """Write pipelines.yaml, make the database and an account, publish. Done again, it does only what is missing."""
    from engine.accounts import require_zone
    from engine.actor import Actor

    require_zone(timezone or "UTC")
    file, code = directory / PIPELINES, session.settings.account or FIRST_ACCOUNT
    wrote = _write_pipelines(file)
    found = _definitions(session, file)
    opened, actor = session.open(), Actor.vendor("cli", "owner", origin="cli")
    opened.upgrade()
    made = code not in opened.accounts()
    if made:
        opened.create_account(code, name or code, timezone=timezone or "UTC", actor=actor)
    account = opened.account(code).as_(actor)
    published = account.pipelines.publish(found)
    kept = [] if made else _left_as_it_was(account, name=name, timezone=timezone)
    seated = _seated(account, owner) if owner else []
    session.terminal.result(
        {"file": str(file), "account": code, "published": published, "left_as_it_was": kept},
        f"{file}: {'written; change it as you like' if wrote else 'was there already'}.",
        f"Account {code}: {'made' if made else 'was there already'}.",
        *kept,
        *map(_told, published),
        *seated,
        *_what_is_next(account),
    )


def check(
    session: Session,
    file: YamlFile = Path(PIPELINES),
    *,
    form: Annotated[Form, typer.Option("--format", help="How to write what was found.")] = Form.text,
) -> None:
    """Say everything that is wrong with a pipelines file: exit 0 when nothing is, 2 when something is."""
    loaded = _load(file)
    if report := _report(loaded, Form.json if session.said.json else form):
        session.terminal.write(report)
    if not loaded.compiled.ok:
        raise typer.Exit(2)
    if not report:
        session.terminal.write(f"{file}: nothing is wrong in {_counted(loaded)}.")


def publish(session: Session, file: YamlFile = Path(PIPELINES)) -> None:
    """Make the pipelines of a file the live versions. What is under way stays on its own version."""
    published = session.workspace.pipelines.publish(_definitions(session, file))
    session.terminal.result({"published": published}, *map(_told, published))
    for missing in (one.name for one in session.workspace.handouts.list() if not one.version):
        session.terminal.remark(
            f"{missing} is not there for partners to read. Put it there: billhook handouts add FILE"
        )


def upgrade(session: Session) -> None:
    """Make or change the tables, so that they are what this version works with."""
    opened = session.open()
    opened.upgrade()
    opened.require_ready()
    where = opened.world.store.url.render_as_string(hide_password=True)
    session.terminal.result({"database": where}, f"The database {where} is up to date.")


def current(session: Session) -> None:
    """Say at which version the tables are, and which this billhook works with; exit 1 when they differ."""
    from engine import migrations

    found, wanted = migrations.current(session.open().world.store.engine), migrations.wanted()
    told = f"The tables are at version {found}; this billhook works with {wanted}."
    session.terminal.result({"current": found, "wanted": wanted}, told)
    if found != wanted:
        raise typer.Exit(1)


def demo(
    session: Session,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where everything is put.")],
    partners: Annotated[int, typer.Option("--partners", min=12, metavar="N", help="Invent partners up to N.")] = 12,
) -> None:
    """Try everything out: twelve partners, their onboarding and payouts, and the invoices that come of them."""
    from billhook.cli.payouts import table
    from billhook.demo import run

    outcome = run(out, partners=partners, terminal=session.terminal)
    folder, counts = outcome.folder, outcome.summary["counts"]
    session.terminal.result(
        outcome.summary,
        table(outcome.payouts),
        *outcome.notes,
        f"{counts['invoices']} invoices and {counts['credit_notes']} credit notes are attached.",
        f"Documents: {folder.invoices}",
        f"Summary: {folder.summary}",
        f"Database: {folder.database}; look into it with billhook --database sqlite:///{folder.database} payouts list",
    )


def _left_as_it_was(account: "Workspace", *, name: str, timezone: str) -> list[str]:
    """What was asked for an account that was there already and is otherwise, with the command that changes it."""
    now, told = account.settings.get(), []
    if name not in ("", now.name):
        told.append(f"Its name is '{now.name}' and was left as it is; it is said once, when the account is made.")
    if timezone not in ("", now.timezone):
        change = f"billhook settings timezone {timezone}"
        told.append(f"Its time zone is {now.timezone} and was left as it is. To change it: {change}")
    return told


def _seated(account: "Workspace", email: str) -> list[str]:
    """Give the owner its seat. One that has a seat keeps its role."""
    from engine.people import address

    role = next((one.role for one in account.people.list() if one.email == address(email)), "")
    if not role:
        account.people.invite(email, email.partition("@")[0], role="owner")
    if role in ("", "owner"):
        return [f"{email} may sign in as its owner."]
    return [f"{email} is {role} and was left so. To change it: billhook people role {email} --role owner"]


def _what_is_next(account: "Workspace") -> list[str]:
    """The commands that follow. Until somebody has a seat nobody can sign in, so that one comes first."""
    return ["Next:", *([] if account.people.list() else [_ENTER]), *_NEXT]


def _write_pipelines(file: Path) -> bool:
    from billhook import shipped

    if file.exists():
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(shipped.content(PIPELINES))
    return True


def _definitions(session: Session, file: Path) -> "list[Definition]":
    """The file's pipelines. Its mistakes, if it has any, are shown; then the exit status is 2."""
    loaded = _load(file)
    if loaded.compiled.ok:
        return loaded.compiled.definitions
    problems = loaded.compiled.problems
    if session.said.json:
        told = f"{file} has {len(problems)} problem(s) and was not published."
        session.terminal.result({"error": {"code": "pipelines_refused", "message": told, "problems": problems}})
    else:
        session.terminal.remark(_report(loaded, Form.text))
    raise typer.Exit(2)


def _load(file: Path) -> "Loaded":
    from engine.registry import Registry
    from pipelines.catalog import load

    return load(file, registry=Registry.load())


def _report(loaded: "Loaded", form: Form) -> str:
    from pipelines.reports import WRITERS, as_text

    problems = loaded.compiled.problems
    return as_text(problems, loaded.text) if form is Form.text else WRITERS[form.value](problems)


def _counted(loaded: "Loaded") -> str:
    names = [definition.name for definition in loaded.compiled.definitions]
    return f"{len(names)} pipeline{'' if len(names) == 1 else 's'} ({', '.join(names)})"


def _told(published: "Published") -> str:
    news = "published as" if published.new else "unchanged since"
    return f"Pipeline {published.name} ({published.kind}): {news} version {published.version}."
