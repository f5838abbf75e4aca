"""Publishing pipelines, and which version new runs and payouts take."""

from dataclasses import replace

import pytest

from engine import definitions, onboarding, payouts
from engine.definition import Step, canonical, fingerprint, kind_of, restore
from engine.errors import NotAllowed, NotFound
from engine.payouts import Options
from tests.worlds import ONBOARDING, PAYOUT


def live(place, kind, name=""):
    with place.world.store.reading() as tx:
        return definitions.live(tx, place.account_id, kind=kind, name=name)


@pytest.mark.parametrize("definition", [PAYOUT, ONBOARDING])
def test_what_is_published_is_restored_as_it_was(definition):
    restored = restore(canonical(definition))

    assert canonical(restored) == canonical(definition)
    assert fingerprint(restored) == fingerprint(definition)


def test_publishing_the_same_content_makes_no_new_version(place):
    [again] = definitions.publish(place.owner, [PAYOUT])

    assert (again.version, again.new) == (1, False)


def test_publishing_other_content_makes_the_next_version(place):
    [other] = definitions.publish(place.owner, [replace(PAYOUT, title="Payouts")])

    assert (other.version, other.new, live(place, "payout").version) == (2, True, 2)


def test_only_owners_and_admins_publish(place):
    with pytest.raises(NotAllowed):
        definitions.publish(place.vendor("manager"), [PAYOUT])


def test_a_payout_stays_on_the_version_it_was_made_on(place):
    place.partner()
    old = place.payout(state="Pending")
    shorter = [arrow for arrow in PAYOUT.transitions if arrow.trigger != "accept"]
    definitions.publish(place.owner, [replace(PAYOUT, transitions=tuple(shorter))])

    assert place.fire(old, "accept", reason="why").target == "Ready"
    assert "accept" not in possible(place, place.payout(state="Pending"))


def possible(place, payout):
    with place.world.store.reading() as tx:
        return payouts.standing(tx, place.vendor(), payout).possible


def test_without_a_name_the_default_is_taken_and_a_name_takes_that_one(place):
    definitions.publish(place.owner, [replace(ONBOARDING, name="agency", default=False)])

    assert live(place, "onboarding").name == "referral"
    assert live(place, "onboarding", "agency").name == "agency"


def test_of_several_defaults_the_one_published_last_is_taken(place):
    place.clock.advance(days=1)
    definitions.publish(place.owner, [replace(PAYOUT, name="z-renamed")])
    place.clock.advance(days=1)
    definitions.publish(place.owner, [replace(PAYOUT, name="a-renamed")])

    assert live(place, "payout").name == "a-renamed"


def test_all_that_is_live_has_one_default_of_each_kind_as_one_file_could_say(place):
    place.clock.advance(minutes=1)
    definitions.publish(place.owner, [replace(PAYOUT, name="newer", default=True)])
    found = place.owner.world.store.unit_of_work(lambda tx: definitions.all_live(tx, place.owner))

    assert [each.name for each in found if each.default and kind_of(each) == "payout"] == ["newer"]
    assert {each.name for each in found} == {PAYOUT.name, "newer", ONBOARDING.name}


def test_a_setting_called_default_makes_no_pipeline_the_default(place):
    step = Step("form", "fill_form", "Form", settings={"default": True, "fields": []})
    stage = replace(ONBOARDING.stages[0], steps=(step,))
    definitions.publish(place.owner, [replace(ONBOARDING, name="a", stages=(stage,), default=False)])

    assert live(place, "onboarding").name == "referral"


def test_a_pipeline_that_is_not_published_is_not_found(place):
    place.partner()

    with pytest.raises(NotFound, match="There is no pipeline 'agency'"):
        onboarding.start(place.vendor(), "NORD", pipeline="agency")
    with pytest.raises(NotFound):
        payouts.create(place.vendor(), "NORD", "EUR", Options(pipeline="agency"))
