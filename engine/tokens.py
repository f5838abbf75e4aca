"""
Tokens of programs that use the HTTP API: shown once, kept as a hash, with scopes. It knows no route.

One of the vendor's has a role. One of a partner's contact acts as that contact, as its seat is at the time of the call.
"""

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine import history
from engine.actor import ROLES, Actor, ActorKind
from engine.billing.text import text_problems
from engine.clock import moment, stamp
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
#: What a contact's token can be about: what the portal shows and does, and nothing that is the vendor's alone.
THINGS_OF_PARTNERS = (
    "agreements", "invoices", "onboarding", "partners", "payouts", "people", "self_invoicing", "tokens",
)  # fmt: skip
SCOPES_OF_PARTNERS = tuple(
    scope for scope in SCOPES if scope.partition(":")[0] in THINGS_OF_PARTNERS or scope == "handouts:read"
)
CONTACT = "contact"  # in place of a role: whatever the contact's seat is when the token is used
MOST_OF_CONTACT = 20  # tokens of one contact that open something
MOST_A_DAY = 40  # that one contact makes in 24 hours, revoked ones too
SHOWN = timedelta(days=1)  # how long a token is listed that opens nothing any more


@dataclass(frozen=True, slots=True)
class Token:
    """`role` is contact for a contact's; `used_on` the day of its last use, '' for never; `revoked` opens nothing."""

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


def scopes_for(kind: ActorKind) -> tuple[str, ...]:
    """The scopes that tokens of this side can have."""
    return SCOPES_OF_PARTNERS if kind == "partner" else SCOPES


def create(caller: Caller, name: str, *, role: str = "", scopes: Collection[str]) -> tuple[str, str]:
    """
    Make a token that may, within `scopes`, what a vendor's `role` may; a contact makes it for itself, without a role. A
    token makes none with scopes that it lacks. It ends with the seat of who made it. Returns its id and the token,
    which is shown now and never again.

    Raises:
        NotAllowed: neither the vendor's owner or admin nor a partner's contact. Invalid: every problem.
    """
    caller.require("create token", "admin", "member")
    problems = [Problem("name", each.sentence) for each in text_problems("name", name, 80)]
    if not name.strip():
        problems.append(Problem("name", "say what it is for."))
    problems += _role_problems(caller.actor, role)
    known = scopes_for(caller.actor.kind)
    unknown = sorted({*scopes} - {*known})
    if unknown or not scopes:
        wrong = f"there is no {', '.join(unknown)}" if unknown else "none is named"
        problems.append(Problem("scopes", f"{wrong}; name one or more of {', '.join(known)}."))
    if problems:
        raise Invalid("The token", problems)
    role = CONTACT if caller.actor.kind == "partner" else role
    return caller.transact(lambda tx: _create(tx, caller, name.strip(), role, sorted({*scopes})))


def revoke(caller: Caller, token_id: str) -> None:
    """End a token, from the next request on; a contact its own. Raises NotAllowed, NotFound."""
    caller.require("revoke token", "admin", "member")

    def work(tx: Tx) -> None:
        sql = _REVOKE + (_MINE if caller.actor.kind == "partner" else _OF_VENDOR)
        values = {"account": caller.account_id, "id": token_id, "person": caller.actor.person}
        if not tx.run(sql, **values, now=stamp(caller.now)):
            raise NotFound("token", token_id)
        _note(tx, caller, "revoke token", "an API token was revoked", {"token": token_id})

    caller.transact(work)


def end_those_of(tx: Tx, caller: Caller, person: str) -> int:
    """End every token that somebody made, whose seat goes or shrinks; returns how many."""
    return tx.run(_END_ALL, account=caller.account_id, person=person, now=stamp(caller.now))


def listed(tx: Tx, caller: Caller) -> list[Token]:
    """
    The vendor's tokens, or a contact's own, newest first; those that were revoked for a day more. Raises NotAllowed.
    """
    caller.require("tokens", "admin", "member")
    sql = _ALL.format(_MINE if caller.actor.kind == "partner" else _OF_VENDOR)
    return [
        Token(row.id, row.name, row.role, tuple(json.loads(row.scopes)), row.created_at, row.used_on,
              row.revoked_at is not None)
        for row in tx.all(sql, account=caller.account_id, person=caller.actor.person, since=stamp(caller.now - SHOWN))
    ]  # fmt: skip


def holder(world: World, token: str, *, origin: str = "") -> Holder | None:
    """Who came with this token, None when it opens nothing. That it was used is kept once a day."""
    with world.store.reading() as tx:
        row = tx.one(_BY_HASH, hash=digest(token))
    if row is None or (row.role == CONTACT and row.partner_id is None):
        return None
    today = world.clock.now().date().isoformat()
    if row.used_on != today:
        world.store.unit_of_work(lambda tx: tx.send(_USED, account=row.account_id, id=row.id, today=today))
    actor = _actor(row, origin)
    return Holder(row.account_id, actor, frozenset(json.loads(row.scopes)) & {*scopes_for(actor.kind)})


