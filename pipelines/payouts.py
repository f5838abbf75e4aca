"""Read one payout pipeline: states and transitions. Whether they make sense together is the lint's question."""

from engine.definition import ASKS, PayoutPipeline, State, Transition
from pipelines.fitting import Fitter
from pipelines.lint import Placed, lint
from pipelines.names import Names, texts
from pipelines.reader import Entry, Table, Text
from pipelines.schema import STATE_FORM, PayoutShape, StateShape, TransitionShape, is_state_name
from pipelines.tables import tables_by_name, tables_under

# Kiflo's word for the state that means ready, which people bring along. It is taken and never printed.
_READY_ALIAS = "Accepted"


def read_payouts(entry: Entry, names: Names) -> PayoutPipeline | None:
    """The pipeline, or None when a part of it could not be read or does not work; why is in the report."""
    report, table = names.report, entry.value
    assert isinstance(table, Table)  # noqa: S101  (the caller has seen to it)
    before = report.errors
    head = Fitter(report, "a payout pipeline").fit(PayoutShape, table)
    names.asked(table)
    entries = tables_by_name(table, "states", "states", report) or []
    states = [_state(state, names) for state in entries]
    aliases = _aliases(entries)
    known = _declared(table)
    if known:
        names.states(table, "initial", known)
    arrows = tables_under(table, "transitions", "a transition", report) or []
    transitions = [_transition(arrow, names, known, aliases) for arrow in arrows]
    if head is None or report.errors > before:
        return None
    whole = PayoutPipeline(
        name=entry.key.value,
        title=head.title,
        initial=head.initial,
        states=tuple(state for state in states if state),
        transitions=tuple(found for several in transitions for found in several),
        ask=tuple(ask for ask in ASKS if ask in head.ask),
        default=head.default,
    )
    lint(_placed(whole, entry, entries, arrows), names.registry, report)
    return whole


def _state(entry: Entry, names: Names) -> State | None:
    name, table = entry.key, entry.value
    assert isinstance(table, Table)  # noqa: S101  (tables_by_name gives no others)
    if not is_state_name(name.value):
        names.report.note("E211", name.at, name=name.value, kind="name of a state", form=STATE_FORM)
    head = Fitter(names.report, "a state").fit(StateShape, table)
    names.jobs(table)
    return State(name.value, head.means, head.final, head.on_enter) if head else None


def _transition(table: Table, names: Names, known: frozenset[str], aliases: dict[str, str]) -> list[Transition]:
    head = Fitter(names.report, "a transition").fit(TransitionShape, table)
    names.transition(table)
    if known:
        names.states(table, "from", known | aliases.keys())
        names.states(table, "to", known | aliases.keys())
    if head is None:
        return []
    target = aliases.get(head.to, head.to) if head.to is not None else None
    return [
        Transition(
            head.trigger,
            aliases.get(source, source),
            target,
            head.by,
            head.guards,
            head.effects,
            head.reason is not None,
        )
        for source in head.source
    ]


def _declared(table: Table) -> frozenset[str]:
    """Every state that has a name, also one that could not be read."""
    entry = table.entry("states")
    return (
        frozenset(state.key.value for state in entry.value.entries)
        if entry and isinstance(entry.value, Table)
        else frozenset()
    )


def _aliases(states: list[Entry]) -> dict[str, str]:
    names = {state.key.value for state in states}
    ready = [state.key.value for state in states if _meant(state) == "ready"]
    return {_READY_ALIAS: ready[0]} if ready and _READY_ALIAS not in names else {}


def _meant(state: Entry) -> str:
    means = texts(state.value, "means") if isinstance(state.value, Table) else []
    return means[0].value if means else ""


def _placed(pipeline: PayoutPipeline, entry: Entry, states: list[Entry], arrows: list[Table]) -> Placed:
    assert isinstance(entry.value, Table)  # noqa: S101
    initial = entry.value.entry("initial")
    sources: list[Text] = [source for arrow in arrows for source in texts(arrow, "from")]
    triggers = [texts(arrow, "trigger")[0].at for arrow in arrows for _ in texts(arrow, "from")]
    return Placed(
        pipeline,
        at=entry.key.at,
        initial=initial.value.at if initial else entry.key.at,
        states={state.key.value: state.key.at for state in states},
        triggers=tuple(triggers),
        sources=tuple(source.at for source in sources),
    )
