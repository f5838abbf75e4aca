"""A worker to be stopped, as a process: `stopped_worker.py DATABASE SECONDS_TO_STOP`. Its documents never end."""

import sys
import threading
from datetime import timedelta

from billhook import Billhook
from billhook.logs import start
from billhook.settings import Settings
from billhook.worker import run_until_told


class Endless:
    """A renderer that says that it began, through a press that is a process, and waits."""

    name = "pdf"

    def __init__(self, billhook: Billhook) -> None:
        self._billhook = billhook

    def render(self, invoice, assets):
        self._billhook.press.version()
        sys.stdout.write(f"{self._billhook.press.pids[0]}\n")
        sys.stdout.flush()
        threading.Event().wait()


def main(database: str, seconds: str) -> None:
    start(form="json")
    settings = Settings(threads=1, sweep=timedelta(seconds=0.2), stop_seconds=float(seconds))
    billhook = Billhook(database, settings=settings)
    billhook.world.renderers = {"pdf": Endless(billhook)}
    run_until_told(billhook)


if __name__ == "__main__":
    main(*sys.argv[1:])
