"""Published pipelines: their versions, and how many partners are under way on each."""

from dataclasses import dataclass
from typing import Any

from engine.definition import Definition, Kind, restore
from engine.errors import NotFound
from engine.store import Tx
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


def _view(row: Any, *, live: bool) -> DefinitionView:
    return DefinitionView(
        row.id, row.kind, row.name, row.version, live, row.published_at, row.published_by, row.under_way
    )


_VERSIONS = """
    SELECT d.id, d.kind, d.name, d.version, d.published_at, d.published_by, (
        SELECT COUNT(*) FROM run r
        WHERE r.account_id = d.account_id AND r.definition_id = d.id AND r.status <> 'Completed') AS under_way
    FROM definition d WHERE d.account_id = :account ORDER BY d.kind, d.name, d.version DESC"""
_BODY = "SELECT body FROM definition WHERE account_id = :account AND id = :id"
