"""
Turn a PayoutPipeline into moves. The only file that imports `transitions`.

A move changes nothing by itself: it returns what should be written. `transitions` sets the new state before it runs
on_enter callbacks and does not take it back when one raises, so no callback here may do work; each only notes the
job actions that are to be prepared. One machine serves every payout of a definition: it has no model of its own, and
each move brings a small traveller that is thrown away.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import FunctionType
from typing import cast

from transitions import EventData, Machine

from engine.definition import PayoutPipeline, State, Transition
from engine.errors import NoSuchTransition, Refusal, Refused

log = logging.getLogger("billhook.machine")

Verdicts = Mapping[Transition, Sequence[Refusal]]


@dataclass(frozen=True, slots=True)
class Move:
    """Where a trigger leads: `target` equals `source` when the payout stays. `jobs` are the target's on_enter."""

    trigger: str
    source: str
    target: str
    effects: tuple[str, ...]
    jobs: tuple[str, ...]


class _Traveller:
    __slots__ = ("jobs", "state", "subject", "taken", "verdicts")

    def __init__(self, subject: str, state: str, verdicts: Verdicts) -> None:
        self.subject, self.state, self.verdicts = subject, state, verdicts
        self.jobs: list[str] = []
        self.taken: Transition | None = None


def move(pipeline: PayoutPipeline, subject: str, state: str, trigger: str, *, verdicts: Verdicts) -> Move:
    """
    Work out where `trigger` takes a subject that is in `state`: the first transition without a refusal, in the file's
    order. `verdicts` has the refusals of each transition that is to be considered; one left out is not considered.

    Raises:
        NoSuchTransition: the pipeline offers no such trigger here.
        Refused: every transition considered has a refusal; all of them are told.
    """
    if trigger not in pipeline.triggers_from(state):
        raise NoSuchTransition(subject, state, trigger, pipeline.triggers_from(state))
    traveller = _Traveller(subject, state, verdicts)
    machine(pipeline).events[trigger].trigger(traveller)
    if traveller.taken is None:
        raise _refused(pipeline, traveller, trigger)
    return Move(trigger, state, traveller.state, traveller.taken.effects, tuple(traveller.jobs))


@lru_cache(maxsize=256)
def machine(pipeline: PayoutPipeline) -> Machine:
    """The pipeline's machine. It has no model and no state, so threads share it."""
    built = Machine(
        model=None,
        states=[{"name": state.name, "on_enter": _on_enter(state)} for state in pipeline.states],
        initial=pipeline.initial,
        auto_transitions=False,
        send_event=True,
    )
    for arrow in pipeline.transitions:
        built.add_transition(arrow.trigger, arrow.source, arrow.target, conditions=_is_open(arrow), before=_take(arrow))
    return built


def _on_enter(state: State) -> list[Callable[[EventData], None]]:
    return [_named(f"on_enter_{state.name}", _note(state.on_enter))] if state.on_enter else []


def _note(jobs: tuple[str, ...]) -> FunctionType:
    def on_enter(event: EventData) -> None:
        traveller = cast(_Traveller, event.model)
        traveller.jobs.extend(jobs)
        log.info("%s: %s plans %s", on_enter.__name__, traveller.subject, ", ".join(jobs))

    return cast(FunctionType, on_enter)


def _named(name: str, function: FunctionType) -> FunctionType:
    """The function under a name that logs and stack traces show."""
    function.__code__ = function.__code__.replace(co_name=name, co_qualname=name)
    function.__name__ = function.__qualname__ = name
    return function


def _is_open(arrow: Transition) -> Callable[[EventData], bool]:
    def is_open(event: EventData) -> bool:
        return cast(_Traveller, event.model).verdicts.get(arrow) == ()

    return is_open


def _take(arrow: Transition) -> Callable[[EventData], None]:
    def take(event: EventData) -> None:
        cast(_Traveller, event.model).taken = arrow

    return take


def _refused(pipeline: PayoutPipeline, traveller: _Traveller, trigger: str) -> Refused:
    told = dict.fromkeys(refusal for refusals in traveller.verdicts.values() for refusal in refusals)
    others = [name for name in pipeline.triggers_from(traveller.state) if name != trigger]
    return Refused(traveller.subject, traveller.state, trigger, refusals=tuple(told), allowed=others)
