"""A message comes ten times, far too late, from nowhere, or for a newer worker: the table alone says what is done."""

import redis

from actions.issue_invoice import IssueInvoice
from engine import brokers
from engine.registry import Registry
from engine.store import Store
from tests.chaos.findings import examine
from tests.waiting import until
from tests.worlds import Place, registry

FORGED = [{"actor_name": "nobody"}, {"queue_name": "elsewhere"}, {"args": ("no such job",)}, {"args": (1, 2)}]


def open_messages(line) -> int:
    with redis.Redis.from_url(line.broker.url) as client:
        return client.hlen(f"billhook:{brokers.QUEUE}.msgs")


def test_a_hint_that_comes_ten_times_attaches_once(line):
    line.ready(5)
    for job in line.place.jobs() * 10:
        line.dispatcher.perform.send(job.id)

    assert line.broken_in_the_end() == {}
    assert (line.attached(), {job.token for job in line.place.jobs()}) == (5, {1})


def test_a_hint_that_comes_when_all_is_done_changes_nothing(line):
    line.ready(3)
    line.wait_until_done()
    before = line.place.everything()
    for job in line.place.jobs():
        line.dispatcher.perform.send(job.id)
    until(lambda: not open_messages(line))

    assert line.place.everything() == before


def test_messages_that_nobody_knows_end_no_worker_thread(line):
    for n, forged in enumerate(FORGED * 8):  # more than there are threads
        message = line.dispatcher.perform.message("job").copy(**forged, options={"redis_message_id": f"forged{n}"})
        line.dispatcher.broker.do_enqueue(brokers.QUEUE, f"forged{n}", message.encode())
    until(lambda: not open_messages(line))
    line.ready(5)

    assert line.broken_in_the_end() == {}
    assert (line.attached(), [worker.process.poll() for worker in line.workers]) == (5, [None, None])


def test_a_job_for_a_newer_worker_waits_for_one_and_uses_up_no_attempt(database):
    store = Store(database)
    place = Place(store)
    payout = place.payout(place.partner(), "Ready")
    store.unit_of_work(lambda tx: tx.run("UPDATE job SET payload_version = 2"))
    for _ in range(10):
        place.work()
        place.clock.advance(minutes=1)
    [left] = place.jobs()
    place.world.registry = newer()
    place.work()

    assert (left.status, left.attempts, left.result) == ("pending", 0, WAITS)
    assert ([job.attempts for job in place.jobs("done")], examine(place.world).broken) == ([1], {}), payout
    store.close()


WAITS = "it waits for a worker that knows issue_invoice in version 2; upgrade the workers"


def newer() -> Registry:
    class IssueInvoice2(IssueInvoice):
        payload_version = 2

    return Registry(jobs={IssueInvoice2.name: IssueInvoice2()}, guards=registry().guards, effects=registry().effects)


def test_a_job_for_a_newer_worker_that_never_comes_is_parked_and_shown(database):
    store = Store(database)
    place = Place(store)
    place.payout(place.partner(), "Ready")
    store.unit_of_work(lambda tx: tx.run("UPDATE job SET payload_version = 2"))
    place.work()
    place.clock.advance(days=1, seconds=1)
    place.work()

    assert [(job.status, job.attempts, job.result) for job in place.jobs()] == [("parked", 0, WAITS)]
    store.close()
