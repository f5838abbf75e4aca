"""History as it is shown: what happened to a payout, a partner or an account; nothing internal to a partner."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine import facts
from engine.store import Tx
from engine.views.names import NAME, who_of
from engine.views.paging import FIRST, Key, Order, Page, Slice, beyond, onward, read_page
from engine.views.partner_list import partner_asked_for
from engine.views.told import DEFINITION, told
from engine.world import Caller

_ORDER = Order("history", (int,))
_OF_PARTNER = Order("history of a partner", (str, str, int))


@dataclass(frozen=True, slots=True)
class HistoryView:
    """
    One deed: at (UTC), by whom, what, from where to where, why, and what came of it. `who` is the actor's name: a
    person's, a token's, billhook's; to a partner the account's for everybody of the vendor's. `what`: the deed in words
    with titles, names and numbers; `outcome`: what came of it beside that, '' for nothing more.
    """

    seq: int
    at: str
    actor: str
    role: str
    verb: str
    source: str
    target: str
    reason: str
    sentence: str
    who: str = ""
    what: str = ""
    outcome: str = ""


def history(tx: Tx, caller: Caller, subject_id: str, *, part: Slice = FIRST) -> Page[HistoryView]:
    """
    A page of what happened to a subject, oldest first; to a partner without what the vendor keeps to itself.

    Raises:
        Invalid: the cursor is not this list's, or the limit is not from 1 to 500.
    """

    def fetch(after: Key | None, count: int) -> list[Any]:
        sql = _HISTORY + onward("seq", after=after, newest_first=part.newest_first)
        return tx.all(sql, account=caller.account_id, subject=subject_id, **beyond(after), count=count)

    return read_page(_ORDER, part, fetch=fetch, key=lambda row: (row.seq,), show=lambda rows: _shown(tx, caller, rows))


def partner_history(tx: Tx, caller: Caller, code: str, *, part: Slice = FIRST) -> Page[HistoryView]:
    """
    A page of what happened to a partner and in its runs, oldest first; to the partner without what the vendor keeps to
    itself.

    Raises:
        NotFound: there is no such partner that this caller may see.
        Invalid: the cursor is not this list's, or the limit is not from 1 to 500.
    """
    partner_id = partner_asked_for(tx, caller, code)

    def fetch(after: Key | None, count: int) -> list[Any]:
        places = _PLACES + onward("at", "subject_id", "seq", after=after, newest_first=part.newest_first)
        sql = f"{_COLUMNS} FROM ({places}) o CROSS JOIN history h WHERE {_AT_PLACE}"
        rows = tx.all(sql, account=caller.account_id, partner=partner_id, **beyond(after), count=count)
        return sorted(rows, key=_place, reverse=part.newest_first)

    return read_page(_OF_PARTNER, part, fetch=fetch, key=_place, show=lambda rows: _shown(tx, caller, rows))


def _place(deed: Any) -> Key:
    return (deed.at, deed.subject_id, deed.seq)


def _shown(tx: Tx, caller: Caller, found: Sequence[Any]) -> list[HistoryView | None]:
    if caller.actor.kind != "partner":
        return [_view(tx, caller, row) for row in found]
    account = tx.one("SELECT name FROM account WHERE id = :id", id=caller.account_id).name
    return [_seen_by(tx, caller, row, account) for row in found]


def _view(tx: Tx, caller: Caller, row: Any) -> HistoryView:
    in_words = told(tx, caller, row)
    return HistoryView(
        row.seq, row.at, row.actor, row.role, row.verb, row.source, row.target, row.reason, row.sentence, who_of(row),
        in_words.what, in_words.outcome,
    )  # fmt: skip


def _seen_by(tx: Tx, caller: Caller, row: Any, account: str) -> HistoryView | None:
    """
    None for what the vendor keeps to itself. Others' ids are not shown to a partner, nor who of the vendor's people it
    was, nor why a payout is on hold or is no more.
    """
    effects = _effects(tx, caller, row) if _is_note(row) else frozenset()
    if row.verb in _THE_VENDORS or (_is_note(row) and not effects & _TOLD):
        return None
    view = _view(tx, caller, row)
    if effects & _HOLDS:
        view = replace(view, reason="")
    if row.actor == caller.actor.id:
        return view
    return replace(view, actor="", who=view.who if row.role in ("main_contact", "member", "system") else account)


def _is_note(row: Any) -> bool:
    """Another's than the partner's deed on a payout that stays where it is."""
    return row.source != "" and row.source == row.target and row.role not in ("main_contact", "member")


def _effects(tx: Tx, caller: Caller, row: Any) -> frozenset[str]:
    """What the payout's pipeline has the trigger do there; nothing for what is no trigger."""
    payout = tx.one(_PAYOUT, account=caller.account_id, id=row.subject_id)
    arrows = facts.pipeline_of(tx, caller, payout).transitions_from(row.source) if payout else ()
    return frozenset(each for arrow in arrows if arrow.trigger == row.verb for each in arrow.effects)


#: The making of a payout: a draft, which no partner sees; and deeds with reasons that the vendor keeps to itself.
_THE_VENDORS = frozenset({"create", "set tax_override", "check vat_number"})
#: What shows a deed on a payout that stays where it is to its partner: that it is told, or sees it on the payout.
_HOLDS = frozenset({"hold", "release_hold"})
_TOLD = _HOLDS | {"resolve_dispute", "tell_partner"}
_PAYOUT = "SELECT account_id, definition_id, state FROM payout WHERE account_id = :account AND id = :id"
_COLUMNS = f"""
    SELECT h.subject_id, h.seq, h.at, h.actor, h.role, h.verb, h.source, h.target, h.reason, h.sentence,
        h.data, {DEFINITION}, {NAME}"""
_HISTORY = f"{_COLUMNS} FROM history h WHERE account_id = :account AND subject_id = :subject"
#: Found and put in order without what is costly to tell of each. The kinds say nothing new: they keep SQLite from the
#: index by time, in which the whole account stands.
_PLACES = """
    SELECT subject_id, seq FROM (
        SELECT subject_id, seq, at FROM history WHERE account_id = :account AND subject_id = :partner
            AND subject_kind = 'partner'
        UNION ALL
        SELECT subject_id, seq, at FROM history WHERE account_id = :account AND subject_kind = 'run'
            AND subject_id IN (SELECT id FROM run WHERE account_id = :account AND partner_id = :partner)) d
    WHERE TRUE"""
_AT_PLACE = "h.account_id = :account AND h.subject_id = o.subject_id AND h.seq = o.seq"
