"""A campaign against a whole installation on PostgreSQL and Redis: what was planned is struck, then all is examined."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import redis

from engine import outbox
from engine.clock import SystemClock
from engine.migrations import upgrade
from engine.store import Store
from tests import worlds
from tests.chaos.crew import Member, Place, Web, Worker
from tests.chaos.findings import Findings, examine
from tests.chaos.held import Held
from tests.chaos.plan import Plan, Strike, strikes
from tests.servers import Frail, frail_postgres, frail_redis, fresh_database

_PARTNERS = 5
_LOOK = 0.1
_FOR_A_PRESS = 3  # seconds


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done and what has become of it; seconds."""

    plan: Plan
    struck: Counter[str]
    at_failpoints: int
    retried: int
    held: float
    settled: float
    took: float
    findings: Findings
    exits: tuple[int, ...]


def run(plan: Plan) -> Outcome:
    """Servers, database and processes are made for it and gone after it."""
    options = [f"--{name}={getattr(plan, name)}" for name in ("lease", "patience", "sweep")]
    with (
        frail_postgres() as postgres,
        frail_redis() as broker,
        TemporaryDirectory() as folder,
        fresh_database(postgres.url) as url,
        _account(url) as account,
    ):
        payouts = [account.payout(f"P{n % _PARTNERS}", "Pending") for n in range(plan.payouts)]
        place = Place(url, broker.url, Path(folder), plan.render, (*options, f"--real-every={plan.real_every}"))
        return _Campaign(account, _Crew(place, account.account_id), postgres, broker).run(plan, payouts)


@contextmanager
def _account(url: str) -> Iterator[worlds.Place]:
    store = Store(url)
    upgrade(store.engine)
    account = worlds.Place(store, clock=SystemClock())
    for n in range(_PARTNERS):
        account.partner(f"P{n}")
    yield account
    store.close()


class _Crew:
    def __init__(self, place: Place, account_id: str) -> None:
        self.workers = [Worker(place, f"worker{n}") for n in range(2)]
        self.sweeper = Worker(place, "sweeper", "--only-sweeps")
        self.web = Web(place, account_id)
        self.all: list[Member] = [*self.workers, self.sweeper, self.web]


class _Campaign:
    def __init__(self, account: worlds.Place, crew: _Crew, postgres: Frail, broker: Frail) -> None:
        self.account, self.crew, self.postgres, self.broker = account, crew, postgres, broker
        self.store = account.world.store
        self.held = Held(self.store)
        self.struck: Counter[str] = Counter()
        self.retried = 0

    def run(self, plan: Plan, payouts: list[str]) -> Outcome:
        began, chance, waiting = time.monotonic(), random.Random(plan.seed), iter(payouts)  # noqa: S311
        for strike in strikes(plan):
            self.crew.web.ask(payout for _, payout in zip(range(strike.ask), waiting, strict=False))
            self._let_pass(strike.after)
            self.struck[self._hit(strike, chance)] += 1
        last = time.monotonic()
        self._settle(plan)
        settled = time.monotonic() - last
        ended = sum(member.ended for member in self.crew.all)
        exits = tuple(member.dismiss() for member in (*self.crew.workers, self.crew.sweeper))
        self.crew.web.end()
        took = time.monotonic() - began
        return Outcome(
            plan, self.struck, ended, self.retried, self.held.longest, settled, took, examine(self.account.world), exits
        )

    def _hit(self, strike: Strike, chance: random.Random) -> str:
        """What was hit."""
        match strike.blow:
            case "worker":
                self._kill_a_worker(chance.choice(self.crew.workers), strike.failpoint)
            case "press":
                return self._kill_a_press(chance)
            case "sweeper":
                self.crew.sweeper.kill()
            case "web":
                self.crew.web.kill(failpoint=strike.failpoint)
            case "redis flushed":
                self._mark()
                with redis.Redis.from_url(self.broker.url) as client:
                    client.flushall()
            case "redis killed":
                self._mark()
                self._away(self.broker, strike.away, crash=True)
            case "postgres crashed" | "postgres stopped":
                self._mark()
                self._away(self.postgres, strike.away, crash=strike.blow == "postgres crashed")
        return strike.blow

    def _away(self, server: Frail, seconds: float, *, crash: bool) -> None:
        server.crash() if crash else server.stop()
        time.sleep(seconds)
        server.start()

    def _kill_a_press(self, chance: random.Random) -> str:
        """A worker's press, or the press's printer. Where none is there for a while, a worker is killed instead."""
        ends = time.monotonic() + _FOR_A_PRESS
        while time.monotonic() < ends:
            if below := [pid for worker in self.crew.workers for pid in worker.below()]:
                self._mark()
                with suppress(ProcessLookupError):
                    os.kill(chance.choice(below), signal.SIGKILL)
                return "press"
            self._let_pass(_LOOK)
        self._kill_a_worker(chance.choice(self.crew.workers), "")
        return "worker"

    def _kill_a_worker(self, worker: Worker, failpoint: str) -> None:
        worker.wait_until_at_work()
        self._mark()
        worker.kill(failpoint=failpoint)

    def _settle(self, plan: Plan) -> None:
        ends = time.monotonic() + plan.limit
        while self.crew.web.unanswered or self._open():
            assert time.monotonic() < ends, self._why_not(plan.limit)
            self._let_pass(_LOOK)
            self._retry_parked()
            if not plan.waits:
                self.store.unit_of_work(lambda tx: tx.run(_NO_WAITING))
        self._look()

    def _why_not(self, limit: float) -> str:
        told = [f"{member.name} says: {member.said()[-1500:]}" for member in self.crew.all]
        open_jobs = [tuple(job) for job in self._open()]
        return "\n".join([f"not all was attached within {limit:g} s", str(open_jobs), *told])

    def _let_pass(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            time.sleep(min(_LOOK, left))
            self._look()

    def _look(self) -> None:
        for member in self.crew.all:
            member.tend()
        with suppress(psycopg.OperationalError):  # it has just been started again
            self.held.look()

    def _mark(self) -> None:
        with suppress(psycopg.OperationalError):
            self.held.mark()

    def _open(self) -> list[Any]:
        return self.account.jobs("pending", "offered", "claimed", "parked")

    def _retry_parked(self) -> None:
        """As somebody does who looks at what was parked: billhook jobs retry --all-parked."""
        parked = [job.id for job in self.account.jobs("parked")]
        if parked:
            self.retried += self.account.owner.transact(
                lambda tx: outbox.retry(tx, self.account.account_id, job_ids=parked)
            )


_NO_WAITING = "UPDATE job SET not_before = '' WHERE status = 'pending' AND not_before <> ''"
