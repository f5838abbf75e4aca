"""
Working off jobs from a command: the ones it caused, all there are, or whatever comes until it is told to stop.

It decides nothing about jobs; the dispatcher does the work and the table says what is open.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from billhook.stopping import told_to_stop
from engine import outbox

if TYPE_CHECKING:
    from billhook.app import Billhook
    from billhook.cli.terminal import Terminal

log = logging.getLogger("billhook.worker")

_PATIENCE = 1.0  # seconds before somebody who waits is told what for
_STANDSTILL = 5.0  # seconds without a job done before it is said why
_SLICE = 0.2  # seconds between two looks at whether to stop


def work_off(billhook: "Billhook", terminal: "Terminal") -> None:
    """Do what is due, here and now. What is put off for another attempt is left, with a remark."""
    began = monotonic()
    billhook.start_worker()
    if not _drained(billhook, _PATIENCE):
        left = open_jobs(billhook)
        with terminal.progress("Making documents", total=left) as advance:
            billhook.drain(progress=lambda now: advance(max(left - now, 0)), put_off_too=False)
    if later := put_off_jobs(billhook):
        told = " ".join(dict.fromkeys(later))
        terminal.remark(f"{len(later)} job(s) did not succeed and will be tried again by: billhook worker. {told}")
    elif monotonic() - began > _PATIENCE:
        terminal.remark("All documents are made.")


def run_until_told(billhook: "Billhook", *, works: bool = True) -> None:
    """
    Work, or only sweep, until SIGTERM or SIGINT; then let the work in hand end, as long as the settings give it, and
    close the Billhook. A second signal ends the process at once.
    """
    with told_to_stop() as stop, metrics_served(billhook):
        if works:
            billhook.start_worker()
            log.info("working with %d thread(s); stop with Ctrl-C or SIGTERM", billhook.settings.threads)
        else:
            billhook.start_sweeper()
            log.info("sweeping; stop with Ctrl-C or SIGTERM")
        stop.wait()
        log.info("stopping; the work in hand has %g s", billhook.settings.stop_seconds)
        billhook.close()
    log.info("stopped")


def run_until_done(billhook: "Billhook", terminal: "Terminal") -> bool:
    """Work until no job is open, also those that a lost worker holds or that are put off. False when told to stop."""
    with told_to_stop() as stop:
        billhook.start_worker()
        total = left = open_jobs(billhook)
        moved: float | None = monotonic()
        with terminal.progress("Working", total=total) as advance:
            while not stop.is_set() and not billhook.drain(_SLICE):
                before, left = left, open_jobs(billhook)
                advance(max(total - left, 0))
                if left != before:
                    moved = monotonic()
                elif moved and monotonic() - moved > _STANDSTILL:
                    moved = None
                    terminal.remark(
                        f"{left} job(s) are put off, or held by a worker that may be lost; waiting for them."
                    )
        return not stop.is_set()


def open_jobs(billhook: "Billhook") -> int:
    """How many jobs are neither done nor parked."""
    with billhook.world.store.reading() as tx:
        return outbox.unfinished(tx)


def put_off_jobs(billhook: "Billhook") -> list[str]:
    """What came of each job that is to be tried again."""
    with billhook.world.store.reading() as tx:
        rows = tx.all("SELECT result FROM job WHERE status = 'pending' AND attempts > 0 ORDER BY id")
    return [str(row.result) for row in rows]


def parked_jobs(billhook: "Billhook") -> int:
    """How many jobs were given up until somebody looks."""
    with billhook.world.store.reading() as tx:
        return int(tx.one("SELECT COUNT(*) AS jobs FROM job WHERE status = 'parked'").jobs)


@contextmanager
def metrics_served(billhook: "Billhook") -> Iterator[None]:
    """While open, /metrics is served where the settings say, if they do. Raises OSError: the port is taken."""
    if billhook.settings.metrics_port is None:
        yield
        return
    from billhook.metrics import Metrics, serve

    metrics = Metrics(billhook.world)
    billhook.observe(metrics)
    with serve(metrics, host=billhook.settings.metrics_host, port=billhook.settings.metrics_port) as address:
        log.info("metrics are at %s", address)
        yield


def _drained(billhook: "Billhook", seconds: float) -> bool:
    return billhook.drain(seconds, put_off_too=False)
