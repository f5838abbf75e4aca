"""The facts of one payout, read under its lock: `contracts.PayoutFacts` over rows. The dearer ones wait to be asked."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from engine.actor import Actor
from engine.definition import Means, PayoutPipeline
from engine.errors import Missing
from engine.objections import objections
from engine.store import Tx
from engine.world import Caller


class LiveFacts:
    """`row` is the payout joined with its account and partner, as `read` gives it."""

    __slots__ = ("_tx", "actor", "data", "row")

    def __init__(self, tx: Tx, row: Any, *, actor: Actor, data: Mapping[str, Any]) -> None:
        self._tx, self.row, self.actor, self.data = tx, row, actor, data

    @property
    def state(self) -> str:
        return str(self.row.state)

    @property
    def total(self) -> int:
        if self.row.frozen:
            return int(self.row.total)
        return unfrozen_total(self._tx, self.row.account_id, self.row.id)

    @property
    def ask(self) -> frozenset[str]:
        return frozenset(self.row.ask.split())

    @property
    def on_hold(self) -> bool:
        return bool(self.row.on_hold)

    @property
    def hold_reason(self) -> str:
        return str(self.row.hold_reason)

    @property
    def four_eyes(self) -> bool:
        return bool(self.row.four_eyes)

    @property
    def validated_by(self) -> str:
        return str(self.row.validated_by)

    @property
    def self_invoiced(self) -> bool:
        return bool(self.row.switch_on) and self.row.self_invoicing == "opted_in"

    @property
    def own_invoice(self) -> bool:
        return self.row.own_invoice is not None

    @property
    def lacks_for_invoice(self) -> tuple[Missing, ...]:
        return _lacks(self._tx.one(_LAST_DECISION, account=self.row.account_id, payout=self.row.id))

    @property
    def unsettled_rewards(self) -> tuple[str, ...]:
        return self._references(_UNSETTLED)

    @property
    def open_disputes(self) -> tuple[str, ...]:
        return self._references(_DISPUTED)

    @property
    def credited_by(self) -> str:
        row = self._tx.one(_CREDITED_BY, account=self.row.account_id, payout=self.row.id)
        return str(row.number) if row else ""

    @property
    def contested(self) -> Mapping[str, str]:
        return {row.number: row.type_code for row in objections(self._tx, self.row.account_id, self.row.id)}

    def _references(self, sql: str) -> tuple[str, ...]:
        return tuple(row.reference for row in self._tx.all(sql, account=self.row.account_id, payout=self.row.id))


class FactsOfMany(LiveFacts):
    """The facts of one payout of many: what paying it asks has come with its row, `read_many` gives it."""

    __slots__ = ()

    @property
    def lacks_for_invoice(self) -> tuple[Missing, ...]:
        return _lacks(self.row)

    @property
    def credited_by(self) -> str:
        return self.row.credited_by or ""


def lock(tx: Tx, account_id: str, payout_id: str) -> Any:
    """The payout's row, locked for the transaction, with what its account and partner say; None if there is none."""
    return tx.one(_SELECT + _LOCK, account=account_id, id=payout_id)


def read(tx: Tx, account_id: str, payout_id: str) -> Any:
    """The same row without a lock."""
    return tx.one(_SELECT, account=account_id, id=payout_id)


def read_many(tx: Tx, caller: Caller, payout_ids: Sequence[str]) -> dict[str, FactsOfMany]:
    """The facts of these payouts by id, in one statement, as the caller would be asked about them."""
    if not payout_ids:
        return {}
    values = {f"id_{place}": payout_id for place, payout_id in enumerate(payout_ids)}
    rows = tx.all(f"{_MANY} ({', '.join(f':{name}' for name in values)})", account=caller.account_id, **values)
    return {row.id: FactsOfMany(tx, row, actor=caller.actor, data={}) for row in rows}


def unfrozen_total(tx: Tx, account_id: str, payout_id: str) -> int:
    """What the payout's rewards come to, without those that are refused, in minor units."""
    return int(tx.one(_TOTAL, account=account_id, payout=payout_id).total)


