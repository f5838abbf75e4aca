"""Tokens of programs that use the HTTP API: shown once, kept as a hash, with a role and scopes. It knows no route."""

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from engine import history
from engine.actor import ROLES, Actor
from engine.billing.text import text_problems
from engine.clock import stamp
from engine.errors import Invalid, NotFound, Problem
from engine.ids import digest, new_id
from engine.store import Tx
from engine.world import Caller, World

THINGS = (
    "account", "agreements", "events", "handouts", "invoices", "jobs", "onboarding", "partners", "payouts", "people",
    "pipelines", "rewards", "self_invoicing", "tokens", "webhooks",
)  # fmt: skip
SCOPES = tuple(
    f"{thing}:{deed}" for thing in THINGS for deed in ("read", "write") if (thing, deed) != ("events", "write")
)
PREFIX = "bh_"


@dataclass(frozen=True, slots=True)
class Token:
    """`used_on` is the day it was last used, '' for never; `revoked` ones open nothing."""

    id: str
    name: str
    role: str
    scopes: tuple[str, ...]
    created_at: str
    used_on: str
    revoked: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """Who came with a token."""

    account_id: str
    actor: Actor
    scopes: frozenset[str]


def create(caller: Caller, name: str, *, role: str, scopes: Collection[str]) -> tuple[str, str]:
    """
    Make a token that may what a vendor's `role` may, within `scopes`; a token makes none with scopes that it lacks. It
    ends with the seat of who made it. Returns its id and the token, which is shown now and never again.

    Raises:
        NotAllowed: the role is not owner or admin. Invalid: every problem.
    """
    caller.require("create token", "admin")
    problems = [Problem("name", each.sentence) for each in text_problems("name", name, 80)]
    if not name.strip():
        problems.append(Problem("name", "say what it is for."))
    if role not in ROLES["vendor"] or (role == "owner" and caller.actor.role != "owner"):
        problems.append(Problem("role", f"one of {', '.join(ROLES['vendor'][1:])}; owner by an owner alone."))
    unknown = sorted({*scopes} - {*SCOPES})
    if unknown or not scopes:
        problems.append(Problem("scopes", f"one or more of {', '.join(SCOPES)}; not {', '.join(unknown) or 'none'}."))
    if problems:
        raise Invalid("The token", problems)
    return caller.transact(lambda tx: _create(tx, caller, name.strip(), role, sorted({*scopes})))


def revoke(caller: Caller, token_id: str) -> None:
    """End a token, from the next request on. Raises NotAllowed, NotFound."""
    caller.require("revoke token", "admin")

    def work(tx: Tx) -> None:
        if not tx.run(_REVOKE, account=caller.account_id, id=token_id, now=stamp(caller.now)):
            raise NotFound("token", token_id)
        _note(tx, caller, "revoke token", "an API token was revoked", {"token": token_id})

    caller.transact(work)


def end_those_of(tx: Tx, caller: Caller, person: str) -> int:
    """End every token that somebody made, whose seat goes or shrinks; returns how many."""
    return tx.run(_END_ALL, account=caller.account_id, person=person, now=stamp(caller.now))


def listed(tx: Tx, caller: Caller) -> list[Token]:
    """Every token of the account, newest first. Raises NotAllowed."""
    caller.require("tokens", "admin")
    return [
        Token(row.id, row.name, row.role, tuple(json.loads(row.scopes)), row.created_at, row.used_on,
              row.revoked_at is not None)
        for row in tx.all(_ALL, account=caller.account_id)
    ]  # fmt: skip


def holder(world: World, token: str, *, origin: str = "") -> Holder | None:
    """Who came with this token, None when it opens nothing. That it was used is kept once a day."""
    with world.store.reading() as tx:
        row = tx.one(_BY_HASH, hash=digest(token))
    if row is None:
        return None
    today = world.clock.now().date().isoformat()
    if row.used_on != today:
        world.store.unit_of_work(lambda tx: tx.send(_USED, account=row.account_id, id=row.id, today=today))
    actor = Actor.api(row.id, acts_as=row.role, made_by=row.created_by, origin=origin)
    return Holder(row.account_id, actor, frozenset(json.loads(row.scopes)))


def _create(tx: Tx, caller: Caller, name: str, role: str, scopes: list[str]) -> tuple[str, str]:
    mine = tx.one(_SCOPES, account=caller.account_id, id=caller.actor.id) if caller.actor.kind == "api" else None
    if mine and (beyond := {*scopes} - {*json.loads(mine.scopes)}):
        told = f"this token has no {', '.join(sorted(beyond))} itself, so it makes none that has."
        raise Invalid("The token", [Problem("scopes", told)])
    token_id, token = new_id(), PREFIX + secrets.token_urlsafe(32)
    tx.insert(
        "api_token", account_id=caller.account_id, id=token_id, name=name, hash=digest(token), role=role,
        scopes=json.dumps(scopes), created_by=caller.actor.person, created_at=stamp(caller.now), used_on="",
    )  # fmt: skip
    data = {"token": token_id, "role": role, "scopes": scopes}
    _note(tx, caller, "create token", f"an API token was made as {role}", data)
    return token_id, token


def _note(tx: Tx, caller: Caller, verb: str, sentence: str, data: dict[str, Any]) -> None:
    tx.one("SELECT id FROM account WHERE id = :account FOR UPDATE", account=caller.account_id)
    deed = history.Deed(verb, sentence=sentence, data=data)
    history.note(tx, "account", caller.account_id, caller.account_id, deed, actor=caller.actor, now=caller.now)


_REVOKE = "UPDATE api_token SET revoked_at = :now WHERE account_id = :account AND id = :id AND revoked_at IS NULL"
_ALL = """
    SELECT id, name, role, scopes, created_at, used_on, revoked_at FROM api_token WHERE account_id = :account
    ORDER BY id DESC"""
_END_ALL = """
    UPDATE api_token SET revoked_at = :now
    WHERE account_id = :account AND created_by = :person AND revoked_at IS NULL"""
_SCOPES = "SELECT scopes FROM api_token WHERE account_id = :account AND id = :id"
_BY_HASH = (
    "SELECT account_id, id, role, scopes, used_on, created_by FROM api_token WHERE hash = :hash AND revoked_at IS NULL"
)
_USED = "UPDATE api_token SET used_on = :today WHERE account_id = :account AND id = :id"
