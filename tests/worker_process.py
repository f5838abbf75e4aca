"""
A worker to be killed, as a process: `worker_process.py DATABASE BROKER|- SECONDS_A_RENDER`. It knows no test.

It ends when no job is open; with --stays when it is told to stop, as `billhook worker` does.
"""

import argparse
import logging
import os
import resource
import time
from datetime import datetime, timedelta

from billhook.stopping import told_to_stop
from engine import failpoints
from engine.clock import SystemClock
from engine.contracts import Document, Renderer
from engine.dispatch import Dispatcher, Pace
from engine.store import Store
from engine.world import World
from tests.fakes import FakeTools
from tests.worlds import NumberPrinter, registry


class Slow(NumberPrinter):
    """Takes its time, and gives every so many-th invoice to the real press; 0: none."""

    def __init__(self, seconds: float, *, real_every: int = 0) -> None:
        super().__init__()
        self.seconds, self.real_every = seconds, real_every
        self.press = _press() if real_every else None

    def render(self, invoice, assets) -> Document:
        if self.press and int(invoice.number.rpartition("-")[2]) % self.real_every == 0:
            return self.press.render(invoice, assets)
        time.sleep(self.seconds)
        return super().render(invoice, assets)


def _press() -> Renderer:
    """Most workers need none, and to load it takes them half a second."""
    from renderers.pdf import InvoicePdf
    from renderers.press import PressProcess

    return InvoicePdf(PressProcess())


class WrongClock:
    """The time in so many hours."""

    def __init__(self, hours: float) -> None:
        self._ahead = timedelta(hours=hours)

    def now(self) -> datetime:
        return SystemClock().now() + self._ahead


def main(told: argparse.Namespace) -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(threadName)s %(name)s %(message)s")
    if told.largest_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (told.largest_file, told.largest_file))
    failpoints.arm(os.environ.get("BILLHOOK_FAILPOINT", ""))
    press = Slow(told.seconds, real_every=told.real_every)
    world = World(Store(told.database), registry(), WrongClock(told.hours), FakeTools(), {"pdf": press})
    dispatcher = Dispatcher(world, broker_url=None if told.broker == "-" else told.broker, pace=_pace(told))
    with told_to_stop() as stop:
        dispatcher.start(worker=not told.only_sweeps)
        print("works", flush=True)
        stop.wait() if told.stays else dispatcher.drain()
        dispatcher.stop()
    world.store.close()


def _pace(told: argparse.Namespace) -> Pace:
    return Pace(
        lease=timedelta(seconds=told.lease),
        patience=timedelta(seconds=told.patience),
        sweep=timedelta(seconds=told.sweep),
        glance=timedelta(seconds=0.02),
    )


def _told() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("database")
    parser.add_argument("broker")
    parser.add_argument("seconds", type=float)
    parser.add_argument("--lease", type=float, default=1)
    parser.add_argument("--patience", type=float, default=0.5)
    parser.add_argument("--sweep", type=float, default=0.1)
    parser.add_argument("--hours", type=float, default=0, help="what its clock is ahead")
    parser.add_argument("--real-every", type=int, default=0)
    parser.add_argument("--largest-file", type=int, default=0, help="bytes; as on a disk that is full")
    parser.add_argument("--stays", action="store_true")
    parser.add_argument("--only-sweeps", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main(_told())
