"""The decision on self-invoicing, line by line of product.md section 5, on rows: frozen, and what follows of it."""

from dataclasses import replace

import pytest

from engine import definitions, self_invoicing, views, waiting
from engine.billing.parties import BuyerDetails
from engine.errors import NotAllowed, NotFound, ReasonRequired, Refused, SelfInvoicingRefused
from tests.fakes import LatinLetters
from tests.worlds import ANOTHER_VAT_NUMBER, BUYER, PAYOUT, THEIR_INVOICE

NO_BUYER = BuyerDetails("ACME", "Acme GmbH", "", "", "", "", "", "DE", None)


def switch(place, *, on):
    return self_invoicing.set_switch(place.owner, on=on)


def opt_out(place):
    return self_invoicing.opt_out(place.contact(), "NORD")


def a_blocked_payout(place):
    """Blocked, since the vendor's address is missing."""
    self_invoicing.set_buyer(place.owner, NO_BUYER)
    place.partner()
    return place.payout(state="Ready")


def test_with_the_switch_off_nothing_is_issued_and_opt_ins_are_kept(place):
    place.partner()
    switch(place, on=False)

    assert place.decisions(place.payout(state="Ready")) == [("ready", "not_applicable", "switch_off")]
    assert self_invoicing.profile(place.owner, "NORD").choice == "opted_in"


def guarded(place):
    """A pipeline in which what is blocked is not paid."""
    arrows = [
        replace(arrow, guards=(*arrow.guards, "invoice_not_blocked")) if arrow.trigger == "mark_paid" else arrow
        for arrow in PAYOUT.transitions
    ]
    definitions.publish(place.owner, [replace(PAYOUT, transitions=tuple(arrows))])


def test_a_blocked_payout_is_not_paid_where_the_pipeline_says_so_until_what_is_missing_is_supplied(place):
    guarded(place)
    payout = a_blocked_payout(place)

    with pytest.raises(Refused, match=r"Its invoice waits for the vendor: The buyer's street address is") as said:
        place.fire(payout, "mark_paid")
    assert [(no.guard, no.field, no.who) for no in said.value.refusals] == [
        ("invoice_not_blocked", "invoice", "vendor")
    ]
    self_invoicing.set_buyer(place.owner, BUYER)
    assert place.fire(payout, "mark_paid").target == "Paid"


def test_what_stops_a_payment_says_what_to_do_on_the_machine(place):
    guarded(place)
    place.world.letters = LatinLetters()
    place.partner(opted_in=False)
    place.opt_in(legal_name="株")

    with pytest.raises(Refused, match="Install a font for 株"):
        place.fire(place.payout(state="Ready"), "mark_paid")


def test_what_the_bank_is_handed_says_so_too_in_the_same_words(place):
    guarded(place)
    payout = a_blocked_payout(place)
    with pytest.raises(Refused) as said:
        place.fire(payout, "mark_paid")
    with place.world.store.reading() as tx:
        [found] = [each for each in views.payments(tx, place.owner) if each.payout == payout]

    assert found.invoice_status == "blocked"
    assert found.payable == f"no: {said.value.refusals[0].sentence}"


def test_both_who_supply_something_are_named(place):
    guarded(place)
    place.partner(opted_in=False)
    place.opt_in(city="")
    self_invoicing.set_buyer(place.owner, NO_BUYER)

    with pytest.raises(Refused, match=r"waits for the partner: The seller's .* Its invoice waits for the vendor: The "):
        place.fire(place.payout(state="Ready"), "mark_paid")


def test_a_payout_whose_agreement_ended_waits_for_the_partner_or_for_its_opt_out(place):
    guarded(place)
    place.partner()
    place.clock.advance(days=365)
    payout = place.payout(state="Ready")

    with pytest.raises(Refused, match="waits for the partner: No self-billing agreement is in force; the partner"):
        place.fire(payout, "mark_paid")
    opt_out(place)
    assert place.fire(payout, "mark_paid").target == "Paid"


def test_without_the_guard_a_blocked_payout_is_paid(place):
    assert place.fire(a_blocked_payout(place), "mark_paid").target == "Paid"


@pytest.mark.parametrize("asked", [False, True])
def test_a_partner_never_asked_or_opted_out_gets_none(place, asked):
    place.partner(opted_in=asked)
    if asked:
        opt_out(place)

    assert place.decisions(place.payout(state="Ready")) == [("ready", "not_applicable", "opted_out")]


def test_a_partners_own_invoice_stands_in_its_place(place):
    place.partner()
    payout = place.payout(state="Pending")
    place.fire(payout, "upload_invoice", by=place.contact(), uploads={"invoice": THEIR_INVOICE})

    place.fire(payout, "approve", by=place.contact())

    assert place.decisions(payout) == [("ready", "not_applicable", "own_invoice")]


def test_an_agreement_older_than_twelve_months_blocks_and_a_renewal_is_asked_for(place):
    place.partner()
    place.clock.advance(days=365)

    payout = place.payout(state="Ready")

    assert place.decisions(payout) == [("ready", "blocked", "renewal_needed")]
    assert place.view(payout).invoice.status == "blocked"
    assert told(place, payout) == [("partner", "renewal_requested")]


