"""
Carry hints from the job table to workers, and let workers work. With `brokers` the only file that imports Dramatiq.

One actor, `perform(job_id)`, serves every kind of job. Messages are hints: they may be lost, repeated or late, and
nothing is lost or done twice, since only a claim in the table gives the right to work. Without a broker's address
Dramatiq's StubBroker carries them inside the process; with one they go to workers elsewhere.
Making a Dispatcher starts no thread; `start()` does.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from math import inf
from time import monotonic

import dramatiq
from dramatiq.brokers.stub import StubBroker

from engine import brokers, failpoints, idempotency, mails, outbox, timers, waiting, webhooks
from engine.actor import Actor
from engine.brokers import QUEUE
from engine.desk import WorkerDesk
from engine.duties import DUTIES
from engine.errors import BillhookError, JobError, NotItsTurn
from engine.outbox import Claim
from engine.store import Tx
from engine.turns import Turns
from engine.world import Caller, World

log = logging.getLogger("billhook.dispatch")

_POLL = 200  # milliseconds until a worker thread that waits looks whether it is to stop
_AGREED = timedelta(seconds=2)  # clocks that differ by less are taken for one
_NEWS = 1  # seconds until events become deliveries, and notices mails
_LAST = 5  # seconds for a sweep in hand when a process stops
_WORKER, _SWEEPER = Actor.system("worker"), Actor.system("sweeper")


@dataclass(frozen=True, slots=True)
class Pace:
    """
    How a dispatcher works. `lease`: a claim's right to a job; `patience`: after that a hint counts as lost;
    `sweep`: how often lost hints and leases are looked for; `glance`: how often other processes' commits are.
    """

    threads: int = 2
    lease: timedelta = timedelta(seconds=60)
    patience: timedelta = timedelta(seconds=45)
    sweep: timedelta = timedelta(seconds=10)
    glance: timedelta = timedelta(milliseconds=100)

    @property
    def window(self) -> int:
        """Hints that wait at a time, beside one for each job in work: enough that no thread waits."""
        return 2 * self.threads


class Dispatcher:
    """Hints out, work in. One a process."""

    def __init__(
        self,
        world: World,
        *,
        broker_url: str | None = None,
        pace: Pace | None = None,
        carry: Callable[[str], object] | None = None,
    ) -> None:
        """`carry` takes the hints, ids of jobs, instead of the broker: somebody else calls `perform` with them."""
        self.world, self.pace, self.broker_url = world, pace or Pace(), broker_url
        self.broker: dramatiq.Broker = brokers.broker_at(broker_url)
        self.perform: dramatiq.Actor[[str], None] = dramatiq.Actor(
            self._perform, broker=self.broker, actor_name="perform", queue_name=QUEUE, priority=0, options={}
        )
        self._carry = carry or self.perform.send
        self._turns = Turns()
        self._due = threading.Event()
        self._stop = threading.Event()
        self._sweeper: threading.Thread | None = None
        self._worker: dramatiq.Worker | None = None
        self._in_hand: dict[int, Claim] = {}
        self._ahead = timedelta(0)
        self._compared = -inf
        world.wake = self.wake

    def start(self, *, worker: bool = True) -> None:
        """
        Start the sweeper, and worker threads unless `worker` is False.

        Raises:
            BrokerUnreachable: nobody answers at the broker's address.
        """
        self.check()
        self._try_to_compare_clocks()
        self._sweeper = threading.Thread(target=self._sweep, name="billhook-sweeper", daemon=True)
        self._sweeper.start()
        if worker:
            self._worker = dramatiq.Worker(self.broker, worker_threads=self.pace.threads, worker_timeout=_POLL)
            self._worker.queue_prefetch = self.pace.threads + 1  # what one process holds back, no other can do
            self._worker.start()

    def check(self) -> None:
        """
        Raises:
            BrokerUnreachable: nobody answers at the broker's address.
        """
        brokers.check(self.broker, self.broker_url)

    def stop(self, *, seconds: float = 600) -> bool:
        """
        Claim nothing more and let the work in hand end, `seconds` at most. True when it did; what did not is given
        back at once, with its attempt, and what it still does changes nothing. What was only hinted at stays in the
        table.
        """
        self._stop.set()
        self._due.set()
        try:
            if self._worker:
                self._worker.stop(timeout=int(seconds * 1000))
            if self._sweeper:
                self._sweeper.join(_LAST)
            return self._give_back()
        finally:
            self.broker.close()

    def wake(self) -> None:
        """A commit has noted jobs. With a sweeper here it is told; else the broker, or the database tells others."""
        if self._sweeper:
            self._due.set()
        elif self.broker_url:
            self._try_to_compare_clocks()
            self._try_to_hint()
        else:
            self._try_to_announce()

    def sweep_once(self) -> None:
        """
        Here and now, what the sweeper does again and again: hint at what is due, fire timers, forget old keys. Errors
        are raised.
        """
        self._straighten()
        self._hint(patience=self.pace.patience)
        timers.fire_due(self.world, DUTIES)
        self._forgot()

    def drain(
        self,
        *,
        progress: Callable[[int], None] = lambda _left: None,
        seconds: float | None = None,
        put_off_too: bool = True,
    ) -> bool:
        """
        Wait until no job is open, `seconds` at most. True when none is. Without `put_off_too` jobs that are to be
        tried again later are not waited for.
        """
        ends = None if seconds is None else monotonic() + seconds
        while (left := self._unfinished(put_off_too=put_off_too)) and (ends is None or monotonic() < ends):
            progress(left)
            self._stop.wait(0.1)
        progress(left)
        return not left

    def _unfinished(self, *, put_off_too: bool) -> int:
        with self.world.store.reading() as tx:
            return outbox.unfinished(tx, due_by=None if put_off_too else self._now())

    def _now(self) -> datetime:
        """The database's time, as far as it is known: a lease is judged by one clock, whichever machine's is wrong."""
        return self.world.clock.now() + self._ahead

    def _try_to_compare_clocks(self) -> None:
        """Again every `sweep`. A database that is away is asked the next time."""
        if monotonic() - self._compared < self.pace.sweep.total_seconds():
            return
        self._compared, before = monotonic(), self._ahead
        try:
            ahead = self.world.store.time() - self.world.clock.now()
        except Exception:
            log.exception("the database did not say what time it is; it is asked again in %s", self.pace.sweep)
            return
        self._ahead = ahead if abs(ahead) > _AGREED else timedelta(0)
        if abs(self._ahead - before) > _AGREED:
            log.warning("this machine's clock and the database's differ by %s; set them right", abs(ahead))

    def _sweep(self) -> None:
        """Hint when a commit here or elsewhere may have noted jobs, and in any case every `sweep`; so timers fire."""
        watch = self.world.store.watch()
        swept = 0.0
        if not self.broker_url:  # hints of a process that is gone went with it: nobody else carries them here
            self._try_to_hint(patience=timedelta(0))
        self._try_to_issue()
        look = monotonic() + self._try_to_fire()
        while not self._stop.is_set():
            if self._due.is_set() or watch.changed() or monotonic() - swept > self.pace.sweep.total_seconds():
                self._due.clear()
                swept = monotonic()
                self._try_to_compare_clocks()
                self._try_to_hint()
                look = min(look, swept + _NEWS)  # what was committed may be news for somebody
            if monotonic() > look:
                look = monotonic() + self._try_to_fire()
            self._due.wait(self.pace.glance.total_seconds())
        watch.close()

    def _try_to_hint(self, *, patience: timedelta | None = None) -> None:
        """The sweeper's edge, and a committed verb's: a database that is away for a while must end neither."""
        try:
            self._hint(patience=self.pace.patience if patience is None else patience)
        except Exception:
            log.exception("the sweep did not succeed; the next one is in %s", self.pace.sweep)

    def _try_to_announce(self) -> None:
        """Sooner is better, and everybody looks in a second anyway."""
        try:
            self.world.store.announce()
        except Exception:
            log.exception("nobody was told of the job; it is found by the next sweep")

    def _try_to_fire(self) -> float:
        """Fire timers that are due; the seconds until the next look, none when there may be more. Guarded likewise."""
        try:
            self._straighten()
            more = timers.fire_due(self.world, DUTIES) == timers.BATCH
            more = self._told() or more
            more = self._forgot() or more
        except Exception:
            log.exception("timers that are due did not fire; the next try is in %s", self.pace.sweep)
            more = False
        return 0.0 if more else self.pace.sweep.total_seconds()

    def _try_to_issue(self) -> None:
        """A process that starts may have fonts that none had before: what waits for letters is decided anew."""
        try:
            with self.world.store.reading() as tx:
                found = waiting.for_letters(tx)
        except Exception:
            log.exception("what waits for letters was not looked for; it is when a process starts again")
            return
        for each in found:
            try:
                caller = Caller(self.world, each.account_id, _SWEEPER)
                self.world.store.unit_of_work(partial(waiting.came, caller=caller, payout_id=each.payout_id))
            except Exception:
                log.exception("payout %s, which waits for letters, was not decided anew", each.payout_id)

    def _told(self) -> bool:
        """Events become deliveries, notices mails. True when there may be more of them."""
        full = webhooks.spread(self.world) == webhooks.BATCH
        if self.world.courier is not None and self.world.courier.mails:
            full = mails.spread(self.world) == mails.BATCH or full
        return full

    def _forgot(self) -> bool:
        """Keys that nobody will repeat. True when there may be more of them."""
        return idempotency.forget(self.world.store, now=self._now()) == idempotency.BATCH

    def _straighten(self) -> None:
        now = self._now()
        self.world.store.unit_of_work(lambda tx: outbox.straighten(tx, now=now, lease=self.pace.lease))

    def _hint(self, *, patience: timedelta) -> None:
        """Offer due jobs and send their ids. A broker that is away costs nothing: the rows wait for the next sweep."""
        brokers.tend(self.broker)
        window, now = self.pace.window, self._now()
        jobs = self.world.store.unit_of_work(
            lambda tx: outbox.offer(tx, window=window, now=now, patience=patience, turns=self._turns)
        )
        failpoints.hit("hint.chosen")
        for job_id in jobs:
            try:
                self._carry(job_id)
                failpoints.hit("hint.sent")
            except brokers.AWAY:
                log.warning(
                    "the broker at %s is away; jobs wait in the table", brokers.without_secret(self.broker_url or "")
                )
                return

    def _perform(self, job_id: str) -> None:
        """Claim, work, write down. The worker's edge: whatever an action raises is answered here."""
        claim = self.world.store.unit_of_work(lambda tx: self._claim(tx, job_id))
        if claim is None:
            self._due.set()  # the hint is used up; another job may want it
            return
        self._turns.serve(claim.account_id)
        self._in_hand[id(claim)] = claim
        failpoints.hit("claim.committed")
        try:
            with self.world.observer.job(claim):
                self._work(claim)
        finally:
            del self._in_hand[id(claim)]
        if self._runs_low():
            self._due.set()

    def _claim(self, tx: Tx, job_id: str) -> Claim | None:
        now, knows = self._now(), self.world.registry.knows
        chosen = outbox.take_turn(tx, job_id, now=now, turns=self._turns)
        claim = outbox.claim(tx, chosen, now=now, lease=self.pace.lease, knows=knows)
        failpoints.hit("claim.before_commit")
        return claim

    def _runs_low(self) -> bool:
        """Whether more hints are wanted: here when the queue is empty (threads hold a few), elsewhere always."""
        return not isinstance(self.broker, StubBroker) or self.broker.queues[QUEUE].empty()

    def _work(self, claim: Claim) -> None:
        log.info("job %s of %s: %s, attempt %d", claim.job_id, claim.subject_id, claim.action, claim.attempt)
        try:
            self._run(claim)
        except NotItsTurn as waits:
            until = self._now() + timedelta(seconds=waits.seconds)
            self.world.store.unit_of_work(lambda tx: outbox.put_off(tx, claim, until=until))
            self._ended(claim, "put off")
        except JobError as error:
            self._fail(claim, error, permanent=error.permanent)
        except Exception as error:
            log.exception("job %s: %s", claim.job_id, claim.action)
            self._fail(claim, error, permanent=False)

    def _run(self, claim: Claim) -> None:
        desk = WorkerDesk(self.world, claim, Caller(self.world, claim.account_id, _WORKER))
        sentence = self.world.registry.job(claim.action).run(desk)
        now = self._now()
        done = desk.finished or self.world.store.unit_of_work(
            lambda tx: outbox.finish(tx, claim, sentence=sentence, now=now)
        )
        self._ended(claim, "done" if done else "lost")

    def _fail(self, claim: Claim, error: Exception, *, permanent: bool) -> None:
        now, sentence = self._now(), str(error) or type(error).__name__

        def work(tx: Tx) -> str:
            status = outbox.fail(tx, claim, sentence=sentence, permanent=permanent, now=now)
            failpoints.hit("fail.before_commit")
            return status

        status = self.world.store.unit_of_work(work)
        self._ended(claim, status or "lost", why=_code(error))

    def _ended(self, claim: Claim, outcome: str, *, why: str = "") -> None:
        """A log holds ids and codes; the sentence, which may name somebody, stands in the job's row."""
        level, told = (logging.WARNING, f" ({why})") if why else (logging.INFO, "")
        log.log(level, "job %s, attempt %d is %s%s", claim.job_id, claim.attempt, outcome, told)
        self.world.observer.job_ended(claim, outcome)

    def _give_back(self) -> bool:
        """What did not end in time. Its thread may live on; with its token gone, it changes nothing."""
        late = list(self._in_hand.values())
        for claim in late:
            try:
                if self.world.store.unit_of_work(partial(outbox.release, job=claim)):
                    self._ended(claim, "released", why="stopped")
            except Exception:
                log.exception("job %s could not be given back; its lease runs out", claim.job_id)
        return not late


def _code(error: Exception) -> str:
    return error.code if isinstance(error, BillhookError) else type(error).__name__
