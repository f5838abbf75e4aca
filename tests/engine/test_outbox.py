"""The job table as a queue: claims, leases, tokens, back-off, parking, fairness. No broker, no thread."""

from datetime import timedelta

import pytest

from engine import outbox
from engine.outbox import BACK_OFF
from engine.turns import Turns
from tests.worlds import Place

LEASE, PATIENCE = timedelta(seconds=60), timedelta(seconds=45)


@pytest.fixture
def queue(own_place):
    return Queue(own_place)


class Queue:
    """The verbs of the outbox, each in a transaction of its own."""

    def __init__(self, place: Place) -> None:
        self.place, self.clock = place, place.clock

    def note(self, account: str = "", subject: str = "payout 7", **more) -> str:
        work = {"action": "issue_invoice", "subject_id": subject, "payload": {"a": 1}, "now": self.clock.now(), **more}
        return self._do(lambda tx: outbox.note(tx, account or self.place.account_id, **work))

    def offer(self, window: int = 8) -> list[str]:
        return self._do(lambda tx: outbox.offer(tx, window=window, now=self.clock.now(), patience=PATIENCE))

    def claim(self, job: str, **more):
        return self._do(lambda tx: outbox.claim(tx, job, now=self.clock.now(), lease=LEASE, **more))

    def take_turn(self, job: str, turns: Turns) -> str:
        return self._do(lambda tx: outbox.take_turn(tx, job, now=self.clock.now(), turns=turns))

    def straighten(self, lease=LEASE) -> None:
        self._do(lambda tx: outbox.straighten(tx, now=self.clock.now(), lease=lease))

    def release(self, claim) -> bool:
        return self._do(lambda tx: outbox.release(tx, claim))

    def finish(self, claim) -> bool:
        return self._do(lambda tx: outbox.finish(tx, claim, sentence="done it", now=self.clock.now()))

    def fail(self, claim, *, permanent: bool = False) -> str:
        now = self.clock.now()
        return self._do(lambda tx: outbox.fail(tx, claim, sentence="no paper", permanent=permanent, now=now))

    def park(self, *jobs: str) -> int:
        said = {"job_ids": jobs, "sentence": "parked by hand", "now": self.clock.now()}
        return self._do(lambda tx: outbox.park(tx, self.place.account_id, **said))

    def retry(self, job: str) -> int:
        return self._do(lambda tx: outbox.retry(tx, self.place.account_id, job_ids=[job]))

    def job(self, job: str):
        return next(row for row in self.place.jobs() if row.id == job)

    def _do(self, work):
        return self.place.world.store.unit_of_work(work)


def test_a_job_is_noted_offered_claimed_and_done(queue):
    job = queue.note()
    seen = [queue.job(job).status]
    assert queue.offer() == [job]
    seen.append(queue.job(job).status)
    claim = queue.claim(job)
    seen.append(queue.job(job).status)

    assert queue.finish(claim)
    assert [*seen, queue.job(job).status] == ["pending", "offered", "claimed", "done"]
    assert (claim.attempt, claim.token, claim.payload, queue.job(job).result) == (1, 1, {"a": 1}, "done it")


def test_a_job_is_offered_once(queue):
    queue.note()

    assert (len(queue.offer()), queue.offer()) == (1, [])


def test_a_claim_against_a_live_lease_does_nothing(queue):
    job = queue.note()
    queue.claim(job)
    queue.clock.advance(seconds=59)

    assert queue.claim(job) is None


@pytest.mark.parametrize("end", ["finish", "park"])
def test_what_is_done_or_parked_is_not_claimed_or_offered(queue, end):
    job = queue.note()
    claim = queue.claim(job)
    queue.finish(claim) if end == "finish" else queue.fail(claim, permanent=True)
    queue.clock.advance(days=30)

    assert queue.claim(job) is None
    assert queue.offer() == []


def test_an_unknown_job_is_nobodys(queue):
    assert queue.claim("0190-nowhere") is None


