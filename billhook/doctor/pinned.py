"""Published pipelines and waiting jobs whose code is gone from this machine: what is pinned to them cannot go on."""

from collections.abc import Iterable, Iterator

from billhook.app import Billhook
from billhook.doctor.finding import Finding, fine, problem
from engine.definition import Definition, Onboarding, restore
from engine.registry import Registry

_SHOWN = 3  # ids of what is under way


def definitions(billhook: Billhook) -> Iterable[Finding]:
    """Of each version that something is under way on, or that new things would begin with."""
    with billhook.world.store.reading() as tx:
        live = [row for row in tx.all(_DEFINITIONS) if row.newest or row.runs or row.payouts]
        examples = {row.id: [each.id for each in tx.all(_USERS, definition=row.id, shown=_SHOWN)] for row in live}
    ill = 0
    for row in live:
        if missing := sorted(set(_missing(restore(row.body), billhook.world.registry))):
            ill += 1
            told = f"it names what is not installed here: {', '.join(missing)}. {_users(row, examples[row.id])}"
            subject = f"pipeline {row.account}/{row.name} version {row.version}"
            yield problem(subject, told, "Install the package that brings it; publishing helps only what begins later.")
    if not ill:
        yield fine("pipelines", f"everything that {len(live)} live version(s) name is installed.")


def jobs(billhook: Billhook) -> Iterable[Finding]:
    """Jobs of an action that nobody here knows, or of a version that only a newer worker does."""
    with billhook.world.store.reading() as tx:
        waiting = tx.all(_JOBS)
    unknown = [row for row in waiting if not billhook.world.registry.knows(row.action, row.payload_version)]
    for row in unknown:
        told = f"{row.jobs} job(s) wait for it in version {row.payload_version}, which is not installed here."
        yield problem(f"action {row.action}", told, "Install the package that brings it, or upgrade this machine.")
    if not unknown:
        yield fine("jobs' code", "every job that waits can be done here.")


def _missing(definition: Definition, known: Registry) -> Iterator[str]:
    if isinstance(definition, Onboarding):
        yield from (
            f"action {step.action}"
            for stage in definition.stages
            for step in stage.steps
            if step.action not in known.asks
        )
        return
    for state in definition.states:
        yield from (f"action {name}" for name in state.on_enter if name not in known.jobs)
    for arrow in definition.transitions:
        yield from (f"guard {name}" for name in arrow.guards if name not in known.guards)
        yield from (f"effect {name}" for name in arrow.effects if name not in known.effects)


def _users(row: object, examples: list[str]) -> str:
    runs, payouts = getattr(row, "runs", 0), getattr(row, "payouts", 0)
    parts = [f"{count} {what}" for count, what in ((runs, "run(s)"), (payouts, "payout(s)")) if count]
    if not parts:
        return "New ones would begin with it."
    return f"{' and '.join(parts)} are on it, such as {', '.join(examples)}."


_DEFINITIONS = """
    SELECT d.id, d.name, d.version, d.body, a.code AS account,
        CASE WHEN d.version = (SELECT MAX(n.version) FROM definition n WHERE n.account_id = d.account_id
            AND n.kind = d.kind AND n.name = d.name) THEN 1 ELSE 0 END AS newest,
        (SELECT COUNT(*) FROM run r WHERE r.account_id = d.account_id AND r.definition_id = d.id
            AND r.status <> 'Completed') AS runs,
        (SELECT COUNT(*) FROM payout p WHERE p.account_id = d.account_id AND p.definition_id = d.id) AS payouts
    FROM definition d JOIN account a ON a.id = d.account_id ORDER BY a.code, d.name, d.version"""
_USERS = """
    SELECT id FROM (SELECT id FROM payout WHERE definition_id = :definition
        UNION ALL SELECT id FROM run WHERE definition_id = :definition AND status <> 'Completed') users
    ORDER BY id LIMIT :shown"""
_JOBS = """
    SELECT action, payload_version, COUNT(*) AS jobs FROM job WHERE status IN ('pending', 'offered', 'claimed')
    GROUP BY action, payload_version ORDER BY action, payload_version"""
