"""What a seller says of its invoice: it accepts, it objects, or its silence counts; exactly one of them."""

from functools import partial

import pytest

from engine import acceptance, accounts, crediting, self_invoicing, verify, views
from engine.clock import SystemClock
from engine.errors import Invalid, InvoiceRefused, NotAllowed, NotFound, ReasonRequired, Refused
from tests.papers import WHY, Papers
from tests.worlds import Place


@pytest.fixture
def papers(own_place) -> Papers:
    accounts.set_timezone(own_place.owner, "Europe/Berlin")
    return Papers(own_place)


def test_an_invoice_is_delivered_when_its_document_is_attached(own_place):
    own_place.partner()
    own_place.payout(state="Ready")
    with own_place.world.store.reading() as tx:
        before = acceptance.standing(tx, own_place.owner, "ACME-NORD-00001").state
    own_place.work()

    with own_place.world.store.reading() as tx:
        assert (before, acceptance.standing(tx, own_place.owner, "ACME-NORD-00001").state) == ("issued", "delivered")


def test_an_accepted_invoice_waits_for_nothing_more(papers):
    told = papers.accept()

    assert (told, papers.state()) == (f"{papers.number} is accepted", "accepted")
    assert papers.wait_until(2027, 1, 1) == 0
    assert papers.verbs()[-1] == "accept_invoice"


@pytest.mark.parametrize(
    ("when", "fired"),
    [((2026, 11, 16, 22, 59), 0), ((2026, 11, 16, 23, 0), 1)],
    ids=["the fourteenth day is not over in Berlin", "it is over"],
)
def test_silence_counts_as_acceptance_after_the_last_day_on_the_accounts_clocks(papers, when, fired):
    assert papers.wait_until(*when) == fired
    assert papers.state() == ("deemed_accepted" if fired else "delivered")


def test_silence_counts_once_and_is_written_down(papers):
    looks = [papers.wait_until(2026, 12, day) for day in (1, 2, 3)]
    deed = papers.place.history(papers.payout)[-1]

    assert looks == [1, 0, 0]
    assert (deed.verb, deed.role) == ("deem_invoice_accepted", "system")
    assert deed.sentence == f"{papers.number} counts as accepted: it was not contested in 14 days"


def test_the_days_of_silence_are_those_of_the_agreement_which_the_account_sets(papers):
    accounts.set_acceptance_days(papers.place.owner, 3)
    _, before = papers.deliver()
    papers.place.opt_in()
    _, after = papers.deliver()

    assert papers.standing(before).silence_ends_at.startswith("2026-11-16T23:00")
    assert papers.standing(after).silence_ends_at.startswith("2026-11-05T23:00")


def test_the_agreement_says_the_days_of_silence(papers):
    accounts.set_acceptance_days(papers.place.owner, 21)
    offer = self_invoicing.agreement_offer(papers.place.contact(), "NORD", {})

    assert "nicht innerhalb von 21 Tagen nach Erhalt widerspricht" in offer.text


@pytest.mark.parametrize("days", [0, -1, 91])
def test_days_of_silence_are_few_enough_to_be_told_and_enough_to_read(place, days):
    with pytest.raises(Invalid, match=rf"acceptance_days: {days} is not from 1 to 90\."):
        accounts.set_acceptance_days(place.owner, days)


def test_an_objection_puts_the_payout_on_hold_by_the_pipelines_trigger(papers):
    told = papers.contest()
    hold = papers.place.history(papers.payout)[-1]

    assert told == f"{papers.number} is contested; payout {papers.payout} is on hold until that is answered"
    assert papers.held() and papers.state() == "contested"
    assert papers.verbs()[-2:] == ["contest_invoice", "hold"]
    assert (hold.actor, hold.reason) == ("acceptance", f"{papers.number} is contested: {WHY}")


def test_a_contested_payout_is_not_paid_and_not_released_by_hand(papers):
    papers.contest()

    with pytest.raises(Refused, match=r"It is on hold: .* is contested: We agreed on 120\.00\."):
        papers.place.fire(papers.payout, "mark_paid")
    with pytest.raises(
        Refused, match=rf"{papers.number} is contested; answer that: billhook invoices resolve {papers.number}"
    ):
        papers.place.fire(papers.payout, "release", reason="never mind")


