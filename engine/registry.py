"""Names to implementations, from entry points. It knows no pipeline and no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoints, entry_points
from typing import Any, TypeVar

from engine.contracts import AskAction, Effect, Guard, JobAction, Renderer
from engine.errors import Unknown

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Registry:
    """All that pipelines may name. `load()` reads the entry points; tests build their own."""

    asks: Mapping[str, AskAction] = field(default_factory=dict)
    jobs: Mapping[str, JobAction] = field(default_factory=dict)
    guards: Mapping[str, Guard] = field(default_factory=dict)
    effects: Mapping[str, Effect] = field(default_factory=dict)

    def ask(self, name: str) -> AskAction:
        return _get("action", name, self.asks)

    def job(self, name: str) -> JobAction:
        return _get("job action", name, self.jobs)

    def knows(self, action: str, payload_version: int) -> bool:
        """Whether a job of this action and version can be done here."""
        return action in self.jobs and payload_version <= self.jobs[action].payload_version

    def guard(self, name: str) -> Guard:
        return _get("guard", name, self.guards)

    def effect(self, name: str) -> Effect:
        return _get("effect", name, self.effects)

    @classmethod
    def load(cls) -> "Registry":
        """Everything installed under `billhook.actions`, `billhook.guards` and `billhook.effects`."""
        actions = {name: thing() for name, thing in _installed("billhook.actions").items()}
        return cls(
            asks={name: action for name, action in actions.items() if isinstance(action, AskAction)},
            jobs={name: action for name, action in actions.items() if isinstance(action, JobAction)},
            guards=_installed("billhook.guards"),
            effects=_installed("billhook.effects"),
        )


def load_renderers(*arguments: object) -> dict[str, Renderer]:
    """Everything installed under `billhook.renderers`, made with the press that prints."""
    return {name: thing(*arguments) for name, thing in _installed("billhook.renderers").items()}


def _installed(group: str) -> dict[str, Any]:
    return {point.name: point.load() for point in sorted(_points(group), key=lambda point: point.name)}


@cache
def _points(group: str) -> EntryPoints:
    """Looked for once a process: each time everything that is installed is looked through."""
    return entry_points(group=group)


def _get(kind: str, name: str, known: Mapping[str, Found]) -> Found:
    if name not in known:
        raise Unknown(kind, name, known)
    return known[name]