def test_a_lease_that_has_run_out_gives_the_job_to_another_and_the_late_one_does_nothing(queue):
    job = queue.note()
    late = queue.claim(job)
    queue.clock.advance(seconds=61)
    prompt = queue.claim(job)

    assert (prompt.attempt, prompt.token) == (2, 2)
    assert queue.finish(late) is False
    assert queue.fail(late) == ""
    assert queue.job(job).status == "claimed"
    assert queue.finish(prompt) is True


def test_a_failed_attempt_is_put_off_longer_each_time_and_parked_after_the_fifth(queue):
    job = queue.note()
    for wait in BACK_OFF:
        assert queue.fail(queue.claim(job)) == "pending"
        queue.clock.advance(seconds=wait.total_seconds() - 1)
        assert queue.claim(job) is None
        queue.clock.advance(seconds=1)

    assert queue.fail(queue.claim(job)) == "parked"
    assert [wait.total_seconds() for wait in BACK_OFF] == [5, 30, 120, 600]
    assert (queue.job(job).attempts, queue.job(job).result) == (5, "no paper")


def test_an_error_that_another_try_cannot_help_parks_at_once(queue):
    job = queue.note()

    assert queue.fail(queue.claim(job), permanent=True) == "parked"


def test_a_parked_job_gets_five_new_attempts_when_somebody_retries_it(queue):
    job = queue.note()
    queue.fail(queue.claim(job), permanent=True)

    assert queue.retry(job) == 1
    assert queue.claim(job).attempt == 1


def test_only_parked_jobs_of_ones_own_account_are_retried(queue, own_store):
    job = queue.note()
    queue.fail(queue.claim(job), permanent=True)
    there = Queue(Place(own_store))

    assert there.retry(job) == 0
    assert queue.retry(job) == 1
    assert queue.retry(job) == 0


def test_only_jobs_of_ones_own_account_that_nobody_has_in_hand_are_parked(queue, own_store):
    waits, offered, held = queue.note(), queue.note(), queue.note()
    claimed = queue.claim(held)
    queue.place.owner.transact(lambda tx: tx.send("UPDATE job SET status = 'offered' WHERE id = :id", id=offered))

    assert Queue(Place(own_store)).park(waits, offered, held) == 0
    assert queue.park(waits, offered, held) == 2
    assert queue.claim(offered) is None
    assert queue.finish(claimed)
    assert queue.park(held) == 0


def test_a_worker_that_is_lost_five_times_parks_its_job(queue):
    job = queue.note()
    for _ in range(5):
        assert queue.claim(job)
        queue.clock.advance(seconds=61)
        queue.offer()

    assert (queue.job(job).status, queue.job(job).result) == ("parked", "the worker was lost")
    assert queue.claim(job) is None


def test_a_hint_that_was_lost_is_given_again_after_a_while(queue):
    job = queue.note()
    queue.offer()
    queue.clock.advance(seconds=44)
    assert queue.offer() == []
    queue.clock.advance(seconds=2)

    assert queue.offer() == [job]


def test_a_hint_that_arrives_late_still_gives_the_job(queue):
    job = queue.note()
    queue.offer()
    queue.clock.advance(days=1)

    assert queue.claim(job).attempt == 1


def test_no_more_hints_wait_than_the_window_holds_and_one_for_each_job_in_work(queue):
    jobs = [queue.note() for _ in range(20)]

    assert len(queue.offer(window=8)) == 8
    queue.claim(jobs[0])
    assert len(queue.offer(window=8)) == 2


def test_accounts_take_turns_by_the_place_of_a_job_in_its_own_queue(queue, own_store):
    other, third = Place(own_store), Place(own_store)
    crowd = [queue.note(subject=f"payout {n}") for n in range(100)]
    small = [queue.note(account=other.account_id) for _ in range(2)]
    single = queue.note(account=third.account_id)

    offered = queue.offer(window=6)

    assert set(offered) == {crowd[0], small[0], single, crowd[1], small[1], crowd[2]}
    assert offered[:3] == [crowd[0], small[0], single]


def test_jobs_that_were_put_off_are_open_but_not_at_hand(queue):
    job = queue.note()
    queue.fail(queue.claim(job))
    with queue.place.world.store.reading() as tx:
        counts = outbox.unfinished(tx), outbox.unfinished(tx, due_by=queue.clock.now())

    assert counts == (1, 0)