def test_what_is_offered_instead_of_paying_a_contested_payout_can_be_done(papers):
    papers.contest()
    with pytest.raises(Refused) as contested:
        papers.place.fire(papers.payout, "mark_paid")
    papers.resolve()
    papers.place.fire(papers.payout, "hold", reason="bank details")
    with pytest.raises(Refused) as held:
        papers.place.fire(papers.payout, "mark_paid")

    assert "release" not in contested.value.allowed
    assert "release" in held.value.allowed


def test_an_objection_stops_the_days_of_silence(papers):
    papers.contest()

    assert (papers.wait_until(2027, 1, 1), papers.state()) == (0, "contested")


def test_finance_notes_that_the_partner_accepts_after_all_and_the_payout_is_released(papers):
    papers.contest()
    told = papers.resolve()

    assert (told, papers.state(), papers.held()) == (f"{papers.number} is accepted after all", "accepted", False)
    assert papers.verbs()[-2:] == ["resolve_invoice", "release"]
    assert papers.told("partner")[-1] == f"{papers.number} is accepted after all: It was 100.00, as signed."


def test_the_partner_takes_its_objection_back_by_accepting(papers):
    papers.contest()
    told = papers.accept()

    assert told == f"{papers.number} is accepted, and its objection is taken back"
    assert (papers.state(), papers.held()) == ("accepted", False)


def test_a_payout_that_was_on_hold_before_stays_so_after_the_answer(papers):
    papers.place.fire(papers.payout, "hold", reason="bank details")
    papers.contest()
    told = papers.resolve()

    assert told.endswith(f"payout {papers.payout} stays on hold: bank details")
    assert papers.held()


def test_a_credit_note_may_be_contested_too(papers):
    papers.place.fire(papers.payout, "cancel", reason="why")
    papers.place.work()
    papers.contest("ACME-NORD-C00001")
    before = papers.held()
    papers.resolve("ACME-NORD-C00001")

    assert (before, papers.held(), papers.place.state(papers.payout)) == (True, False, "Cancelled")


def test_a_payout_is_released_when_the_last_objection_is_answered(papers):
    """The second one is that of a credit note."""
    papers.contest()
    note = papers.credit_whole_as_rows()
    papers.contest(note)
    first = papers.resolve()

    assert f"payout {papers.payout} stays on hold" in first and papers.held()
    assert papers.resolve(note) == f"{note} is accepted after all" and not papers.held()


def test_without_a_trigger_for_it_the_flag_is_set_all_the_same(papers):
    payout = papers.payout_without_hold()
    number = papers.place.invoices()[-1].number
    papers.contest(number)
    before = papers.held(payout)
    papers.resolve(number)

    assert (before, papers.held(payout)) == (True, False)


def test_a_paid_payout_is_flagged_so_that_a_payment_that_comes_back_is_not_made_again(papers):
    payout, number = papers.deliver("Paid")
    papers.contest(number)
    papers.place.fire(payout, "payment_failed", reason="The bank sent it back.")

    with pytest.raises(Refused, match="It is on hold"):
        papers.place.fire(payout, "mark_paid")
    papers.resolve(number)
    assert papers.place.fire(payout, "mark_paid").target == "Paid"


def test_a_paid_payout_stays_paid_and_is_no_longer_flagged_after_the_answer(papers):
    payout, number = papers.deliver("Paid")
    papers.contest(number)
    before = papers.held(payout)
    papers.resolve(number)

    assert (before, papers.held(payout), papers.place.state(payout)) == (True, False, "Paid")


def test_a_credit_note_answers_the_objection_and_ends_the_hold(papers):
    papers.contest()
    fired = papers.place.fire(papers.payout, "cancel", reason="The partner is right.")

    assert any(f"the objection to {papers.number} is answered" in sentence for sentence in fired.sentences)
    assert (papers.state(), papers.held()) == ("credited", False)


