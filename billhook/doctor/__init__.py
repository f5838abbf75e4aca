"""
Is everything around billhook as it should be? Each check looks at one thing and says what is true and what to do.

Nothing is changed. A check that finds a problem keeps those that build on it from being asked; one that hangs or
stumbles is told as such, and the others go on. No finding holds a password.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from billhook.app import Billhook
from billhook.asking import Question
from billhook.causes import causes
from billhook.doctor import broker, configuration, database, pinned, postgres, printing, reading, sqlite, work
from billhook.doctor.finding import Check, Finding, problem
from engine.errors import BillhookError, Invalid

__all__ = ["CHECKS", "Check", "Finding", "examine"]

CHECKS = (
    Check("patience", configuration.patience),
    Check("mail", configuration.mail),
    Check("database", database.reachable),
    Check("tables", database.tables, needs=("database",)),
    Check("account", configuration.account, needs=("tables",)),
    Check("SQLite journal", sqlite.journal, needs=("tables",)),
    Check("SQLite commits", sqlite.commits, needs=("tables",)),
    Check("disk", sqlite.disk, needs=("tables",)),
    Check("PostgreSQL version", postgres.version, needs=("database",)),
    Check("PostgreSQL writing", postgres.writing, needs=("database",)),
    Check("PostgreSQL isolation", postgres.isolation, needs=("database",)),
    Check("PostgreSQL commits", postgres.commits, needs=("database",)),
    Check("PostgreSQL encoding", postgres.encoding, needs=("database",)),
    Check("PostgreSQL clock", postgres.clock, needs=("database",)),
    Check("broker", broker.reachable),
    Check("Redis version", broker.version, needs=("broker",)),
    Check("Redis on disk", broker.persistence, needs=("broker",)),
    Check("Redis eviction", broker.eviction, needs=("broker",)),
    Check("Redis sharing", broker.sharing, needs=("broker",)),
    Check("subsetting", printing.subsetting),
    Check("press", printing.press, limit=120),
    Check("letters", printing.letters, needs=("press", "tables"), limit=120),
    Check("pipelines", pinned.definitions, needs=("tables",)),
    Check("handouts", reading.handouts, needs=("tables", "pipelines")),
    Check("jobs' code", pinned.jobs, needs=("tables",)),
    Check("clock", work.clock, needs=("tables",)),
    Check("waiting jobs", work.waiting, needs=("tables",)),
    Check("parked jobs", work.parked, needs=("tables",)),
    Check("leases", work.leases, needs=("tables",)),
    Check("timers", work.timers, needs=("tables",)),
)


def examine(
    environment: Mapping[str, str],
    opened: Callable[[], Billhook],
    *,
    checks: Sequence[Check] = CHECKS,
    tell: Callable[[int], None] = lambda _done: None,
) -> Iterator[Finding]:
    """
    Every finding, in the order of the list. `opened` opens what is looked at; that it raises is a finding. `tell` is
    told how many checks are done.
    """
    yield from configuration.variables(environment)
    try:
        billhook = opened()
    except Invalid as error:
        yield from (problem(each.field, each.sentence, "Correct or unset it.") for each in error.problems)
    except BillhookError as error:
        yield problem("configuration", str(error), "Correct it; nothing else was looked at.")
    else:
        yield from _look(billhook, checks, tell)


def _look(billhook: Billhook, checks: Sequence[Check], tell: Callable[[int], None]) -> Iterator[Finding]:
    ill: set[str] = set()
    for done, check in enumerate(checks, start=1):
        found = [] if ill.intersection(check.needs) else _asked(check, billhook)
        if ill.intersection(check.needs) or any(finding.level == "problem" for finding in found):
            ill.add(check.name)
        tell(done)
        yield from found


def _asked(check: Check, billhook: Billhook) -> list[Finding]:
    """What stumbles is told by its types: an exception's own words may hold what nobody should read."""

    def look() -> list[Finding]:
        try:
            return list(check.look(billhook))
        except Exception as error:  # a check that stumbles is a finding, and the others go on
            told = f"it could not be looked at: {', '.join(causes(error))}."
            return [problem(check.name, told, "Look into the log of what it belongs to.")]

    found = Question(f"doctor-{check.name}", look, limit=check.limit).ask()
    if found is None:
        return [
            problem(check.name, f"no answer within {check.limit:g} s.", "Look whether it hangs, and start it anew.")
        ]
    return found