def _actor(row: Any, origin: str) -> Actor:
    if row.role != CONTACT:
        return Actor.api(row.id, acts_as=row.role, made_by=row.created_by, origin=origin)
    role = "main_contact" if row.is_main else "member"
    return Actor("partner", row.created_by, role, row.partner_id, origin, token=row.id)


def _role_problems(actor: Actor, role: str) -> list[Problem]:
    if actor.kind == "partner":
        return [Problem("role", "leave it out: your token acts as you, as what you are then.")] if role else []
    if role not in ROLES["vendor"] or (role == "owner" and actor.role != "owner"):
        return [Problem("role", f"one of {', '.join(ROLES['vendor'][1:])}; owner by an owner alone.")]
    return []


def _create(tx: Tx, caller: Caller, name: str, role: str, scopes: list[str]) -> tuple[str, str]:
    _require_room(tx, caller)
    by = caller.actor.credential
    mine = tx.one(_SCOPES, account=caller.account_id, id=by) if by else None
    if mine and (beyond := {*scopes} - {*json.loads(mine.scopes)}):
        told = f"this token has no {', '.join(sorted(beyond))} itself, so it makes none that has."
        raise Invalid("The token", [Problem("scopes", told)])
    token_id, token = new_id(), PREFIX + secrets.token_urlsafe(32)
    tx.insert(
        "api_token", account_id=caller.account_id, id=token_id, name=name, hash=digest(token), role=role,
        scopes=json.dumps(scopes), created_by=caller.actor.person, created_at=stamp(caller.now), used_on="",
    )  # fmt: skip
    data = {"token": token_id, "role": role, **({} if role == CONTACT else {"scopes": scopes})}  # the vendor reads it
    _note(tx, caller, "create token", f"an API token was made as {role}", data)
    return token_id, token


def _require_room(tx: Tx, caller: Caller) -> None:
    """A partner is a stranger to the installation: it does not fill it."""
    if caller.actor.kind != "partner":
        return
    tx.one(_LOCK_PARTNER, account=caller.account_id, partner=caller.actor.partner_id)
    if tx.one(_OPEN, account=caller.account_id, person=caller.actor.person).tokens >= MOST_OF_CONTACT:
        told = f"you have {MOST_OF_CONTACT} that open something; revoke one first."
        raise Invalid("The token", [Problem("name", told)])
    made = tx.one(_MADE, account=caller.account_id, person=caller.actor.person, since=stamp(caller.now - _DAY))
    if made.tokens >= MOST_A_DAY:
        told = (
            f"you have made {made.tokens} in 24 hours. Use those you have; from {_again(made.first)} on you make more."
        )
        raise Invalid("The token", [Problem("name", told)])


def _again(first: str) -> str:
    return f"{moment(first) + _DAY:%Y-%m-%d %H:%M} UTC"


def _note(tx: Tx, caller: Caller, verb: str, sentence: str, data: dict[str, Any]) -> None:
    """In the account's history, or in that of the contact's partner."""
    deed = history.Deed(verb, sentence=sentence, data=data)
    kind, subject = ("partner", caller.actor.partner_id) if caller.actor.partner_id else ("account", caller.account_id)
    history.note(tx, kind, caller.account_id, subject, deed, actor=caller.actor, now=caller.now)


_DAY = timedelta(days=1)
_MINE = f" AND role = '{CONTACT}' AND created_by = :person"
_OF_VENDOR = f" AND role <> '{CONTACT}'"
_REVOKE = "UPDATE api_token SET revoked_at = :now WHERE account_id = :account AND id = :id AND revoked_at IS NULL"
_ALL = """
    SELECT id, name, role, scopes, created_at, used_on, revoked_at FROM api_token
    WHERE account_id = :account AND (revoked_at IS NULL OR revoked_at > :since) {}
    ORDER BY id DESC"""
_OPEN = f"""
    SELECT COUNT(*) AS tokens FROM api_token
    WHERE account_id = :account AND revoked_at IS NULL {_MINE}"""  # noqa: S608 - our own words
_MADE = f"""
    SELECT COUNT(*) AS tokens, MIN(created_at) AS first FROM api_token
    WHERE account_id = :account AND created_at > :since {_MINE}"""  # noqa: S608 - our own words
_LOCK_PARTNER = "SELECT id FROM partner WHERE account_id = :account AND id = :partner FOR UPDATE"
_END_ALL = """
    UPDATE api_token SET revoked_at = :now
    WHERE account_id = :account AND created_by = :person AND revoked_at IS NULL"""
_SCOPES = "SELECT scopes FROM api_token WHERE account_id = :account AND id = :id"
#: With the seat of the contact whose token it is, while that has not ended.
_BY_HASH = f"""
    SELECT t.account_id, t.id, t.role, t.scopes, t.used_on, t.created_by, c.partner_id, c.is_main FROM api_token t
    LEFT JOIN contact c ON t.role = '{CONTACT}' AND c.account_id = t.account_id AND c.id = t.created_by
        AND c.ended_at IS NULL
    WHERE t.hash = :hash AND t.revoked_at IS NULL"""  # noqa: S608 - our own words
_USED = "UPDATE api_token SET used_on = :today WHERE account_id = :account AND id = :id"
