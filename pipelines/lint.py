"""Whether a payout pipeline works as a whole: a graph with one meaning a state. It knows no YAML, only places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.actor import GROUPS
from engine.definition import MEANS, PayoutPipeline, State, Transition
from engine.registry import Registry
from pipelines.problems import Place, Report


@dataclass(frozen=True, slots=True)
class Placed:
    """
    A pipeline and where its parts stand. `triggers` and `sources` run along with the pipeline's transitions:
    where the trigger stands, and where the state that it leaves.
    """

    pipeline: PayoutPipeline
    at: Place
    initial: Place
    states: Mapping[str, Place]
    triggers: tuple[Place, ...]
    sources: tuple[Place, ...]


def lint(placed: Placed, registry: Registry, report: Report) -> None:
    """Note everything about the pipeline that cannot work, or hardly can be meant."""
    _meanings(placed, report)
    _initial(placed, report)
    reached = _ways(placed, report)
    _ends(placed, reached, report)
    _arrows(placed, registry, report)
    _invoices(placed, registry, report)


def _meanings(placed: Placed, report: Report) -> None:
    """`waiting` may be missing or stand for several states: no rule asks for the one that waits."""
    for means in (means for means in MEANS if means != "waiting"):
        states = [state.name for state in placed.pipeline.states if state.means == means]
        if not states:
            report.note("E307", placed.at, means=means)
        for name in states[1:]:
            report.note("E308", placed.states[name], name=name, other=states[0], means=means)


def _initial(placed: Placed, report: Report) -> None:
    means = placed.pipeline.state(placed.pipeline.initial).means
    if means != "draft":
        report.note("E301", placed.initial, name=placed.pipeline.initial, means=means)


def _ways(placed: Placed, report: Report) -> set[str]:
    pipeline = placed.pipeline
    reached = _reached({pipeline.initial}, ((arrow.source, arrow.target) for arrow in pipeline.transitions))
    for state in pipeline.states:
        if state.name not in reached:
            report.note("E302", placed.states[state.name], initial=pipeline.initial, name=state.name)
    return reached


def _ends(placed: Placed, reached: set[str], report: Report) -> None:
    pipeline = placed.pipeline
    final = {state.name for state in pipeline.states if state.final}
    if not final:
        report.note("E314", placed.at, name=pipeline.name)
        return
    ending = _reached(final, ((arrow.target, arrow.source) for arrow in pipeline.transitions))
    for state in pipeline.states:
        if state.name in reached - ending:
            report.note("E303", placed.states[state.name], name=state.name, finals=final)
    for arrow, at in zip(pipeline.transitions, placed.sources, strict=True):
        if arrow.source in final and arrow.target is not None:
            report.note("E304", at, trigger=arrow.trigger, name=arrow.source)


def _reached(begin: set[str], ways: Iterable[tuple[str | None, str | None]]) -> set[str]:
    onwards: dict[str, set[str]] = {}
    for here, there in ways:
        if here is not None and there is not None:
            onwards.setdefault(here, set()).add(there)
    found, open_ends = set(begin), list(begin)
    while open_ends:
        new = onwards.get(open_ends.pop(), set()) - found
        found |= new
        open_ends.extend(new)
    return found


def _arrows(placed: Placed, registry: Registry, report: Report) -> None:
    earlier: dict[tuple[str, str], list[int]] = {}
    for number, arrow in enumerate(placed.pipeline.transitions):
        at = placed.triggers[number]
        first_of_its_line = number == 0 or placed.triggers[number - 1] is not at
        if arrow.target is None and not arrow.effects and first_of_its_line:
            report.note("E315", at, trigger=arrow.trigger)
        contrary = _contrary(arrow.guards, arrow.guards, registry)
        if contrary and first_of_its_line:
            report.note("E313", at, trigger=arrow.trigger, name=contrary[0], other=contrary[1])
        before = earlier.setdefault((arrow.source, arrow.trigger), [])
        if _gets_its_turn(placed, before, number, registry, report):
            before.append(number)


def _gets_its_turn(placed: Placed, before: list[int], number: int, registry: Registry, report: Report) -> bool:
    """Whether no earlier transition of the same trigger and state is in the way; the first that is, is told."""
    arrows, at = placed.pipeline.transitions, placed.sources[number]
    arrow = arrows[number]
    for other in before:
        words = {"trigger": arrow.trigger, "name": arrow.source, "line": placed.sources[other].line}
        if _hides(arrows[other], arrow):
            report.note("E305", at, **words)
            return False
        both = _roles(arrow) & _roles(arrows[other])
        if both and not _contrary(arrow.guards, arrows[other].guards, registry):
            report.note("E306", at, **words)
            return False
    return True


def _hides(first: Transition, second: Transition) -> bool:
    return _roles(second) <= _roles(first) and set(first.guards) <= set(second.guards)


def _roles(arrow: Transition) -> frozenset[str]:
    return frozenset().union(*(GROUPS[group] for group in arrow.by))


def _contrary(some: tuple[str, ...], others: tuple[str, ...], registry: Registry) -> tuple[str, str] | None:
    """A guard of the one that says yes exactly when a guard of the other says no."""
    for name in some:
        for other in others:
            if registry.guards[name].negates == other or registry.guards[other].negates == name:
                return name, other
    return None


def _invoices(placed: Placed, registry: Registry, report: Report) -> None:
    known = sorted(name for name, job in registry.jobs.items() if job.issues_invoice)
    for state in placed.pipeline.states:
        issuing = _issuing(state, registry)
        if state.means == "ready" and not issuing:
            report.note("W401", placed.states[state.name], name=state.name, known=", ".join(known))
        if state.means != "ready" and issuing:
            report.note("W402", placed.states[state.name], action=issuing[0], name=state.name)


def _issuing(state: State, registry: Registry) -> list[str]:
    return [name for name in state.on_enter if registry.jobs[name].issues_invoice]
