"""Accepting, contesting, silence and crediting at once, on both databases: exactly one of them wins."""

from functools import partial

import pytest

from engine import timers
from engine.duties import DUTIES
from tests.engine.test_races import at_once
from tests.papers import Papers


@pytest.fixture
def papers(own_place) -> Papers:
    return Papers(own_place)


#: Who accepts after an objection takes it back.
WON = [(["delivered", "accepted"], False), (["delivered", "contested", "accepted"], False)]


def test_of_accepting_and_contesting_exactly_one_wins(papers, rounds):
    seen = set()
    for turn in range(rounds):
        payout, number = papers.deliver()
        at_once(partial(papers.accept, number), partial(papers.contest, number), turn=turn)
        kinds = [event.kind for event in papers.standing(number).events]
        seen.add(kinds[1])

        assert (kinds, papers.held(payout)) in WON
    assert seen <= {"accepted", "contested"}


#: Of whom and when: the seller is a German one, who may object after the silence as well.
SILENT = [
    (["delivered", "contested"], True), (["delivered", "objected"], True), (["delivered", "deemed_accepted"], False),
    (["delivered", "deemed_accepted", "objected"], True),
]  # fmt: skip


def test_an_objection_at_the_end_of_silence_holds_the_payout_whichever_is_first(papers, rounds):
    for turn in range(rounds):
        payout, number = papers.deliver()
        papers.place.clock.advance(days=14)
        fire = partial(timers.fire_due, papers.place.world, DUTIES)
        at_once(partial(papers.contest, number), partial(ahead, papers.place, fire), turn=turn)
        kinds = [event.kind for event in papers.standing(number).events]

        assert (kinds, papers.held(payout)) in SILENT
        papers.place.clock.advance(days=-14)  # the agreement is for a year, and the rounds may be a hundred


def test_of_two_objections_one_is_kept(papers, rounds):
    for turn in range(rounds):
        _, number = papers.deliver()
        answers = at_once(partial(papers.contest, number), partial(papers.contest, number), turn=turn)

        assert sorted(type(each).__name__ for each in answers) == ["InvoiceRefused", "str"]
        assert [event.kind for event in papers.standing(number).events] == ["delivered", "contested"]


def test_of_an_objection_and_a_credit_note_the_credit_note_stands_whoever_is_first(papers, rounds):
    for turn in range(rounds):
        payout, number = papers.deliver()
        cancel = partial(papers.place.fire, payout, "cancel", reason="why")
        at_once(partial(papers.contest, number), cancel, turn=turn)
        kinds = [event.kind for event in papers.standing(number).events]

        assert kinds in (["delivered", "credited"], ["delivered", "contested", "credited"])
        assert (papers.place.state(payout), papers.held(payout)) == ("Cancelled", False)


def test_accepting_twice_at_once_is_done_once(papers, rounds):
    for turn in range(rounds):
        _, number = papers.deliver()
        answers = at_once(partial(papers.accept, number), partial(papers.accept, number), turn=turn)

        assert sorted(type(each).__name__ for each in answers) == ["InvoiceRefused", "str"]


def ahead(place, fire) -> int:
    """What becomes due within the next day, fired now."""
    place.clock.advance(days=1)
    return fire()
