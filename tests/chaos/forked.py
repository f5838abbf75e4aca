"""
Programs that begin at once: each is forked from a process that has loaded what they import, which is started with the
first of them and goes with whoever started it. It knows no program.
"""

import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAMS = ("tests.worker_process", "tests.chaos.web_process")

_FROM = get_context("forkserver")
_FROM.set_forkserver_preload([*PROGRAMS, "pytest"])  # a child imports whatever its parent's parent ran as


class Forked:
    """As `subprocess.Popen([sys.executable, "-m", *command], text=True)` with pipes; stderr is added to `log`."""

    def __init__(self, command: tuple[str, ...], *, log: Path, surroundings: Mapping[str, str]) -> None:
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        self.stdin, self.stdout = os.fdopen(ours_out, "w"), os.fdopen(ours_in)
        pipes = Connection(theirs_in, writable=False), Connection(theirs_out, readable=False)
        self._process = _FROM.Process(target=_begin, args=(command, *pipes, log, dict(surroundings)), daemon=True)
        self._process.start()
        for pipe in pipes:
            pipe.close()
        self.pid = self._process.pid
        self.kill, self.terminate = self._process.kill, self._process.terminate

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, seconds: float) -> int:
        self._process.join(seconds)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(str(self._process), seconds)
        return self._process.exitcode


def _begin(
    command: tuple[str, ...], source: Connection, sink: Connection, log: Path, surroundings: dict[str, str]
) -> None:
    """In the new process: what a program finds when it is started from a command line."""
    with log.open("a") as told:
        for end, descriptor in ((source, 0), (sink, 1), (told, 2)):
            os.dup2(end.fileno(), descriptor)
    source.close()
    sink.close()
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w", buffering=1)
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(surroundings)
    tempfile.tempdir = None
    name, *sys.argv[1:] = command
    sys.modules.pop(name, None)
    runpy.run_module(name, run_name="__main__", alter_sys=True)
