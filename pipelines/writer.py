"""
Write definitions as a pipelines file, which read again makes them. It knows no comments: those stay in the file that
was published.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import yaml

from engine.definition import Definition, Onboarding, PayoutPipeline, Stage, State, Step, Transition

_WIDTH = 120


def written(definitions: Iterable[Definition]) -> str:
    """A whole file. Those of a kind have different names."""
    several = [*definitions]
    body = {
        "version": 1,
        "onboarding": {each.name: _onboarding(each) for each in several if isinstance(each, Onboarding)},
        "payouts": {each.name: _payouts(each) for each in several if isinstance(each, PayoutPipeline)},
    }
    return yaml.dump(_said(body), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)


def _onboarding(found: Onboarding) -> dict[str, Any]:
    stages = [_stage(stage) for stage in found.stages]
    return _said({"title": found.title, "default": found.default, "stages": stages})


def _stage(stage: Stage) -> dict[str, Any]:
    return {"id": stage.id, "title": stage.title, "steps": [_step(step) for step in stage.steps]}


def _step(step: Step) -> dict[str, Any]:
    approval = "required" if step.approval else ""
    due, remind = _days(step.due) if step.due else "", [_days(before) for before in step.remind]
    head = _said({
        "id": step.id, "action": step.action, "title": step.title, "approval": approval, "due": due, "remind": remind,
    })  # fmt: skip
    return {**head, **({} if step.required else {"required": False}), **_given(step.settings)}


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _payouts(found: PayoutPipeline) -> dict[str, Any]:
    head = _said({"title": found.title, "default": found.default, "initial": found.initial, "ask": [*found.ask]})
    transitions = [_transition([*arrows]) for _, arrows in groupby(found.transitions, key=_but_its_source)]
    return {**head, "states": {state.name: _state(state) for state in found.states}, "transitions": transitions}


def _state(state: State) -> dict[str, Any]:
    return _said({"means": state.means, "final": state.final, "on_enter": [*state.on_enter]})


def _transition(arrows: Sequence[Transition]) -> dict[str, Any]:
    """Arrows that differ in where they begin alone are one entry of the file."""
    first, sources = arrows[0], [arrow.source for arrow in arrows]
    return _said({
        "trigger": first.trigger, "from": sources[0] if len(sources) == 1 else sources, "to": first.target,
        "by": [*first.by], "guards": [*first.guards], "effects": [*first.effects],
        "reason": "required" if first.reason else "",
    })  # fmt: skip


def _but_its_source(arrow: Transition) -> tuple[Any, ...]:
    return arrow.trigger, arrow.target, arrow.by, arrow.guards, arrow.effects, arrow.reason


def _said(head: dict[str, Any]) -> dict[str, Any]:
    """Without keys of ours that say nothing."""
    return {name: value for name, value in head.items() if value}


def _given(settings: Any) -> Any:
    """An action's settings as they are; None is what nobody gave."""
    if isinstance(settings, Mapping):
        return {name: _given(value) for name, value in settings.items() if value is not None}
    return [_given(each) for each in settings] if isinstance(settings, list | tuple) else settings


class _Dumper(yaml.SafeDumper):
    """Short lists in a line, texts of several lines as they are."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001
        super().increase_indent(flow, indentless=False)


def _list(dumper: _Dumper, items: list[Any]) -> yaml.Node:
    short = not any(isinstance(each, dict | list) for each in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=short)


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(list, _list)
_Dumper.add_representer(str, _text)
