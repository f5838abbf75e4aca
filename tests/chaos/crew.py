"""
The processes of an installation, restarted whenever they end, as a supervisor does: workers, a sweeper, and one that
fires triggers as the web process does. It knows no schedule.
"""

import os
import select
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from benchmarks.figures import children
from tests.chaos.forked import ROOT, Forked

_TO_START = 60
_TO_END = 60


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where the processes work: two addresses, a folder for what they say and leave, the seconds that a light render
    takes, options for each worker.
    """

    database: str
    broker: str
    folder: Path
    seconds: float
    options: tuple[str, ...]


class Member:
    """One process that is always there."""

    def __init__(self, place: Place, name: str, *command: str) -> None:
        self.place, self.name, self.command = place, name, command
        self.process = self._started()
        self._at_work: Forked | None = None
        self.ended = 0
        """How often it was found dead without having been killed by `kill`: at a failpoint, or by an error."""

    def kill(self, *, failpoint: str = "") -> None:
        """kill -9 once it has begun to work, and another one at once, which may have a failpoint armed."""
        self.wait_until_at_work()
        self.process.kill()
        self._replace(failpoint)

    def wait_until_at_work(self) -> None:
        """It says so, or ends."""

    def tend(self) -> None:
        """Start it again when it has ended by itself."""
        if self.process.poll() is not None:
            self.ended += 1
            self._replace("")

    def dismiss(self) -> int:
        """SIGTERM, and its exit status."""
        self.process.terminate()
        return self._gone()

    def end(self) -> None:
        """kill -9, and nobody in its place."""
        self.process.kill()
        self._gone()

    def said(self) -> str:
        """Its log so far."""
        return (self.place.folder / f"{self.name}.log").read_text()

    def below(self) -> list[int]:
        """What it has started: a press, and the press's printer."""
        return [each for child in _children(self.process.pid) for each in (child, *_children(child))]

    def _replace(self, failpoint: str) -> None:
        self._gone()
        self.process = self._started(failpoint)

    def _gone(self) -> int:
        """Its exit status, once it has ended. Nothing of it is left open here."""
        status = self.process.wait(_TO_END)
        for stream in filter(None, (self.process.stdin, self.process.stdout)):
            with suppress(BrokenPipeError):
                stream.close()
        return status

    def _started(self, failpoint: str = "") -> Forked:
        log = self.place.folder / f"{self.name}.log"
        return Forked(self.command, log=log, surroundings=_surroundings(self.place.folder, failpoint))


class Worker(Member):
    """A worker, or with --only-sweeps a sweeper."""

    def __init__(self, place: Place, name: str, *options: str) -> None:
        told = (place.database, place.broker, str(place.seconds), "--stays", *place.options, *options)
        super().__init__(place, name, "tests.worker_process", *told)

    def wait_until_at_work(self) -> None:
        if self._at_work is not self.process:
            assert self.process.stdout
            assert select.select([self.process.stdout], [], [], _TO_START)[0], f"{self.name} neither works nor ends"
            self.process.stdout.readline()
            self._at_work = self.process


@dataclass(slots=True)
class _Heard:
    """What a firing process has answered, read as it comes."""

    payouts: set[str] = field(default_factory=set)

    def listen(self, answers: IO[str] | None) -> None:
        threading.Thread(target=self._listen, args=(answers,), daemon=True).start()

    def _listen(self, answers: IO[str]) -> None:
        with answers:
            self.payouts.update(line.strip() for line in answers if line.endswith("\n"))


class Web(Member):
    """Fires what it is asked to, and says so once it is committed. What a dead one left unanswered is asked again."""

    def __init__(self, place: Place, account_id: str) -> None:
        self._heard, self.asked = _Heard(), []  # type: _Heard, list[str]
        super().__init__(place, "web", "tests.chaos.web_process", place.database, place.broker, account_id)

    @property
    def unanswered(self) -> list[str]:
        return [payout for payout in self.asked if payout not in self._heard.payouts]

    def ask(self, payouts: Iterable[str]) -> None:
        asked = list(payouts)
        self.asked += asked
        self._say(asked)

    def _started(self, failpoint: str = "") -> Forked:
        process = super()._started(failpoint)
        process.stdout, answers = None, process.stdout
        self._heard.listen(answers)
        return process

    def _replace(self, failpoint: str) -> None:
        super()._replace(failpoint)
        self._say(self.unanswered)

    def _say(self, payouts: list[str]) -> None:
        """One that dies while it is spoken to is replaced at the next look, and asked everything again."""
        assert self.process.stdin
        try:
            self.process.stdin.write("".join(f"{payout}\n" for payout in payouts))
            self.process.stdin.flush()
        except BrokenPipeError:
            return


def _children(pid: int) -> list[int]:
    try:
        return children(pid)
    except OSError:  # it ended while it was looked at
        return []


def _surroundings(folder: Path, failpoint: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder), "BILLHOOK_FAILPOINT": failpoint}
