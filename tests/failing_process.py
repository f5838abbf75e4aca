"""
Processes that run into a failpoint: `failing_process.py` forks one for each line it reads, so that none has to load
the engine anew. A line says in JSON what is to be done and where to fail; the answer is the exit status, or `hangs`,
after `reached, ` when the process or its printer said that it came to the failpoint.
"""

import json
import os
import signal
import sys
import time
import traceback
from dataclasses import replace
from datetime import timedelta
from typing import Any

from engine import crediting, failpoints, self_invoicing, service
from engine.actor import Actor
from engine.clock import SystemClock
from engine.contracts import Clock
from engine.dispatch import Dispatcher, Pace
from engine.errors import RenderError
from engine.service import Request
from engine.store import Store
from engine.world import Caller, World
from renderers.pdf import InvoicePdf
from renderers.press import PressProcess
from tests.fakes import FakeClock, FakeTools
from tests.worlds import NumberPrinter, registry

PACE = Pace(
    threads=1,
    lease=timedelta(seconds=1),
    patience=timedelta(seconds=0.5),
    sweep=timedelta(seconds=0.1),
    glance=timedelta(seconds=0.02),
)
_SAID = b"failpoint "  # the line on stderr of a process that has come to one
_HANGS = 0.3  # seconds after which a process that has come to its failpoint and lives counts as hanging


def main() -> None:
    for line in sys.stdin:
        print(_outcome(json.loads(line)), flush=True)


def _outcome(asked: dict[str, Any]) -> str:
    source, sink = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(source)
        os.dup2(sink, 2)  # also of a printer that this process starts
        os.close(sink)
        os._exit(_run(asked))
    os.close(sink)
    hangs = asked["spec"].endswith(":hang") and asked["deed"] != "print"  # a press ends its printer by itself
    came = "reached, " if _reached(source, wait_for_end=not hangs) else ""
    if came and hangs:
        time.sleep(_HANGS)
        if os.waitpid(pid, os.WNOHANG) != (0, 0):
            return came + "ended"
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    os.close(source)
    return came + ("hangs" if came and hangs else _told_by(status))


def _reached(source: int, *, wait_for_end: bool) -> bool:
    """Whether the process, or a printer of its, said that it came to its failpoint; the end comes when both end."""
    said = b""
    while (wait_for_end or _SAID not in said) and (part := os.read(source, 65536)):
        said += part
        sys.stderr.buffer.write(part)
    return _SAID in said


def _told_by(status: int) -> str:
    return f"killed by {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"ended with {os.WEXITSTATUS(status)}"


def _run(asked: dict[str, Any]) -> int:
    os.environ["BILLHOOK_FAILPOINT"] = asked["spec"]  # for a press, which is a process of its own
    try:
        failpoints.arm(asked["spec"])
        DEEDS[asked["deed"]](asked)
    except failpoints.FailpointHit:
        return 1
    except BaseException:  # it must not go on as its parent
        traceback.print_exc()
        return 2
    return 0


def _world(asked: dict[str, Any]) -> World:
    now, ahead = SystemClock().now(), timedelta(days=asked["days_ahead"])
    clock: Clock = FakeClock(now + ahead) if ahead else SystemClock()
    return World(Store(asked["url"]), registry(), clock, FakeTools(), {"pdf": NumberPrinter()})


def _fire(asked: dict[str, Any]) -> None:
    olga = Caller(_world(asked), asked["account"], Actor.vendor("olga", "owner"))
    service.fire(olga, asked["payout"], Request("accept", reason="agreed"), key="once")


def _opt_out(asked: dict[str, Any]) -> None:
    anna = Actor.main_contact("NORD-anna", partner_id=asked["partner"], origin="test")
    self_invoicing.opt_out(Caller(_world(asked), asked["account"], anna), "NORD")


def _credit(asked: dict[str, Any]) -> None:
    olga = Caller(_world(asked), asked["account"], Actor.vendor("olga", "owner"))
    crediting.reissue(olga, asked["invoice"], reason="wrong")


def _work(asked: dict[str, Any]) -> None:
    _drain(_world(asked))


def _fail_first(asked: dict[str, Any]) -> None:
    world = _world(asked)
    world.renderers["pdf"].errors.append(RenderError("out of paper"))  # type: ignore[attr-defined]
    _drain(world)


def _print(asked: dict[str, Any]) -> None:
    hangs = asked["spec"].endswith(":hang")  # otherwise a loaded machine may take its time
    press, world = PressProcess(seconds=3 if hangs else 45), _world(asked)
    world.renderers = {"pdf": InvoicePdf(press)}
    _drain(world, replace(PACE, lease=timedelta(seconds=60)))
    press.close()


def _drain(world: World, pace: Pace = PACE) -> None:
    dispatcher = Dispatcher(world, pace=pace)
    dispatcher.start()
    dispatcher.drain(seconds=60, put_off_too=False)
    dispatcher.stop()


def _sweep(asked: dict[str, Any]) -> None:
    Dispatcher(_world(asked), pace=PACE).sweep_once()


DEEDS = {
    "fire": _fire, "opt_out": _opt_out, "work": _work, "fail": _fail_first, "print": _print, "sweep": _sweep,
    "credit": _credit,
}  # fmt: skip

if __name__ == "__main__":
    main()
