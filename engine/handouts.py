"""
Handouts: documents that the vendor puts there, under a name, for its partners to read. It knows no run.

The newest version of a name is what is shown; older ones stay. Which of them a step is about its action says
(`contracts.Field.document`).
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from engine import definitions, history
from engine.clock import stamp
from engine.contracts import Document, Field
from engine.definition import Definition, Onboarding, restore
from engine.errors import Invalid, NotFound, Problem
from engine.files import DatabaseFiles
from engine.store import Tx
from engine.uploads import (
    LONGEST_NAME,
    is_file_name,
    named_for_its_bytes,
    safe_filename,
    upload_problems,
)
from engine.world import Caller

_ELSEWHERE = "https://"


@dataclass(frozen=True, slots=True)
class HandoutView:
    """
    A version of a handout, who put it there and when (UTC). 0 is none: steps of the `pipelines` that are live or under
    way are about it, and nobody has put it there yet.
    """

    name: str
    version: int
    sha256: str = ""
    added_by: str = ""
    added_at: str = ""
    pipelines: tuple[str, ...] = ()


def add(caller: Caller, document: Document, *, name: str = "") -> HandoutView:
    """
    Put a PDF, PNG or JPEG there under a name, without one its own; from now on that is what is shown. The bytes that
    are shown already are no new version.

    Raises:
        NotAllowed: the role is not owner, admin or manager. Invalid: the name or the file cannot be kept.
    """
    caller.require("add handout", "vendor")
    name = _as_kept(name) or _as_kept(document.filename and safe_filename(document.filename))
    problems = upload_problems("file", document)
    if not is_file_name(name):
        told = f"write a file's name of at most {LONGEST_NAME} letters, such as programme-guide.pdf or docs/guide.pdf."
        problems.append(Problem("name", told))
    if problems:
        raise Invalid("The document", problems)
    return caller.transact(lambda tx: _add(tx, caller, name, named_for_its_bytes(document)))


def listed(tx: Tx, caller: Caller) -> list[HandoutView]:
    """
    What is shown under every name, and what pipelines name and is not there, by name.

    Raises:
        NotAllowed: it is for the vendor's people.
    """
    caller.require("handouts", "viewer", "api")
    named, there = _named(tx, caller), {row.name: row for row in tx.all(_NEWEST, account=caller.account_id)}
    return [
        _view(there[name], named.get(name, ())) if name in there else HandoutView(name, 0, pipelines=named[name])
        for name in sorted({*named, *there})
    ]


def versions(tx: Tx, caller: Caller, name: str) -> list[HandoutView]:
    """
    Every version of a handout, newest first.

    Raises:
        NotAllowed: it is for the vendor's people. NotFound: there is none of this name.
    """
    caller.require("handouts", "viewer", "api")
    rows = tx.all(_VERSIONS, account=caller.account_id, name=_as_kept(name))
    if not rows:
        raise NotFound("document", name)
    return [_view(row) for row in rows]


def newest(tx: Tx, caller: Caller, name: str) -> int:
    """The number of the version that is shown, 0 while there is none. For everybody who has a seat in the account."""
    return int(tx.one(_NUMBER, account=caller.account_id, name=_as_kept(name)).version)


def missing(tx: Tx, caller: Caller, asks: Iterable[Field]) -> list[Field]:
    """Those of the fields that are about a handout which nobody has put there yet."""
    return [each for each in asks if _is_handout(each.document) and not newest(tx, caller, each.document)]


def read(tx: Tx, caller: Caller, name: str, *, version: int | None = None) -> Document:
    """
    A handout's bytes: for the vendor's people any version; for a partner's what is shown, of those that its onboarding
    is about.

    Raises:
        NotFound: there is none of this name or version for this caller, or its bytes are not those that were kept.
    """
    name = _as_kept(name)
    if caller.actor.kind == "partner" and name not in _of_partner(tx, caller):
        raise NotFound("document", name)
    for row in tx.all(_VERSIONS, account=caller.account_id, name=name):
        if version in (None, row.version):
            return DatabaseFiles(tx, caller.account_id, caller.now).sent(row.sha256, filename=name)
        if caller.actor.kind == "partner":
            break
    raise NotFound("document", name)


def _add(tx: Tx, caller: Caller, name: str, document: Document) -> HandoutView:
    tx.one("SELECT id FROM account WHERE id = :account FOR UPDATE", account=caller.account_id)
    sha256 = DatabaseFiles(tx, caller.account_id, caller.now).put(document)
    before = next(iter(tx.all(_VERSIONS, account=caller.account_id, name=name)), None)
    pipelines = _named(tx, caller).get(name, ())
    if before and before.sha256 == sha256:
        return _view(before, pipelines)
    number, at = before.version + 1 if before else 1, stamp(caller.now)
    made = HandoutView(name, number, sha256, caller.actor.id, at, pipelines)
    tx.insert(
        "handout", account_id=caller.account_id, name=name, version=made.version, sha256=sha256,
        added_by=made.added_by, added_at=made.added_at,
    )  # fmt: skip
    data = {"name": name, "version": made.version, "sha256": sha256}
    deed = history.Deed("add handout", sentence=f"partners are shown {name}, version {made.version}", data=data)
    history.note(tx, "account", caller.account_id, caller.account_id, deed, actor=caller.actor, now=caller.now)
    return made


def _named(tx: Tx, caller: Caller) -> dict[str, tuple[str, ...]]:
    """
    The handouts that steps are about, of live pipelines and of versions that somebody is still on; each with the names
    of these pipelines.
    """
    under_way = [caller.definition(tx, row.id) for row in tx.all(_UNDER_WAY, account=caller.account_id)]
    found: dict[str, tuple[str, ...]] = {}
    for each in (*definitions.all_live(tx, caller), *under_way):
        for name in sorted({*_about(caller, each)} if isinstance(each, Onboarding) else ()):
            found[name] = tuple(dict.fromkeys((*found.get(name, ()), each.name)))
    return found


def _of_partner(tx: Tx, caller: Caller) -> set[str]:
    """What steps of the partner's own runs are about; before it has one, of the pipeline that it would go through."""
    runs = tx.all(_RUNS, account=caller.account_id, partner=caller.actor.partner_id)
    own = [caller.definition(tx, row.definition_id) for row in runs]
    found = own or _that_awaits(tx, caller)
    return {name for each in found if isinstance(each, Onboarding) for name in _about(caller, each)}


