"""Published pipelines and waiting jobs whose code is gone from this machine: what is pinned to them cannot go on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from billhook.app import Billhook
from billhook.doctor.finding import Finding, fine, problem
from engine.definition import Definition, Onboarding, PayoutPipeline, restore
from engine.registry import Registry
from engine.store import Tx


@dataclass(frozen=True, slots=True)
class _Version:
    """A published version; `users` counts what is under way on it, `first` is the id of one."""

    name: str
    definition: Definition
    newest: bool
    users: int
    first: str


def definitions(billhook: Billhook) -> Iterable[Finding]:
    """Of each version that something is under way on, or that new things would begin with."""
    with billhook.world.store.reading() as tx:
        versions = [_version(tx, row) for row in tx.all(_DEFINITIONS)]
    live = [each for each in versions if each.newest or each.users]
    ill = [(each, missing) for each in live if (missing := _missing(each.definition, billhook.world.registry))]
    for version, missing in ill:
        told = f"it names what is not installed here: {', '.join(missing)}. {_told(version)}"
        way_out = "Install the package that brings it; publishing helps only what begins later."
        yield problem(f"pipeline {version.name}", told, way_out)
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


def _version(tx: Tx, row: Any) -> _Version:
    definition = restore(row.body)
    final = () if isinstance(definition, Onboarding) else [state.name for state in definition.states if state.final]
    users = [each for each in tx.all(_USERS, account=row.account_id, definition=row.id) if each.state not in final]
    first = [each.first for each in users]
    name = f"{row.account}/{row.name} version {row.version}"
    return _Version(name, definition, bool(row.newest), sum(each.users for each in users), min(first, default=""))


def _missing(definition: Definition, known: Registry) -> list[str]:
    return sorted(set(_of_steps(definition, known) if isinstance(definition, Onboarding) else _of(definition, known)))


def _of_steps(pipeline: Onboarding, known: Registry) -> Iterator[str]:
    for stage in pipeline.stages:
        yield from (f"action {step.action}" for step in stage.steps if step.action not in known.asks)


def _of(pipeline: PayoutPipeline, known: Registry) -> Iterator[str]:
    for state in pipeline.states:
        yield from (f"action {name}" for name in state.on_enter if name not in known.jobs)
    for arrow in pipeline.transitions:
        yield from (f"guard {name}" for name in arrow.guards if name not in known.guards)
        yield from (f"effect {name}" for name in arrow.effects if name not in known.effects)


def _told(version: _Version) -> str:
    if not version.users:
        return "New ones would begin with it."
    what = "run(s)" if isinstance(version.definition, Onboarding) else "payout(s)"
    return f"{version.users} {what} under way are pinned to it, the first is {version.first}."


_DEFINITIONS = """
    SELECT d.account_id, d.id, d.name, d.version, d.body, a.code AS account,
        CASE WHEN d.version = (SELECT MAX(n.version) FROM definition n WHERE n.account_id = d.account_id
            AND n.kind = d.kind AND n.name = d.name) THEN 1 ELSE 0 END AS newest
    FROM definition d JOIN account a ON a.id = d.account_id ORDER BY a.code, d.name, d.version"""
_USERS = """
    SELECT state, COUNT(*) AS users, MIN(id) AS first FROM payout
    WHERE account_id = :account AND definition_id = :definition GROUP BY state
    UNION ALL
    SELECT status, COUNT(*), MIN(id) FROM run
    WHERE account_id = :account AND definition_id = :definition AND status <> 'Completed' GROUP BY status"""
_JOBS = """
    SELECT action, payload_version, COUNT(*) AS jobs FROM job WHERE status IN ('pending', 'offered', 'claimed')
    GROUP BY action, payload_version ORDER BY action, payload_version"""
