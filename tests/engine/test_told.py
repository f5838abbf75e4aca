"""History in words: one place says them, for pages, programs and commands."""

import pytest

from engine import onboarding, people, views


def told(place, by, payout=None):
    with place.world.store.reading() as tx:
        page = views.history(tx, by, payout) if payout else views.partner_history(tx, by, "NORD")
    return [(each.what, each.outcome, each.target) for each in page.items]


@pytest.fixture
def begun(place):
    place.hand_out()
    place.partner()
    onboarding.start(place.vendor(), "NORD")
    return place


def test_a_step_is_named_by_its_title(begun):
    onboarding.answer(begun.contact(), "NORD", "guide", {"viewed": True})
    onboarding.decide(begun.vendor(), "NORD", "guide", "invalidate", reason="a new guide")

    assert [(what, target) for what, _, target in told(begun, begun.contact())[-2:]] == [
        ("Answered step 'Read the guide'", "Completed"),
        ("Asked again for step 'Read the guide'", "Action required"),
    ]


def test_a_person_is_named_by_name(begun):
    people.add_contact(begun.owner, "NORD", "mia@example.com", "Mia Member")

    assert ("Added Mia Member as a contact", "", "") in told(begun, begun.contact())


def test_a_payout_says_what_was_done_and_what_came_of_it(place):
    place.partner()
    payout = place.payout(state="Ready")
    place.work()

    assert told(place, place.contact(), payout)[-2:] == [
        ("Accept", "issued ACME-NORD-00001", "Ready"), ("Attached ACME-NORD-00001", "", ""),
    ]  # fmt: skip
