"""Commands of jobs: what waits for a worker or for its time, what was given up, another try, and giving up."""

from typing import Annotated

import typer

from billhook.cli.options import command
from billhook.cli.pages import LIMIT, After, Limit, NewestFirst, tell_next
from billhook.cli.session import Session
from billhook.cli.terminal import Table


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Work in the background.", no_args_is_help=True)
    command(group, "list")(list_jobs)
    command(group, "retry")(retry)
    command(group, "park")(park)
    command(group, "timers")(list_timers)
    app.add_typer(group, name="jobs")


def list_jobs(
    session: Session,
    *,
    status: Annotated[str, typer.Option("--status", help="pending, offered, claimed, done or parked.")] = "",
    action: Annotated[str, typer.Option("--action", help="Only those of this action.")] = "",
    limit: Limit = LIMIT,
    after: After = None,
    newest_first: NewestFirst = False,
) -> None:
    """Jobs, oldest first; with a status by when they are due."""
    found = session.workspace.jobs.page(
        status=status, action=action, after=after, limit=limit, newest_first=newest_first
    )
    rows = [
        (one.id, one.action, one.payout, one.status, str(one.attempts), one.not_before[:19], one.result)
        for one in found.items
    ]
    columns = ("job", "action", "payout", "status", "attempts", "not before (UTC)", "result")
    shown = Table(columns, rows, title="Jobs", ids=("job", "payout"))
    session.terminal.result({"jobs": found.items, "next": found.next}, shown)
    tell_next(session, found)


def retry(
    session: Session,
    ids: Annotated[list[str] | None, typer.Argument(metavar="JOB...")] = None,
    *,
    all_parked: Annotated[bool, typer.Option("--all-parked", help="All that were given up.")] = False,
    action: Annotated[str, typer.Option("--action", help="With --all-parked: only those of this action.")] = "",
) -> None:
    """Give parked jobs five new attempts."""
    if bool(ids) == all_parked or (action and ids):
        raise typer.BadParameter("Name jobs, or say --all-parked.")
    jobs = session.workspace.jobs
    parked = [] if all_parked else [job.id for job in jobs.each(status="parked")]
    count = jobs.retry([_full(text, parked, "parked job") for text in ids or ()], action=action)
    session.terminal.result({"retried": count}, f"{count} job(s) are tried again.")


def park(
    session: Session,
    ids: Annotated[list[str], typer.Argument(metavar="JOB...")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why; it is shown with the jobs.")],
) -> None:
    """Give up jobs that wait, until they are retried. What is being done is not stopped."""
    jobs = session.workspace.jobs
    waiting = [job.id for status in ("pending", "offered") for job in jobs.each(status=status)]
    count = jobs.park([_full(text, waiting, "job that waits") for text in ids], reason=reason)
    session.terminal.result({"parked": count}, f"{count} job(s) are parked. Another try: billhook jobs retry.")


def list_timers(
    session: Session,
    *,
    status: Annotated[str, typer.Option("--status", help="waiting, fired or cancelled.")] = "waiting",
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="So many at most.")] = 100,
) -> None:
    """What is to happen later, such as reminders, earliest first; with a reason where it did not succeed."""
    found = session.workspace.jobs.timers(status=status, limit=limit).items
    rows = [
        (one.kind, one.key, one.subject, one.status, one.due_at[:19], one.wall_clock, str(one.attempts), one.result)
        for one in found
    ]
    columns = ("timer", "key", "of", "status", "due (UTC)", "wall clock", "attempts", "result")
    session.terminal.result({"timers": found}, Table(columns, rows, title="Timers", ids=("of",)))


def _full(text: str, there: list[str], kind: str) -> str:
    """The one of these jobs whose id ends with `text`. Raises NotFound."""
    from engine.errors import NotFound

    found = [job for job in there if job.endswith(text)]
    if len(found) != 1:
        raise NotFound(kind, text)
    return found[0]
