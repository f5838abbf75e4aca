"""What is read: who sees which payouts, documents and jobs, and how a payout is found."""

import pytest

from engine import self_invoicing, views
from engine.errors import NotAllowed, NotFound
from engine.views import Page
from tests.worlds import ANOTHER_VAT_NUMBER, Place


def seen(place, by, **asked):
    with place.world.store.reading() as tx:
        return [payout.id for payout in views.payouts(tx, by, views.PayoutFilter(**asked)).items]


def found(place, by, text):
    with place.world.store.reading() as tx:
        return views.full_id(tx, by, text)


@pytest.fixture
def two(place):
    place.partner()
    place.partner("OTHER")
    return place


def test_a_partner_sees_its_own_payouts_and_no_drafts(two):
    mine, _draft, _theirs = two.payout(state="Pending"), two.payout(), two.payout("OTHER", "Ready")

    assert seen(two, two.contact()) == seen(two, two.contact(role="member")) == [mine]
    assert len(seen(two, two.vendor("viewer"))) == 3


def test_payouts_are_listed_by_state_and_partner(two):
    pending, ready = two.payout(state="Pending"), two.payout("OTHER", "Ready")

    assert seen(two, two.owner, state="Pending") == seen(two, two.owner, partner="NORD") == [pending]
    assert seen(two, two.owner, state="Ready") == [ready]


def test_another_account_sees_nothing(two, shared_store):
    two.payout(state="Ready")
    stranger = Place(shared_store)

    assert seen(stranger, stranger.owner) == []
    with stranger.world.store.reading() as tx:
        assert views.documents(tx, stranger.owner) == views.jobs(tx, stranger.owner) == Page((), None)
        assert views.partners(tx, stranger.owner).items == ()


def test_a_partner_sees_its_own_documents_and_no_jobs(two):
    two.payout(state="Ready")
    two.payout("OTHER", "Ready")
    two.work()
    with two.world.store.reading() as tx:
        assert [each.number for each in views.documents(tx, two.contact()).items] == ["ACME-NORD-00001"]
        with pytest.raises(NotFound):
            views.document(tx, two.contact(), "ACME-OTHER-00001")
        with pytest.raises(NotAllowed):
            views.jobs(tx, two.contact())


def test_a_payout_is_found_by_the_end_of_its_id(two):
    payout = two.payout(state="Pending")

    assert found(two, two.owner, payout[-8:]) == payout
    assert found(two, two.owner, payout[-8:].upper()) == payout
    assert found(two, two.owner, payout) == payout


def test_too_short_an_end_finds_nothing(two):
    payout = two.payout()

    assert found(two, two.owner, payout[-3:]) == payout[-3:]


def test_a_placeholder_of_the_database_finds_nothing(two):
    two.payout()

    assert found(two, two.owner, "%%%%") == "%%%%"
    assert found(two, two.owner, "____") == "____"


def test_a_draft_that_its_partner_saw_before_is_being_revised_and_another_is_not(two):
    again, theirs, _never = two.payout(state="Pending"), two.payout("OTHER", "Pending"), two.payout()
    for payout in (again, theirs):
        two.fire(payout, "reopen", reason="one more")
    with two.world.store.reading() as tx:
        mine = [each.id for each in views.revised(tx, two.contact()).items]
        all_ = [each.id for each in views.revised(tx, two.owner).items]

    assert (mine, all_) == ([again], [again, theirs])
    with two.world.store.reading() as tx, pytest.raises(NotFound):
        views.revision(tx, two.contact(), theirs)


def test_nobody_learns_an_id_that_is_not_his_to_see(two):
    theirs, draft = two.payout("OTHER", "Ready"), two.payout()

    for payout in (theirs, draft):
        ending = payout[-8:]
        assert found(two, two.contact(), ending) == ending


@pytest.mark.parametrize(("opted_in", "gross"), [(True, "119.00"), (False, "100.00")])
def test_what_is_to_be_paid_is_the_invoices_gross_where_there_is_one(place, opted_in, gross):
    place.partner(opted_in=opted_in)
    view = place.view(place.payout(state="Ready"))

    assert (view.net, view.gross, view.currency) == ("100.00", gross, "EUR")


@pytest.mark.parametrize("state", ["Draft", "Pending"])
def test_before_it_is_ready_a_payout_has_no_decision(place, state):
    place.partner()
    invoice = place.view(place.payout(state=state)).invoice

    assert (invoice.status, invoice.reasons, invoice.number) == ("not_applicable", ("not_ready",), None)


@pytest.mark.parametrize("state", ["Draft", "Pending", "Ready"])
def test_one_that_was_cancelled_waits_for_no_invoice(place, state):
    place.partner()
    self_invoicing.set_seller(place.contact(), "NORD", {"vat_number": ANOTHER_VAT_NUMBER})  # so it is blocked
    payout = place.payout(state=state)
    place.fire(payout, "cancel", reason="twice")

    assert (place.view(payout).invoice.status, place.view(payout).invoice.reasons) == ("not_applicable", ("cancelled",))


def test_partners_are_listed_with_how_far_they_are(two):
    with two.world.store.reading() as tx:
        everybody = [(each.code, each.onboarding, each.self_invoicing) for each in views.partners(tx, two.owner).items]
        mine = [each.code for each in views.partners(tx, two.contact()).items]

    assert everybody == [("NORD", "", "opted_in"), ("OTHER", "", "opted_in")]
    assert mine == ["NORD"]


def test_a_partner_reads_its_payouts_history_without_the_vendors_notes_and_names(two):
    payout = two.payout(state="Pending")
    two.fire(payout, "accept", reason="told us by phone")
    for trigger in ("hold", "release"):
        two.fire(payout, trigger, reason="we doubt their bank details")
    with two.world.store.reading() as tx:
        rows = views.history(tx, two.contact(), payout).items

    assert [(row.verb, row.reason) for row in rows] == [
        ("validate", "test"), ("accept", "told us by phone"), ("hold", ""), ("release", ""),
    ]  # fmt: skip
    assert {row.actor for row in rows} == {""}


def test_a_partner_reads_the_answer_to_its_objection(two):
    payout = two.payout(state="Pending")
    two.fire(payout, "dispute", by=two.contact(), reason="It was 120.", data={"reward": "R1"})
    two.fire(payout, "resolve", reason="It was 100.", data={"reward": "R1"})
    with two.world.store.reading() as tx:
        rows = views.history(tx, two.contact(), payout).items

    assert (rows[-1].verb, rows[-1].reason, rows[-1].actor) == ("resolve", "It was 100.", "")
