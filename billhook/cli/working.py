"""The commands `worker` and `sweeper`: processes that live as long as they are wanted, under a supervisor."""

from typing import Annotated

import typer

from billhook.cli.options import command
from billhook.cli.session import Session

MetricsPort = Annotated[
    int | None,
    typer.Option("--metrics-port", min=0, max=65_535, help="Serve /metrics there; see BILLHOOK_METRICS_HOST."),
]


def add_to(app: typer.Typer) -> None:
    command(app, "worker")(worker)
    command(app, "sweeper")(sweeper)


def worker(
    session: Session,
    *,
    drain: Annotated[bool, typer.Option("--drain", help="End when no job is open.")] = False,
    threads: Annotated[int | None, typer.Option("--threads", min=1, help="How many jobs at a time.")] = None,
    metrics_port: MetricsPort = None,
) -> None:
    """Do jobs until told to stop (SIGTERM or SIGINT); the work in hand is finished first."""
    from billhook import worker as work

    session.say(threads=threads, metrics_port=metrics_port)
    session.stays = not drain
    billhook = session.billhook
    billhook.press.version()  # a library that is missing is told now, not job by job
    if not drain:
        work.run_until_told(billhook)
        return
    done = work.run_until_done(billhook, session.terminal)
    left, parked = work.open_jobs(billhook), work.parked_jobs(billhook)
    told = "No job is open." if done else f"Stopped; {left} job(s) are open."
    more = f" {parked} parked: see billhook jobs list --status parked." if parked else ""
    session.terminal.result({"open": left, "parked": parked}, told + more)


def sweeper(session: Session, *, metrics_port: MetricsPort = None) -> None:
    """Give out jobs to workers and fire timers, without doing jobs, until told to stop. Workers do this too."""
    from billhook import worker as work
    from engine.errors import Invalid, Problem

    session.say(metrics_port=metrics_port)
    session.stays = True
    if not session.settings.broker_url:
        told = "a sweeper gives jobs to workers elsewhere; name a broker, or run: billhook worker"
        raise Invalid("The command", [Problem("BILLHOOK_BROKER_URL", told)])
    work.run_until_told(session.billhook, works=False)
