"""The page of the payout's lifecycle, from the shipped pipelines.yaml."""

from collections import defaultdict
from collections.abc import Iterator

from billhook import shipped
from docs.making import markdown
from engine.actor import GROUPS
from engine.definition import PayoutPipeline, Transition
from engine.registry import Registry
from pipelines.compiler import compile_file

_HEADINGS = ("trigger", "from", "to", "by", "guards", "effects, in the same transaction", "needs")


def page() -> str:
    registry = Registry.load()
    pipeline = _shipped(registry)
    return markdown.page(
        "The life of a payout",
        f"The payout pipeline `{pipeline.name}` of the shipped `pipelines.yaml`. Yours may differ: copy the file with "
        "`billhook init` and change it. Words: [glossary](../glossary.md). Guards, effects and job actions: "
        "[actions](actions.md).",
        markdown.block("\n".join(_diagram(pipeline)), "mermaid"),
        "## States",
        markdown.table(("state", "means", "final", "on entering"), _states(pipeline)),
        f"A new payout is {pipeline.initial}. The partner is asked for: {', '.join(pipeline.ask) or 'nothing'}, unless "
        "the payout says otherwise (`--ask`). `on_enter` runs once a payout gets to the state; the decision on "
        "self-invoicing is made at the first time only.",
        "## Transitions",
        markdown.table(_HEADINGS, _rows(pipeline, registry)),
        "Transitions of one trigger are tried in this order. All guards are asked, and each no is told.",
        "## Who",
        markdown.table(("by", "roles"), [(name, ", ".join(sorted(roles))) for name, roles in GROUPS.items()]),
    )


def _shipped(registry: Registry) -> PayoutPipeline:
    text = shipped.content("pipelines.yaml").decode()
    found = compile_file(text, file="pipelines.yaml", registry=registry).definitions
    return next(each for each in found if isinstance(each, PayoutPipeline))


def _diagram(pipeline: PayoutPipeline) -> Iterator[str]:
    """What leads from state to state; what leaves a payout where it is stands in the table."""
    triggers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in pipeline.transitions:
        if each.target:
            triggers[each.source, each.target].append(each.trigger)
    yield "stateDiagram-v2"
    yield f"    [*] --> {pipeline.initial}: create"
    for (source, target), names in triggers.items():
        yield f"    {source} --> {target}: {' / '.join(dict.fromkeys(names))}"
    for state in pipeline.states:
        if state.final:
            yield f"    {state.name} --> [*]"


def _states(pipeline: PayoutPipeline) -> list[tuple[str, ...]]:
    return [
        (state.name, state.means, "yes" if state.final else "", markdown.codes(state.on_enter))
        for state in pipeline.states
    ]


def _rows(pipeline: PayoutPipeline, registry: Registry) -> list[tuple[str, ...]]:
    """One row for transitions that differ in where they begin only."""
    alike: dict[tuple[object, ...], list[Transition]] = defaultdict(list)
    for each in pipeline.transitions:
        alike[each.trigger, each.target, each.by, each.guards, each.effects, each.reason].append(each)
    return [_row(group, registry) for group in alike.values()]


def _row(group: list[Transition], registry: Registry) -> tuple[str, ...]:
    first = group[0]
    return (
        markdown.code(first.trigger),
        ", ".join(each.source for each in group),
        first.target or "stays",
        ", ".join(first.by),
        "; ".join(registry.guard(name).says for name in first.guards),
        "; ".join(registry.effect(name).says for name in first.effects),
        ", ".join(_needs(first, registry)),
    )


def _needs(transition: Transition, registry: Registry) -> Iterator[str]:
    if transition.reason:
        yield "a reason"
    for name in transition.effects:
        effect = registry.effect(name)
        yield from (f"`{key}`: {says}" for key, says in effect.takes.items())
        yield from (f"upload `{each}`" for each in effect.wants)
