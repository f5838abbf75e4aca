"""
Many payouts with one call: `engine.bulk.fire_many`, in chunks of 100 payouts, each chunk one transaction.

SQLite FULL. Without effects the payouts go to and fro; into Ready each gets its decision, number, frozen invoice, job.
"""

from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Row, in_turns
from benchmarks.ground import ground, make_payouts
from engine.bulk import fire_many
from engine.service import Request
from engine.world import Caller

FULL, QUICK = {"count": 1000, "rounds": 5}, {"count": 20, "rounds": 1}


def rows(*, count: int, rounds: int) -> list[Row]:
    """The table's lines; `count` payouts a round."""
    with TemporaryDirectory() as folder:
        jo = ground(Path(folder) / "bulk.db", durability="FULL", renderers={})
        moving = make_payouts(jo, count, rewards=1)
        waiting = iter(make_payouts(jo, count * (rounds + 1), rewards=1, prefix="W"))
        turns = cycle((Request("there"), Request("back")))
        spent = in_turns(
            {
                "moves": lambda: _fire(jo, moving, next(turns)),
                "ready": lambda: _fire(jo, list(islice(waiting, count)), Request("validate")),
            },
            rounds=rounds,
        )
        jo.world.store.close()
    return [
        _told("bulk", "Bulk transitions a second, no effects, SQLite FULL", 1 / spent["moves"].wall, 4000),
        _told("bulk_ready", "Bulk into Ready with an invoice a second, SQLite FULL", 1 / spent["ready"].wall, 800),
    ]


def _told(key: str, what: str, figure: float, target: int) -> Row:
    return Row(key, what, f"{figure:,.0f}", f"at least {target:,}", figure >= target, {"per_second": figure})


def _fire(jo: Caller, payouts: list[str], request: Request) -> int:
    assert all(outcome.fired for outcome in fire_many(jo, payouts, request)), "a payout was refused"
    return len(payouts)
