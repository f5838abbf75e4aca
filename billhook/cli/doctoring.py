"""The command `doctor`: is everything around billhook as it should be, and what to do where it is not."""

from typing import TYPE_CHECKING

import typer

from billhook.cli.options import command
from billhook.cli.session import Session

if TYPE_CHECKING:
    from billhook.doctor import Finding

_ILL = 1


def add_to(app: typer.Typer) -> None:
    command(app, "doctor")(doctor)


def doctor(session: Session) -> None:
    """Look at settings, database, broker, press, fonts, pipelines and jobs; exit 1 when something is a problem."""
    import os

    from billhook.doctor import CHECKS, examine

    with session.terminal.progress("Looking", total=len(CHECKS)) as advance:
        findings = list(examine(os.environ, session.open, tell=advance))
    levels = [finding.level for finding in findings]
    healthy = "problem" not in levels
    counted = f"{levels.count('problem')} problem(s), {levels.count('warning')} warning(s)."
    session.terminal.result(
        {"healthy": healthy, "findings": findings},
        *(line for finding in findings for line in _lines(finding)),
        counted,
    )
    if not healthy:
        raise typer.Exit(_ILL)


def _lines(finding: "Finding") -> list[str]:
    told = f"{finding.level:<8} {finding.subject}: {finding.sentence}"
    return [told, f"{'':<8} {finding.way_out}"] if finding.way_out else [told]
