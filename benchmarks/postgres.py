"""
Transitions on a real PostgreSQL with 1, 4 and 16 clients: threads of one process, as a web server has them.

engine    `service.fire`, to and fro, over payouts of 16 sellers
session   ordinary SQLModel: account and partner read under a share lock and the payout under its own, as rows of a
          session; one history row added, the payout's columns set, a commit: the same locks, rows and hashes
ready     `service.fire` into Ready with an invoice decided, numbered and frozen: on one seller, whose numbers are given
          one after the other, and on 16

The cluster is the tests' own (fsync off): figures are of the code and the protocol, not of a disk. The clock decides,
since server and clients share the machine; CPU counts both.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle, islice

from sqlalchemy import Engine, create_engine
from sqlmodel import Session

from benchmarks.figures import Row, Spent, in_turns
from benchmarks.ground import ground_at, make_payouts
from engine import service
from engine.service import Request
from engine.tables import Account, History, Partner, Payout
from engine.world import Caller
from tests.servers import fresh_database, postgres_server

FULL, QUICK = {"count": 1600, "rounds": 5}, {"count": 64, "rounds": 1}
CLIENTS = (1, 4, 16)
SELLERS = 16
THERE, BACK, VALIDATE = Request("there"), Request("back"), Request("validate")
TURN = {"Draft": ("there", "Pending"), "Pending": ("back", "Draft")}

Step = Callable[[str], object]


def rows(*, count: int, rounds: int) -> list[Row]:
    """The table's lines; `count` transitions a contender and round."""
    with postgres_server() as server:
        made = [_to_and_fro(server, clients, count=count, rounds=rounds) for clients in CLIENTS]
        return [row for some in made for row in some] + _into_ready(server, count=count // 4, rounds=rounds)


def _to_and_fro(server: str, clients: int, *, count: int, rounds: int) -> list[Row]:
    with fresh_database(server) as first, fresh_database(server) as second:
        jo, jim = _ground(first), _ground(second)
        mine, theirs = (
            make_payouts(jo, 64, rewards=1, sellers=SELLERS),
            make_payouts(jim, 64, rewards=1, sellers=SELLERS),
        )
        with _driven(clients) as drive:
            spent = in_turns(
                {
                    "engine": lambda: drive(_engine(jo), mine, count),
                    "session": lambda: drive(_session(jim, second), theirs, count),
                },
                rounds=rounds,
            )
        jo.world.store.close()
        jim.world.store.close()
    return _told(clients, spent["engine"], spent["session"].over(spent["engine"]))


def _told(clients: int, engine: Spent, times: Spent) -> list[Row]:
    where = f"PostgreSQL, {clients} client(s)"
    target, ok = ("at least 4", times.wall >= 4) if clients == 4 else ("", None)
    return [
        Row(f"postgres_{clients}", f"Transitions a second, {where}", f"{1 / engine.wall:,.0f}",
            detail={"wall": engine.wall, "cpu": engine.cpu}),
        Row(f"postgres_times_session_{clients}", f"... as a multiple of a SQLModel session a row, clock (CPU), {where}",
            f"{times.wall:.1f} ({times.cpu:.1f})", target, ok, {"wall": times.wall, "cpu": times.cpu}),
    ]  # fmt: skip


def _into_ready(server: str, *, count: int, rounds: int) -> list[Row]:
    return [_ready(server, clients, sellers, count, rounds) for sellers in (1, SELLERS) for clients in CLIENTS]


def _ready(server: str, clients: int, sellers: int, count: int, rounds: int) -> Row:
    with fresh_database(server) as url, _driven(clients) as drive:
        jo = _ground(url)
        waiting = iter(make_payouts(jo, count * (rounds + 1), rewards=1, sellers=sellers))
        spent = in_turns(
            {
                "ready": lambda: drive(
                    lambda each: service.fire(jo, each, VALIDATE), list(islice(waiting, count)), count
                )
            },
            rounds=rounds,
        )["ready"]
        jo.world.store.close()
    where = f"PostgreSQL, {clients} client(s), {'one seller' if sellers == 1 else f'{sellers} sellers'}"
    return Row(f"postgres_ready_{clients}_{sellers}", f"Into Ready with an invoice a second, {where}",
               f"{1 / spent.wall:,.0f}", detail={"wall": spent.wall, "cpu": spent.cpu})  # fmt: skip


def _ground(url: str) -> Caller:
    return ground_at(url, renderers={}, sellers=SELLERS)


@contextmanager
def _driven(clients: int) -> Iterator[Callable[[Step, list[str], int], int]]:
    """A way to take `count` steps over payouts with so many threads, each with payouts of its own."""
    with ThreadPoolExecutor(clients) as threads:

        def drive(step: Step, payouts: list[str], count: int) -> int:
            def one(client: int) -> None:
                for payout_id in islice(cycle(payouts[client::clients]), count // clients):
                    step(payout_id)

            list(threads.map(one, range(clients)))
            return count // clients * clients

        yield drive


def _states(jo: Caller) -> Mapping[str, str]:
    with jo.world.store.reading() as tx:
        return {row.id: row.state for row in tx.all("SELECT id, state FROM payout")}


def _engine(jo: Caller) -> Step:
    state = dict(_states(jo))

    def step(payout_id: str) -> None:
        fired = service.fire(jo, payout_id, THERE if state[payout_id] == "Draft" else BACK)
        state[payout_id] = fired.target

    return step


def _session(jo: Caller, url: str) -> Step:
    """The ordinary way: a pool of connections, a session, rows as objects, a commit."""
    engine = _engines.setdefault(url, create_engine(url, pool_size=max(CLIENTS)))
    account, actor, role = jo.account_id, jo.actor.id, jo.actor.role
    partner_of = _partners(jo)

    def step(payout_id: str) -> None:
        with Session(engine) as session:
            session.get(Account, account, with_for_update={"read": True})
            session.get(Partner, (account, partner_of[payout_id]), with_for_update={"read": True})
            payout = session.get_one(Payout, (account, payout_id), with_for_update=True)
            source, version = payout.state, payout.version + 1
            trigger, target = TURN[source]
            at = datetime.now(UTC).isoformat(timespec="microseconds")
            data = '{"guards":{}}'
            fields = (payout.head, str(version), at, actor, role, trigger, source, target, "", "", data)
            digest = hashlib.sha256("\x1f".join(fields).encode()).hexdigest()
            session.add(
                History(
                    account_id=account, subject_id=payout_id, seq=version, subject_kind="payout", at=at, actor=actor,
                    role=role, verb=trigger, source=source, target=target, data=data, hash=digest,
                )
            )  # fmt: skip
            payout.state, payout.version, payout.head = target, version, digest
            session.commit()

    return step


def _partners(jo: Caller) -> Mapping[str, str]:
    with jo.world.store.reading() as tx:
        return {row.id: row.partner_id for row in tx.all("SELECT id, partner_id FROM payout")}


_engines: dict[str, Engine] = {}
