"""Many payouts at once: every one on its own, in chunks of one transaction."""

import pytest

from engine import outbox
from engine.bulk import fire_many
from engine.errors import Conflict, NoSuchTransition, NotFound, Refused
from engine.service import Request
from engine.store import Store
from tests.worlds import THEIR_INVOICE, Place

VALIDATE = Request("validate")


@pytest.fixture
def place(database):
    store = Store(database)
    made = Place(store)
    made.partner()
    yield made
    store.close()


def test_every_payout_gets_its_outcome_in_the_order_given(place):
    payouts = [place.payout() for _ in range(5)]
    asked = [payouts[3], payouts[0], payouts[4], payouts[1], payouts[2]]

    outcomes = list(fire_many(place.vendor(), asked, VALIDATE, chunk=2))

    assert [(one.payout_id, one.fired.target) for one in outcomes] == [(payout, "Pending") for payout in asked]


def test_a_refused_payout_leaves_nothing_and_keeps_no_other_from_moving(place):
    unsettled = place.payout()
    place.owner.transact(lambda tx: tx.run("UPDATE reward SET status = 'pending'"))
    before = place.history(unsettled)
    settled = place.payout()

    first, second, third = fire_many(place.vendor(), [unsettled, settled, "no-such-payout"], VALIDATE)

    assert isinstance(first.refused, Refused) and place.history(unsettled) == before
    assert second.fired.target == place.state(settled) == "Pending"
    assert isinstance(third.refused, NotFound)


def test_a_payout_refused_after_its_effects_ran_is_undone_and_notes_no_job(place):
    good, paid = place.payout(state="Pending"), place.payout(state="Pending")
    request = Request("accept", reason="agreed", version=place.view(good).version)
    place.fire(paid, "upload_invoice", by=place.contact(), uploads={"invoice": THEIR_INVOICE})

    outcomes = list(fire_many(place.vendor(), [paid, good], request))

    assert [bool(one.fired) for one in outcomes] == [False, True]
    assert [job.subject_id for job in place.jobs()] == [good]


def test_a_dry_run_says_what_would_come_and_keeps_nothing(place):
    payouts = [place.payout(ask=()) for _ in range(3)]
    before = place.everything()

    outcomes = list(fire_many(place.vendor(), payouts, VALIDATE, chunk=2, dry_run=True))

    assert [one.fired.target for one in outcomes] == ["Ready"] * 3
    assert place.everything() == before


def test_a_repeat_under_the_same_key_gets_the_first_answers(place):
    payouts = [place.payout() for _ in range(3)]
    first = list(fire_many(place.vendor(), payouts[:2], VALIDATE, key="july"))

    again = list(fire_many(place.vendor(), payouts, VALIDATE, key="july"))

    assert again[:2] == first
    assert [len(place.history(payout)) for payout in payouts] == [2, 2, 2]


def test_many_into_ready_get_contiguous_numbers_and_a_job_each(place):
    payouts = [place.payout(ask=()) for _ in range(7)]

    list(fire_many(place.vendor(), payouts, VALIDATE, chunk=3))

    assert [row.seq for row in place.invoices()] == [1, 2, 3, 4, 5, 6, 7]
    with place.world.store.reading() as tx:
        assert outbox.unfinished(tx) == 7


def test_what_would_not_have_moved_when_it_was_looked_at_is_left(place):
    unsettled, good = place.payout(), place.payout()
    reward = place.one("SELECT r.id FROM reward r JOIN payout_line l ON l.reward_id = r.id WHERE l.payout_id = :id"
                       " AND r.account_id = :account", id=unsettled).id  # fmt: skip
    settle = "UPDATE reward SET status = '{}' WHERE id = :id"
    place.owner.transact(lambda tx: tx.run(settle.format("pending"), id=reward))
    seen = {one.payout_id: one.mark for one in fire_many(place.vendor(), [unsettled, good], VALIDATE, dry_run=True)}
    place.owner.transact(lambda tx: tx.run(settle.format("accepted"), id=reward))

    outcomes = list(fire_many(place.vendor(), [unsettled, good], VALIDATE, seen=seen))

    assert [type(one.refused) for one in outcomes] == [Conflict, type(None)]
    assert str(outcomes[0].refused).startswith(f"payout {unsettled} would not have moved when it was looked at")


def test_of_those_that_were_not_looked_at_none_moves_and_each_is_told_the_true_reason(place):
    draft, unlooked, ready = place.payout(), place.payout(state="Ready"), place.payout(state="Ready")
    asked, before = [draft, unlooked, "no-such-payout", ready], place.history(unlooked)
    pay = Request("mark_paid")
    dry = fire_many(place.vendor("finance"), [draft, ready], pay, dry_run=True)
    seen = {one.payout_id: one.mark for one in dry}

    outcomes = list(fire_many(place.vendor("finance"), asked, pay, seen=seen, key="july"))

    assert [type(one.refused) for one in outcomes] == [NoSuchTransition, Conflict, NotFound, type(None)]
    assert str(outcomes[1].refused).startswith(f"payout {unlooked} is none of those looked at, so it was left.")
    assert place.history(unlooked) == before and outcomes[3].fired.target == "Paid"
