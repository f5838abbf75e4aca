"""What is wholly credited is credited, whatever its seller said before: there is nothing left to object to."""

import pytest

from engine import crediting, verify
from engine.errors import InvoiceRefused
from tests.papers import Papers


@pytest.fixture
def papers(own_place) -> Papers:
    return Papers(own_place)


@pytest.mark.parametrize(("answer", "way"), [("words", "credit"), ("silence", "reissue"), ("objection", "cancel")])
def test_what_is_wholly_credited_is_credited_whatever_was_said_of_it_and_not_objected_to(papers, answer, way):
    papers.accept() if answer == "words" else papers.wait_until(2026, 11, 20)
    if answer == "objection":
        papers.contest()
        papers.resolve()
    take_back(papers, way)

    assert (papers.state(), papers.standing().may_contest) == ("credited", False)
    with pytest.raises(InvoiceRefused, match="It is credited, so nothing more is to be said about it"):
        papers.contest()
    [checked] = verify.run(papers.place.world, missing=lambda *_: (), only=("I15",))
    assert checked.findings == ()


def take_back(papers, way):
    if way == "cancel":
        papers.place.fire(papers.payout, "cancel", reason="why")
    else:
        getattr(crediting, way)(papers.place.vendor("finance"), papers.number, reason="why")


@pytest.mark.parametrize("way", ["credit", "reissue"])
def test_a_late_objection_to_a_paid_invoice_is_answered_by_the_credit_note_and_holds_no_more(papers, way):
    papers.place.fire(papers.payout, "mark_paid")
    papers.wait_until(2026, 11, 20)
    papers.contest()
    before = papers.held()
    take_back(papers, way)

    assert (before, papers.held(), papers.state()) == (True, False, "credited")


def test_of_one_that_was_accepted_and_credited_the_credit_note_is_still_objected_to(papers):
    papers.accept()
    take_back(papers, "credit")
    papers.place.work()

    assert papers.contest("ACME-NORD-C00001").startswith("ACME-NORD-C00001 is contested")
