"""
I13: a reward is in one live payout at most and paid at most once; a frozen total is that of its live lines; what is
kept as paid was what the payout came to.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from engine.definition import PayoutPipeline
from engine.verify.checked import Looked, Scope, paged, payout_pipelines


def rewards(scope: Scope) -> Iterator[Looked]:
    pipelines = payout_pipelines(scope.tx)
    rows = paged(scope.tx, _REWARDS, "account_id", "id", "payout_id")
    for _, lines in groupby(rows, key=lambda row: (row.account_id, row.id)):
        places = list(lines)
        yield f"reward {places[0].account}/{places[0].reference}", list(_misplaced(pipelines, places))
    for row in paged(scope.tx, _FROZEN, "account_id", "id"):
        yield f"payout {row.account}/{row.id}", [*_misfrozen(pipelines, row), *_mispaid(scope, pipelines, row)]


def _misplaced(pipelines: dict[str, PayoutPipeline], places: list[Any]) -> Iterator[str]:
    """`places`: the reward once for every live line it has, or once with no payout."""
    live = [place for place in places if place.payout_id]
    paid = [place.payout_id for place in live if _means(pipelines, place) == "paid"]
    if len(live) > 1:
        yield f"it is in {len(live)} live payouts: {', '.join(place.payout_id for place in live)}."
    if len(paid) > 1:
        yield f"it was paid {len(paid)} times: by {', '.join(paid)}."
    if places[0].status == "paid" and not paid:
        yield "it says paid and is in no payout that is."


def _misfrozen(pipelines: dict[str, PayoutPipeline], row: Any) -> Iterator[str]:
    """A cancelled payout has let go of its lines and keeps the total that it had."""
    if row.frozen and row.total != row.lines and _means(pipelines, row) != "cancelled":
        yield f"its total was frozen at {row.total} minor units and its live lines come to {row.lines}."


def _mispaid(scope: Scope, pipelines: dict[str, PayoutPipeline], row: Any) -> Iterator[str]:
    """Of a payout from before amounts were kept nothing is known."""
    if row.paid_gross is None:
        return
    found = scope.tx.all(_INVOICED, account=row.account_id, payout=row.id)
    credited_since = {net for each in found for net in (each.net, each.net - each.credited_net)}
    if row.frozen and row.paid_net not in credited_since | {row.total}:
        yield f"{row.paid_net} minor units are kept as paid without tax, and its total is {row.total}."
    amounts = {*_amounts(found, pipelines[row.definition_id], row)}
    if row.paid_gross not in amounts:
        known = " or ".join(map(str, sorted(amounts)))
        yield f"{row.paid_gross} minor units are kept as paid, and it came to {known}."


def _amounts(found: Sequence[Any], pipeline: PayoutPipeline, row: Any) -> Iterator[int]:
    """
    What the payout came to, one time or another: what was left of an invoice after each credit note, or its lines. An
    invoice may have come after the payment, and no clock says so for certain: clocks are set back.
    """
    invoiced_when_paid = any(state.means == "paid" and state.on_enter for state in pipeline.states)
    if not found or invoiced_when_paid or row.first_occasion != "ready":
        yield row.paid_net
    for each in found:
        yield each.gross
        yield each.gross - each.credited


def _means(pipelines: dict[str, PayoutPipeline], row: Any) -> str:
    return pipelines[row.definition_id].state(row.state).means


_REWARDS = """
    SELECT r.account_id, r.id, a.code AS account, r.reference, r.status, COALESCE(p.id, '') AS payout_id,
        p.definition_id, p.state
    FROM reward r
    JOIN account a ON a.id = r.account_id
    LEFT JOIN payout_line l ON l.account_id = r.account_id AND l.reward_id = r.id AND l.live
    LEFT JOIN payout p ON p.account_id = l.account_id AND p.id = l.payout_id
    WHERE (r.account_id, r.id, COALESCE(p.id, '')) > (:after_account_id, :after_id, :after_payout_id)
    ORDER BY r.account_id, r.id, COALESCE(p.id, '') LIMIT :page"""
_FROZEN = """
    SELECT p.account_id, p.id, a.code AS account, p.definition_id, p.state, p.total, p.frozen,
        p.paid_net, p.paid_gross, (
        SELECT MIN(d.occasion) FROM decision d
        WHERE d.account_id = p.account_id AND d.payout_id = p.id AND d.seq = (
            SELECT MIN(f.seq) FROM decision f
            WHERE f.account_id = p.account_id AND f.payout_id = p.id AND f.outcome = 'issued')) AS first_occasion, (
        SELECT COALESCE(SUM(r.amount), 0) FROM payout_line l
        JOIN reward r ON r.account_id = l.account_id AND r.id = l.reward_id
        WHERE l.account_id = p.account_id AND l.payout_id = p.id AND l.live) AS lines
    FROM payout p JOIN account a ON a.id = p.account_id
    WHERE (p.frozen OR p.paid_gross IS NOT NULL) AND (p.account_id, p.id) > (:after_account_id, :after_id)
    ORDER BY p.account_id, p.id LIMIT :page"""
#: Each invoice of a payout with each of its credit notes, and what was credited by then.
_INVOICED = """
    SELECT i.gross, i.net, COALESCE((
        SELECT SUM(b.gross) FROM invoice b
        WHERE b.account_id = i.account_id AND b.payout_id = i.payout_id AND b.credits_id = i.id AND b.seq <= c.seq), 0)
        AS credited, COALESCE((
        SELECT SUM(b.net) FROM invoice b
        WHERE b.account_id = i.account_id AND b.payout_id = i.payout_id AND b.credits_id = i.id AND b.seq <= c.seq), 0)
        AS credited_net
    FROM invoice i
    LEFT JOIN invoice c ON c.account_id = i.account_id AND c.payout_id = i.payout_id AND c.credits_id = i.id
    WHERE i.account_id = :account AND i.payout_id = :payout AND i.type_code = '389'"""
