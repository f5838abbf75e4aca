"""Tokens of programs: shown once, with a role and scopes, ended at once."""

import json

import pytest

from engine import agreements, people, self_invoicing, tokens, views
from engine.actor import Actor
from engine.errors import Invalid, NotAllowed, NotFound
from engine.world import Caller
from tests.worlds import DETAILS


def made(place, role="manager", scopes=("payouts:read",)):
    return tokens.create(place.owner, "Platform", role=role, scopes=scopes)


def test_a_token_says_who_comes_and_what_for(place):
    token_id, token = made(place)
    holder = tokens.holder(place.world, token, origin="192.0.2.7")

    assert holder is not None
    assert (holder.account_id, holder.actor.id, holder.scopes) == (place.account_id, token_id, {"payouts:read"})
    assert holder.actor.may("vendor") and holder.actor.may("api") and not holder.actor.may("admin")


def test_a_token_is_kept_as_its_hash_and_listed_without_it(place):
    token_id, token = made(place)
    tokens.holder(place.world, token)
    with place.world.store.reading() as tx:
        (listed,) = tokens.listed(tx, place.owner)

    assert token not in str(place.all("SELECT * FROM api_token WHERE account_id = :account")) + str(listed)
    assert (listed.id, listed.used_on, listed.revoked) == (token_id, "2026-11-02", False)
    assert token not in str(place.history(place.account_id))


def test_a_revoked_token_opens_nothing(place):
    token_id, token = made(place)
    tokens.revoke(place.owner, token_id)

    assert tokens.holder(place.world, token) is None
    with pytest.raises(NotFound):
        tokens.revoke(place.owner, token_id)


def test_what_is_wrong_with_a_token_is_told_all_at_once(place):
    with pytest.raises(Invalid) as told:
        tokens.create(place.vendor("admin"), " ", role="owner", scopes=["payout:read"])

    assert [problem.field for problem in told.value.problems] == ["name", "role", "scopes"]
    assert "there is no payout:read; name one or more of" in str(told.value)


@pytest.mark.parametrize("verb", ["create", "revoke", "list"])
def test_only_owners_and_admins_have_to_do_with_tokens(place, verb):
    token_id, _ = made(place)
    with pytest.raises(NotAllowed), place.world.store.reading() as tx:
        {
            "create": lambda by: tokens.create(by, "x", role="viewer", scopes=["payouts:read"]),
            "revoke": lambda by: tokens.revoke(by, token_id),
            "list": lambda by: tokens.listed(tx, by),
        }[verb](place.vendor("manager"))


def test_nobody_but_a_token_acts_as_another(place):
    with pytest.raises(Invalid, match="a token, and nothing else, acts as one of owner"):
        Actor("vendor", "vera", "manager", acts_as="owner")


def holder_of(place, **given):
    _, token = made(place, **given)
    found = tokens.holder(place.world, token)
    assert found is not None
    return Caller(place.world, place.account_id, found.actor)


@pytest.mark.parametrize(
    ("role", "verb", "may"),
    [("viewer", "vendor", False), ("viewer", "api", False), ("finance", "api", False), ("finance", "finance", True),
     ("manager", "api", True), ("admin", "api", True)],
)  # fmt: skip
def test_a_token_may_what_its_role_may_and_what_programs_do_where_the_role_runs_the_programme(place, role, verb, may):
    assert holder_of(place, role=role).actor.may(verb) is may


def test_a_token_makes_only_tokens_within_its_own_scopes(place):
    by = holder_of(place, role="admin", scopes=("tokens:write", "payouts:read"))
    tokens.create(by, "Another", role="viewer", scopes=["payouts:read"])

    with pytest.raises(Invalid, match=r"this token has no rewards:write itself, so it makes none that has\."):
        tokens.create(by, "More", role="viewer", scopes=["payouts:read", "rewards:write"])


def of_contact(place, role="member", scopes=("payouts:read", "tokens:write")):
    """A contact of NORD with a token of its own: who it is, the token, and the program that comes with it."""
    place.partner()
    seat = people.add_contact(place.contact(), "NORD", f"{role}@example.com", "Ben")
    partner = place.one("SELECT id FROM partner WHERE account_id = :account").id
    contact = Caller(place.world, place.account_id, Actor("partner", seat, "member", partner))
    if role == "main_contact":
        people.hand_over(place.contact(), "NORD", seat)
    return contact, tokens.create(contact, "Books", scopes=scopes)


def came(place, token):
    found = tokens.holder(place.world, token, origin="192.0.2.7")
    return Caller(place.world, place.account_id, found.actor) if found else None


def test_a_contact_s_token_acts_as_the_contact_as_its_seat_is_then(place):
    contact, (token_id, token) = of_contact(place)
    before = came(place, token).actor
    people.hand_over(place.contact(), "NORD", contact.actor.id)
    after = came(place, token).actor

    assert (before.kind, before.id, before.role, before.token) == ("partner", contact.actor.id, "member", token_id)
    assert (after.role, after.partner_id, after.origin) == ("main_contact", contact.actor.partner_id, "192.0.2.7")
    assert not after.may("api") and not after.may("viewer")