def test_an_invoice_that_is_credited_is_not_deemed_accepted(papers):
    papers.place.fire(papers.payout, "cancel", reason="why")

    assert (papers.wait_until(2027, 1, 1), papers.state()) == (0, "credited")


def test_a_document_that_comes_after_the_credit_is_delivered_and_waits_for_nothing(own_place):
    own_place.partner()
    payout = own_place.payout(state="Ready")
    own_place.fire(payout, "cancel", reason="why")
    own_place.work()
    with own_place.world.store.reading() as tx:
        standing = acceptance.standing(tx, own_place.owner, "ACME-NORD-00001")

    assert [event.kind for event in standing.events] == ["credited", "delivered"]
    assert (standing.state, standing.silence_ends_at) == ("credited", "")


LATE = "What is wrong with it is put right by a credit note: ask the vendor's finance for one."
REFUSALS = [
    ((), "resolve", "resolved. It is delivered, and nobody waits for an answer."),
    (("accept",), "accept", f"accepted. It is accepted already. {LATE}"),
    (("accept",), "contest", f"contested. It is accepted already. {LATE}"),
    (("accept",), "resolve", "resolved. It is accepted, and nobody waits for an answer."),
    (("contest",), "contest", "contested. It is contested already; the vendor's finance has to answer."),
    (("silence",), "accept", f"accepted. It is accepted by silence already. {LATE}"),
    (("cancel",), "contest", "contested. It is credited, so nothing more is to be said about it."),
    (("contest", "resolve"), "contest", f"contested. It is accepted already. {LATE}"),
]


@pytest.mark.parametrize(("before", "verb", "why"), REFUSALS)
def test_what_is_not_possible_any_more_is_refused_with_the_way_out(papers, before, verb, why):
    ways = {
        "accept": papers.accept, "contest": papers.contest, "resolve": papers.resolve,
        "silence": partial(papers.wait_until, 2027, 1, 1),
        "cancel": partial(papers.place.fire, papers.payout, "cancel", reason="why"),
    }  # fmt: skip
    for deed in before:
        ways[deed]()
    with pytest.raises(InvoiceRefused) as refused:
        ways[verb]()

    assert str(refused.value) == f"Invoice {papers.number} cannot be {why}"


def test_an_objection_after_the_last_day_is_too_late_also_where_no_timer_has_fired(own_place):
    papers = Papers(own_place, country="FR", vat_number="FR40303265045")
    papers.place.clock.advance(days=15)

    with pytest.raises(InvoiceRefused, match=r"cannot be contested\. It is accepted by silence already\."):
        papers.contest()
    assert papers.accept()


@pytest.mark.parametrize("fired", [True, False])
def test_a_german_seller_may_object_after_its_silence_and_the_payout_waits_for_the_answer(papers, fired):
    papers.place.clock.advance(days=15)
    if fired:
        papers.wait_until(2026, 12, 1)
    told = papers.contest()
    with pytest.raises(InvoiceRefused, match=r"It is contested already; the vendor's finance has to answer\."):
        papers.contest()
    with pytest.raises(
        Refused, match=f"It is on hold: {papers.number} was accepted by silence, and its seller objects"
    ):
        papers.place.fire(papers.payout, "mark_paid")

    assert told.endswith(f"its seller objects now; payout {papers.payout} is on hold until that is answered")
    assert papers.told("vendor")[-1].endswith(f"objects now: {WHY}")
    assert (papers.wait_until(2027, 1, 1), papers.state()) == (0, "contested")


def test_a_late_objection_is_answered_as_any_other(papers):
    _, other = papers.deliver("Paid")
    _, third = papers.deliver()
    papers.wait_until(2027, 1, 1)
    for number in (papers.number, other, third):
        papers.contest(number)
    papers.resolve()
    papers.accept(other)
    crediting.credit(papers.place.vendor("finance"), third, reason="The partner is right.")

    assert [papers.state(number) for number in (papers.number, other, third)] == ["accepted", "accepted", "credited"]
    assert not papers.held() and papers.place.fire(papers.payout, "mark_paid").target == "Paid"


