"""Partners whose agreement rests on details that have changed since, and who are asked to accept it anew."""

import json
from collections.abc import Sequence
from typing import Any

from engine import notices, signed
from engine.billing import agreement as rules
from engine.billing.decision import changes_told
from engine.billing.parties import BuyerDetails, SellerDetails
from engine.store import Tx
from engine.world import Caller


def seller_changed(tx: Tx, caller: Caller, partner_id: str) -> None:
    """Complete the partner's agreement by what it tells for the first time; of what it told otherwise before, ask."""
    row = tx.one(_SIGNED_BY + " AND p.id = :partner", account=caller.account_id, partner=partner_id)
    if row is None:
        return
    signed.complete_seller(tx, caller.account_id, partner_id, _details(row))
    _ask(tx, caller, row)


def buyer_changed(tx: Tx, caller: Caller, before: BuyerDetails, after: BuyerDetails) -> int:
    """The same for all partners that are opted in, when the buyer has another name or number; returns how many are."""
    nobody = SellerDetails()
    details = rules.details_of(nobody, after)
    if details == rules.details_of(nobody, before):
        return 0
    signed.complete_buyer(tx, caller.account_id, details)
    return sum(_ask(tx, caller, row) for row in tx.all(_SIGNED_BY, account=caller.account_id))


def _ask(tx: Tx, caller: Caller, row: Any) -> bool:
    """Once for each detail that is another now; when all are as they were, the partner is told so. True: asked."""
    facts, details = signed.agreement_facts(row), _details(row)
    if facts is None or rules.agreement_state(facts, at=caller.now, details=details) not in ("changed", "in_force"):
        return False
    changed, asked = rules.changed(facts, details), _asked(tx, caller, row)
    if suspending := [name for name in changed if name in rules.SUSPENDING]:
        signed.suspend(tx, caller.account_id, row.agreement_id, suspending)
    if asked and not changed:
        _tell(tx, caller, row, "in_force", (), _AS_IT_WAS)
    if set(changed) <= asked:
        return False
    told = changes_told(changed)
    _tell(tx, caller, row, "changed", changed, f"{told[0].upper()}{told[1:]} {_OPT_IN_AGAIN}")
    return True


def _asked(tx: Tx, caller: Caller, row: Any) -> set[str]:
    """The details of which the partner was told last that they have changed since it accepted; none: all is well."""
    last = tx.one(_LAST, account=caller.account_id, partner=row.partner_id, agreement=row.agreement_id)
    return set(json.loads(last.facts)["details"]) if last else set()


def _tell(tx: Tx, caller: Caller, row: Any, kind: str, details: Sequence[str], sentence: str) -> None:
    notices.tell(
        tx, caller.account_id, audience="partner", partner_id=row.partner_id, subject_id=row.partner_id,
        topic="renewal_requested", now=caller.now, facts={"kind": kind, "details": list(details)}, sentence=sentence,
    )  # fmt: skip


def _details(row: Any) -> dict[str, str]:
    seller, buyer = SellerDetails.from_json(json.loads(row.seller)), BuyerDetails.from_json(json.loads(row.buyer))
    return rules.details_of(seller, buyer)


_SIGNED_BY = f"""
    SELECT g.accepted_at, g.valid_from, g.valid_until, g.revoked_at, g.superseded_by, {signed.SIGNED},
        g.id AS agreement_id, p.id AS partner_id, p.seller, a.buyer
    FROM partner p
    JOIN account a ON a.id = p.account_id
    JOIN agreement g ON g.account_id = p.account_id AND g.partner_id = p.id AND g.superseded_by IS NULL
    WHERE p.account_id = :account AND p.self_invoicing = 'opted_in'"""  # noqa: S608 - our own columns
# Ids grow, so these notices are younger than the agreement; a payout's are about the payout.
_LAST = """
    SELECT facts FROM notification
    WHERE account_id = :account AND subject_id = :partner AND topic = 'renewal_requested' AND facts <> ''
        AND id > :agreement ORDER BY id DESC LIMIT 1"""
_OPT_IN_AGAIN = (
    "since you accepted the self-billing agreement: opt in again, so that invoices can be issued under a new one."
)
_AS_IT_WAS = (
    "What had changed since you accepted the self-billing agreement is as it was: the agreement is in force, and you "
    "need not opt in again."
)
