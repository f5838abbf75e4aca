"""Numbers, credit notes and their documents on rows: gap-free, in order of issue, each series on its own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from engine import accounts, invoicing, verify
from engine.billing.errors import NotANumberFormat
from engine.billing.numbering import CREDIT_NOTE_FORMAT
from engine.errors import Invalid, NotAllowed
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


YEARLY = {
    "pattern": "{buyer}-{seller}-{year}-{n:03}",
    "credit_notes": "{buyer}-{seller}-C{year}-{n:03}",
    "yearly": True,
}


def numbers(place):
    return [row.number.removeprefix("ACME-NORD-") for row in place.invoices()]


def go_to(place, *instant):
    place.clock.advance(seconds=(datetime(*instant, tzinfo=UTC) - place.clock.now()).total_seconds())


def test_numbers_begin_anew_at_new_year_on_the_accounts_clocks(own_place):
    accounts.set_timezone(own_place.owner, "Europe/Berlin")
    own_place.partner()
    accounts.set_number_format(own_place.owner, **YEARLY)
    for instant in ((2026, 12, 30), (2026, 12, 31, 22, 59, 59), (2026, 12, 31, 23), (2027, 6, 1)):
        go_to(own_place, *instant)
        payout = own_place.payout(state="Ready")
    own_place.fire(payout, "cancel", reason="wrong")

    assert numbers(own_place) == ["2026-001", "2026-002", "2027-001", "2027-002", "C2027-001"]
    assert [row.seq for row in own_place.invoices()] == [1, 2, 3, 4, 1]
    assert [made.issue_date.isoformat() for made in own_place.snapshots()][1:3] == ["2026-12-31", "2027-01-01"]
    assert [row for row in verify.run(own_place.world, missing=lambda *_: ()) if not row.holds] == []


def test_a_clock_that_steps_back_over_new_year_stays_in_the_new_one(place):
    place.partner()
    accounts.set_number_format(place.owner, **YEARLY)
    for instant in ((2027, 1, 1, 0, 1), (2026, 12, 31, 23, 59)):
        go_to(place, *instant)
        place.payout(state="Ready")

    assert numbers(place) == ["2027-001", "2027-002"]


def test_numbers_that_stop_and_begin_again_to_begin_anew_go_on_where_they_were(place):
    place.partner()
    place.payout(state="Ready")
    for changes in (YEARLY, {"pattern": "{buyer}-{seller}-{n:05}", "yearly": False}, YEARLY):
        accounts.set_number_format(place.owner, **changes)
        place.payout(state="Ready")
        place.payout(state="Ready")

    assert numbers(place) == ["00001", "2026-001", "2026-002", "00002", "00003", "2026-003", "2026-004"]


@pytest.mark.parametrize("yearly", [False, True])
def test_another_way_of_counting_that_comes_to_numbers_given_before_is_refused_at_once(place, yearly):
    place.partner()
    accounts.set_number_format(place.owner, **{**YEARLY, "yearly": yearly})
    place.payout(state="Ready")
    place.payout(state="Ready")

    with pytest.raises(
        NotANumberFormat, match=r"would come to numbers that were given before, such as ACME-NORD-2026-"
    ):
        accounts.set_number_format(place.owner, yearly=not yearly)
    place.payout(state="Ready")
    accounts.set_number_format(place.owner, "{buyer}-{seller}-N{year}-{n:03}", yearly=not yearly)
    place.payout(state="Ready")
    assert numbers(place) == ["2026-001", "2026-002", "2026-003", "N2026-001"]


def test_numbers_that_stop_beginning_anew_leave_none_of_the_year_out(place):
    place.partner()
    accounts.set_number_format(place.owner, **{**YEARLY, "yearly": False})
    place.payout(state="Ready")
    go_to(place, 2027, 1, 1)
    accounts.set_number_format(place.owner, yearly=True)
    place.payout(state="Ready")

    with pytest.raises(
        NotANumberFormat, match=r"would go on with 2, .* numbers of 2027 would be left out\. Take \{year\}"
    ):
        accounts.set_number_format(place.owner, yearly=False)
    accounts.set_number_format(place.owner, "{buyer}-{seller}-{n:03}", yearly=False)
    place.payout(state="Ready")
    assert numbers(place) == ["2026-001", "2027-001", "002"]


def test_a_time_zone_where_the_day_of_the_last_invoice_has_not_come_yet_waits_until_it_has(place):
    place.partner()
    accounts.set_timezone(place.owner, "Pacific/Auckland")
    go_to(place, 2026, 12, 31, 12)
    place.payout(state="Ready")

    with pytest.raises(Invalid, match=r"invoices are dated 2027-01-01 already, and there that day has not come yet"):
        accounts.set_timezone(place.owner, "America/New_York")
    go_to(place, 2027, 1, 1, 12)
    accounts.set_timezone(place.owner, "America/New_York")
    place.payout(state="Ready")
    assert [made.issue_date.isoformat() for made in place.snapshots()] == ["2027-01-01", "2027-01-01"]


def test_numbers_of_last_year_are_in_nobodys_way(place):
    place.partner()
    accounts.set_number_format(place.owner, **{**YEARLY, "yearly": False})
    place.payout(state="Ready")
    go_to(place, 2027, 1, 1)
    accounts.set_number_format(place.owner, yearly=True)
    place.payout(state="Ready")

    assert numbers(place) == ["2026-001", "2027-001"]


def test_fifty_payouts_from_sixteen_threads_at_new_year_get_one_to_fifty(place):
    place.partner()
    accounts.set_number_format(place.owner, **YEARLY)
    place.payout(state="Ready")
    payouts = [place.payout(state="Pending") for _ in range(50)]
    go_to(place, 2027, 1, 1)

    with ThreadPoolExecutor(16) as threads:
        [*threads.map(lambda payout: place.fire(payout, "accept", reason="why"), payouts)]
    assert numbers(place) == ["2026-001", *(f"2027-{n:03}" for n in range(1, 51))]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"yearly": True}, "would give a number again in another year. Put {year} in it where numbers begin anew."),
        ({**YEARLY, "credit_notes": ""}, "'{buyer}-{seller}-C{n:05}' would give a number again in another year."),
        ({"pattern": "{buyer}-{seller}-C{n:03}"}, "credit notes are numbered so. Choose another pattern for one of"),
        ({"credit_notes": "{buyer}-{seller}-{n}"}, "'{buyer}-{seller}-{n:05}': credit notes are numbered so."),
        ({"credit_notes": "{buyer}"}, "It needs {seller} once. It needs {n} once."),
    ],
)
def test_formats_that_would_give_a_number_twice_are_refused(place, changes, told):
    before = place.history(place.account_id)
    with pytest.raises(NotANumberFormat) as refused:
        accounts.set_number_format(place.owner, **changes)

    assert told in str(refused.value)
    assert place.history(place.account_id) == before


def test_once_numbers_begin_anew_a_format_without_the_year_is_refused(place):
    accounts.set_number_format(place.owner, **YEARLY)

    with pytest.raises(NotANumberFormat, match="would give a number again in another year"):
        accounts.set_number_format(place.owner, "{buyer}-{seller}-{n:05}")


def test_a_year_may_be_shown_by_numbers_that_go_on_for_ever(place):
    place.partner()
    accounts.set_number_format(place.owner, YEARLY["pattern"])
    for instant in ((2026, 12, 31), (2027, 1, 1)):
        go_to(place, *instant)
        place.payout(state="Ready")

    assert numbers(place) == ["2026-001", "2027-002"]


def test_who_says_how_numbers_are_written_is_kept_with_before_and_after(place):
    accounts.set_number_format(place.owner, **YEARLY)

    deeds = [row for row in place.history(place.account_id) if "number" in row.verb]
    assert [deed.verb for deed in deeds] == ["set number_format", "set credit_number_format", "set yearly_numbers"]
    assert deeds[-1].data == '{"after":true,"before":false}'
    with pytest.raises(NotAllowed):
        accounts.set_number_format(place.vendor(), "{buyer}-{seller}-{n}")
