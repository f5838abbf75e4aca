"""
The options that every command takes, and how a function becomes a command that has them.

A command may say them before or after its name: `billhook --json payouts list` is `billhook payouts list --json`.
"""

import inspect
from collections.abc import Callable
from dataclasses import fields
from enum import StrEnum
from functools import wraps
from typing import Annotated, Any

import typer

from billhook.cli import failures
from billhook.cli.everywhere import Everywhere
from billhook.cli.session import Session
from billhook.cli.terminal import Terminal

_PANEL = "Options of every command"


def _option(name: str, metavar: str | None = None, *, help: str) -> Any:
    return typer.Option(name, metavar=metavar, help=help, rich_help_panel=_PANEL)


Database = Annotated[str | None, _option("--database", "URL", help="sqlite:///file or postgresql+psycopg://...")]
Account = Annotated[str | None, _option("--account", "CODE", help="The account; without it the only one there is.")]
As = Annotated[
    str | None,
    _option("--as", "ROLE:PERSON", help="owner, admin, manager, finance, viewer; partner:CODE: its main contact."),
]
Json = Annotated[bool, _option("--json", help="Plain JSON on standard output, nothing else there.")]
NoWait = Annotated[bool, _option("--no-wait", help="Leave documents to a worker.")]


class OnOff(StrEnum):
    """An argument that switches."""

    on = "on"
    off = "off"


def command(app: typer.Typer, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a function a command: it is handed a Session first, and its errors become a sentence and an exit status."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        app.command(name)(_with_session(function))
        return function

    return register


def _with_session(function: Callable[..., None]) -> Callable[..., None]:
    @wraps(function)
    def run(ctx: typer.Context, **given: Any) -> None:
        said = Everywhere(**{each.name: given.pop(each.name) for each in fields(Everywhere)})
        _run(function, said.over(ctx.obj) if ctx.obj else said, given)

    own = list(inspect.signature(function).parameters.values())[1:]
    signature = inspect.Signature([_CONTEXT, *own, *_EVERYWHERE])
    run.__signature__ = signature  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in signature.parameters.values()}
    return run


def _run(function: Callable[..., None], said: Everywhere, given: dict[str, Any]) -> None:
    try:
        with Session(said, Terminal(as_json=said.json)) as session:
            function(session, **given)
    except BrokenPipeError:
        raise
    except failures.answerable() as error:
        raise typer.Exit(failures.show(error, as_json=said.json)) from None


def _keyword(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


_CONTEXT = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
_EVERYWHERE = (
    _keyword("database", Database, None),
    _keyword("account", Account, None),
    _keyword("as_", As, None),
    _keyword("json", Json, default=False),
    _keyword("no_wait", NoWait, default=False),
)
