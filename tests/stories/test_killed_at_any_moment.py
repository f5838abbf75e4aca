"""Kill the whole thing at any moment: what is due is attached exactly once when a worker comes back."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

BILLHOOK = [sys.executable, "-m", "billhook.cli"]
# A lease holds as long as a document takes, also where the machine is busy.
QUICK = {"BILLHOOK_LEASE_SECONDS": "5", "BILLHOOK_SWEEP_SECONDS": "0.1", "BILLHOOK_BROKER_URL": ""}


@pytest.fixture
def moments(request) -> int:
    return 20 if request.config.getoption("--long") else 1


def test_a_demo_killed_after_the_import_is_finished_by_a_draining_worker(tmp_path, moments):
    for moment in range(moments):
        out = tmp_path / str(moment)
        _kill_the_demo(out, after=2.5 * moment / moments)

        drained = _billhook(out, "worker", "--drain")

        assert drained.returncode == 0, drained.stderr
        assert _count(out, "job WHERE status <> 'done'") == 0
        assert _count(out, "invoice") == _count(out, "attachment WHERE format = 'pdf'")
        verified = _billhook(out, "verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr


def _kill_the_demo(out: Path, *, after: float) -> None:
    """SIGKILL to the demo's process group, presses included, some time after the rewards are in."""
    demo = subprocess.Popen(
        [*BILLHOOK, "demo", "--out", str(out)],
        env={**os.environ, **QUICK},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    ends = time.monotonic() + 30
    while not _rewards_are_in(out) and demo.poll() is None:
        assert time.monotonic() < ends, "the demo never imported its rewards"
        time.sleep(0.01)
    time.sleep(after)
    os.killpg(demo.pid, signal.SIGKILL)
    demo.wait()


def _rewards_are_in(out: Path) -> bool:
    try:
        return _count(out, "reward") > 0
    except sqlite3.Error:
        return False


def _count(out: Path, rows: str) -> int:
    connection = sqlite3.connect(f"file:{out / 'billhook.db'}?mode=ro", uri=True, timeout=10)
    try:
        return int(connection.execute(f"SELECT COUNT(*) FROM {rows}").fetchone()[0])
    finally:
        connection.close()


def _billhook(out: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*BILLHOOK, *arguments, "--database", f"sqlite:///{out / 'billhook.db'}"],
        env={**os.environ, **QUICK},
        capture_output=True,
        text=True,
        timeout=120,
    )
