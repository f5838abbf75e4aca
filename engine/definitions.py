"""Publishing pipelines: the same content makes no new version; what is published never changes."""

from dataclasses import dataclass, replace
from typing import Any

from engine import history
from engine.clock import stamp
from engine.definition import Definition, Kind, PayoutPipeline, canonical, fingerprint, kind_of, restore
from engine.errors import NotFound
from engine.ids import new_id
from engine.store import Tx
from engine.world import Caller


@dataclass(frozen=True, slots=True)
class Published:
    """`new` is False when the live version had the same content already."""

    id: str
    kind: Kind
    name: str
    version: int
    new: bool


def publish(caller: Caller, definitions: list[Definition]) -> list[Published]:
    """
    Make these the live versions. Runs and payouts under way stay on the version they began with.

    Raises:
        NotAllowed: the role is not owner or admin.
    """
    caller.require("publish", "admin")
    return caller.transact(lambda tx: [_publish(tx, caller, definition) for definition in definitions])


def live(tx: Tx, account_id: str, *, kind: Kind, name: str = "") -> Any:
    """
    The newest version's row (id, name, version, body): of the pipeline called `name`, else of the default one; of
    several defaults (a file that renames its pipeline leaves the old one behind) the one published last.

    Raises:
        NotFound: nothing of the kind is published under the name, or there is no default.
    """
    rows = tx.all(_NEWEST, account=account_id, kind=kind)
    for row in rows:
        if row.name == name or (not name and (len(rows) == 1 or restore(row.body).default)):
            return row
    raise NotFound("pipeline", name or f"default {kind}")


def live_lifecycles(tx: Tx, caller: Caller) -> list[PayoutPipeline]:
    """The newest version of every payout pipeline, the default first."""
    found = [restore(row.body) for row in tx.all(_NEWEST, account=caller.account_id, kind="payout")]
    return sorted((each for each in found if isinstance(each, PayoutPipeline)), key=lambda each: not each.default)


def all_live(tx: Tx, caller: Caller) -> list[Definition]:
    """
    The newest version of every pipeline, as one file could say them: of several defaults of a kind the one published
    last is the default still. Raises NotAllowed.
    """
    caller.require("pipelines", "viewer", "api")
    found: list[Definition] = []
    for kind in ("onboarding", "payout"):
        newest_first = [restore(row.body) for row in tx.all(_NEWEST, account=caller.account_id, kind=kind)]
        default = next((each.name for each in newest_first if each.default), "")
        found += [replace(each, default=each.name == default) for each in newest_first]
    return found


def _publish(tx: Tx, caller: Caller, definition: Definition) -> Published:
    kind, digest = kind_of(definition), fingerprint(definition)
    newest = tx.one(_VERSION, account=caller.account_id, kind=kind, name=definition.name)
    if newest and newest.fingerprint == digest:
        return Published(newest.id, kind, definition.name, newest.version, new=False)
    published = Published(new_id(), kind, definition.name, newest.version + 1 if newest else 1, new=True)
    tx.insert(
        "definition", account_id=caller.account_id, id=published.id, kind=kind, name=published.name,
        version=published.version, fingerprint=digest, body=canonical(definition), published_at=stamp(caller.now),
        published_by=caller.actor.id,
    )  # fmt: skip
    deed = history.Deed("publish", target=f"{published.name} version {published.version}", data={"hash": digest})
    history.note(tx, "account", caller.account_id, caller.account_id, deed, actor=caller.actor, now=caller.now)
    return published


_VERSION = """
    SELECT id, version, fingerprint FROM definition
    WHERE account_id = :account AND kind = :kind AND name = :name ORDER BY version DESC LIMIT 1"""
_NEWEST = """
    SELECT d.id, d.name, d.version, d.body FROM definition d
    WHERE d.account_id = :account AND d.kind = :kind AND d.version = (
        SELECT MAX(n.version) FROM definition n
        WHERE n.account_id = d.account_id AND n.kind = d.kind AND n.name = d.name)
    ORDER BY d.published_at DESC, d.id DESC"""