def test_a_day_before_its_end_the_agreement_is_in_force(place):
    place.partner()
    place.clock.advance(days=364)

    assert place.decisions(place.payout(state="Ready")) == [("ready", "issued", "lawful")]


def test_a_vat_number_that_changed_since_blocks_until_a_new_agreement(place):
    place.partner()
    self_invoicing.set_seller(place.contact(), "NORD", {"vat_number": ANOTHER_VAT_NUMBER})

    payout = place.payout(state="Ready")

    assert place.decisions(payout) == [("ready", "blocked", "renewal_needed")]
    place.opt_in(vat_number=ANOTHER_VAT_NUMBER)
    assert place.decisions(payout)[-1] == ("issued_after_fix", "issued", "lawful")


def test_missing_details_block_and_say_what_is_missing_and_who_supplies_it(place):
    payout = a_blocked_payout(place)
    view = place.view(payout)

    assert place.decisions(payout) == [("ready", "blocked", "details_missing")]
    assert (view.state, view.invoice.status) == ("Ready", "blocked")
    assert view.invoice.reasons and all(reason.endswith("(vendor)") for reason in view.invoice.reasons)
    assert told(place, payout) == [("vendor", "invoice_blocked")]
    assert place.jobs() == place.invoices() == []


def told(place, subject):
    sql = "SELECT audience, topic FROM notification WHERE account_id = :account AND subject_id = :id AND topic LIKE :t"
    found = [place.all(sql, id=subject, t=topic) for topic in ("renewal%", "invoice%")]
    return [tuple(row) for rows in found for row in rows]


def test_otherwise_it_is_issued_numbered_and_its_document_is_queued(place):
    place.partner()
    payout = place.payout(state="Ready")

    assert place.decisions(payout) == [("ready", "issued", "lawful")]
    assert [(row.number, row.net, row.tax, row.gross) for row in place.invoices()] == [
        ("ACME-NORD-00001", 10000, 1900, 11900)
    ]
    assert [(job.action, job.subject_id) for job in place.jobs()] == [("issue_invoice", payout)]
    assert place.view(payout).gross == "119.00"


#: One after another, each line of the list is made to fit as well; the topmost that fits is told.
LINES = ["lawful", "details_missing", "renewal_needed", "own_invoice", "opted_out", "switch_off"]


def spoiled(place, payout, depth):
    """The lines from the bottom up to this one are made to fit."""
    spoil = [
        lambda: self_invoicing.set_buyer(place.owner, NO_BUYER),
        lambda: self_invoicing.set_seller(place.contact(), "NORD", {"vat_number": ANOTHER_VAT_NUMBER}),
        lambda: place.fire(payout, "upload_invoice", by=place.contact(), uploads={"invoice": THEIR_INVOICE}),
        lambda: opt_out(place),
        lambda: switch(place, on=False),
    ]
    for each in spoil[:depth]:
        each()


@pytest.mark.parametrize("depth", range(len(LINES)))
def test_the_first_line_that_fits_is_the_one_that_counts(place, depth):
    place.partner()
    payout = place.payout(state="Pending")
    spoiled(place, payout, depth)
    place.fire(payout, "accept", reason="why")

    assert place.decisions(payout)[0][2] == LINES[depth]


def test_what_the_vendor_lacked_is_issued_as_soon_as_the_vendor_supplies_it(place):
    payout = a_blocked_payout(place)

    assert self_invoicing.set_buyer(place.owner, BUYER) == 1
    assert place.decisions(payout)[1:] == [("issued_after_fix", "issued", "lawful")]
    place.work()
    assert place.view(payout).invoice.status == "attached"


def test_what_the_partner_lacked_is_issued_as_soon_as_the_partner_supplies_it(place):
    place.partner(opted_in=False)
    place.opt_in(city="")
    payout = place.payout(state="Ready")
    assert place.decisions(payout) == [("ready", "blocked", "details_missing")]

    told = self_invoicing.set_seller(place.contact(), "NORD", {"city": "Hamburg"})

    assert told == "details kept; 1 waiting payout was decided anew"
    assert place.decisions(payout)[1:] == [("issued_after_fix", "issued", "lawful")]


def test_of_two_gaps_closing_one_says_what_is_left(place):
    self_invoicing.set_buyer(place.owner, NO_BUYER)
    place.partner(opted_in=False)
    place.opt_in(city="")
    payout = place.payout(state="Ready")

    self_invoicing.set_seller(place.contact(), "NORD", {"city": "Hamburg"})

    assert place.decisions(payout)[1:] == [("reconsidered", "blocked", "details_missing")]
    assert all(reason.endswith("(vendor)") for reason in place.view(payout).invoice.reasons)
    assert [row.verb for row in place.history(payout)][-1] == "reconsidered"


