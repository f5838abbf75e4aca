"""How much memory a worker and its presses take, and what the first second of a command costs."""

import json
import os
import subprocess
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.figures import Row, children, peak_mb
from benchmarks.ground import ready_payouts, registry

ROOT = Path(__file__).parent.parent
FULL, QUICK = {"renders": 100, "starts": 5}, {"renders": 4, "starts": 1}
LIMIT_MB = 120
CHECK = [sys.executable, "-c", "from billhook.cli import main; main()", "check", str(ROOT / "pipelines.yaml")]


def rows(*, renders: int, starts: int) -> list[Row]:
    """The table's lines: memory after so many renders, the median of so many cold starts."""
    return [*_memory(renders), _cold_start(starts)]


def _memory(renders: int) -> list[Row]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "worker.db"
        ready_payouts(file, renders)
        command = [sys.executable, "-m", "benchmarks.sizes", str(file)]
        said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    peaks = json.loads(said)
    told = f"peak after {renders} renders"
    worker, press = peaks["worker"], max(peaks["presses"])
    limit = f"under {LIMIT_MB} MB"
    return [
        Row("worker_mb", f"Memory of a worker process, {told}", f"{worker:.0f} MB", limit, worker < LIMIT_MB,
            {"mb": worker}),
        Row("press_mb", f"Memory of the largest press process, {told}", f"{press:.0f} MB", limit, press < LIMIT_MB,
            {"mb": press}),
    ]  # fmt: skip


def _cold_start(starts: int) -> Row:
    what = "CPU of `billhook check` on the shipped file, cold"
    seconds = []
    for _ in range(starts):
        before = getrusage(RUSAGE_CHILDREN)
        done = subprocess.run(CHECK, cwd=ROOT, check=False, capture_output=True, text=True)
        after = getrusage(RUSAGE_CHILDREN)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or done.stdout.strip().splitlines() or [""])[-1]
            return Row("check_cpu", what, f"ended with {done.returncode}: {last}", "under 0.5 s", ok=False)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    cost = median(seconds)
    return Row("check_cpu", what, f"{cost:.2f} s", "under 0.5 s", cost < 0.5, {"seconds": cost})


def _worker(file: Path) -> dict[str, object]:
    """Be a worker as `billhook worker` is one, and say how large this process and those below it were at their peak."""
    from billhook.app import Billhook
    from billhook.settings import Settings
    from renderers.pdf import InvoicePdf

    with Billhook(settings=Settings(database_url=f"sqlite:///{file}"), registry=registry()) as billhook:
        billhook.world.renderers = {"pdf": InvoicePdf(billhook.press)}
        billhook.start_worker()
        assert billhook.drain(600), "the queue did not empty in ten minutes"
        return {"worker": peak_mb(os.getpid()), "presses": [peak_mb(pid) for pid in _below(os.getpid())]}


def _below(pid: int) -> list[int]:
    return [each for child in children(pid) for each in (child, *_below(child))]


if __name__ == "__main__":
    print(json.dumps(_worker(Path(sys.argv[1]))))
