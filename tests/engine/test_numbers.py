"""Numbers, credit notes and their documents on rows: gap-free, in order of issue, each series on its own."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine import accounts, invoicing
from engine.billing.errors import NotANumberFormat
from engine.billing.numbering import CREDIT_NOTE_FORMAT
from engine.errors import Invalid
from engine.service import Fired


def test_fifty_payouts_of_one_seller_entering_ready_from_sixteen_threads_get_one_to_fifty(place):
    place.partner()
    payouts = [place.payout(state="Pending") for _ in range(50)]

    with ThreadPoolExecutor(16) as threads:
        fired = [*threads.map(lambda payout: place.fire(payout, "accept", reason="why"), payouts)]

    assert all(isinstance(each, Fired) and each.target == "Ready" for each in fired)
    assert [row.number for row in place.invoices()] == [f"ACME-NORD-{n:05}" for n in range(1, 51)]
    instants = [row.issued_at for row in place.invoices()]
    assert instants == sorted(instants)


def test_when_the_clock_steps_back_numbers_stay_in_order_of_issue(place):
    place.partner()
    place.clock.advance(days=1)
    place.payout(state="Ready")
    place.clock.advance(hours=-3)
    place.payout(state="Ready")

    assert [(row.seq, row.issued_at[:13]) for row in place.invoices()] == [(1, "2026-11-03T12"), (2, "2026-11-03T12")]


def test_a_transaction_that_is_rolled_back_leaves_no_gap(place):
    place.partner()
    lost, kept = place.payout(state="Pending"), place.payout(state="Pending")
    with pytest.raises(Invalid):
        place.fire(lost, "accept", reason="why", data={"colour": "red"})
    _issue_and_die(place, lost)

    place.fire(kept, "accept", reason="why")

    assert [row.number for row in place.invoices()] == ["ACME-NORD-00001"]
    assert place.one("SELECT last_number FROM series WHERE account_id = :account") == (1,)


def _issue_and_die(place, payout):
    """Decide, number and freeze, then lose the transaction."""
    caller = place.vendor()

    def work(tx):
        row = invoicing.facts.lock(tx, place.account_id, payout)
        assert invoicing.decide(tx, caller, row, occasion="ready", now=caller.now).invoice_id
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        caller.transact(work)


def test_every_seller_has_a_series_of_its_own(place):
    for code in ("NORD", "SUED"):
        place.partner(code)
        place.payout(code, state="Ready")

    assert sorted(row.number for row in place.invoices()) == ["ACME-NORD-00001", "ACME-SUED-00001"]


def test_cancelling_credits_the_invoice_in_full_under_a_series_of_its_own(place):
    place.partner()
    payout = place.payout(state="Ready")

    fired = place.fire(payout, "cancel", reason="wrong month")
    invoice, note = place.invoices()

    assert "credited ACME-NORD-00001 by ACME-NORD-C00001" in fired.sentences
    assert (note.number, note.type_code, note.seq, note.credits_id) == ("ACME-NORD-C00001", "261", 1, invoice.id)
    assert (abs(note.net), abs(note.tax), abs(note.gross)) == (invoice.net, invoice.tax, invoice.gross)
    assert place.view(payout).invoice.credit_note == "ACME-NORD-C00001"


def test_the_credit_note_gets_a_document_as_the_invoice_does(place):
    place.partner()
    payout = place.payout(state="Ready")
    place.fire(payout, "cancel", reason="wrong month")
    place.work()

    assert place.printer.printed == ["ACME-NORD-00001", "ACME-NORD-C00001"]
    assert {job.status for job in place.jobs()} == {"done"}


def test_cancelling_what_has_no_invoice_credits_nothing(place):
    place.partner(opted_in=False)
    payout = place.payout(state="Ready")

    assert place.fire(payout, "cancel", reason="why").sentences == ("1 reward(s) went back to the pool",)
    assert place.invoices() == []


def test_a_credit_note_is_made_after_the_partner_opted_out_too(place):
    place.partner()
    payout = place.payout(state="Ready")
    place.clock.advance(days=400)
    accounts.set_four_eyes(place.owner, on=True)

    place.fire(payout, "cancel", reason="wrong")

    assert [row.type_code for row in place.invoices()] == ["389", "261"]


def test_a_new_number_format_counts_on_and_leaves_given_numbers_alone(place):
    place.partner()
    place.payout(state="Ready")
    accounts.set_number_format(place.owner, "{seller}/{buyer}/{n}")
    place.payout(state="Ready")

    assert [row.number for row in place.invoices()] == ["ACME-NORD-00001", "NORD/ACME/2"]


def test_a_number_format_that_credit_notes_use_is_refused(place):
    with pytest.raises(NotANumberFormat, match="credit notes are numbered so"):
        accounts.set_number_format(place.owner, CREDIT_NOTE_FORMAT)


def test_a_number_that_was_given_under_another_format_is_not_given_again(place):
    place.partner()
    accounts.set_number_format(place.owner, "{buyer}-{seller}-A1{n}")
    place.payout(state="Ready")
    accounts.set_number_format(place.owner, "{buyer}-{seller}-A{n:02}")
    for _ in range(9):
        place.payout(state="Ready")
    stuck = place.payout(state="Ready")

    assert [row.number[-3:] for row in place.invoices()] == ["A11", *(f"A0{n}" for n in range(2, 10)), "A10"]
    assert place.decisions(stuck) == [("ready", "blocked", "details_missing")]
    assert "was given before under another format" in place.view(stuck).invoice.reasons[0]
