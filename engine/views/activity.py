"""What was done in an account, newest first: settings, partners, onboarding, payouts."""

import json
from dataclasses import dataclass
from typing import Any

from engine.store import Tx
from engine.views.names import NAME, who_of
from engine.views.paging import FIRST, Key, Order, Page, Slice, beyond, onward, read_page
from engine.views.told import DEFINITION, told
from engine.world import Caller

_ORDER = Order("activity", (str, str, int))


@dataclass(frozen=True, slots=True)
class ActivityView:
    """
    One deed. `subject` is account, partner, run or payout, and `subject_id` which; `partner` its code, '' for the
    account's; `source` and `target` the states or statuses between which it led; `data` plain JSON; `who` the actor's
    name, a person's, a token's or billhook's; `what` the deed in words with names and titles; `outcome` what came of it
    beside that.
    """

    at: str
    actor: str
    role: str
    subject: str
    subject_id: str
    partner: str
    verb: str
    source: str
    target: str
    reason: str
    sentence: str
    data: dict[str, Any]
    who: str = ""
    what: str = ""
    outcome: str = ""


def activity(tx: Tx, caller: Caller, *, part: Slice = FIRST) -> Page[ActivityView]:
    """
    A page of deeds, newest first.

    Raises:
        NotAllowed: it is for the vendor's people.
        Invalid: the cursor is not this list's, or the limit is not from 1 to 500.
    """
    caller.require("activity", "viewer", "api")

    def fetch(after: Key | None, count: int) -> list[Any]:
        sql = _DEEDS + onward("h.at", "h.subject_id", "h.seq", after=after, newest_first=True)
        return tx.all(sql, account=caller.account_id, **beyond(after), count=count)

    return read_page(
        _ORDER, part, fetch=fetch, key=lambda row: (row.at, row.subject_id, row.seq),
        show=lambda rows: [_view(tx, caller, row) for row in rows],
    )  # fmt: skip


def _view(tx: Tx, caller: Caller, row: Any) -> ActivityView:
    in_words = told(tx, caller, row)
    return ActivityView(
        row.at, row.actor, row.role, row.subject_kind, row.subject_id, row.code or "", row.verb, row.source,
        row.target, row.reason, row.sentence, json.loads(row.data), who_of(row), in_words.what, in_words.outcome,
    )  # fmt: skip


_DEEDS = f"""
    SELECT h.at, h.subject_id, h.seq, h.actor, h.role, h.subject_kind, h.verb, h.source, h.target, h.reason,
        h.sentence, h.data,
        {NAME},
        {DEFINITION},
        CASE h.subject_kind
            WHEN 'partner' THEN (SELECT s.code FROM partner s WHERE s.account_id = h.account_id AND s.id = h.subject_id)
            WHEN 'run' THEN (SELECT s.code FROM run r
                JOIN partner s ON s.account_id = r.account_id AND s.id = r.partner_id
                WHERE r.account_id = h.account_id AND r.id = h.subject_id)
            WHEN 'payout' THEN (SELECT s.code FROM payout p
                JOIN partner s ON s.account_id = p.account_id AND s.id = p.partner_id
                WHERE p.account_id = h.account_id AND p.id = h.subject_id) END AS code
    FROM history h WHERE h.account_id = :account"""  # noqa: S608 - our own text
