"""What is not yours answers as what does not exist, at every door, and lists are as short as what you may see."""

import pytest

from engine.errors import NotAllowed, NotFound


@pytest.fixture
def both(programme, at_work):
    """Payouts of two partners, seen by one of them and by another account."""
    mine = programme.partner("NORD")
    programme.partner("OTHER")
    ready, draft = programme.payout("OTHER", "validate", "accept"), programme.payout("NORD")
    strangers = type(programme)(at_work)
    return programme, [mine, strangers.vendor, strangers.partner("NORD")], ready, draft


DOORS = [
    lambda there, payout: there.payouts.get(payout),
    lambda there, payout: there.payouts.lines(payout),
    lambda there, payout: there.payouts.history(payout),
    lambda there, payout: there.payouts.standing(payout),
    lambda there, payout: there.payouts.fire(payout, "approve"),
]


@pytest.mark.parametrize("door", DOORS, ids=["get", "lines", "history", "standing", "fire"])
def test_a_payout_that_is_not_yours_is_not_found_by_its_id(both, door):
    _, others, ready, draft = both
    for there in others:
        for payout in (ready, draft):
            with pytest.raises(NotFound) as refused:
                door(there, payout)
            assert str(refused.value) == str(NotFound("payout", payout))


def test_nor_by_the_end_of_its_id(both):
    _, others, ready, _ = both
    for there in others:
        with pytest.raises(NotFound) as refused:
            there.payouts.find(ready[-8:])
        assert ready not in str(refused.value)


def test_nor_in_any_list(both):
    programme, others, _, _ = both
    programme.billhook.drain(seconds=60)
    for there in others:
        assert there.payouts.list() == there.documents.list() == []
        with pytest.raises(NotFound):
            there.documents.get("ACME-OTHER-00001")


def test_a_partner_learns_nothing_of_another_partner(both):
    _, others, _, _ = both
    mine = others[0]

    assert [partner.code for partner in mine.partners.list()] == ["NORD"]
    for ask in (mine.onboarding.view, mine.self_invoicing.profile, mine.rewards.pool, mine.self_invoicing.opt_out):
        with pytest.raises(NotFound) as refused:
            ask("OTHER")
        assert str(refused.value) == str(NotFound("partner", "OTHER"))
    with pytest.raises(NotAllowed):
        mine.jobs.list()
