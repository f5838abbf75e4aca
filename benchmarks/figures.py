"""Measure contenders in turns, and keep what came out as rows of one table. It knows nothing of what is measured."""

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from time import perf_counter, process_time

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds for each unit of work: on the clock, and of CPU by this process and all below it."""

    wall: float
    cpu: float

    def over(self, other: "Spent") -> "Spent":
        """This as a share of `other`."""
        return Spent(self.wall / other.wall, self.cpu / other.cpu)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. `ok` None: a figure without a target."""

    key: str
    what: str
    figure: str
    target: str = ""
    ok: bool | None = None
    detail: Mapping[str, float] | None = None

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def in_turns(contenders: Mapping[str, Callable[[], int]], *, rounds: int) -> dict[str, Spent]:
    """
    Run the contenders A B C, A B C, ... and take each one's median, so that whatever else the machine does meets all.

    A contender does its work once and returns how many units that was. One round beforehand is not counted.
    """
    rows: dict[str, list[Spent]] = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, work in contenders.items():
            spent = spent_on(work)
            if turn:
                rows[name].append(spent)
    return {
        name: Spent(median(each.wall for each in spents), median(each.cpu for each in spents))
        for name, spents in rows.items()
    }


def spent_on(work: Callable[[], int]) -> Spent:
    """What one unit of `work` costs."""
    wall, cpu = perf_counter(), cpu_here_and_below()
    units = work()
    return Spent((perf_counter() - wall) / units, (cpu_here_and_below() - cpu) / units)


def cpu_here_and_below() -> float:
    """Seconds of CPU of this process and of all below it, alive or ended; of those alive to the kernel's tick."""
    ended = getrusage(RUSAGE_CHILDREN)
    below = sum(_cpu_of(child) for child in children(os.getpid()))
    return process_time() + ended.ru_utime + ended.ru_stime + below


def _cpu_of(pid: int) -> float:
    return sum(map(int, _stat(pid)[11:15])) / _TICK + sum(_cpu_of(child) for child in children(pid))


def peak_mb(pid: int) -> float:
    """The most memory that a process has had resident so far, in MB of 1,000,000 bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def children(pid: int) -> list[int]:
    """The processes that a process has started and that live, whichever of its threads did."""
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for file in listed for child in file.read_text().split()]


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold spaces: state is the first."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