@pytest.mark.parametrize("left", ["offered", "claimed", "put off"])
def test_what_was_lost_before_the_clock_stepped_back_waits_no_longer_for_it(queue, left):
    job = queue.note()
    queue.offer()
    if left != "offered":
        claim = queue.claim(job)
        assert left == "claimed" or queue.fail(claim) == "pending"
    queue.clock.advance(days=-4)
    before = queue.offer()
    queue.straighten()

    assert (before, queue.offer()) == ([], [job])


def test_what_is_under_way_is_left_alone_whatever_the_clocks_of_machines_say(queue):
    claims = [queue.claim(queue.note()), queue.claim(queue.note())]
    assert queue.fail(claims[1]) == "pending"
    queue.clock.advance(minutes=-50)
    queue.straighten()

    assert queue.offer() == []
    assert queue.finish(claims[0])


def test_a_claim_of_a_lease_that_is_long_by_intent_is_not_taken_for_one_from_the_future(queue):
    job, day = queue.note(), timedelta(days=1)
    claim = queue._do(lambda tx: outbox.claim(tx, job, now=queue.clock.now(), lease=day))
    queue.straighten(lease=day)

    assert queue.offer() == []
    assert queue.finish(claim)


def test_a_clock_that_steps_back_puts_no_fresh_job_off(place):
    place.partner()
    payout = place.payout(state="Ready")
    place.clock.advance(hours=-3)
    place.work()

    assert place.view(payout).invoice.status == "attached"


def test_a_hint_gives_the_turn_to_an_account_that_has_waited_longer(queue, own_store):
    turns, other = Turns(), Place(own_store)
    hinted, single = queue.note(), queue.note(account=other.account_id)
    queue.offer(window=1)
    turns.serve(queue.place.account_id)

    assert queue.take_turn(hinted, turns) == single
    assert queue.job(hinted).status == "pending"


def test_an_account_that_has_work_in_hand_takes_nobodys_turn(queue, own_store):
    turns, other = Turns(), Place(own_store)
    hinted = queue.note()
    queue.offer()
    queue.claim(queue.note(account=other.account_id))
    queue.note(account=other.account_id)
    turns.serve(queue.place.account_id)

    assert queue.take_turn(hinted, turns) == hinted


def test_a_worker_leaves_a_job_it_does_not_know_to_a_newer_one_with_no_attempt_used_up(queue):
    job = queue.note(payload_version=2)

    assert queue.claim(job, knows=lambda action, version: version == 1) is None
    told = "it waits for a worker that knows issue_invoice in version 2; upgrade the workers"
    assert (queue.job(job).status, queue.job(job).attempts, queue.job(job).result) == ("pending", 0, told)
    queue.clock.advance(seconds=10)
    assert queue.claim(job, knows=lambda action, version: version <= 2).attempt == 1


def test_a_job_that_nobody_knew_for_a_day_is_parked_and_shown(queue):
    job = queue.note()
    queue.clock.advance(days=3)  # however long it waited for another reason: the day begins when nobody knows it
    assert queue.claim(job, knows=lambda action, version: False) is None
    assert queue.job(job).status == "pending"
    queue.clock.advance(days=1, seconds=1)

    assert queue.claim(job, knows=lambda action, version: False) is None
    assert queue.job(job).status == "parked"


def test_a_parked_job_that_is_retried_waits_a_day_anew_for_a_worker_that_knows_it(queue):
    job = queue.note()
    for _ in range(2):
        queue.claim(job, knows=lambda action, version: False)
        queue.clock.advance(days=1, seconds=1)
    assert queue.job(job).status == "parked"
    queue.retry(job)

    assert queue.claim(job, knows=lambda action, version: False) is None
    assert queue.job(job).status == "pending"


def test_a_claim_that_is_released_is_due_at_once_with_its_attempt(queue):
    job = queue.note()
    claim = queue.claim(job)

    assert queue.release(claim) is True
    assert (queue.job(job).status, queue.job(job).attempts) == ("pending", 0)
    assert queue.release(claim) is False
    assert queue.claim(job).token == 2
