"""
I15: a seller gives one answer to an invoice at most, after it was delivered; an invoice is credited when, and only
when, nothing is left of it; each act of a person stands in its payout's history; while it is contested its payout is on
hold.
"""

from collections.abc import Iterator
from typing import Any

from engine.billing.acceptance import CONTESTED, CREDITED, DEEMED, DELIVERED, OBJECTED, OUTCOMES, state_after
from engine.verify.checked import Looked, Scope, paged

_OUTCOME = {"accepted": ("accept_invoice", "resolve_invoice"), "deemed_accepted": ("deem_invoice_accepted",)}
_DEEDS = {
    **_OUTCOME, "contested": ("contest_invoice",), "objected": ("contest_invoice",),
    "put_right": ("resolve_invoice", "reissue_invoice", "issue_now"),
}  # fmt: skip


def answers(scope: Scope) -> Iterator[Looked]:
    for row in paged(scope.tx, _INVOICES, "account_id", "id"):
        events = scope.tx.all(_EVENTS, account=row.account_id, invoice=row.id)
        told = [*_order(events), *_undone(scope, row, events)]
        if bool(row.attached) != (DELIVERED in {event.kind for event in events}):
            told.append(f"its document is {'' if row.attached else 'not '}attached, and its events say otherwise.")
        if bool(row.is_whole) != (CREDITED in {event.kind for event in events}):
            told.append(f"it is {'' if row.is_whole else 'not '}wholly credited, and its events say otherwise.")
        if state_after(event.kind for event in events) == CONTESTED and not row.on_hold:
            told.append(f"it is contested and payout {row.payout_id} is not on hold.")
        yield f"invoice {row.account}/{row.number}", told


def _order(events: list[Any]) -> Iterator[str]:
    kinds = [event.kind for event in events]
    if [event.seq for event in events] != list(range(1, len(events) + 1)):
        yield "its events are not numbered one after the other."
    silent = () if OBJECTED in kinds else (DEEMED,)
    if len(outcomes := [kind for kind in kinds if kind != CREDITED and kind in (*OUTCOMES, *silent)]) > 1:
        yield f"it has {len(outcomes)} outcomes: {', '.join(outcomes)}."
    for kind in (DELIVERED, CONTESTED, OBJECTED, CREDITED):
        if kinds.count(kind) > 1:
            yield f"it was {kind} {kinds.count(kind)} times."
    if set(kinds) & set(_DEEDS) and kinds[0] != DELIVERED:
        yield "somebody answered before it was delivered."
    if CREDITED in kinds and set(kinds[kinds.index(CREDITED) :]) & set(_DEEDS):
        yield "somebody answered after it was credited."


def _undone(scope: Scope, row: Any, events: list[Any]) -> Iterator[str]:
    """What a person said and no deed tells."""
    for event in events:
        if event.kind in _DEEDS and not scope.tx.all(
            _TOLD, account=row.account_id, payout=row.payout_id, at=event.at, actor=event.actor
        ):
            yield f"it was {event.kind} at {event.at}, and no deed of its payout says so."


_INVOICES = """
    SELECT i.account_id, i.id, a.code AS account, i.number, i.payout_id, p.on_hold, EXISTS (
        SELECT 1 FROM attachment t WHERE t.account_id = i.account_id AND t.invoice_id = i.id AND t.format = 'pdf'
        ) AS attached, i.type_code = '389' AND i.gross <= (
        SELECT COALESCE(SUM(n.gross), 0) FROM invoice n
        WHERE n.account_id = i.account_id AND n.payout_id = i.payout_id AND n.credits_id = i.id
        ) AS is_whole FROM invoice i
    JOIN account a ON a.id = i.account_id
    JOIN payout p ON p.account_id = i.account_id AND p.id = i.payout_id
    WHERE (i.account_id, i.id) > (:after_account_id, :after_id) ORDER BY i.account_id, i.id LIMIT :page"""
_EVENTS = """
    SELECT seq, kind, at, actor FROM invoice_event
    WHERE account_id = :account AND invoice_id = :invoice ORDER BY seq"""
_TOLD = """
    SELECT seq FROM history
    WHERE account_id = :account AND subject_id = :payout AND at = :at AND actor = :actor AND verb IN (
        'accept_invoice', 'resolve_invoice', 'deem_invoice_accepted', 'contest_invoice', 'reissue_invoice',
        'issue_now')"""
