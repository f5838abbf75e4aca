"""A PostgreSQL server's settings that matter to money. On another database there is nothing to look at."""

from collections.abc import Iterable
from datetime import UTC, datetime

from billhook.app import Billhook
from billhook.doctor.finding import Finding, fine, problem, setting, warning

OLDEST = 15  # the oldest that its makers still mend
_APART = 2.0  # seconds


def version(billhook: Billhook) -> Iterable[Finding]:
    if found := _settings(billhook, "server_version_num", "server_version"):
        number, name = int(found[0]), found[1].split()[0]
        yield of_version(number, name=name)


def of_version(number: int, *, name: str) -> Finding:
    """number: as `server_version_num` has it, 180001 for 18.1."""
    if number >= OLDEST * 10_000:
        return fine("PostgreSQL version", f"{name}.")
    return warning("PostgreSQL version", f"{name} is mended by nobody any more.", f"Upgrade it to {OLDEST} or newer.")


def writing(billhook: Billhook) -> Iterable[Finding]:
    """The session that looks is a reading one, so the default of others is asked for."""
    if not (found := _settings(billhook, "default_transaction_read_only", "in_hot_standby")):
        return
    if "on" in found:
        told = "it takes no writing: it is a standby, or set to read only."
        yield problem("PostgreSQL writing", told, "Name the primary in BILLHOOK_DATABASE_URL.")
    else:
        yield fine("PostgreSQL writing", "it takes writing.")


def isolation(billhook: Billhook) -> Iterable[Finding]:
    """Transactions lock the rows they decide by; a stricter level only makes more of them begin anew."""
    if not (found := _settings(billhook, "default_transaction_isolation", "TimeZone")):
        return
    if found[0] == "read committed":
        told = f"read committed. Its own times are shown in {found[1]}; billhook's are always UTC."
        yield fine("PostgreSQL isolation", told)
    else:
        told = f"transactions begin as {found[0]}: many would be run again for nothing."
        yield warning("PostgreSQL isolation", told, "Set default_transaction_isolation to 'read committed'.")


def commits(billhook: Billhook) -> Iterable[Finding]:
    if not (found := _settings(billhook, "fsync", "full_page_writes", "synchronous_commit")):
        return
    for name, said in zip(("fsync", "full_page_writes"), found, strict=False):
        if said == "off":
            told = f"{name} is off: a power cut may destroy the whole database."
            yield problem("PostgreSQL commits", told, f"Set {name} = on in postgresql.conf.")
    if found[2] == "off":
        told = "synchronous_commit is off: a power cut takes the last commits along, and their numbers are given again."
        yield warning("PostgreSQL commits", told, "Set synchronous_commit = on.")
    if "off" not in found:
        yield fine("PostgreSQL commits", "each is on the disk before it is answered.")


def encoding(billhook: Billhook) -> Iterable[Finding]:
    if not (found := _settings(billhook, "server_encoding")):
        return
    if found[0] == "UTF8":
        yield fine("PostgreSQL encoding", "UTF8.")
    else:
        way_out = "Make a database with ENCODING 'UTF8', and move by billhook backup and restore."
        yield problem("PostgreSQL encoding", f"{found[0]}: most names cannot be kept in it.", way_out)


def clock(billhook: Billhook) -> Iterable[Finding]:
    """Leases are told by the workers' clocks. The server's stands for those of other machines."""
    if not _is_postgres(billhook):
        return
    before = datetime.now(UTC)
    with billhook.world.store.reading() as tx:
        there: datetime = tx.one("SELECT clock_timestamp() AS now").now
    after = datetime.now(UTC)
    yield apart(max((before - there).total_seconds(), (there - after).total_seconds(), 0.0))


def apart(seconds: float) -> Finding:
    """Two clocks that differ by at least so much."""
    if seconds <= _APART:
        return fine("PostgreSQL clock", "the server's goes as this machine's does.")
    told = f"the server's and this machine's are {seconds:,.0f} s apart."
    return warning("PostgreSQL clock", told, "Let both machines keep time by NTP.")


def _settings(billhook: Billhook, *names: str) -> list[str]:
    """Empty on another database."""
    if not _is_postgres(billhook):
        return []
    with billhook.world.store.reading() as tx:
        return [setting(tx, name) for name in names]


def _is_postgres(billhook: Billhook) -> bool:
    return billhook.world.store.dialect.name == "postgresql"