def pipeline_of(tx: Tx, caller: Caller, row: Any) -> PayoutPipeline:
    """The version of the pipeline that the payout is pinned to."""
    found = caller.definition(tx, row.definition_id)
    assert isinstance(found, PayoutPipeline)  # noqa: S101 - a payout row can only refer to one
    return found


def meaning(tx: Tx, caller: Caller, row: Any) -> Means:
    """What the payout's state means. Rules ask this, never the state's name."""
    return pipeline_of(tx, caller, row).state(row.state).means


def _lacks(decision: Any) -> tuple[Missing, ...]:
    """What the invoice of a payout waits for, by the last decision on it."""
    if decision is None or decision.outcome != "blocked":
        return ()
    return tuple(Missing(**item) for item in json.loads(decision.missing)) or (_RENEWAL,)


_RENEWAL = Missing(
    "agreement", "No self-billing agreement is in force; the partner accepts one by opting in again.", "partner"
)
_LAST_DECISION = """
    SELECT outcome, missing FROM decision
    WHERE account_id = :account AND payout_id = :payout ORDER BY seq DESC LIMIT 1"""
_COLUMNS = """
    SELECT p.account_id, p.id, p.partner_id, p.definition_id, p.state, p.currency, p.total, p.frozen, p.ask, p.on_hold,
        p.hold_reason, p.validated_by, p.own_invoice, p.payment_reference, p.version, p.head, p.created_at,
        a.switch_on, a.four_eyes, s.code AS partner_code, s.self_invoicing"""
_FROM = """
    FROM payout p
    JOIN account a ON a.id = p.account_id
    JOIN partner s ON s.account_id = p.account_id AND s.id = p.partner_id"""
_SELECT = f"{_COLUMNS} {_FROM} WHERE p.account_id = :account AND p.id = :id"
_LOCK = " FOR SHARE OF a, s FOR UPDATE OF p"
_TOTAL = """
    SELECT COALESCE(SUM(r.amount), 0) AS total FROM payout_line l
    JOIN reward r ON r.account_id = l.account_id AND r.id = l.reward_id
    WHERE l.account_id = :account AND l.payout_id = :payout AND l.live AND r.status <> 'refused'"""
# `|| ''`: sorted, and not read through the index of references, which holds every reward of the account.
_UNSETTLED = """
    SELECT r.reference FROM payout_line l
    JOIN reward r ON r.account_id = l.account_id AND r.id = l.reward_id
    WHERE l.account_id = :account AND l.payout_id = :payout AND l.live AND r.status = 'pending'
    ORDER BY r.reference || ''"""
_DISPUTED = """
    SELECT r.reference FROM dispute d JOIN reward r ON r.account_id = d.account_id AND r.id = d.reward_id
    WHERE d.account_id = :account AND d.payout_id = :payout AND d.resolved_at IS NULL ORDER BY r.reference || ''"""
# Asked under the lock and not with it: what a credit note that was waited for has changed, is seen.
_CREDIT_OF = """
    SELECT n.number FROM invoice n
    WHERE n.account_id = {account} AND n.payout_id = {payout} AND n.type_code = '261' AND NOT EXISTS (
        SELECT 1 FROM invoice i
        WHERE i.account_id = n.account_id AND i.payout_id = n.payout_id AND i.type_code = '389' AND i.gross > (
            SELECT COALESCE(SUM(c.gross), 0) FROM invoice c
            WHERE c.account_id = i.account_id AND c.payout_id = i.payout_id AND c.credits_id = i.id))
    ORDER BY n.revision DESC LIMIT 1"""
_CREDITED_BY = _CREDIT_OF.format(account=":account", payout=":payout")
_DECIDED = """
    LEFT JOIN decision d ON d.account_id = p.account_id AND d.payout_id = p.id
        AND d.seq = (SELECT MAX(n.seq) FROM decision n WHERE n.account_id = p.account_id AND n.payout_id = p.id)"""
_CREDIT = _CREDIT_OF.format(account="p.account_id", payout="p.id")
_MANY = f"""{_COLUMNS}, d.outcome, d.missing, ({_CREDIT}) AS credited_by
    {_FROM} {_DECIDED} WHERE p.account_id = :account AND p.id IN"""
