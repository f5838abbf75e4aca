"""What commands that list things have in common: how much of a list, from where, and what to say for the rest."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from billhook.cli.session import Session

if TYPE_CHECKING:
    from engine.views import Page

Limit = Annotated[int, typer.Option("--limit", min=1, max=500, help="So many at most.")]
After = Annotated[
    str | None, typer.Option("--after", metavar="CURSOR", help="Go on where the page before ended; it says where.")
]
NewestFirst = Annotated[bool, typer.Option("--newest-first", help="From the newest backwards.")]

LIMIT = 50


def tell_next(session: Session, page: "Page[Any]") -> None:
    """A page that is not the last says, beside the result, how to see the next. With `--json` the result has it."""
    if page.next and not session.said.json:
        session.terminal.remark(f"There are more. The next page: --after {page.next}")
