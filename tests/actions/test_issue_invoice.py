"""A payout that becomes Ready gets one document, however often the job runs."""

import pytest

from actions.issue_invoice import IssueInvoice
from engine.contracts import Outcome
from engine.errors import RenderError
from tests.fakes import FakeDesk, FakeJobDesk


def test_an_issued_invoice_is_followed_by_a_job_that_renders_it():
    prepared = IssueInvoice().prepare(FakeDesk())

    assert (prepared.sentence, prepared.job) == ("issued SB-0001", "issue_invoice")
    assert prepared.data == {"invoice_id": "invoice_1"}


def test_a_payout_that_gets_no_invoice_says_why_and_leaves_no_job():
    desk = FakeDesk(Outcome("not applicable: the switch is off"))

    prepared = IssueInvoice().prepare(desk)

    assert (prepared.sentence, prepared.job, desk.decisions) == ("not applicable: the switch is off", None, 1)


def test_a_ready_payout_gets_one_document_even_when_the_job_runs_twice():
    desk = FakeJobDesk()

    sentences = [IssueInvoice().run(desk), IssueInvoice().run(desk)]

    assert sentences == ["attached SB-0001", "SB-0001 was already attached"]
    assert (desk.renders, desk.attached_times) == (1, 1)


def test_of_two_workers_the_slower_leaves_the_invoice_alone():
    desk = FakeJobDesk(rival=True)

    assert IssueInvoice().run(desk) == "SB-0001 was left to another worker"
    assert (desk.document.filename, desk.attached_times) == ("rival.pdf", 0)


def test_a_document_that_cannot_be_made_is_told_to_the_engine():
    with pytest.raises(RenderError, match=r"^SB-0001 cannot be printed\.$") as failed:
        IssueInvoice().run(FakeJobDesk(unprintable=True))

    assert failed.value.permanent
