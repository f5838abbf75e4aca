"""Tokens of programs: shown once, with a role and scopes, ended at once."""

import pytest

from engine import tokens
from engine.actor import Actor
from engine.errors import Invalid, NotAllowed, NotFound


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
