"""Commands of a partner's onboarding: start, show, answer, approve, reject, invalidate, skip, unskip, save."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billhook.cli.documents import written
from billhook.cli.options import command
from billhook.cli.session import Session, answers
from billhook.cli.terminal import Table

if TYPE_CHECKING:
    from engine.onboarding import RunView, StepView

Partner = Annotated[str, typer.Argument(metavar="PARTNER", help="The partner's code.")]
Step = Annotated[str, typer.Argument(metavar="STEP", help="The step's id.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept and the partner may read it.")]
Answer = Annotated[
    list[str] | None,
    typer.Option("--answer", metavar="NAME=VALUE", help="A field's answer; @path for a file's content."),
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="A partner's way through its onboarding.", no_args_is_help=True)
    for verb in (start, show, answer, approve, reject, invalidate, skip, unskip, save):
        command(group, verb.__name__)(verb)
    app.add_typer(group, name="onboarding")


def start(
    session: Session,
    partner: Partner,
    *,
    pipeline: Annotated[
        str, typer.Option("--pipeline", help="Which; without it the partner's own, or the default.")
    ] = "",
) -> None:
    """Begin a partner's onboarding on the live version of its pipeline."""
    run_id = session.workspace.onboarding.start(partner, pipeline=pipeline)
    session.terminal.result({"run": run_id}, f"{partner}: onboarding began. See: billhook onboarding show {partner}")


def show(session: Session, partner: Partner) -> None:
    """Where a partner's onboarding is, and what the open steps ask."""
    view = session.workspace.onboarding.view(partner)
    session.terminal.result(view, *shown(view))


def answer(session: Session, partner: Partner, step: Step, *, answer: Answer = None) -> None:
    """Answer a step, as the partner's main contact."""
    speaker = session.workspace
    if speaker.caller.actor.kind != "partner" and session.said.as_ is None:
        speaker = session.account.main_contact(partner, origin="cli")
    _told(session, partner, step, speaker.onboarding.answer(partner, step, answers(answer)))


def approve(session: Session, partner: Partner, step: Step) -> None:
    """Approve a step that waits for it."""
    _told(session, partner, step, session.workspace.onboarding.approve(partner, step))


def reject(session: Session, partner: Partner, step: Step, *, reason: Reason = "") -> None:
    """Send a step that waits for approval back to the partner, saying why."""
    _told(session, partner, step, session.workspace.onboarding.reject(partner, step, reason=reason))


def invalidate(session: Session, partner: Partner, step: Step, *, reason: Reason = "") -> None:
    """Ask for a completed step again, saying why."""
    _told(session, partner, step, session.workspace.onboarding.invalidate(partner, step, reason=reason))


def skip(session: Session, partner: Partner, step: Step, *, reason: Reason = "") -> None:
    """Let a partner go on without a step, saying why."""
    _told(session, partner, step, session.workspace.onboarding.skip(partner, step, reason=reason))


def unskip(session: Session, partner: Partner, step: Step) -> None:
    """Ask for a skipped step after all."""
    _told(session, partner, step, session.workspace.onboarding.unskip(partner, step))


def save(
    session: Session,
    partner: Partner,
    step: Step,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write to.")] = Path(),
) -> None:
    """Write what was uploaded for a step into a folder."""
    from engine.errors import NotFound

    door = session.workspace.onboarding
    found = next((each for each in door.view(partner).steps if each.id == step), None)
    names = [each.name for each in found.asks if each.kind == "file" and found.answer.get(each.name)] if found else []
    if not names:
        raise NotFound("file", f"{step} of {partner}")
    out.mkdir(parents=True, exist_ok=True)
    documents = {name: door.file(partner, step, name) for name in names}
    for document in documents.values():
        written(out / document.filename, document.content)
    saved = [{"field": name, "file": str(out / document.filename)} for name, document in documents.items()]
    session.terminal.result({"saved": saved}, *(f"{one['field']}: {one['file']}" for one in saved))


def shown(view: "RunView") -> list[str | Table]:
    """A run as text: its status, its steps, and what the open ones ask."""
    rows = [
        (one.stage, one.id, one.title, one.action, one.status or "not open yet", _due(one), one.reason)
        for one in view.steps
    ]
    columns = ("stage", "step", "title", "action", "status", "due", "reason")
    steps = Table(columns, rows, title=f"Steps of {view.partner}")
    asked = [line for step in view.steps if step.status in ("Pending", "Action required") for line in _asks(step)]
    return [
        f"{view.partner}: {view.status}, {view.pipeline} version {view.version}, stage {view.stage}.",
        steps,
        *asked,
    ]


def _due(step: "StepView") -> str:
    return f"{step.due_on} (overdue)" if step.overdue else step.due_on


def _asks(step: "StepView") -> list[str]:
    lines = [f"Step {step.id} asks:"]
    for field in step.asks:
        kind = ", ".join((field.kind, *(("needed",) if field.required else ()), *field.choices))
        lines.append(f"  {field.name} ({kind}): {field.label}")
        lines += [f"      {line}" for line in (field.document or field.help).splitlines()]
    return lines


def _told(session: Session, partner: str, step: str, status: str) -> None:
    session.terminal.result(
        {"partner": partner, "step": step, "status": status}, f"{partner}: step {step} is {status}."
    )
