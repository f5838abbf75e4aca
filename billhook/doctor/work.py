"""Does the work go on: jobs that wait too long or were given up, workers that were lost, timers, and the clock."""

from collections.abc import Iterable
from datetime import timedelta

from billhook.app import Billhook
from billhook.doctor.finding import Finding, fine, problem, warning
from billhook.readings import read
from engine.clock import moment, stamp

_LONG = timedelta(minutes=15)
_STEP = 2.0  # seconds that clocks of several machines may differ by
_SWEEPS = 3


def clock(billhook: Billhook) -> Iterable[Finding]:
    """Rows are made in order, so none is newer than now, unless a clock was wrong then or is now."""
    with billhook.world.store.reading() as tx:
        newest = max((row.at for row in tx.all(_NEWEST) if row.at), default="")
    behind = (moment(newest) - billhook.world.clock.now()).total_seconds() if newest else 0.0
    if behind > _STEP:
        by = timedelta(seconds=round(behind))
        told = f"this machine's is {by} (h:mm:ss) behind the newest row, of {newest[:19]} UTC."
        way_out = "Set it by NTP. If it is right, it was wrong when that row was written."
        yield problem("clock", told, way_out)
    else:
        yield fine("clock", "it is not behind the newest row.")


def waiting(billhook: Billhook) -> Iterable[Finding]:
    found = read(billhook.world)
    open_jobs = found.jobs["pending"] + found.jobs["offered"] + found.jobs["claimed"]
    age = timedelta(seconds=round(found.oldest_open_job))
    told = f"{open_jobs} open, {found.jobs['claimed']} in a worker's hands, {found.put_off} put off"
    if age > _LONG:
        way_out = "Start a worker (billhook worker); for what is put off see: billhook jobs list --status pending"
        yield warning("waiting jobs", f"{told}; the oldest waits since {age} (h:mm:ss).", way_out)
    else:
        yield fine("waiting jobs", f"{told}. {_last_done(billhook)}")


def parked(billhook: Billhook) -> Iterable[Finding]:
    with billhook.world.store.reading() as tx:
        found = tx.all(_PARKED)
    if not found:
        yield fine("parked jobs", "none was given up.")
    for row in found:
        told = f"{row.jobs} job(s) were given up, the first at {str(row.first)[:19]} UTC."
        way_out = f"See why: billhook jobs list --status parked --account {row.account}; then jobs retry --all-parked."
        yield warning(f"account {row.account}", told, way_out)


def leases(billhook: Billhook) -> Iterable[Finding]:
    """A worker that was lost is noticed by the first sweep after its lease."""
    late = stamp(billhook.world.clock.now() - _SWEEPS * billhook.settings.sweep)
    with billhook.world.store.reading() as tx:
        found = tx.one(_LATE, late=late)
    if found.jobs:
        told = f"{found.jobs} job(s) are held by workers that are gone; the oldest lease ended {found.first[:19]} UTC."
        yield problem("leases", told, "Nobody sweeps. Start a worker, or a sweeper: billhook worker")
    else:
        yield fine("leases", "no lost worker holds a job.")


def timers(billhook: Billhook) -> Iterable[Finding]:
    found = read(billhook.world)
    age = timedelta(seconds=round(found.oldest_due_timer))
    if age > _LONG:
        told = f"the oldest of those that are due waits since {age} (h:mm:ss)."
        yield warning("timers", told, "Start a worker or a sweeper; then see: billhook jobs timers")
    else:
        yield fine("timers", f"{found.timers} wait for their time.")


def _last_done(billhook: Billhook) -> str:
    with billhook.world.store.reading() as tx:
        row = tx.one(_LAST_DONE)
    return f"The last one was done at {row.finished_at[:19]} UTC." if row else "None was done yet."


_NEWEST = """
    SELECT created_at AS at FROM (SELECT created_at FROM job ORDER BY id DESC LIMIT 1) newest_job
    UNION ALL SELECT MAX(last_issued_at) FROM series
    UNION ALL SELECT MAX(created_at) FROM account"""
_PARKED = """
    SELECT a.code AS account, COUNT(*) AS jobs, MIN(j.finished_at) AS first
    FROM job j JOIN account a ON a.id = j.account_id WHERE j.status = 'parked' GROUP BY a.code ORDER BY a.code"""
_LATE = """
    SELECT COUNT(*) AS jobs, COALESCE(MIN(lease_until), '') AS first FROM job
    WHERE status = 'claimed' AND lease_until < :late"""
_LAST_DONE = """
    SELECT finished_at FROM job WHERE status = 'done' AND finished_at IS NOT NULL ORDER BY id DESC LIMIT 1"""