def test_a_contact_s_token_ends_with_its_seat(place):
    contact, (_, token) = of_contact(place)
    people.remove_contact(place.contact(), "NORD", contact.actor.id)

    assert came(place, token) is None
    assert '"tokens_ended":1' in place.history(contact.actor.partner_id)[-1].data


def test_what_a_contact_s_token_does_keeps_the_token(place):
    _, (token_id, token) = of_contact(place, role="main_contact")
    self_invoicing.opt_out(came(place, token), "NORD", reason="own software")
    deed = place.history(place.one("SELECT id FROM partner WHERE account_id = :account").id)[-1]

    assert (deed.role, json.loads(deed.data)["by_token"]) == ("main_contact", token_id)


def test_a_contact_has_to_do_with_its_own_tokens_alone(place):
    vendors, _ = made(place)
    contact, (mine, token) = of_contact(place)
    with place.world.store.reading() as tx:
        assert [each.id for each in tokens.listed(tx, contact)] == [mine]
        assert [each.id for each in tokens.listed(tx, place.owner)] == [vendors]
        assert tokens.listed(tx, place.contact()) == []
    for by, other in ((contact, vendors), (place.owner, mine), (place.contact(), mine)):
        with pytest.raises(NotFound):
            tokens.revoke(by, other)

    tokens.revoke(contact, mine)
    assert came(place, token) is None


def test_a_contact_s_token_has_no_role_and_no_scope_that_is_the_vendor_s(place):
    contact, (_, token) = of_contact(place)
    with pytest.raises(Invalid) as told:
        tokens.create(contact, "More", role="owner", scopes=["webhooks:read"])
    with pytest.raises(Invalid, match="this token has no invoices:read itself"):
        tokens.create(came(place, token), "More", scopes=["invoices:read"])

    assert [problem.field for problem in told.value.problems] == ["role", "scopes"]


def test_a_contact_has_no_more_than_twenty_tokens(place):
    contact, _ = of_contact(place)
    for _ in range(tokens.MOST_OF_CONTACT - 1):
        tokens.create(contact, "Another", scopes=["payouts:read"])

    with pytest.raises(Invalid, match="you have 20 that open something; revoke one first"):
        tokens.create(contact, "Another", scopes=["payouts:read"])


def test_a_contact_makes_no_more_than_forty_tokens_a_day_revoked_or_not(place):
    contact, _ = of_contact(place)
    for _ in range(tokens.MOST_A_DAY - 1):
        tokens.revoke(contact, tokens.create(contact, "Another", scopes=["payouts:read"])[0])
    with pytest.raises(Invalid, match=r"you have made 40 in 24 hours\. Use those you have; from 2026-11-03 12:00 UTC"):
        tokens.create(contact, "Another", scopes=["payouts:read"])
    place.clock.advance(hours=24, minutes=1)

    assert tokens.create(contact, "Another", scopes=["payouts:read"])


def test_a_revoked_token_is_listed_for_a_day(place):
    token_id, _ = made(place)
    tokens.revoke(place.owner, token_id)
    shown = []
    for hours in (23, 2):
        place.clock.advance(hours=hours)
        with place.world.store.reading() as tx:
            shown.append([each.id for each in tokens.listed(tx, place.owner)])

    assert shown == [[token_id], []]


def test_what_a_contact_calls_its_token_and_what_it_may_is_told_to_nobody_else(place):
    contact, _ = of_contact(place)
    readers = {"vendor": place.owner, "colleague": place.contact(), "own": contact}
    with place.world.store.reading() as tx:
        told = {who: str(views.partner_history(tx, by, "NORD").items) for who, by in readers.items()}
        activity = str(views.activity(tx, place.owner).items)

    assert {who: "Books" in text for who, text in told.items()} == {"vendor": False, "colleague": False, "own": True}
    assert "An API token was made" in told["vendor"] and "An API token was made" in activity
    assert "Books" not in activity and "payouts:read" not in activity


def test_an_agreement_says_that_a_program_accepted_it(place):
    _, (_, token) = of_contact(place, role="main_contact")
    terms = self_invoicing.agreement_offer(place.contact(), "NORD", DETAILS).terms
    self_invoicing.opt_in(came(place, token), "NORD", DETAILS | {"agreement_terms": terms})
    with place.world.store.reading() as tx:
        newest = agreements.version_of(tx, place.owner, "NORD")

    assert (newest.version, newest.method, newest.accepted_from) == (2, "api", "192.0.2.7")


@pytest.mark.parametrize("change", ["remove", "set_role"])
def test_tokens_end_when_the_seat_of_who_made_them_goes_or_changes(place, change):
    member = people.invite(place.owner, "temp@example.com", "Temp", role="admin")
    temp = Caller(place.world, place.account_id, Actor.vendor(member, "admin"))
    _, token = tokens.create(temp, "Kept", role="admin", scopes=["tokens:write"])
    found = tokens.holder(place.world, token)
    assert found is not None
    _, of_token = tokens.create(
        Caller(place.world, place.account_id, found.actor), "Child", role="admin", scopes=["tokens:write"]
    )
    if change == "remove":
        people.remove(place.owner, member)
    else:
        people.set_role(place.owner, member, "viewer")

    assert [tokens.holder(place.world, each) for each in (token, of_token)] == [None, None]
