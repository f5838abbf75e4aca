"""
Payouts that are Ready and have no invoice: those that wait blocked, and those somebody wants issued after all.
"""

import json
from typing import Any

from engine import credited_rewards, facts, history, invoice_events, invoicing, letters, settlement
from engine.errors import NotFound, SelfInvoicingRefused
from engine.store import Tx
from engine.timers import Timer
from engine.world import Caller


def reconsider(tx: Tx, caller: Caller, *, partner_id: str = "", naming: str = "") -> int:
    """
    Decide anew on the account's blocked payouts (of one partner; of those that are told of a thing by its name), in the
    transaction that changed what they wait for: what was missing may be there now, or nobody may want them any more.
    Returns how many decisions changed.
    """
    changed = 0
    for blocked in tx.all(_BLOCKED, account=caller.account_id, partner=partner_id, named=f"%{naming}%"):
        payout = facts.lock(tx, caller.account_id, blocked.payout_id)
        if facts.meaning(tx, caller, payout) in ("ready", "paid"):
            changed += _reconsider_one(tx, caller, payout, was=blocked)
    return changed


def supply_came(tx: Tx, caller: Caller, timer: Timer) -> str:
    """The day of the last supply has come: the payout that waited for it, if it still does, is decided anew."""
    return came(tx, caller, timer.subject_id)


def for_letters(tx: Tx) -> list[Any]:
    """What waits for a font with its letters, in every account: `account_id`, `payout_id`, and all it lacks."""
    return list(tx.all(_FOR_LETTERS, letters=f'%"field": "{letters.FIELD}"%'))


def issue_now(caller: Caller, payout_id: str, *, reason: str) -> str:
    """
    Issue for a payout that became Ready without an invoice: an explicit, recorded decision. Returns a sentence.

    Raises:
        NotFound, NotAllowed, ReasonRequired: as everywhere.
        SelfInvoicingRefused: it is not Ready or Paid, has an invoice, or the rules say no; what is missing is told.
    """
    caller.require("issue_now", "finance")
    why = caller.require_reason("issue_now", reason)
    return caller.transact(lambda tx: _issue_now(tx, caller, payout_id, reason=why))


def came(tx: Tx, caller: Caller, payout_id: str) -> str:
    """What a payout waited for may have come: if it still waits, it is decided anew. Returns a sentence."""
    payout, last = (look(tx, caller.account_id, payout_id) for look in (facts.lock, invoicing.last_decision))
    if last.outcome != "blocked" or facts.meaning(tx, caller, payout) not in ("ready", "paid"):
        return "nothing waits for it any more"
    return "decided anew" if _reconsider_one(tx, caller, payout, was=last) else "it waits for something else"


def _reconsider_one(tx: Tx, caller: Caller, payout: Any, *, was: Any) -> int:
    decision = invoicing.weigh(tx, caller, payout, now=caller.now)
    missing = [item.to_json() for item in decision.missing]
    if (decision.outcome, decision.reason, missing) == ("blocked", was.reason, json.loads(was.missing)):
        return 0
    _decide(tx, caller, payout, occasion=_OCCASIONS[decision.outcome])
    return 1


def _issue_now(tx: Tx, caller: Caller, payout_id: str, *, reason: str) -> str:
    payout = facts.lock(tx, caller.account_id, payout_id)
    if payout is None:
        raise NotFound("payout", payout_id)
    subject = f"payout {payout_id}"
    if facts.meaning(tx, caller, payout) not in ("ready", "paid"):
        raise SelfInvoicingRefused(subject, f"it is {payout.state}; an invoice is issued once it is Ready.")
    if invoicing.live_invoice(tx, caller.account_id, payout_id):
        raise SelfInvoicingRefused(subject, "it has an invoice already.")
    credited_rewards.require_followed(tx, payout)
    decision = invoicing.weigh(tx, caller, payout, now=caller.now)
    if not decision.issued:
        raise SelfInvoicingRefused(subject, decision.for_vendor(), missing=decision.missing)
    return _decide(tx, caller, payout, occasion="issue_now", reason=reason)


def _decide(tx: Tx, caller: Caller, payout: Any, *, occasion: str, reason: str = "") -> str:
    now = caller.now
    outcome = invoicing.decide(tx, caller, payout, occasion=occasion, now=now)
    told = outcome.sentence
    if outcome.invoice_id:
        invoicing.queue(tx, caller, payout, outcome.invoice_id, now=now)
        number = invoicing.number_of(tx, caller.account_id, outcome.invoice_id)
        answered = invoice_events.issued_anew(tx, caller, payout, number=number, now=now)
        paid = facts.meaning(tx, caller, payout) == "paid"
        since = settlement.tell_of_issue(tx, payout, number, now=now) if paid else ""
        told = "; ".join(part for part in (told, answered, since) if part)
    deed = history.Deed(occasion, sentence=told, reason=reason)
    history.note(tx, "payout", caller.account_id, payout.id, deed, actor=caller.actor, now=now)
    return told


_OCCASIONS = {"issued": "issued_after_fix", "not_applicable": "withdrawn", "blocked": "reconsidered"}
_BLOCKED = """
    SELECT d.payout_id, d.reason, d.missing FROM decision d
    WHERE d.account_id = :account AND (:partner = '' OR d.partner_id = :partner) AND d.outcome = 'blocked'
        AND d.missing LIKE :named
        AND d.seq = (SELECT MAX(n.seq) FROM decision n WHERE n.account_id = d.account_id AND n.payout_id = d.payout_id)
    ORDER BY d.payout_id"""
_FOR_LETTERS = """
    SELECT d.account_id, d.payout_id, d.missing FROM decision d
    WHERE d.outcome = 'blocked' AND d.missing LIKE :letters
        AND d.seq = (SELECT MAX(n.seq) FROM decision n WHERE n.account_id = d.account_id AND n.payout_id = d.payout_id)
    ORDER BY d.account_id, d.payout_id"""
