"""
Places in the code where a process can be told to fail, for tests and for drills: `BILLHOOK_FAILPOINT=name:action`.

    fire.before_commit:kill            ends the process, at once, as kill -9 does
    attach.before_commit:raise         raises FailpointHit, once
    render.done:hang:3                 waits for ever, the third time the place is passed
    claim.committed:kill,timer.before_commit:raise

It knows nobody who calls it. A place costs a look at an empty dictionary as long as nothing is armed.
"""

import logging
import os
import signal
import time
from dataclasses import dataclass

from engine.errors import Invalid, Problem, closest

log = logging.getLogger("billhook.failpoints")

ACTIONS = ("kill", "raise", "hang")

#: Every place, with what is true there. Those in the printer's child are named `press.`.
POINTS: dict[str, str] = {
    "fire.before_commit": "a trigger has written everything and nothing is committed",
    "fire.committed": "a trigger is committed and its caller has no answer yet",
    "opt_out.before_commit": "an opt-out has written everything and nothing is committed",
    "opt_out.committed": "an opt-out is committed and its caller has no answer yet",
    "credit.before_commit": "a credit note, or with it a new invoice, is written down and nothing is committed",
    "hint.chosen": "jobs are marked as offered and no hint has been sent",
    "hint.sent": "a hint has been sent and the next one has not",
    "claim.before_commit": "a worker has claimed a job and the claim is not committed",
    "claim.committed": "a worker has a job and has done nothing for it",
    "render.begun": "a worker is about to have a document made",
    "render.done": "a document is made and nothing is stored",
    "attach.stored": "a document's bytes are stored and it is not attached, within one transaction",
    "attach.before_commit": "everything is attached and written down and nothing is committed",
    "attach.committed": "a document is attached and the worker has not let go of the hint",
    "fail.before_commit": "an attempt has failed and that is not committed",
    "timer.before_commit": "a timer has fired and that is not committed",
    "press.begun": "a printer has a page and has not begun",
    "press.done": "a printer has made a page and not handed it over",
}


class FailpointHit(Exception):
    """What `raise` raises."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"failpoint {name}")


@dataclass(slots=True)
class _Armed:
    action: str
    passes: int
    """So many times the place is passed unharmed."""


_armed: dict[str, _Armed] = {}


def hit(name: str) -> None:
    """Pass the place of this name. Raises FailpointHit, or does not return, when it is armed so."""
    if _armed:
        _look(name)


def arm(spec: str) -> None:
    """
    Arm what `BILLHOOK_FAILPOINT` says; '' disarms everything.

    Raises:
        Invalid: every name, action or count that is none.
    """
    found = {part.strip() for part in spec.split(",") if part.strip()}
    if problems := [problem for part in sorted(found) for problem in _problems(part)]:
        raise Invalid("The configuration", problems)
    _armed.clear()
    for part in found:
        name, action, *count = part.split(":")
        _armed[name] = _Armed(action, int(count[0]) - 1 if count else 0)
    if _armed:
        log.warning("this process is to fail on purpose, at %s", ", ".join(sorted(_armed)))


def _problems(part: str) -> list[Problem]:
    name, _, rest = part.partition(":")
    action, _, count = rest.partition(":")
    told = []
    if name not in POINTS:
        near = closest(name, POINTS)
        way_out = f"did you mean '{near}'?" if near else f"there are {', '.join(POINTS)}."
        told.append(f"'{name}' is no failpoint; {way_out}")
    if action not in ACTIONS:
        told.append(f"'{part}' wants one of {', '.join(ACTIONS)} after the name, as in {name}:kill.")
    if rest.count(":") and not (count.isdecimal() and count.isascii() and int(count) > 0):
        told.append(f"'{part}' ends with no count; write the time of passing that is meant, as in {name}:kill:3.")
    return [Problem("BILLHOOK_FAILPOINT", sentence) for sentence in told]


def _look(name: str) -> None:
    armed = _armed.get(name)
    if armed is None:
        return
    if armed.passes:
        armed.passes -= 1
        return
    del _armed[name]
    log.warning("failpoint %s: %s", name, armed.action)
    if armed.action == "raise":
        raise FailpointHit(name)
    if armed.action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    while True:  # also after a signal was answered
        time.sleep(3600)
