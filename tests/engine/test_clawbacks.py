"""A payout of nothing but clawbacks becomes credit notes over the lines that they take back."""

import pytest

from engine import clawbacks, payouts, verify
from engine.clawbacks import Against, against_of
from engine.errors import Invalid, InvoiceRefused, NotAllowed, NotFound, ReasonRequired, Refused
from engine.payouts import Options

NUMBER = "ACME-NORD-00001"


@pytest.fixture
def draft(own_place):
    """Two clawbacks in a draft, of an invoice over 100.00 and 50.00 that is paid."""
    own_place.partner()
    rewards = (own_place.reward(), own_place.reward(amount="50.00"))
    payout = payouts.create(own_place.vendor(), "NORD", "EUR", Options(rewards, ()))
    own_place.fire(payout, "validate")
    own_place.fire(payout, "mark_paid", by=own_place.vendor("finance"))
    return taken_back(own_place, "-30.00", "-50.00")


def taken_back(place, *amounts):
    rewards = tuple(place.reward(amount=amount) for amount in amounts)
    return payouts.create(place.vendor(), "NORD", "EUR", Options(rewards, ()))


def references(place, payout):
    with place.world.store.reading() as tx:
        return [row.reference for row in payouts.lines(tx, place.owner, payout)]


def credit(place, payout, *lines, by=None, reason="the customer left"):
    names = references(place, payout)
    against = {name: Against(NUMBER, line) for name, line in zip(names, lines, strict=False)}
    return clawbacks.credit_clawbacks(by or place.vendor(), payout, against, reason=reason)


def test_every_clawback_becomes_a_credit_note_and_the_draft_is_cancelled(own_place, draft):
    done = credit(own_place, draft, 1, 2)
    _, *notes = own_place.snapshots()

    assert [each.note for each in done] == ["ACME-NORD-C00001", "ACME-NORD-C00002"]
    assert [(note.net, note.tax, note.preceding.number) for note in notes] == [(3000, 570, NUMBER), (5000, 950, NUMBER)]
    assert own_place.view(draft).state == "Cancelled"
    own_place.work()
    assert all(row.holds for row in verify.run(own_place.world, missing=lambda *_: ()))


def test_a_rehearsal_says_what_would_be_credited_and_keeps_nothing(own_place, draft):
    before = own_place.everything()
    against = {name: Against(NUMBER, line) for line, name in enumerate(references(own_place, draft), start=1)}
    done = clawbacks.credit_clawbacks(own_place.vendor(), draft, against, reason="x", dry_run=True)

    assert [each.note for each in done] == ["ACME-NORD-C00001", "ACME-NORD-C00002"]
    assert own_place.everything() == before


def test_no_later_payout_nets_them_a_second_time(own_place, draft):
    credit(own_place, draft, 1, 2)
    own_place.reward(amount="200.00")
    payout = payouts.create(own_place.vendor(), "NORD", "EUR", Options((), ()))

    assert own_place.view(payout).net == "200.00"


def test_a_draft_that_cannot_be_validated_says_that_this_is_a_way(own_place, draft):
    with pytest.raises(
        Refused, match=r"Clawbacks of what was invoiced may be credited instead, in a payout of nothing else"
    ):
        own_place.fire(draft, "validate")


def test_both_or_nothing(own_place, draft):
    with pytest.raises(Invalid, match=r"line: ACME-NORD-00001 has no line 7; it has 1 to 2\."):
        credit(own_place, draft, 1, 7)

    assert (own_place.view(draft).state, len(own_place.snapshots())) == ("Draft", 1)
    assert len(references(own_place, draft)) == 2


def test_every_clawback_has_to_be_named_and_no_other(own_place, draft):
    first, second = references(own_place, draft)

    with pytest.raises(Invalid) as refused:
        clawbacks.credit_clawbacks(
            own_place.owner, draft, {first: Against(NUMBER, 1), "X": Against("Y", 1)}, reason="x"
        )
    assert str(refused.value) == (
        f"The clawbacks cannot be accepted. against: {second}: name the line that it takes back, as NUMBER/LINE of an "
        "invoice. against: X is no clawback of this payout."
    )


def test_a_payout_with_earnings_is_netted_instead(own_place, draft):
    earned = own_place.reward(amount="10.00")
    claw = own_place.reward(amount="-20.00")
    payout = payouts.create(own_place.vendor(), "NORD", "EUR", Options((earned, claw), ()))

    with pytest.raises(Invalid, match=f"payout: {earned} is no clawback. Validate the payout, which nets them;"):
        credit(own_place, payout, 1, 1)


def test_what_is_no_draft_is_not_credited_so(own_place, draft):
    credit(own_place, draft, 1, 2)

    with pytest.raises(
        Invalid, match="payout: it is Cancelled; clawbacks of a draft that can be cancelled become notes"
    ):
        credit(own_place, draft)


def test_finance_credits_clawbacks_as_it_credits_invoices_and_the_engine_cancels_for_it(own_place, draft):
    credit(own_place, draft, 1, 2, by=own_place.vendor("finance", "kim"))
    *_, deed, cancelled = own_place.history(draft)

    assert (deed.verb, deed.actor, deed.reason) == ("credit_clawbacks", "kim", "the customer left")
    assert (cancelled.verb, cancelled.actor) == ("cancel", "clawbacks")


def test_it_is_no_viewers_deed_and_has_a_reason(own_place, draft):
    with pytest.raises(NotAllowed):
        credit(own_place, draft, 1, 2, by=own_place.vendor("viewer"))
    with pytest.raises(ReasonRequired):
        credit(own_place, draft, 1, 2, reason=" ")
    with pytest.raises(NotFound):
        clawbacks.credit_clawbacks(own_place.owner, "nothing", {}, reason="x")


def test_a_line_that_is_wholly_credited_takes_no_clawback(own_place, draft):
    credit(own_place, draft, 1, 2)
    more = taken_back(own_place, "-70.00")
    credit(own_place, more, 1)

    with pytest.raises(InvoiceRefused, match="It is wholly credited already"):
        credit(own_place, taken_back(own_place, "-1.00"), 1)


def test_lines_are_said_in_a_word():
    assert against_of(["CB-7=ACME/NORD-00001/2"]) == {"CB-7": Against("ACME/NORD-00001", 2)}


def test_what_says_no_line_is_refused_all_at_once():
    with pytest.raises(Invalid) as refused:
        against_of(["CB-7", "CB-8=ACME-1", "CB-9=ACME-1/1"])

    assert [problem.sentence for problem in refused.value.problems] == [
        f"'{text}' is not REWARD=NUMBER/LINE, such as CB-7=ACME-NORD-00001/2." for text in ("CB-7", "CB-8=ACME-1")
    ]


def test_a_repeat_under_the_same_key_gets_the_same_notes(own_place, draft):
    against = {name: Against(NUMBER, line) for name, line in zip(references(own_place, draft), (1, 2), strict=True)}
    done = [clawbacks.credit_clawbacks(own_place.vendor(), draft, against, reason="gone", key="k") for _ in range(2)]

    assert done[0] == done[1] and len(own_place.snapshots()) == 3
