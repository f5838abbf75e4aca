"""
That a partner's payouts go to another account now, told to both sides, and how often that may be. It keeps no details.
"""

from datetime import timedelta
from typing import Any

from engine import notices
from engine.billing.invoice import PaymentDetails
from engine.clock import stamp
from engine.errors import Invalid, Problem
from engine.store import Tx
from engine.world import Caller

MOST_A_DAY = 5  # changes in 24 hours: among more mails nobody finds the one that matters
_NONE = PaymentDetails()


def tell_of_change(tx: Tx, caller: Caller, partner: Any, *, before: PaymentDetails, after: PaymentDetails) -> None:
    """
    Whoever changed it: an account that is exchanged unseen is how payouts are stolen. Only the first one that a partner
    ever names is told to nobody. To take it away stays possible: nothing is paid to nowhere.

    Raises:
        Invalid: it was changed too often. The partner's row is locked, so that two changes count as two.
    """
    since = stamp(caller.now - timedelta(days=1))
    told = tx.one(_TOLD, account=caller.account_id, partner=partner.id, since=since)
    if before == after or (before == _NONE and not told.ever):
        return
    if told.lately >= MOST_A_DAY and after != _NONE:
        raise Invalid(f"The details of partner {partner.code}", [Problem("iban", _TOO_OFTEN)])
    for audience, sentence in _CHANGED.items():
        notices.tell(
            tx, caller.account_id, audience=audience, partner_id=partner.id, subject_id=partner.id,
            topic="payment_details", sentence=sentence.format(partner.code), facts={}, now=caller.now,
        )  # fmt: skip


_CHANGED = {
    "partner": "The account that your payouts go to was changed. If none of you did this, tell the vendor at once.",
    "vendor": "Partner {} changed the account that its payouts go to. Ask it by another way before you pay there.",
}
_TOO_OFTEN = (
    f"where payouts go was changed {MOST_A_DAY} times in 24 hours, so for some hours it can only be left empty. If one "
    "of these changes was not yours, tell the vendor at once."
)
_TOLD = """
    SELECT COUNT(*) AS ever, COUNT(CASE WHEN created_at > :since THEN 1 END) AS lately FROM notification
    WHERE account_id = :account AND subject_id = :partner AND topic = 'payment_details' AND audience = 'vendor'"""