def test_whoever_may_object_now_is_told_so(own_place):
    papers = Papers(own_place)
    in_time = papers.standing().may_contest
    papers.wait_until(2027, 1, 1)
    late = papers.standing().may_contest
    papers.contest()

    assert (in_time, late, papers.standing().may_contest) == (True, True, False)
    with own_place.world.store.reading() as tx:
        assert [each.state for each in views.documents(tx, own_place.owner).items] == ["contested"]
        assert len(views.documents(tx, own_place.owner, contested=True, partner="NORD").items) == 1


@pytest.mark.parametrize("answered", [True, False])
def test_a_late_objection_does_not_disturb_what_verify_checks(papers, answered):
    papers.wait_until(2027, 1, 1)
    papers.contest()
    if answered:
        papers.resolve()

    [checked] = verify.run(papers.place.world, missing=lambda *_: (), only=("I15",))
    assert checked.findings == ()


def test_nothing_is_said_of_an_invoice_before_its_document_is_there(own_place):
    own_place.partner()
    own_place.payout(state="Ready")

    with pytest.raises(InvoiceRefused, match=r"Its document is still being made\. Repeat it when that is attached\."):
        acceptance.contest(own_place.contact(), "ACME-NORD-00001", reason=WHY)


@pytest.mark.parametrize("verb", ["contest", "resolve"])
@pytest.mark.parametrize("reason", ["", "  "])
def test_an_objection_and_its_answer_say_why(papers, verb, reason):
    with pytest.raises(ReasonRequired, match=f"'{verb} invoice' needs a reason, which is kept with it"):
        getattr(papers, verb)(reason=reason)


@pytest.mark.parametrize("verb", [acceptance.accept, partial(acceptance.contest, reason=WHY)])
def test_only_the_main_contact_accepts_and_contests(papers, verb):
    for caller in (papers.place.vendor("owner"), papers.place.api(), papers.place.contact(role="member")):
        with pytest.raises(NotAllowed, match="It is for: the partner's main contact"):
            verb(caller, papers.number)


def test_only_finance_and_above_answer_an_objection(papers):
    papers.contest()
    for caller in (papers.place.vendor("viewer"), papers.place.contact(), papers.place.api()):
        with pytest.raises(NotAllowed, match="It is for: owners, admins, managers and finance"):
            acceptance.resolve(caller, papers.number, reason="why")


def test_anothers_invoice_is_not_there_for_a_partner(papers):
    papers.place.partner("SUD")
    for verb in (acceptance.accept, partial(acceptance.contest, reason=WHY)):
        with pytest.raises(NotFound, match=f"There is no document '{papers.number}' that you can see"):
            verb(papers.place.contact("SUD"), papers.number)


def test_a_partner_sees_which_side_acted_and_not_who(papers):
    papers.contest()
    papers.resolve()
    seen = papers.standing(by=papers.place.contact()).events

    assert [(event.kind, event.actor, event.role) for event in seen] == [
        ("delivered", "", "system"), ("contested", "NORD-anna", "main_contact"), ("accepted", "", "finance"),
    ]  # fmt: skip


def test_partner_and_vendor_are_told(papers):
    papers.contest()
    papers.accept()

    assert papers.told("partner") == [
        f"{papers.number} is there. It counts as accepted unless you contest it before 2026-11-17."
    ]
    assert papers.told("vendor") == [
        f"{papers.number} is contested: {WHY}", f"{papers.number} is accepted, and its objection is taken back."
    ]  # fmt: skip


def test_the_days_move_with_the_accounts_time_zone(papers):
    accounts.set_timezone(papers.place.owner, "America/New_York")

    assert papers.standing().silence_ends_at.startswith("2026-11-17T05:00")


def test_events_and_deeds_say_the_same_instant_on_a_clock_that_runs(own_store):
    place = Place(own_store, clock=SystemClock())
    papers = Papers(place)
    papers.contest()
    papers.resolve()
    checked = [*verify.run(place.world, missing=lambda *_: (), only=("I15",))]

    assert [finding for one in checked for finding in one.findings] == []
