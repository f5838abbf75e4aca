"""
Fires what it reads, as a web process does for its clients: `web_process.py DATABASE BROKER ACCOUNT_ID`, one payout a
line. It says each payout's id once its transition is committed, and keeps asking with the same key until it is.
"""

import os
import sys
import time

from engine import failpoints, service
from engine.actor import Actor
from engine.clock import SystemClock
from engine.dispatch import Dispatcher
from engine.service import Request
from engine.store import Store
from engine.world import Caller, World
from tests.fakes import FakeTools
from tests.worlds import registry


def main(database: str, broker: str, account_id: str) -> None:
    failpoints.arm(os.environ.get("BILLHOOK_FAILPOINT", ""))
    world = World(Store(database), registry(), SystemClock(), FakeTools())
    Dispatcher(world, broker_url=broker)  # a commit sends hints
    caller = Caller(world, account_id, Actor.vendor("vera", "manager", origin="chaos"))
    for line in sys.stdin:
        while not _fired(caller, line.strip()):
            time.sleep(0.1)
        print(line.strip(), flush=True)


def _fired(caller: Caller, payout: str) -> bool:
    """Whatever is raised, a client asks again with the same key and gets the answer of whichever attempt counted."""
    try:
        service.fire(caller, payout, Request("accept", reason="chaos"), key=payout)
    except Exception as error:
        print(f"{payout}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        return False
    return True


if __name__ == "__main__":
    main(*sys.argv[1:])
