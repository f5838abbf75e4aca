"""
Three steps in a row, kept durably: three transitions of one payout here, a workflow of three empty steps in DBOS.

DBOS is no part of billhook: without the package `dbos` (pip install dbos) there is a line that says so. It runs in a
process of its own, on its own system database: a SQLite file as DBOS sets it up, or the same PostgreSQL cluster as ours
(the tests' own, fsync off). Ours: SQLite FULL one transition at a time, and in chunks of 100 payouts; PostgreSQL.
A workflow of DBOS does less (no guards, no roles, no hash chain, no history in words): what is compared is what a
durable step costs.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Row, in_turns
from benchmarks.ground import ground, ground_at, make_payouts
from engine import service
from engine.bulk import fire_many
from engine.service import Request
from engine.world import Caller
from tests.servers import fresh_database, postgres_server

FULL, QUICK = {"count": 400, "rounds": 3}, {"count": 10, "rounds": 1}
ROOT = Path(__file__).parent.parent
STEPS = 3


def rows(*, count: int, rounds: int) -> list[Row]:
    """The table's lines; `count` pipelines of three steps a contender and round."""
    if find_spec("dbos") is None:
        return [Row("dbos", "Against DBOS", "not measured: pip install dbos")]
    with TemporaryDirectory() as folder:
        return [*_on_sqlite(Path(folder), count, rounds), *_on_postgres(count, rounds)]


def _on_sqlite(folder: Path, count: int, rounds: int) -> list[Row]:
    jo = ground(folder / "ours.db", durability="FULL", renderers={})
    payouts = make_payouts(jo, 200, rewards=1)
    with _Theirs(f"sqlite:///{folder / 'theirs.db'}") as theirs:
        spent = in_turns(
            {
                "single": lambda: _one_by_one(jo, payouts, count),
                "grouped": lambda: _grouped(jo, payouts, count),
                "dbos": lambda: theirs.run(count),
            },
            rounds=rounds,
        )
    jo.world.store.close()
    single, grouped = (spent["dbos"].wall / spent[name].wall for name in ("single", "grouped"))
    return [
        _row("dbos_sqlite", "SQLite FULL, one at a time", single, 8, spent["single"].wall, spent["dbos"].wall),
        _row("dbos_grouped", "SQLite FULL, grouped commits", grouped, 20, spent["grouped"].wall, spent["dbos"].wall),
    ]


def _on_postgres(count: int, rounds: int) -> list[Row]:
    with postgres_server() as server, fresh_database(server) as ours, fresh_database(server) as other:
        jo = ground_at(ours, renderers={})
        payouts = make_payouts(jo, 200, rewards=1)
        with _Theirs(other) as theirs:
            contenders: dict[str, Callable[[], int]] = {
                "ours": lambda: _one_by_one(jo, payouts, count),
                "dbos": lambda: theirs.run(count),
            }
            spent = in_turns(contenders, rounds=rounds)
        jo.world.store.close()
    times = spent["dbos"].wall / spent["ours"].wall
    return [_row("dbos_postgres", "PostgreSQL, one at a time", times, 3, spent["ours"].wall, spent["dbos"].wall)]


def _row(key: str, where: str, times: float, target: int, ours: float, theirs: float) -> Row:
    figure = f"{times:.1f} times ({1 / ours:,.0f} against {1 / theirs:,.0f} a second)"
    return Row(key, f"Three durable steps against DBOS, {where}", figure, f"at least {target}", times >= target,
               {"times": times, "ours": 1 / ours, "dbos": 1 / theirs})  # fmt: skip


def _one_by_one(jo: Caller, payouts: list[str], count: int) -> int:
    state = _states(jo)
    for payout_id in islice(cycle(payouts), count):
        for _ in range(STEPS):
            fired = service.fire(jo, payout_id, Request("there" if state[payout_id] == "Draft" else "back"))
            state[payout_id] = fired.target
    return count


def _grouped(jo: Caller, payouts: list[str], count: int) -> int:
    """Only payouts in one state go together, so each group is asked for by its state."""
    done = 0
    while done < count:
        some = payouts[: min(len(payouts), count - done)]
        for _ in range(STEPS):
            state = _states(jo)
            for now, trigger in (("Draft", "there"), ("Pending", "back")):
                group = [each for each in some if state[each] == now]
                assert all(outcome.fired for outcome in fire_many(jo, group, Request(trigger)))
        done += len(some)
    return done


def _states(jo: Caller) -> dict[str, str]:
    with jo.world.store.reading() as tx:
        return {row.id: row.state for row in tx.all("SELECT id, state FROM payout")}


class _Theirs:
    """DBOS in a process of its own: told on its standard input how many workflows to run."""

    def __init__(self, url: str) -> None:
        self._command = [sys.executable, "-m", "benchmarks.dbos", url]

    def __enter__(self) -> "_Theirs":
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        return self

    def run(self, count: int) -> int:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        while not (line := self._process.stdout.readline()).startswith("{"):
            assert line, "DBOS ended"
        return int(json.loads(line)["done"])

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=60)


def _be_dbos(url: str) -> None:
    from dbos import DBOS

    @DBOS.step()
    def step(text: str) -> str:
        return text

    @DBOS.workflow()
    def pipeline(text: str) -> str:
        return step(step(step(text)))

    DBOS(config={"name": "measured", "system_database_url": url, "run_admin_server": False, "log_level": "ERROR"})
    DBOS.launch()
    for line in sys.stdin:
        done = sum(pipeline("payout") == "payout" for _ in range(int(line)))
        print(json.dumps({"done": done}), flush=True)
    DBOS.destroy()


if __name__ == "__main__":
    _be_dbos(sys.argv[1])
