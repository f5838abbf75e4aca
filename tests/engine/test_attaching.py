"""From a claimed job to an attached document: once, whole, and by whoever holds the claim."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from engine import outbox, views
from engine.actor import Actor
from engine.contracts import Document
from engine.desk import WorkerDesk
from engine.dispatch import Dispatcher
from engine.errors import JobError, NotFound, RenderError
from engine.world import Caller
from tests.worlds import Place


@pytest.fixture
def ready(place):
    place.partner()
    place.payout(state="Ready")
    return place


def claim(place, seconds=60):
    [job] = place.jobs()
    now, lease = place.clock.now(), timedelta(seconds=seconds)
    return place.world.store.unit_of_work(lambda tx: outbox.claim(tx, job.id, now=now, lease=lease))


def desk(place, claimed):
    return WorkerDesk(place.world, claimed, Caller(place.world, place.account_id, Actor.system("worker")))


def attachments(place):
    return place.all("SELECT * FROM attachment WHERE account_id = :account")


def test_a_ready_payout_gets_its_document_attached_and_history_says_so(ready):
    ready.work()
    view = ready.view(ready.jobs()[0].subject_id)

    assert (view.invoice.status, view.invoice.document) == ("attached", "ACME-NORD-00001.pdf")
    assert [(job.status, job.result) for job in ready.jobs()] == [("done", "attached ACME-NORD-00001")]
    row = ready.history(view.id)[-1]
    assert (row.verb, row.actor, row.role, row.sentence) == ("attach", "worker", "system", "attached ACME-NORD-00001")


def test_the_document_is_kept_under_the_hash_of_its_bytes(ready):
    ready.work()
    with ready.world.store.reading() as tx:
        document = views.document(tx, ready.contact(), "ACME-NORD-00001")

    assert document.content.endswith(b"ACME-NORD-00001")
    assert document.filename == "ACME-NORD-00001.pdf"


def test_the_same_message_delivered_ten_times_attaches_once(ready):
    [job] = ready.jobs()
    dispatcher = Dispatcher(ready.world)
    for _ in range(10):
        dispatcher.perform(job.id)

    assert len(attachments(ready)) == 1
    assert ready.printer.printed == ["ACME-NORD-00001"]


def test_the_same_message_delivered_ten_times_at_once_attaches_once(ready):
    [job] = ready.jobs()
    dispatcher, barrier = Dispatcher(ready.world), Barrier(10)

    def deliver(_):
        barrier.wait()
        dispatcher.perform(job.id)

    with ThreadPoolExecutor(10) as threads:
        [*threads.map(deliver, range(10))]
    assert (len(attachments(ready)), len(ready.printer.printed)) == (1, 1)


def test_late_work_with_an_old_token_attaches_nothing(ready):
    late = desk(ready, claim(ready))
    ready.clock.advance(seconds=61)
    prompt = desk(ready, claim(ready))

    assert late.attach(Document("late.pdf", "application/pdf", b"late")) is False
    assert attachments(ready) == ready.all("SELECT * FROM document WHERE account_id = :account") == []
    assert prompt.attach(prompt.render(prompt.invoice())) is True


def test_a_second_claim_finds_the_work_done_and_says_so(ready):
    first = desk(ready, claim(ready))
    first.attach(first.render(first.invoice()))

    assert desk(ready, first.claim).attached()
    assert first.attach(Document("again.pdf", "application/pdf", b"again")) is False
    assert len(attachments(ready)) == 1


@pytest.mark.parametrize(
    ("error", "status", "result"),
    [
        (JobError("The press is busy."), "pending", "The press is busy."),
        (RenderError("It does not show its number.", permanent=True), "parked", "It does not show its number."),
        (ValueError("boom"), "pending", "boom"),
        (ZeroDivisionError(), "pending", "ZeroDivisionError"),
    ],
)
def test_what_a_render_raises_is_written_down_and_tried_again_unless_that_cannot_help(ready, error, status, result):
    ready.printer.errors.append(error)

    ready.work()

    [job] = ready.jobs()
    assert (job.status, job.result, job.attempts) == (status, result, 1)
    assert ready.invoices()[0].number == "ACME-NORD-00001"


def test_a_payout_shows_why_its_job_was_parked(ready):
    ready.printer.errors.append(RenderError("It does not show its number.", permanent=True))
    ready.work()
    view = ready.view(ready.jobs()[0].subject_id).invoice

    assert (view.status, view.number, view.reasons) == (
        "parked", "ACME-NORD-00001", ("It does not show its number.",),
    )  # fmt: skip


def test_a_document_that_is_not_attached_yet_is_not_found(ready):
    with ready.world.store.reading() as tx, pytest.raises(NotFound):
        views.document(tx, ready.owner, "ACME-NORD-00001")


def test_a_worker_never_reaches_into_another_account(ready, shared_store):
    stranger = Place(shared_store)
    wrong = WorkerDesk(stranger.world, claim(ready), stranger.owner)
    object.__setattr__(wrong.claim, "account_id", stranger.account_id)

    with pytest.raises(NotFound):
        wrong.invoice()
