"""Partners as they are listed: by code, with how far each is."""

import re
from dataclasses import dataclass
from typing import Any

from engine.definition import Onboarding
from engine.errors import Invalid, NotFound, Problem, Unknown
from engine.store import Tx
from engine.views.paging import FIRST, Key, Order, Page, Slice, beyond, onward, read_page
from engine.world import Caller

CHOICES = ("never_asked", "opted_in", "opted_out")
LONGEST_SEARCH = 200  # characters; no name is longer
_ORDER = Order("partners", (str,))


@dataclass(frozen=True, slots=True)
class PartnerView:
    """
    `onboarding` is the newest run's status, '' before it began, `steps_done` how many of its `steps` are completed or
    skipped; `self_invoicing` the partner's choice.
    """

    code: str
    name: str
    country: str
    onboarding: str
    self_invoicing: str
    steps_done: int = 0
    steps: int = 0


def partners(
    tx: Tx, caller: Caller, *, self_invoicing: str = "", search: str = "", part: Slice = FIRST
) -> Page[PartnerView]:
    """
    A page of the account's partners by code, or of those with that choice, or with `search` in their code or name,
    whatever its case; a partner's contact sees its own.

    Raises:
        Unknown: there is no such choice.
        Invalid: the cursor is not this list's, the limit is not from 1 to 500, or `search` is longer than any name.
    """
    if len(search) > LONGEST_SEARCH:
        raise Invalid("The list", [Problem("search", f"it has {LONGEST_SEARCH} characters at most, as a name has.")])
    if self_invoicing and self_invoicing not in CHOICES:
        raise Unknown("choice of a partner", self_invoicing, CHOICES)
    mine = caller.actor.partner_id or ""
    sql = _PARTNERS + (" AND s.id = :mine" if mine else "")
    sql += " AND s.self_invoicing = :choice" if self_invoicing else ""
    sql += _SEARCH if search else ""
    sought = f"%{_LITERALLY.sub(_ESCAPED, search.lower())}%"
    values = {"account": caller.account_id, "mine": mine, "choice": self_invoicing, "sought": sought}

    def fetch(after: Key | None, count: int) -> list[Any]:
        statement = sql + onward("s.code", after=after, newest_first=part.newest_first)
        return tx.all(statement, **values, **beyond(after), count=count)

    return read_page(
        _ORDER,
        part,
        fetch=fetch,
        key=lambda row: (row.code,),
        show=lambda rows: [_view(tx, caller, row) for row in rows],
    )


def partner(tx: Tx, caller: Caller, code: str) -> PartnerView:
    """One partner. Raises NotFound."""
    partner_id = partner_asked_for(tx, caller, code)
    return _view(tx, caller, tx.one(f"{_PARTNERS} AND s.id = :id", account=caller.account_id, id=partner_id))


def partner_asked_for(tx: Tx, caller: Caller, code: str) -> str:
    """
    The id of the partner whose things are asked for; '' for everybody's. A contact asks for its own.

    Raises:
        NotFound: the caller sees no such partner.
    """
    mine = caller.actor.partner_id or ""
    if not code:
        return mine
    row = tx.one(_PARTNER, account=caller.account_id, code=code)
    if row is None or mine not in ("", row.id):
        raise NotFound("partner", code)
    return str(row.id)


def _view(tx: Tx, caller: Caller, row: Any) -> PartnerView:
    steps = 0
    if row.definition_id:
        pipeline = caller.definition(tx, row.definition_id)
        assert isinstance(pipeline, Onboarding)  # noqa: S101 - a run's row can only refer to one
        steps = sum(len(stage.steps) for stage in pipeline.stages)
    return PartnerView(
        row.code, row.name, row.country, row.onboarding or "", row.self_invoicing, row.steps_done or 0, steps
    )


_LITERALLY, _ESCAPED = re.compile(r"[%_!]"), r"!\g<0>"
_SEARCH = " AND (LOWER(s.code) LIKE :sought ESCAPE '!' OR LOWER(s.name) LIKE :sought ESCAPE '!')"
_PARTNERS = """
    SELECT s.code, s.name, s.country, s.self_invoicing, r.status AS onboarding, r.definition_id,
        (SELECT COUNT(*) FROM step t WHERE t.account_id = r.account_id AND t.run_id = r.id
            AND t.status IN ('Completed', 'Skipped')) AS steps_done
    FROM partner s
    LEFT JOIN run r ON r.account_id = s.account_id AND r.partner_id = s.id AND r.id = (
        SELECT MAX(n.id) FROM run n WHERE n.account_id = s.account_id AND n.partner_id = s.id)
    WHERE s.account_id = :account"""
_PARTNER = "SELECT id FROM partner WHERE account_id = :account AND code = :code"