def test_a_change_that_supplies_nothing_decides_nothing(place):
    payout = a_blocked_payout(place)

    assert self_invoicing.set_buyer(place.owner, NO_BUYER) == 0
    assert len(place.decisions(payout)) == 1


def test_a_renewed_agreement_issues_what_waited_for_it(place):
    place.partner()
    place.clock.advance(days=366)
    payout = place.payout(state="Ready")

    assert place.opt_in() == ("opted in to self-invoicing under agreement version 2; 1 waiting payout was decided anew")
    assert place.decisions(payout)[1:] == [("issued_after_fix", "issued", "lawful")]


@pytest.mark.parametrize(("withdraw", "why"), [(opt_out, "opted_out"), (switch, "switch_off")])
def test_a_blocked_payout_nobody_wants_any_more_waits_for_issue_now(place, withdraw, why):
    payout = a_blocked_payout(place)
    withdraw(place, on=False) if withdraw is switch else withdraw(place)
    assert place.decisions(payout)[1:] == [("withdrawn", "not_applicable", why)]

    switch(place, on=True)
    self_invoicing.set_buyer(place.owner, BUYER)
    place.opt_in()
    assert len(place.decisions(payout)) == 2

    assert waiting.issue_now(place.vendor(), payout, reason="as agreed") == "issued ACME-NORD-00001"
    assert place.decisions(payout)[2:] == [("issue_now", "issued", "lawful")]


def test_turning_the_switch_on_issues_nothing_by_itself(place):
    place.partner()
    switch(place, on=False)
    payouts = [place.payout(state="Ready") for _ in range(3)]

    assert switch(place, on=True) == 0
    assert place.invoices() == place.jobs() == []
    assert [place.view(payout).invoice.reasons for payout in payouts] == [("switch_off",)] * 3


def test_opting_in_later_issues_nothing_for_what_was_ready_before(place):
    place.partner(opted_in=False)
    payout = place.payout(state="Ready")

    place.opt_in()

    assert place.decisions(payout) == [("ready", "not_applicable", "opted_out")]


def test_opting_out_after_an_issue_touches_later_payouts_only(place):
    place.partner()
    payout = place.payout(state="Ready")

    opt_out(place)
    place.work()

    assert place.view(payout).invoice.status == "attached"
    assert place.decisions(place.payout(state="Ready")) == [("ready", "not_applicable", "opted_out")]


def test_issue_now_is_recorded_with_who_and_why(place):
    place.partner(opted_in=False)
    payout = place.payout(state="Ready")
    place.opt_in()

    waiting.issue_now(place.vendor("finance", "vera"), payout, reason="they joined late")
    row = place.history(payout)[-1]

    assert (row.verb, row.actor, row.reason) == ("issue_now", "vera", "they joined late")
    place.work()
    assert place.view(payout).invoice.status == "attached"


def test_issue_now_is_refused_with_everything_that_is_missing(place):
    payout = a_blocked_payout(place)
    before = place.everything()

    with pytest.raises(SelfInvoicingRefused) as refused:
        waiting.issue_now(place.vendor(), payout, reason="now")

    assert {item.who for item in refused.value.missing} == {"vendor"}
    assert [str(refused.value).count(item.sentence) for item in refused.value.missing] == [1] * len(
        refused.value.missing
    )
    assert place.everything() == before


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("Pending", "it is Pending; an invoice is issued once it is Ready."),
        ("Cancelled", "it is Cancelled; an invoice is issued once it is Ready."),
        ("Ready", "it has an invoice already."),
        ("Paid", "it has an invoice already."),
    ],
)
def test_issue_now_is_only_for_what_is_ready_and_has_none(place, state, sentence):
    place.partner()
    payout = place.payout(state=state)

    with pytest.raises(SelfInvoicingRefused) as refused:
        waiting.issue_now(place.vendor(), payout, reason="now")

    assert str(refused.value) == f"payout {payout}: {sentence}"


def test_issue_now_wants_finance_a_reason_and_a_payout(place):
    place.partner()
    payout = place.payout(state="Ready")

    for caller in (place.contact(), place.vendor("viewer"), place.api()):
        with pytest.raises(NotAllowed, match="It is for: owners, admins, managers and finance"):
            waiting.issue_now(caller, payout, reason="now")
    with pytest.raises(ReasonRequired):
        waiting.issue_now(place.vendor(), payout, reason=" ")
    with pytest.raises(NotFound):
        waiting.issue_now(place.vendor(), "0190-nowhere", reason="now")


def test_a_decision_keeps_the_agreement_it_stands_on_and_who_made_it(place):
    place.partner()
    payout = place.payout(state="Ready")
    row = place.one("""SELECT d.decided_by, d.decided_at, a.version FROM decision d JOIN agreement a
        ON a.account_id = d.account_id AND a.id = d.agreement_id
        WHERE d.account_id = :account AND d.payout_id = :payout""", payout=payout)  # fmt: skip

    assert (row.decided_by, row.version) == ("vera", 1)
    assert row.decided_at == "2026-11-02T12:00:00.000000+00:00"
