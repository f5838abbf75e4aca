"""Tokens of programs: shown once, with a role and scopes, ended at once."""

import pytest

from engine import people, tokens
from engine.actor import Actor
from engine.errors import Invalid, NotAllowed, NotFound
from engine.world import Caller


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
    assert "not payout:read" in str(told.value)


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
