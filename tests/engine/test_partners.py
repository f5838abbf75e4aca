"""Partners, rewards and accounts as they come in: every problem at once, nothing kept where one is wrong."""

from dataclasses import replace

import pytest

from engine import accounts, intake, partners
from engine.actor import Actor
from engine.errors import Invalid, NotAllowed, NotFound, Unknown
from engine.partners import NewPartner, NewReward
from engine.registry import Registry

NORD = NewPartner("NORD", "Nord GmbH", "DE", "de", "Anna", "anna@example.com")
LEAD = NewReward("R-1", "NORD", "Lead", "100.00", "EUR", "2026-10-01")


def add(place, new):
    return place.owner.transact(lambda tx: partners.add(tx, place.owner, new))


def problems(place, new):
    with place.world.store.reading() as tx:
        of = partners.partner_problems if isinstance(new, NewPartner) else partners.reward_problems
        return {problem.field: problem.sentence for problem in of(tx, place.account_id, new)}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("code", "nord", "1 to 12 of A-Z, 0-9 and '-'."),
        ("code", "A" * 13, "1 to 12 of A-Z, 0-9 and '-'."),
        ("country", "ZZ", "'ZZ' is no ISO 3166 code, such as FR."),
        ("language", "german", "'german' is no ISO 639 code, such as fr."),
        ("main_contact_email", "anna", "an address such as a@example.com."),
        ("name", " ", "it is empty."),
        ("name", "a\x00b", "The text holds control characters; write it without them."),
        ("name", "\u3164", "The text has no character that can be seen; write it with letters or digits."),
        ("main_contact_name", "\u2800", "The text has no character that can be seen; write it with letters or digits."),
        ("main_contact_email", "\u212aim@example.com", "an address such as a@example.com."),
        ("pipeline", "agency", "no onboarding pipeline 'agency' is published."),
    ],
)
def test_what_keeps_a_partner_out(place, field, value, sentence):
    assert problems(place, replace(NORD, **{field: value})) == {field: sentence}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("reference", "", "it is empty."),
        ("reference", "R-1\u200b", "It holds characters that cannot be seen; write it without them."),
        ("description", "\u200b", "The text has no character that can be seen; write it with letters or digits."),
        ("description", "🎁🎉", "a description has a letter or a digit."),
        ("description", "x" * 201, "The text is 201 characters long; at most 200 fit."),
        ("partner", "OST", "there is no partner 'OST'."),
        ("amount", "0.00", "a reward of zero pays nothing."),
        ("occurred_on", "1.10.2026", "'1.10.2026' is no date such as 2026-11-23."),
        ("occurred_on", "2026-02-30", "'2026-02-30' is no date such as 2026-11-23."),
        ("status", "paid", "'paid' is none of pending, accepted, refused."),
    ],
)
def test_what_keeps_a_reward_out(place, field, value, sentence):
    add(place, NORD)

    assert problems(place, replace(LEAD, **{field: value})) == {field: sentence}


@pytest.mark.parametrize("amount", ["1.005", "1e3", "NaN", "99999999999999999999", "1,00", ""])
def test_an_amount_is_in_minor_units_of_its_currency_or_refused(place, amount):
    add(place, NORD)

    assert set(problems(place, replace(LEAD, amount=amount))) == {"amount"}


def test_a_code_or_reference_that_is_there_already_is_refused(place):
    add(place, NORD)
    place.owner.transact(lambda tx: partners.add_reward(tx, place.owner, LEAD))

    assert problems(place, NORD) == {"code": "there is a partner 'NORD' already."}
    assert problems(place, LEAD) == {"reference": "there is a reward 'R-1' already."}


def test_every_problem_of_a_row_is_told_at_once(place):
    with pytest.raises(Invalid) as refused:
        add(place, replace(NORD, code="nord", country="ZZ", name=""))

    assert {problem.field for problem in refused.value.problems} == {"code", "country", "name"}


ROWS = [NORD, replace(NORD, code="x", name=""), replace(NORD, code="SUED"), NORD]


@pytest.mark.parametrize(
    ("partial", "dry_run", "kept"), [(False, False, 0), (True, False, 2), (True, True, 0), (False, True, 0)]
)
def test_many_are_taken_all_or_none_unless_asked_otherwise(place, partial, dry_run, kept):
    found = intake.add_partners(place.vendor(), ROWS, partial=partial, dry_run=dry_run)

    assert (found.added, [row for row, _ in found.refused]) == (2, [1, 3])
    assert place.one("SELECT COUNT(*) AS n FROM partner WHERE account_id = :account").n == kept


def test_rewards_are_taken_as_partners_are(place):
    add(place, NORD)
    found = intake.add_rewards(place.api(), [LEAD, replace(LEAD, amount="x")], partial=True, dry_run=False)

    assert found.added == 1
    assert {problem.field for problem in found.refused[0][1]} == {"amount", "reference"}


@pytest.mark.parametrize("role", ["finance", "viewer"])
def test_only_managers_and_programs_bring_in_and_settle(place, role):
    for deed in (
        lambda by: intake.add_partners(by, [NORD], partial=False, dry_run=False),
        lambda by: intake.add_rewards(by, [LEAD], partial=False, dry_run=False),
        lambda by: partners.settle_rewards(by, ["R-1"], status="accepted"),
    ):
        with pytest.raises(NotAllowed):
            deed(place.vendor(role))


def test_rewards_are_settled_as_accepted_or_refused_and_as_nothing_else(place):
    place.partner()
    reward = place.reward(status="pending")

    assert partners.settle_rewards(place.vendor(), [reward], status="accepted") == 1
    with pytest.raises(Unknown, match=r"No status to settle a reward by is called 'paid'\."):
        partners.settle_rewards(place.vendor(), [reward], status="paid")
    with pytest.raises(NotFound, match="There is no reward 'R-99'"):
        partners.settle_rewards(place.vendor(), ["R-99"], status="refused", reason="x")


def test_a_paid_reward_is_not_settled_again(place):
    place.partner()
    place.payout(state="Paid")

    with pytest.raises(Invalid, match="it is paid, or its payout is frozen"):
        partners.settle_rewards(place.vendor(), ["R1"], status="refused", reason="x")


def test_an_account_needs_a_code_of_its_own_and_a_time_zone_that_exists(place):
    owner = Actor.vendor("olga", "owner")

    with pytest.raises(Invalid, match="there is an account of this code already"):
        accounts.create(place.world, place.code, "Again", actor=owner)
    with pytest.raises(Invalid) as refused:
        accounts.create(place.world, "no code", "Acme", timezone="Mars/Olympus", actor=owner)
    assert [problem.field for problem in refused.value.problems] == ["code", "timezone"]
    with pytest.raises(Invalid, match="'localtime' is none"):
        accounts.set_timezone(place.owner, "localtime")


def test_a_name_that_nothing_is_registered_under_is_answered_with_the_nearest(place):
    with pytest.raises(Unknown, match=r"No guard is called 'not_on_hould'\. Did you mean 'not_on_hold'\?"):
        place.world.registry.guard("not_on_hould")
    with pytest.raises(Unknown, match="No action is called 'x'"):
        Registry().ask("x")
