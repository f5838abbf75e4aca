"""The command line as a process: signals, pipes, and another distribution's package under one of our names."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

BILLHOOK = [sys.executable, "-m", "billhook.cli"]


def test_a_worker_that_is_told_to_stop_ends_well(sqlite_database):
    worker = subprocess.Popen(
        [*BILLHOOK, "worker", "--threads", "1", "--database", sqlite_database], stderr=subprocess.PIPE, text=True
    )
    told = json.loads(worker.stderr.readline())
    worker.send_signal(signal.SIGTERM)
    rest = [json.loads(line)["event"] for line in worker.communicate(timeout=30)[1].splitlines()]

    assert told["event"] == "working with 1 thread(s); stop with Ctrl-C or SIGTERM"
    assert (worker.returncode, rest) == (0, ["stopping; the work in hand has 50 s", "stopped"])


def test_a_reader_that_goes_away_leaves_no_stack_trace(sqlite_database):
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run([*BILLHOOK, "--help"], stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)

    assert "Traceback" not in ran.stderr


def test_another_distributions_package_under_our_name_is_told(tmp_path):
    stranger = tmp_path / "renderers"
    stranger.mkdir()
    (stranger / "__init__.py").touch()
    ran = _run_with_first_on_path(tmp_path)

    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == (
        f"The package 'renderers' that Python finds is {stranger}, not billhook's. "
        "Install billhook into a virtual environment of its own.\n"
    )


def _run_with_first_on_path(folder: Path) -> "subprocess.CompletedProcess[str]":
    search = os.pathsep.join([str(folder), str(Path(__file__).parents[2])])
    surroundings = {**os.environ, "PYTHONPATH": search}
    return subprocess.run(
        [*BILLHOOK, "--help"], cwd=folder, env=surroundings, capture_output=True, text=True, check=False
    )
