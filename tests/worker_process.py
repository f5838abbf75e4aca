"""A worker to be killed, as a process: `worker_process.py DATABASE BROKER|- SECONDS_A_RENDER`. It knows no test."""

import sys
import time
from datetime import timedelta

from engine.clock import SystemClock
from engine.dispatch import Dispatcher, Pace
from engine.store import Store
from engine.world import World
from tests.fakes import FakeTools
from tests.worlds import NumberPrinter, registry

PACE = Pace(
    lease=timedelta(seconds=1),
    patience=timedelta(seconds=0.5),
    sweep=timedelta(seconds=0.1),
    glance=timedelta(seconds=0.02),
)


class Slow(NumberPrinter):
    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    def render(self, invoice, assets):
        time.sleep(self.seconds)
        return super().render(invoice, assets)


def main(database: str, broker: str, seconds: str) -> None:
    world = World(Store(database), registry(), SystemClock(), FakeTools(), {"pdf": Slow(float(seconds))})
    dispatcher = Dispatcher(world, broker_url=None if broker == "-" else broker, pace=PACE)
    dispatcher.start()
    print("works", flush=True)
    dispatcher.drain()
    dispatcher.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
