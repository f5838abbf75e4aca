"""Partners as they are listed: by code, with how far each is."""

from dataclasses import dataclass
from typing import Any

from engine.errors import NotFound
from engine.store import Tx
from engine.views.paging import FIRST, Key, Order, Page, Slice, beyond, onward, read_page
from engine.world import Caller

_ORDER = Order("partners", (str,))


@dataclass(frozen=True, slots=True)
class PartnerView:
    """`onboarding` is the newest run's status, '' before it began; `self_invoicing` the partner's choice."""

    code: str
    name: str
    country: str
    onboarding: str
    self_invoicing: str


def partners(tx: Tx, caller: Caller, *, self_invoicing: str = "", part: Slice = FIRST) -> Page[PartnerView]:
    """
    A page of the account's partners by code, or of those with that choice; a partner's contact sees its own.

    Raises:
        Invalid: the cursor is not this list's, or the limit is not from 1 to 500.
    """
    mine = caller.actor.partner_id or ""
    sql = _PARTNERS + (" AND s.id = :mine" if mine else "")
    sql += " AND s.self_invoicing = :choice" if self_invoicing else ""
    values = {"account": caller.account_id, "mine": mine, "choice": self_invoicing}

    def fetch(after: Key | None, count: int) -> list[Any]:
        statement = sql + onward("s.code", after=after, newest_first=part.newest_first)
        return tx.all(statement, **values, **beyond(after), count=count)

    return read_page(
        _ORDER, part, fetch=fetch, key=lambda row: (row.code,), show=lambda rows: [PartnerView(*row) for row in rows]
    )


def partner(tx: Tx, caller: Caller, code: str) -> PartnerView:
    """One partner. Raises NotFound."""
    partner_id = partner_asked_for(tx, caller, code)
    return PartnerView(*tx.one(f"{_PARTNERS} AND s.id = :id", account=caller.account_id, id=partner_id))


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


_PARTNERS = """
    SELECT s.code, s.name, s.country, COALESCE((
        SELECT r.status FROM run r WHERE r.account_id = s.account_id AND r.partner_id = s.id AND r.id = (
            SELECT MAX(n.id) FROM run n WHERE n.account_id = s.account_id AND n.partner_id = s.id)
    ), '') AS onboarding, s.self_invoicing
    FROM partner s WHERE s.account_id = :account"""
_PARTNER = "SELECT id FROM partner WHERE account_id = :account AND code = :code"
