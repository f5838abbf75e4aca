"""What somebody can do with a payout now: each trigger of theirs, what it asks for, and what stands in its way."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine import facts, payouts
from engine.definition import Transition
from engine.errors import Refusal
from engine.store import Tx
from engine.world import Caller


@dataclass(frozen=True, slots=True)
class Way:
    """
    `targets` are where it leads, empty when the payout stays; `reason`: it is kept with one; `takes` its data with a
    description each, `wants` its uploads; `refusals` what stands in its way, empty when it is possible now;
    `cancels`: it ends the payout, whose rewards are free again.
    """

    trigger: str
    targets: tuple[str, ...]
    reason: bool
    takes: Mapping[str, str]
    wants: tuple[str, ...]
    refusals: tuple[Refusal, ...]
    cancels: bool = False


def ways(tx: Tx, caller: Caller, payout_id: str) -> list[Way]:
    """
    Every trigger that the caller's role has in this state, in the pipeline's order; an answer to a dispute only while
    there is one. Raises NotFound.
    """
    standing = payouts.standing(tx, caller, payout_id)
    calm = not facts.LiveFacts(tx, standing.row, actor=caller.actor, data={}).open_disputes
    arrows: dict[str, list[Transition]] = {}
    pipeline = facts.pipeline_of(tx, caller, standing.row)
    ends = {state.name for state in pipeline.states if state.means == "cancelled"}
    for arrow in pipeline.transitions_from(standing.row.state):
        if arrow.trigger in standing.possible and caller.actor.may(*arrow.by):
            arrows.setdefault(arrow.trigger, []).append(arrow)
    return [
        _way(caller, trigger, found, standing.possible[trigger], ends=ends)
        for trigger, found in arrows.items()
        if not (calm and all(_ANSWER in arrow.effects for arrow in found))
    ]


def _way(
    caller: Caller, trigger: str, arrows: list[Transition], refusals: tuple[Refusal, ...], *, ends: set[str]
) -> Way:
    effects = [caller.world.registry.effect(name) for arrow in arrows for name in arrow.effects]
    takes = {name: told for effect in effects for name, told in effect.takes.items()}
    wants = tuple(dict.fromkeys(name for effect in effects for name in effect.wants))
    targets = tuple(dict.fromkeys(arrow.target for arrow in arrows if arrow.target))
    cancels = bool(targets) and ends.issuperset(targets)
    return Way(trigger, targets, all(arrow.reason for arrow in arrows), takes, wants, refusals, cancels)


_ANSWER = "resolve_dispute"
