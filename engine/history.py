"""What happened to a subject: one row a deed, numbered, chained by hash. It decides nothing."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine import events
from engine.actor import Actor
from engine.clock import stamp
from engine.store import Tx

SUBJECTS = ("account", "partner", "run", "payout")


@dataclass(frozen=True, slots=True)
class Deed:
    """What is written down. `sentence` is for people; `data` for programs (plain JSON)."""

    verb: str
    source: str = ""
    target: str = ""
    reason: str = ""
    sentence: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """A subject's newest row: what the next one is chained to."""

    kind: str
    account_id: str
    subject_id: str
    version: int
    head: str


def write(tx: Tx, link: Link, deed: Deed, *, actor: Actor, now: datetime) -> Link:
    """Write the next row; returns the link whose `version` and `head` belong on the subject's own row."""
    link, row = drawn_up(link, deed, actor=actor, now=now)
    tx.send(INSERT, **row)
    tell(tx, link, deed, now=now)
    return link


def tell(tx: Tx, link: Link, deed: Deed, *, now: datetime) -> None:
    """Note the deed, whose row `link` is, for whoever wants to be told of it."""
    events.note(tx, link.account_id, kind=link.kind, subject_id=link.subject_id, verb=deed.verb, seq=link.version,
                source=deed.source, target=deed.target, now=now)  # fmt: skip


def drawn_up(link: Link, deed: Deed, *, actor: Actor, now: datetime) -> tuple[Link, dict[str, Any]]:
    """The next row, for `INSERT`, and the link to it."""
    data = to_json({**deed.data, "by_token": actor.token} if actor.token else deed.data)
    seq, at = link.version + 1, stamp(now)
    digest = chained(link.head or beginning(link), seq, at, actor.id, actor.role, deed, data)
    row = {
        "account_id": link.account_id, "subject_id": link.subject_id, "seq": seq, "subject_kind": link.kind, "at": at,
        "actor": actor.id, "role": actor.role, "verb": deed.verb, "source": deed.source, "target": deed.target,
        "reason": deed.reason, "sentence": deed.sentence, "data": data, "hash": digest,
    }  # fmt: skip
    return Link(link.kind, link.account_id, link.subject_id, seq, digest), row


def note(tx: Tx, kind: str, account_id: str, subject_id: str, deed: Deed, *, actor: Actor, now: datetime) -> None:
    """Write the next row of a subject that is locked in this transaction, and move its version and head on."""
    row = tx.one(_HEADS[kind], account=account_id, id=subject_id)
    link = write(tx, Link(kind, account_id, subject_id, row.version, row.head), deed, actor=actor, now=now)
    tx.send(_ADVANCES[kind], account=account_id, id=subject_id, version=link.version, head=link.head)


def change(before: Any, after: Any) -> dict[str, Any]:
    """What a deed that changes a setting keeps as `data`."""
    return {"before": before, "after": after}


def change_of_details(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """
    The same of details about somebody: which of them changed, and the hashes of all before and after. History is never
    erased, so it holds nothing that somebody may want erased.
    """
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return {**change(details_hash(before), details_hash(after)), "changed": changed}


def details_hash(details: Mapping[str, Any]) -> str:
    """Of details as they are kept."""
    return hashlib.sha256(to_json(details).encode()).hexdigest()


def beginning(link: Link) -> str:
    """What the first row is chained to: so a history cannot be moved to another subject or account."""
    return f"{link.kind} {link.subject_id} of {link.account_id}"


def chained(head: str, seq: int, at: str, actor: str, role: str, deed: Deed, data: str) -> str:
    """The hash of a row: it covers every column a person could want to change, and the row before."""
    fields = (head, str(seq), at, actor, role, deed.verb, deed.source, deed.target, deed.reason, deed.sentence, data)
    return hashlib.sha256("\x1f".join(fields).encode()).hexdigest()


def to_json(data: Mapping[str, Any]) -> str:
    return _CANONICAL.encode(data) if data else "{}"


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _where(kind: str) -> str:
    return "id = :id AND id = :account" if kind == "account" else "account_id = :account AND id = :id"


INSERT = """
    INSERT INTO history (account_id, subject_id, seq, subject_kind, at, actor, role, verb, source, target, reason,
        sentence, data, hash)
    VALUES (:account_id, :subject_id, :seq, :subject_kind, :at, :actor, :role, :verb, :source, :target, :reason,
        :sentence, :data, :hash)"""
_HEADS = {kind: f"SELECT version, head FROM {kind} WHERE {_where(kind)} FOR UPDATE" for kind in SUBJECTS}  # noqa: S608
_ADVANCES = {
    kind: f"UPDATE {kind} SET version = :version, head = :head WHERE {_where(kind)}"  # noqa: S608
    for kind in SUBJECTS
}