def _that_awaits(tx: Tx, caller: Caller) -> list[Definition]:
    """The live version of its own pipeline, or of the one for all who have none; nothing where neither is published."""
    partner = tx.one(_PARTNER, account=caller.account_id, id=caller.actor.partner_id)
    try:
        return [restore(definitions.live(tx, caller.account_id, kind="onboarding", name=partner.pipeline).body)]
    except NotFound:
        return []


def _about(caller: Caller, pipeline: Onboarding) -> Iterator[str]:
    """Of an action that is no longer installed nothing is known; the doctor tells of it."""
    known = caller.world.registry.asks
    for step in (each for stage in pipeline.stages for each in stage.steps if each.action in known):
        for field in known[step.action].fields(step.settings):
            if _is_handout(field.document):
                yield _as_kept(field.document)


def _as_kept(name: str) -> str:
    """One name however it was typed: file lists of some systems take letters and their accents apart."""
    return unicodedata.normalize("NFC", name.strip())


def _is_handout(document: str) -> bool:
    return bool(document) and not document.startswith(_ELSEWHERE)


def _view(row: Any, pipelines: tuple[str, ...] = ()) -> HandoutView:
    return HandoutView(row.name, row.version, row.sha256, row.added_by, row.added_at, pipelines)


_NEWEST = """
    SELECT h.name, h.version, h.sha256, h.added_by, h.added_at FROM handout h
    WHERE h.account_id = :account AND h.version = (
        SELECT MAX(n.version) FROM handout n WHERE n.account_id = h.account_id AND n.name = h.name)"""
_VERSIONS = """
    SELECT name, version, sha256, added_by, added_at FROM handout
    WHERE account_id = :account AND name = :name ORDER BY version DESC"""
_PARTNER = "SELECT pipeline FROM partner WHERE account_id = :account AND id = :id"
_RUNS = "SELECT definition_id FROM run WHERE account_id = :account AND partner_id = :partner"
_UNDER_WAY = """
    SELECT d.id FROM definition d WHERE d.account_id = :account AND d.kind = 'onboarding' AND EXISTS (
        SELECT 1 FROM run r WHERE r.account_id = d.account_id AND r.definition_id = d.id AND r.status <> 'Completed')
    ORDER BY d.id"""
_NUMBER = "SELECT COALESCE(MAX(version), 0) AS version FROM handout WHERE account_id = :account AND name = :name"
