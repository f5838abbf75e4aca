"""
Many payouts fired by a process that gets a signal in the middle of one:
`bulk_process.py DATABASE SIGNAL NUMBER` validates all Draft ones under the key `july`; the NUMBERth meets the signal.
"""

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import typer

from billhook.cli import bulk
from billhook.cli.everywhere import Everywhere
from billhook.cli.session import Session
from billhook.cli.terminal import Terminal
from engine.contracts import Desk, Effect


def interrupting(effect: Effect, *, name: str, number: int) -> Effect:
    """The effect, with a signal at its NUMBERth time."""
    times: Iterator[int] = count(1)

    def apply(desk: Desk) -> str:
        if next(times) == number:
            os.kill(os.getpid(), getattr(signal, name))
        return effect.apply(desk)

    return replace(effect, apply=apply)


def main(database: str, name: str, number: str) -> None:
    with Session(Everywhere(database, json=True, no_wait=True), Terminal(as_json=True)) as session:
        world = session.billhook.world
        freezing = interrupting(world.registry.effect("freeze_lines"), name=name, number=int(number))
        world.registry = replace(world.registry, effects={**world.registry.effects, "freeze_lines": freezing})
        ids = session.workspace.payouts.ids(bulk.wanted(["state=Draft"]))
        bulk.fire_many(session, ids, "validate", dry_run=False, key="july")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except typer.Exit as ended:
        sys.exit(ended.exit_code)
