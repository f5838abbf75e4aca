"""The command `worker`: a process that makes documents, for as long as it is wanted or until nothing is left."""

from typing import Annotated

import typer

from billhook.cli.options import command
from billhook.cli.session import Session


def add_to(app: typer.Typer) -> None:
    command(app, "worker")(worker)


def worker(
    session: Session,
    *,
    drain: Annotated[bool, typer.Option("--drain", help="End when no job is open.")] = False,
    threads: Annotated[int | None, typer.Option("--threads", min=1, help="How many jobs at a time.")] = None,
) -> None:
    """Do jobs until told to stop (SIGTERM or SIGINT); the work in hand is finished first."""
    from dataclasses import replace

    from billhook import worker as work

    if threads is not None:
        session.settings = replace(session.settings, threads=threads)
    session.verbose = not drain
    billhook = session.billhook
    billhook.press.version()  # a library that is missing is told now, not job by job
    if not drain:
        work.run_until_told(billhook, session.terminal)
        return
    done = work.run_until_done(billhook, session.terminal)
    left, parked = work.open_jobs(billhook), work.parked_jobs(billhook)
    told = "No job is open." if done else f"Stopped; {left} job(s) are open."
    more = f" {parked} parked: see billhook jobs list --status parked." if parked else ""
    session.terminal.result({"open": left, "parked": parked}, told + more)
