"""
Payouts that are being revised: drafts again, which their partner has seen before. It tells nothing of what stands in
them, as a draft's amounts are not for the partner.
"""

from dataclasses import dataclass
from typing import Any

from engine import facts
from engine.definition import PayoutPipeline
from engine.errors import NotFound
from engine.store import Tx
from engine.views.paging import FIRST, Key, Order, Page, Slice, beyond, onward, read_page
from engine.world import Caller

_ORDER = Order("revised payouts", (str,))


@dataclass(frozen=True, slots=True)
class RevisedView:
    """A payout that is being revised: whose, when it was made, and since when it is a draft again (UTC)."""

    id: str
    partner: str
    created_at: str
    since: str


def revised(tx: Tx, caller: Caller, *, part: Slice = FIRST) -> Page[RevisedView]:
    """
    A page of the payouts that are being revised, in the order they were made; a partner's contacts see their own.

    Raises:
        Invalid: the cursor is not this list's, or the limit is not from 1 to 500.
    """
    states = _drafts(tx, caller)
    names = {f"state_{place}": name for place, name in enumerate(states)}
    of_state = f"AND p.state IN ({', '.join(f':{name}' for name in names) or 'NULL'})"
    of_whom = _OF_PARTNER if caller.actor.partner_id else ""
    values = {"account": caller.account_id, "partner": caller.actor.partner_id or "", **names}

    def fetch(after: Key | None, count: int) -> list[Any]:
        sql = f"{_COLUMNS} {of_whom} {of_state}" + onward("p.id", after=after, newest_first=part.newest_first)
        return tx.all(sql, **values, **beyond(after), count=count)

    return read_page(
        _ORDER,
        part,
        fetch=fetch,
        key=lambda row: (str(row.id),),
        show=lambda rows: [_view(tx, caller, row) for row in rows],
    )


def revision(tx: Tx, caller: Caller, payout_id: str) -> RevisedView:
    """One of them. Raises NotFound: this caller sees no such payout that is being revised."""
    row = tx.one(f"{_COLUMNS} AND p.id = :id", account=caller.account_id, id=payout_id)
    if row is None or caller.actor.partner_id not in (None, row.partner_id):
        raise NotFound("payout", payout_id)
    if (found := _view(tx, caller, row)) is None:
        raise NotFound("payout", payout_id)
    return found


def _view(tx: Tx, caller: Caller, row: Any) -> RevisedView | None:
    """None for one that is no draft, or was one all the time."""
    pipeline = facts.pipeline_of(tx, caller, row)
    hidden = {state.name for state in pipeline.states if state.means == "draft"}
    moves = tx.all(_MOVES, account=caller.account_id, id=row.id) if row.state in hidden else []
    since = [move.at for move in moves if move.source not in hidden and move.target in hidden]
    return RevisedView(row.id, row.partner, row.created_at, since[-1]) if since else None


def _drafts(tx: Tx, caller: Caller) -> list[str]:
    """What states that mean a draft are called in the account's pipelines."""
    found = [caller.definition(tx, row.id) for row in tx.all(_PIPELINES, account=caller.account_id)]
    states = (state for each in found if isinstance(each, PayoutPipeline) for state in each.states)
    return sorted({state.name for state in states if state.means == "draft"})


_COLUMNS = """
    SELECT p.account_id, p.id, p.partner_id, p.definition_id, p.state, p.created_at, s.code AS partner FROM payout p
    JOIN partner s ON s.account_id = p.account_id AND s.id = p.partner_id
    WHERE p.account_id = :account"""
_OF_PARTNER = "AND p.partner_id = :partner"
_MOVES = """
    SELECT at, source, target FROM history
    WHERE account_id = :account AND subject_id = :id AND source <> '' ORDER BY seq"""
_PIPELINES = "SELECT id FROM definition WHERE account_id = :account AND kind = 'payout'"
