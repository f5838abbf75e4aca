"""On entering Ready an invoice is issued on the partner's behalf, rendered by a background worker and attached."""

import subprocess
import sys

import pytest

from billhook import Billhook
from billhook.settings import Settings
from renderers.reading import text_of


def test_a_payout_moves_from_draft_to_paid_and_its_invoice_is_attached_meanwhile(programme):
    contact = programme.partner()
    payout = programme.payout("NORD", "validate")
    contact.payouts.fire(payout, "approve")
    assert programme.billhook.drain(seconds=60)
    programme.vendor.payouts.fire(payout, "mark_paid", data={"payment_reference": "B-17"})

    seen = contact.payouts.get(payout)
    assert (seen.state, seen.net, seen.gross, seen.invoice.status) == ("Paid", "100.00", "119.00", "attached")
    assert contact.documents.get(seen.invoice.number).filename == seen.invoice.document


def test_the_document_shows_number_parties_and_totals(programme):
    contact = programme.partner()
    payout = programme.payout("NORD", "validate", "accept")
    assert programme.billhook.drain(seconds=60)
    document = contact.documents.get(contact.payouts.get(payout).invoice.number)
    text = text_of(document.content)

    assert document.media_type == "application/pdf"
    for shown in ("ACME-NORD-00001", "Nord GmbH", "Acme GmbH", "119,00", "Gutschrift"):
        assert shown in text


def test_history_tells_the_whole_way_to_the_partner(programme):
    contact = programme.partner()
    payout = programme.payout("NORD", "validate", "accept")
    assert programme.billhook.drain(seconds=60)

    told = [(row.verb, row.target) for row in contact.payouts.history(payout)]
    assert told == [("validate", "Pending"), ("accept", "Ready"), ("attach", "")]  # its draft is not the partner's


def test_a_cancelled_payout_gets_a_credit_note_with_a_document_of_its_own(programme):
    contact = programme.partner()
    payout = programme.payout("NORD", "validate", "accept", "cancel")
    assert programme.billhook.drain(seconds=60)

    assert [(each.number, each.sha256 is not None) for each in contact.documents.list()] == [
        ("ACME-NORD-00001", True), ("ACME-NORD-C00001", True),
    ]  # fmt: skip
    assert contact.payouts.get(payout).invoice.credit_note == "ACME-NORD-C00001"


def test_the_same_through_postgresql_redis_and_a_worker_of_its_own(postgres_database, redis_url, programme_on):
    with Billhook(postgres_database, settings=Settings(broker_url=redis_url, threads=1)) as front:
        programme = programme_on(front)
        contact = programme.partner()
        payout = programme.payout("NORD", "validate", "accept")
        assert contact.payouts.get(payout).invoice.status == "issued"
        with Billhook(postgres_database, settings=Settings(broker_url=redis_url, threads=1)) as behind:
            behind.start_worker()
            assert behind.drain(seconds=60)

        assert contact.payouts.get(payout).invoice.status == "attached"


@pytest.fixture
def programme_on(programme):
    """A programme on another Billhook."""
    return type(programme)


def test_making_a_billhook_starts_no_thread_and_no_process(tmp_path):
    code = f"""
import threading, subprocess
from billhook import Billhook
with Billhook("sqlite:///{tmp_path}/b.db") as b:
    b.upgrade()
    b.accounts()
    print(threading.active_count(), len(subprocess._active))
"""

    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == ["1", "0"]
