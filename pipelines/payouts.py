"""Read one payout pipeline: states and transitions. Whether they make sense together is the lint's question."""

from engine.definition import ASKS, PayoutPipeline, State, Transition
from pipelines.fitting import Fitter
from pipelines.lint import Placed, lint
from pipelines.names import Names, texts
from pipelines.reader import Table
from pipelines.schema import STATE_FORM, PayoutShape, StateShape, TransitionShape, is_state_name
from pipelines.tables import Named, tables_by_name, tables_under

# Kiflo's word for the state that means ready, which people bring along. It is taken and never printed.
_READY_ALIAS = "Accepted"


def read_payouts(named: Named, names: Names) -> PayoutPipeline | None:
    """The pipeline, or None when a part of it could not be read; why, and what cannot work, is in the report."""
    report, table = names.report, named.table
    before = report.errors
    head = Fitter(report, "a payout pipeline").fit(PayoutShape, table, apart=frozenset({"states", "transitions"}))
    names.asked(table)
    declared = tables_by_name(table, "states", "states", report) or []
    states = [_state(state, names) for state in declared]
    names.states(table, "initial", _known(table))
    arrows = tables_under(table, "transitions", "a transition", report) or []
    aliases = _aliases(declared)
    transitions = [_transition(arrow, names, _known(table), aliases) for arrow in arrows]
    if head is None or report.errors > before:
        return None
    pipeline = PayoutPipeline(
        name=named.name.value,
        title=head.title,
        initial=head.initial,
        states=tuple(state for state in states if state),
        transitions=tuple(found for several in transitions for found in several),
        ask=tuple(ask for ask in ASKS if ask in head.ask),
        default=head.default,
    )
    lint(_placed(pipeline, named, declared, arrows), names.registry, report)
    return pipeline


def _state(named: Named, names: Names) -> State | None:
    name, table = named.name, named.table
    if not is_state_name(name.value):
        names.report.note("E211", name.at, name=name.value, kind="name of a state", form=STATE_FORM)
    head = Fitter(names.report, "a state").fit(StateShape, table)
    names.jobs(table)
    return State(name.value, head.means, head.final, head.on_enter) if head else None


def _transition(
    table: Table, names: Names, known: frozenset[str] | None, aliases: dict[str, str]
) -> tuple[Transition, ...]:
    head = Fitter(names.report, "a transition").fit(TransitionShape, table)
    names.transition(table)
    names.states(table, "from", known, aliases=aliases)
    names.states(table, "to", known, aliases=aliases)
    if head is None:
        return ()
    by, reason = head.by, head.reason is not None
    target = aliases.get(head.to, head.to) if head.to is not None else None
    sources = [aliases.get(source, source) for source in head.source]
    return tuple(Transition(head.trigger, source, target, by, head.guards, head.effects, reason) for source in sources)


def _known(table: Table) -> frozenset[str] | None:
    """Every state that has a name, also one that could not be read; None where there are no states to know."""
    entry = table.entry("states")
    if entry is None or not isinstance(entry.value, Table):
        return None
    return frozenset(state.key.value for state in entry.value.entries)


def _aliases(states: list[Named]) -> dict[str, str]:
    names = {state.name.value for state in states}
    ready = [state.name.value for state in states if "ready" in [means.value for means in texts(state.table, "means")]]
    return {_READY_ALIAS: ready[0]} if ready and _READY_ALIAS not in names else {}


def _placed(pipeline: PayoutPipeline, named: Named, states: list[Named], arrows: list[Table]) -> Placed:
    return Placed(
        pipeline,
        at=named.name.at,
        initial=texts(named.table, "initial")[0].at,
        states={state.name.value: state.name.at for state in states},
        triggers=tuple(texts(arrow, "trigger")[0].at for arrow in arrows for _ in texts(arrow, "from")),
        sources=tuple(source.at for arrow in arrows for source in texts(arrow, "from")),
    )
