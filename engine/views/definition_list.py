"""Published pipelines: their versions, and which partners are under way on each."""

from dataclasses import dataclass
from typing import Any

from engine.definition import Definition, Kind, restore
from engine.errors import NotFound
from engine.store import Tx
from engine.views.paging import FIRST, Key, Order, Page, Slice, beyond, onward, read_page
from engine.world import Caller


@dataclass(frozen=True, slots=True)
class DefinitionView:
    """One version. `live`: new runs and payouts begin on it; `under_way` runs that are not completed."""

    id: str
    kind: Kind
    name: str
    version: int
    live: bool
    published_at: str
    published_by: str
    under_way: int


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A partner that is on a version: its code and its name."""

    partner: str
    name: str


def definitions(tx: Tx, caller: Caller) -> list[DefinitionView]:
    """Every version of every pipeline, the newest of each first. Raises NotAllowed."""
    caller.require("pipelines", "viewer", "api")
    newest: dict[tuple[str, str], int] = {}
    rows = tx.all(_VERSIONS, account=caller.account_id)
    for row in rows:
        newest.setdefault((row.kind, row.name), row.version)
    return [_view(row, live=newest[row.kind, row.name] == row.version) for row in rows]


def definition(tx: Tx, caller: Caller, definition_id: str) -> Definition:
    """One version as it was published. Raises NotAllowed, NotFound."""
    caller.require("pipelines", "viewer", "api")
    row = tx.one(_BODY, account=caller.account_id, id=definition_id)
    if row is None:
        raise NotFound("pipeline", definition_id)
    return restore(row.body)


def under_way(tx: Tx, caller: Caller, definition_id: str, part: Slice = FIRST) -> Page[UnderWay]:
    """
    Partners whose onboarding by this version is not completed, by code.

    Raises:
        NotAllowed: pipelines are for the vendor's people. Invalid: the cursor is not this list's.
    """
    caller.require("pipelines", "viewer", "api")

    def fetch(after: Key | None, count: int) -> list[Any]:
        sql = _UNDER_WAY + onward("p.code", after=after, newest_first=part.newest_first)
        return tx.all(sql, account=caller.account_id, id=definition_id, **beyond(after), count=count)

    return read_page(
        _BY_CODE, part, fetch=fetch, key=lambda row: (row.code,),
        show=lambda rows: [UnderWay(row.code, row.name) for row in rows],
    )  # fmt: skip


def _view(row: Any, *, live: bool) -> DefinitionView:
    return DefinitionView(
        row.id, row.kind, row.name, row.version, live, row.published_at, row.published_by, row.under_way
    )


_VERSIONS = """
    SELECT d.id, d.kind, d.name, d.version, d.published_at, d.published_by, (
        SELECT COUNT(*) FROM run r
        WHERE r.account_id = d.account_id AND r.definition_id = d.id AND r.status <> 'Completed') AS under_way
    FROM definition d WHERE d.account_id = :account ORDER BY d.kind, d.name, d.version DESC"""
_BY_CODE = Order("partners on a version", (str,))
_UNDER_WAY = """
    SELECT p.code, p.name FROM run r JOIN partner p ON p.account_id = r.account_id AND p.id = r.partner_id
    WHERE r.account_id = :account AND r.definition_id = :id AND r.status <> 'Completed'"""
_BODY = "SELECT body FROM definition WHERE account_id = :account AND id = :id"
