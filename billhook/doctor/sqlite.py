"""An SQLite file and the disk it is on. On another database there is nothing to look at."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from billhook.app import Billhook
from billhook.doctor.finding import Finding, Level, fine, problem, warning

_LEAST = 100 * 2**20  # bytes: a day's documents of a busy vendor
_MB = 2**20


def journal(billhook: Billhook) -> Iterable[Finding]:
    """A Store asks for WAL each time it connects; some file systems cannot give it."""
    if not _is_file(billhook):
        return
    with billhook.world.store.reading() as tx:
        mode = tx.one("PRAGMA journal_mode").journal_mode
    if mode == "wal":
        yield fine("SQLite journal", "it is written ahead (WAL): nobody who reads waits for who writes.")
    else:
        told = f"its mode is '{mode}', not WAL: whoever reads keeps others from writing."
        yield problem("SQLite journal", told, "Move the file to a disk of this machine, away from a network's.")


def commits(billhook: Billhook) -> Iterable[Finding]:
    if not _is_file(billhook):
        return
    if billhook.settings.durability == "FULL":
        yield fine("SQLite commits", "each is on the disk before it is answered.")
    else:
        told = "a power cut takes the last ones along, and numbers that were given would be given again."
        yield warning("SQLite commits", told, "Unset BILLHOOK_SQLITE_SYNCHRONOUS.")


def disk(billhook: Billhook) -> Iterable[Finding]:
    if not _is_file(billhook):
        return
    file = Path(billhook.world.store.url.database or "")
    size, free = file.stat().st_size, shutil.disk_usage(file.resolve().parent).free
    told = f"{free // _MB:,} MB are free beside the database's {size // _MB:,} MB"
    level = level_of(free, size=size)
    if level == "ok":
        yield fine("disk", f"{told}.")
    else:
        why = "soon nothing can be written" if level == "problem" else "there is no room for a backup beside it"
        yield Finding(level, "disk", f"{told}: {why}.", "Make room, or move the database to a larger disk.")


def level_of(free: int, *, size: int) -> Level:
    """How much room is left, in bytes, beside a database of `size`."""
    if free < _LEAST:
        return "problem"
    return "warning" if free < size else "ok"


def _is_file(billhook: Billhook) -> bool:
    store = billhook.world.store
    return store.dialect.name == "sqlite" and store.url.database not in (None, "", ":memory:")
