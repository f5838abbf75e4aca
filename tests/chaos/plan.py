"""What a campaign does, and in which order: drawn by chance from a seed. It does none of it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Blow = Literal[
    "worker", "sweeper", "web", "press", "redis killed", "redis flushed", "postgres crashed", "postgres stopped"
]

_FAILPOINTS = {
    "worker": (
        "hint.sent", "claim.before_commit", "claim.committed", "render.begun", "render.done", "attach.stored",
        "attach.before_commit", "attach.committed",
    ),
    "web": ("fire.before_commit", "fire.committed"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """
    Counts, and seconds: `pause` between two blows on average; what a light `render` takes, where one document in
    `real_every` comes from the real press; a worker's `lease`, `patience` and `sweep`.
    """

    payouts: int = 100
    kills: int = 30
    losses: int = 1
    restarts: int = 1
    seed: int = 1
    pause: float = 0.2
    render: float = 0.4
    real_every: int = 10
    lease: float = 2.0
    patience: float = 1.5
    sweep: float = 0.5
    limit: float = 240.0
    """Seconds from the last blow until all must be attached."""
    waits: int = 0
    """1: a job that has failed waits for its next attempt, up to ten minutes; 0: not after the last blow."""


@dataclass(frozen=True, slots=True)
class Strike:
    """`ask`: so many payouts become Ready first; `after` so many seconds the blow falls; a server stays `away`."""

    ask: int
    after: float
    blow: Blow
    away: float
    failpoint: str = ""
    """Armed in what takes the place of what is killed."""


def strikes(plan: Plan) -> Iterator[Strike]:
    """The same seed gives the same strikes."""
    chance = random.Random(plan.seed)  # noqa: S311 - no secret
    blows = list(_blows(plan, chance))
    chance.shuffle(blows)
    left = plan.payouts
    for n, blow in enumerate(blows):
        share = left // (len(blows) - n)
        left -= share
        yield Strike(
            share, chance.uniform(0, 2 * plan.pause), blow, chance.uniform(0, 2 * plan.pause), _failpoint(blow, chance)
        )


def _blows(plan: Plan, chance: random.Random) -> Iterator[Blow]:
    """Half of the kills hit workers; losses and restarts take turns between their two kinds."""
    kinds: list[Blow] = ["worker", "worker", "worker", "press", "web", "sweeper"]
    yield from (kinds[n % len(kinds)] for n in range(plan.kills))
    first = chance.randrange(2)
    redis: list[Blow] = ["redis killed", "redis flushed"]
    postgres: list[Blow] = ["postgres crashed", "postgres stopped"]
    yield from (redis[(first + n) % 2] for n in range(plan.losses))
    yield from (postgres[(first + n) % 2] for n in range(plan.restarts))


def _failpoint(blow: Blow, chance: random.Random) -> str:
    points = _FAILPOINTS.get(blow, ())
    return f"{chance.choice(points)}:kill:{chance.randint(1, 3)}" if points and chance.random() < 0.3 else ""
