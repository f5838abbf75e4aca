"""
I2: an invoice is decided while the switch is on, the partner is in and its agreement in force, never after an opt-out
has committed.
I3: what became Ready without an invoice gets one only by a recorded `issue_now`, or when what blocked it was supplied;
so turning the switch on, or opting in, never invoices what is Ready already.

A decision keeps how far the histories of its account and partner had got when it was made, under their locks. So what
was true at that instant is replayed from these histories, and no clock is believed.
"""

from collections.abc import Iterator
from typing import Any, get_args

from engine.billing.decision import Reason
from engine.store import Tx
from engine.verify.checked import Looked, Scope, paged

#: What the decision before must have said where one is made on an occasion; '' where there was none.
_AFTER = {
    "ready": {""},
    "issued_after_fix": {"blocked"},
    "reconsidered": {"blocked"},
    "withdrawn": {"blocked"},
    "reissued": {"issued"},
    "issue_now": {"not_applicable", "blocked", "issued"},
}


_ENDS = ("opt_in", "revoke agreement")


def consent(scope: Scope) -> Iterator[Looked]:
    for payout in _payouts(scope.tx):
        yield (
            f"payout {payout.account}/{payout.payout_id}",
            [told for row in _of(scope.tx, payout) for told in _against_consent(scope.tx, row)],
        )


def occasions(scope: Scope) -> Iterator[Looked]:
    for payout in _payouts(scope.tx):
        yield f"payout {payout.account}/{payout.payout_id}", list(_out_of_turn(_of(scope.tx, payout)))


def _against_consent(tx: Tx, row: Any) -> Iterator[str]:
    yield from _without_agreement(tx, row)
    if row.reason not in get_args(Reason):
        yield f"its decision {row.seq} gives the reason '{row.reason}', which is none."
    if row.account_version is None:  # made before this was kept
        return
    switch_on = _last(tx, row, row.account_id, row.account_version, ("switch on", "switch off")) == "switch on"
    opted_in = _last(tx, row, row.partner_id, row.partner_version, ("opt_in", "opt_out")) == "opt_in"
    if row.outcome in ("issued", "blocked") and not switch_on:
        yield f"its decision {row.seq} says {row.outcome}, and self-invoicing was off when it was made."
    if row.outcome in ("issued", "blocked") and not opted_in:
        yield f"its decision {row.seq} says {row.outcome}, and the partner was not in when it was made."
    if row.reason == "switch_off" and switch_on:
        yield f"its decision {row.seq} says that self-invoicing was off, and it was on."
    if row.reason == "opted_out" and opted_in:
        yield f"its decision {row.seq} says that the partner was not in, and it was."


def _without_agreement(tx: Tx, row: Any) -> Iterator[str]:
    """Its period is by the clock that decided; that it was revoked before is by the partner's history."""
    if row.outcome != "issued":
        return
    if row.valid_from is None:
        yield f"its decision {row.seq} says issued, and names no agreement."
    elif not row.valid_from <= row.decided_at < row.valid_until:
        yield f"its decision {row.seq} says issued, and agreement version {row.version} was not in force then."
    elif row.partner_version is not None and _last(tx, row, row.partner_id, row.partner_version, _ENDS) == _ENDS[1]:
        yield f"its decision {row.seq} says issued, and agreement version {row.version} had been revoked."


def _out_of_turn(decisions: list[Any]) -> Iterator[str]:
    before = ""
    for n, row in enumerate(decisions, start=1):
        if row.seq != n:
            yield f"its decision {n} is missing; the next one is numbered {row.seq}."
            return
        if before not in _AFTER.get(row.occasion, ()):
            yield f"its decision {n}, on the occasion '{row.occasion}', follows one that says {before or 'nothing'}."
        before = row.outcome


def _last(tx: Tx, row: Any, subject_id: str, until: int, verbs: tuple[str, str]) -> str:
    """Which of two deeds was the subject's last, up to a row of its history."""
    one, other = verbs
    last = tx.one(_LAST, account=row.account_id, subject=subject_id, until=until, one=one, other=other)
    return "" if last is None else str(last.verb)


def _payouts(tx: Tx) -> Iterator[Any]:
    return paged(tx, _PAYOUTS, "account_id", "payout_id")


def _of(tx: Tx, payout: Any) -> list[Any]:
    return tx.all(_DECISIONS, account=payout.account_id, payout=payout.payout_id)


_LAST = """
    SELECT verb FROM history
    WHERE account_id = :account AND subject_id = :subject AND seq <= :until AND verb IN (:one, :other)
    ORDER BY seq DESC LIMIT 1"""
_PAYOUTS = """
    SELECT DISTINCT d.account_id, d.payout_id, a.code AS account FROM decision d JOIN account a ON a.id = d.account_id
    WHERE (d.account_id, d.payout_id) > (:after_account_id, :after_payout_id)
    ORDER BY d.account_id, d.payout_id LIMIT :page"""
_DECISIONS = """
    SELECT d.account_id, d.partner_id, d.seq, d.occasion, d.outcome, d.reason, d.decided_at, d.account_version,
        d.partner_version, g.version, g.valid_from, g.valid_until
    FROM decision d LEFT JOIN agreement g ON g.account_id = d.account_id AND g.id = d.agreement_id
    WHERE d.account_id = :account AND d.payout_id = :payout ORDER BY d.seq"""
