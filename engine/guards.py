"""
The guards that come with billhook: each a question to the facts of a payout, answered with None or a refusal.

Guards know facts only (`contracts.PayoutFacts`), never rows, so a pipeline can be tried out without a database.
"""

from collections.abc import Callable

from engine.contracts import Guard, PayoutFacts
from engine.errors import Missing, Refusal

Check = Callable[[PayoutFacts], Refusal | None]


def _rewards_settled(payout: PayoutFacts) -> Refusal | None:
    if not payout.unsettled_rewards:
        return None
    names = ", ".join(payout.unsettled_rewards)
    return Refusal(
        "rewards_settled", f"Rewards wait to be accepted or refused: {names}.", field="rewards", who="vendor"
    )


def _total_is_positive(payout: PayoutFacts) -> Refusal | None:
    if payout.total > 0:
        return None
    told = (
        "The total is zero or less, so there is nothing to pay. Cancel the payout, and its rewards are netted with "
        "later ones: billhook payouts fire. Clawbacks of what was invoiced may be credited instead, in a payout of "
        "nothing else: billhook invoices credit-clawbacks."
    )
    return Refusal("total_is_positive", told, field="total", who="vendor")


def asked(payout: PayoutFacts) -> frozenset[str]:
    """What is still asked of the partner: an opted-in partner is never made to upload an invoice."""
    return payout.ask - {"invoice"} if payout.self_invoiced else payout.ask


def _something_asked(payout: PayoutFacts) -> Refusal | None:
    if asked(payout):
        return None
    return Refusal("something_asked", "Nothing is asked of the partner.", field="ask", who="vendor")


def _nothing_asked(payout: PayoutFacts) -> Refusal | None:
    left = asked(payout)
    if not left:
        return None
    return Refusal("nothing_asked", f"The partner is asked for: {', '.join(sorted(left))}.", field="ask", who="vendor")


def _asked_invoice_uploaded(payout: PayoutFacts) -> Refusal | None:
    if payout.own_invoice or "invoice" not in asked(payout):
        return None
    told = "The invoice that was asked for is not uploaded yet."
    return Refusal("asked_invoice_uploaded", told, field="invoice", who="partner")


def _no_open_dispute(payout: PayoutFacts) -> Refusal | None:
    if not payout.open_disputes:
        return None
    told = f"Under dispute: {', '.join(payout.open_disputes)}."
    return Refusal("no_open_dispute", told, field="disputes", who="vendor")


def _not_on_hold(payout: PayoutFacts) -> Refusal | None:
    if not payout.on_hold:
        return None
    return Refusal("not_on_hold", f"It is on hold: {payout.hold_reason}", field="on_hold", who="vendor")


def _on_hold(payout: PayoutFacts) -> Refusal | None:
    return None if payout.on_hold else Refusal("on_hold", "It is not on hold.", field="on_hold", who="vendor")


def _invoice_not_blocked(payout: PayoutFacts) -> Refusal | None:
    lacks = payout.lacks_for_invoice
    if not lacks:
        return None
    suppliers = sorted({item.who for item in lacks})
    told = [
        f"Its invoice waits for the {who}: {' '.join(_told(payout, item) for item in lacks if item.who == who)}"
        for who in suppliers
    ]
    return Refusal("invoice_not_blocked", " ".join(told), field="invoice", who=", ".join(suppliers))


def _told(payout: PayoutFacts, item: Missing) -> str:
    return item.sentence if payout.actor.kind == "partner" else item.for_vendor()


def _four_eyes(payout: PayoutFacts) -> Refusal | None:
    if not payout.four_eyes or payout.validated_by != payout.actor.person:
        return None
    told = "Four eyes: the one who validated a payout may not mark it paid; somebody else must."
    return Refusal("four_eyes", told, field="actor", who="another person of the vendor")


rewards_settled = Guard("rewards_settled", "every reward is accepted or refused", _rewards_settled)
total_is_positive = Guard("total_is_positive", "the total is above zero", _total_is_positive)
something_asked = Guard(
    "something_asked", "the partner is asked for a review or an invoice", _something_asked, negates="nothing_asked"
)
nothing_asked = Guard("nothing_asked", "nothing is asked of the partner", _nothing_asked, negates="something_asked")
asked_invoice_uploaded = Guard(
    "asked_invoice_uploaded", "an invoice that is asked for is there", _asked_invoice_uploaded
)
no_open_dispute = Guard("no_open_dispute", "no line is under dispute", _no_open_dispute)
not_on_hold = Guard("not_on_hold", "the payout is not on hold", _not_on_hold, negates="on_hold")
on_hold = Guard("on_hold", "the payout is on hold", _on_hold, negates="not_on_hold")
invoice_not_blocked = Guard("invoice_not_blocked", "no invoice that is due waits for something", _invoice_not_blocked)
four_eyes = Guard("four_eyes", "where the account asks for it: not the one who validated", _four_eyes)
