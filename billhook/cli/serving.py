"""The command `serve`: the web application, and a worker with it where no broker leads to others."""

from typing import Annotated

import typer

from billhook.cli.options import command
from billhook.cli.session import Session


def add_to(app: typer.Typer) -> None:
    command(app, "serve")(serve)


def serve(
    session: Session,
    *,
    host: Annotated[str, typer.Option("--host", help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="0: any that is free.")] = 8000,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Do no jobs in this process.")] = False,
) -> None:
    """Serve the web until told to stop. Without a broker this process does the jobs too."""
    session.stays = True
    billhook = session.billhook
    works = not (no_worker or session.settings.broker_url)
    if works:
        billhook.press.version()  # a library that is missing is told now, not job by job
    from billhook.web import server

    server.serve(billhook, host=host, port=port, works=works)
