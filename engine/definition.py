"""
Pipelines that have been checked: frozen values, and their canonical JSON.

A definition knows nothing of YAML, of the database or of what is under way. Two definitions with
the same canonical JSON are the same version, whatever the file they came from looked like.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Means = Literal["draft", "waiting", "ready", "paid", "cancelled"]
Kind = Literal["onboarding", "payout"]
Ask = Literal["invoice", "review"]

MEANS: tuple[Means, ...] = ("draft", "waiting", "ready", "paid", "cancelled")
ASKS: tuple[Ask, ...] = ("invoice", "review")


@dataclass(frozen=True, slots=True)
class Step:
    """
    One thing to complete. `settings` are the action's own, already checked against its model (plain JSON). `due`: so
    many days after it opens, 0 for no due day; `remind`: so many days before that, the earliest first.
    """

    id: str
    action: str
    title: str
    required: bool = True
    approval: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    due: int = 0
    remind: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    id: str
    title: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Onboarding:
    """An onboarding pipeline: ordered stages of steps."""

    name: str
    title: str
    stages: tuple[Stage, ...]
    default: bool = False

    def step(self, step_id: str) -> Step | None:
        return next((step for stage in self.stages for step in stage.steps if step.id == step_id), None)

    def stage_of(self, step_id: str) -> Stage | None:
        return next((stage for stage in self.stages for step in stage.steps if step.id == step_id), None)


@dataclass(frozen=True, slots=True)
class State:
    """Where a payout can be. Rules ask what a state `means`, never its name."""

    name: str
    means: Means
    final: bool = False
    on_enter: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transition:
    """One arrow. `target` None: the payout stays where it is and no on_enter runs (hold, dispute)."""

    trigger: str
    source: str
    target: str | None
    by: tuple[str, ...]
    guards: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    reason: bool = False


@dataclass(frozen=True, slots=True)
class PayoutPipeline:
    """The lifecycle of a payout. `ask`: what the partner is asked before it is Ready, unless the payout says."""

    name: str
    title: str
    initial: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    ask: tuple[Ask, ...] = ()
    default: bool = False

    def __hash__(self) -> int:
        """Equal pipelines have equal names. A hash over every arrow would cost more than a move."""
        return hash((self.name, len(self.transitions)))

    def state(self, name: str) -> State:
        return next(state for state in self.states if state.name == name)

    def meaning(self, means: Means) -> State:
        """The one state that means this. The compiler has seen to it that there is exactly one."""
        return next(state for state in self.states if state.means == means)

    def transitions_from(self, state: str, trigger: str | None = None) -> tuple[Transition, ...]:
        """In the file's order, which is the order in which they are tried."""
        return tuple(t for t in self.transitions if t.source == state and trigger in (None, t.trigger))

    def triggers_from(self, state: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(t.trigger for t in self.transitions_from(state)))


Definition = Onboarding | PayoutPipeline


def kind_of(definition: Definition) -> Kind:
    return "onboarding" if isinstance(definition, Onboarding) else "payout"


def canonical(definition: Definition) -> str:
    """The definition as JSON with sorted keys and no spaces: what is hashed and stored."""
    body = {"kind": kind_of(definition), **asdict(definition)}
    for stage in body.get("stages", ()):
        for step in stage["steps"]:
            _leave_out(step, "due", "remind")  # keys that came later: what was published before keeps its hash
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fingerprint(definition: Definition) -> str:
    return hashlib.sha256(canonical(definition).encode()).hexdigest()


def restore(text: str) -> Definition:
    """The definition that `canonical` wrote."""
    body: dict[str, Any] = json.loads(text)
    return _onboarding(body) if body.pop("kind") == "onboarding" else _payout_pipeline(body)


def _leave_out(body: dict[str, Any], *names: str) -> None:
    """Take these keys out where they say nothing."""
    for name in names:
        if not body[name]:
            del body[name]


def _onboarding(body: dict[str, Any]) -> Onboarding:
    stages = tuple(
        Stage(stage["id"], stage["title"], tuple(_step(step) for step in stage["steps"])) for stage in body["stages"]
    )
    return Onboarding(name=body["name"], title=body["title"], stages=stages, default=body["default"])


def _step(body: dict[str, Any]) -> Step:
    return Step(**{**body, "remind": tuple(body.get("remind", ()))})


def _payout_pipeline(body: dict[str, Any]) -> PayoutPipeline:
    states = tuple(State(**{**state, "on_enter": tuple(state["on_enter"])}) for state in body.pop("states"))
    transitions = tuple(_transition(arrow) for arrow in body.pop("transitions"))
    return PayoutPipeline(**{**body, "ask": tuple(body["ask"])}, states=states, transitions=transitions)


def _transition(arrow: dict[str, Any]) -> Transition:
    return Transition(**{**arrow, **{name: tuple(arrow[name]) for name in ("by", "guards", "effects")}})
