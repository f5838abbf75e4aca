"""
Transitions without effects: through the engine, by hand-written SQL, by a SQLModel session a row.

All three move the same 100 payouts to and fro, on equal files on the same disk, under the same PRAGMAs, in one
BEGIN IMMEDIATE .. COMMIT a transition: they read the payout joined with its account and partner, write one history
row in all its columns with its chained hash, and move the payout's state, version and head on by compare-and-set.
The engine besides reads the definition it is pinned to, asks roles and guards, and lets `transitions` find the way.
"""

import hashlib
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, event
from sqlmodel import Session, col, select

from benchmarks.figures import Row, Spent, in_turns
from benchmarks.ground import ground, make_payouts
from engine import facts, service
from engine.service import Request
from engine.store import Durability
from engine.tables import Account, History, Partner, Payout
from engine.world import Caller

FULL, QUICK = {"count": 2000, "rounds": 7}, {"count": 20, "rounds": 1}
PAYOUTS = 100
TURN = {"Draft": ("there", "Pending"), "Pending": ("back", "Draft")}

Step = Callable[[str], None]


def rows(*, count: int, rounds: int) -> list[Row]:
    """The table's lines for both modes; `count` transitions a contender and round."""
    return [row for mode in ("FULL", "NORMAL") for row in _rows_of(mode, count=count, rounds=rounds)]


def _rows_of(mode: Durability, *, count: int, rounds: int) -> list[Row]:
    spent = measure(mode, count=count, rounds=rounds)
    engine, floor, session = spent["engine"], spent["floor"], spent["session"]
    detail = {f"{name}_{kind}_per_second": 1 / getattr(spent[name], kind) for name in spent for kind in ("wall", "cpu")}
    share, times = floor.over(engine), session.over(engine)
    where = f"SQLite {mode}"
    return [
        Row(f"transitions_{mode}", f"Transitions a second, {where}", f"{1 / engine.wall:,.0f}", detail=detail),
        Row(
            f"share_of_floor_{mode}", f"... as a share of hand-written SQL, CPU (clock), {where}",
            f"{share.cpu:.0%} ({share.wall:.0%})", "at least 35 %", share.cpu >= 0.35,
            {"cpu": share.cpu, "wall": share.wall},
        ),
        Row(
            f"times_session_{mode}", f"... as a multiple of a SQLModel session a row, CPU (clock), {where}",
            f"{times.cpu:.1f} ({times.wall:.1f})", "at least 3", times.cpu >= 3,
            {"cpu": times.cpu, "wall": times.wall},
        ),
    ]  # fmt: skip


def measure(mode: Durability, *, count: int, rounds: int) -> dict[str, Spent]:
    """What a transition costs each contender."""
    with TemporaryDirectory() as folder:
        made = {name: _contender(name, Path(folder) / f"{name}.db", mode) for name in CONTENDERS}
        turns = {name: _turn(step, payouts, count) for name, (step, payouts) in made.items()}
        spent = in_turns(turns, rounds=rounds)
        written = [_last_written(Path(folder) / f"{name}.db") for name in CONTENDERS]
        assert written == [written[0]] * len(written), f"the contenders wrote different rows: {written}"
        return spent


def _contender(name: str, file: Path, mode: Durability) -> tuple[Step, list[str]]:
    jo = ground(file, durability=mode, renderers={})
    payouts = make_payouts(jo, PAYOUTS, rewards=1)
    return CONTENDERS[name](jo, file, mode), payouts


def _turn(step: Step, payouts: list[str], count: int) -> Callable[[], int]:
    ids = cycle(payouts)

    def work() -> int:
        for payout_id in islice(ids, count):
            step(payout_id)
        return count

    return work


def _engine(jo: Caller, _file: Path, _mode: Durability) -> Step:
    to_and_fro: dict[str, Request] = {}
    there, back = Request("there"), Request("back")

    def step(payout_id: str) -> None:
        request = to_and_fro.get(payout_id, there)
        service.fire(jo, payout_id, request)
        to_and_fro[payout_id] = back if request is there else there

    return step


