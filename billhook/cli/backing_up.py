"""The commands `backup` and `restore`: everything into one file, out of it again, and whether it is whole."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from billhook.cli.explaining import lacking
from billhook.cli.options import command
from billhook.cli.session import Session

if TYPE_CHECKING:
    from billhook.app import Billhook
    from engine.backup import Manifest
    from engine.verify import Finding

File = Annotated[Path, typer.Argument(metavar="FILE", help="The backup's file.")]

_DAMAGED = 1
_READABLE = {"rows"}  # damage that leaves something to look into
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def add_to(app: typer.Typer) -> None:
    command(app, "backup")(backup)
    command(app, "restore")(restore)


def backup(
    session: Session,
    file: File,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write everything into one file, documents too, while others go on working. It is read back before it is named."""
    from engine import backup as backups

    opened = session.open()
    with _progress(session, "Backing up") as tell:
        manifest = backups.make(opened.world.store, file, now=opened.world.clock.now(), replace=force, tell=tell)
    size = file.stat().st_size
    session.terminal.result(
        {"file": str(file), "bytes": size, "manifest": manifest},
        f"{file}: {_about(manifest)}, {size:,} bytes. Everything was read back.",
    )


def restore(
    session: Session,
    file: File,
    *,
    check: Annotated[bool, typer.Option("--check", help="Only look whether the backup is good.")] = False,
) -> None:
    """Bring a backup into an empty database and check everything; with --check, into a temporary one."""
    if check:
        _check(session, file)
        return
    from engine import backup as backups

    store = session.open().world.store
    with _progress(session, "Restoring") as tell:
        manifest = backups.restore(file, store, tell=tell)
    findings = _verified(session, session.billhook)
    session.terminal.result(
        {"file": str(file), "manifest": manifest, "findings": findings},
        f"Restored {_about(manifest)}.",
        f"What happened after {_when(manifest)} is not in it: look which invoices were issued since, before you go on.",
        *map(_line, findings),
        "BROKEN: see above." if findings else "Everything that must be true is.",
    )
    if findings:
        raise typer.Exit(_DAMAGED)


def _check(session: Session, file: Path) -> None:
    """Nothing of the live database is opened."""
    from engine import backup as backups

    with _progress(session, "Reading") as tell:
        damage = backups.examine(file, tell=tell)
    about, findings = _tried(session, file) if {each.part for each in damage} <= _READABLE else ("", [])
    good = not damage and not findings
    session.terminal.result(
        {"file": str(file), "good": good, "damage": damage, "findings": findings},
        *([about] if about else []),
        *(f"{each.part}: {each.sentence}" for each in damage),
        *map(_line, findings),
        f"{file} is good: it was restored into a temporary database, and everything holds there."
        if good
        else f"{file} is damaged: {len(damage) + len(findings)} finding(s).",
    )
    if not good:
        raise typer.Exit(_DAMAGED)


def _tried(session: Session, file: Path) -> "tuple[str, list[Finding]]":
    """What the backup is, and what verify finds in it, so that what is damaged is named."""
    from billhook.app import Billhook
    from billhook.settings import Settings
    from engine import backup as backups
    from engine.errors import BackupUnusable
    from engine.verify import Finding

    with (
        TemporaryDirectory(prefix="billhook-restore-") as folder,
        Billhook(f"sqlite:///{folder}/trial.db", settings=Settings()) as trial,
    ):
        try:
            about = _about(backups.try_out(file, trial.world.store))
        except BackupUnusable as error:
            return "", [Finding("restore", str(file), f"{error.why}.")]
        return f"{file}: {about}.", _verified(session, trial)


def _verified(session: Session, opened: "Billhook") -> "list[Finding]":
    from engine.verify import INVARIANTS, run

    found: list[Finding] = []
    with session.terminal.progress("Checking", total=len(INVARIANTS)) as advance:
        for done, checked in enumerate(run(opened.world, missing=lacking), start=1):
            found += checked.findings
            advance(done)
    return found


@contextmanager
def _progress(session: Session, what: str) -> "Iterator[Callable[[float], None]]":
    with session.terminal.progress(what, total=100) as advance:
        yield lambda done: advance(round(done * 100))


def _line(found: "Finding") -> str:
    return f"{found.invariant}: {found.subject}: {found.sentence}"


def _about(manifest: "Manifest") -> str:
    return (
        f"{manifest.rows:,} rows of {_when(manifest)}, from {_NAMES.get(manifest.database, manifest.database)}, "
        f"billhook {manifest.release}, tables {manifest.migration}"
    )


def _when(manifest: "Manifest") -> str:
    return f"{manifest.made_at:%Y-%m-%d %H:%M:%S} UTC"