def _floor(jo: Caller, file: Path, mode: Durability) -> Step:
    """What a patient person would write for this one transition and nothing else."""
    driver = sqlite3.connect(file, isolation_level=None, cached_statements=512)
    _prepare(driver, mode)
    account, actor, role = jo.account_id, jo.actor.id, jo.actor.role

    def step(payout_id: str) -> None:
        driver.execute("BEGIN IMMEDIATE")
        row = driver.execute(_READ, (account, payout_id)).fetchone()
        source, version, head = row[4], row[14] + 1, row[15]
        trigger, target = TURN[source]
        at = datetime.now(UTC).isoformat(timespec="microseconds")
        data = '{"guards":{}}'
        fields = (head, str(version), at, actor, role, trigger, source, target, "", "", data)
        digest = hashlib.sha256("\x1f".join(fields).encode()).hexdigest()
        driver.execute(_WRITE, (account, payout_id, version, "payout", at, actor, role, trigger, source, target, "",
                                "", data, digest))  # fmt: skip
        if driver.execute(_MOVE, (target, version, digest, account, payout_id, version - 1)).rowcount != 1:
            driver.rollback()
            raise RuntimeError("somebody else was first")
        driver.commit()

    return step


def _prepare(driver: sqlite3.Connection, mode: Durability) -> None:
    """The engine's own settings."""
    for pragma in ("journal_mode=WAL", f"synchronous={mode}", "foreign_keys=ON"):
        driver.execute(f"PRAGMA {pragma}")


def _session(jo: Caller, file: Path, mode: Durability) -> Step:
    """The ordinary way: a pool of connections, a session, rows as objects, a commit."""
    engine = create_engine(f"sqlite:///{file}", connect_args={"isolation_level": None, "cached_statements": 512})
    event.listen(engine, "connect", lambda driver, _record: _prepare(driver, mode))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    wanted = (
        select(Payout, Account, Partner)
        .join(Account, col(Account.id) == Payout.account_id)
        .join(Partner, (col(Partner.account_id) == Payout.account_id) & (col(Partner.id) == Payout.partner_id))
    )

    def step(payout_id: str) -> None:
        with Session(engine) as session:
            found = wanted.where(Payout.account_id == jo.account_id, Payout.id == payout_id)
            payout, _account, _partner = session.exec(found).one()
            source, version = payout.state, payout.version + 1
            trigger, target = TURN[source]
            at = datetime.now(UTC).isoformat(timespec="microseconds")
            data = '{"guards":{}}'
            fields = (payout.head, str(version), at, jo.actor.id, jo.actor.role, trigger, source, target, "", "", data)
            digest = hashlib.sha256("\x1f".join(fields).encode()).hexdigest()
            session.add(
                History(
                    account_id=jo.account_id, subject_id=payout_id, seq=version, subject_kind="payout", at=at,
                    actor=jo.actor.id, role=jo.actor.role, verb=trigger, source=source, target=target, data=data,
                    hash=digest,
                )
            )  # fmt: skip
            payout.state, payout.version, payout.head = target, version, digest
            session.commit()

    return step


def _last_written(file: Path) -> list[object]:
    """The newest history row but for ids, instant and hash; and how many rows there are."""
    driver = sqlite3.connect(file)
    row = driver.execute(
        "SELECT verb, source, target, reason, sentence, data, seq FROM history ORDER BY at DESC LIMIT 1"
    )
    (count,) = driver.execute("SELECT COUNT(*) FROM history").fetchone()
    answer = [*row.fetchone(), count]
    driver.close()
    return answer


CONTENDERS = {"engine": _engine, "floor": _floor, "session": _session}

_READ = (facts._SELECT).replace(":account", "?").replace(":id", "?")
_WRITE = """
    INSERT INTO history (account_id, subject_id, seq, subject_kind, at, actor, role, verb, source, target, reason,
        sentence, data, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_MOVE = """
    UPDATE payout SET state = ?, version = ?, head = ? WHERE account_id = ? AND id = ? AND version = ?"""
