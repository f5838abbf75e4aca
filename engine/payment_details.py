"""That a partner's payouts go to another account now, told to both sides. It keeps no details."""

from typing import Any

from engine import notices
from engine.store import Tx
from engine.world import Caller


def tell_of_change(tx: Tx, caller: Caller, partner: Any) -> None:
    """Whoever changed it: an account that is exchanged unseen is how payouts are stolen."""
    for audience, sentence in _CHANGED.items():
        notices.tell(
            tx, caller.account_id, audience=audience, partner_id=partner.id, subject_id=partner.id,
            topic="payment_details", sentence=sentence.format(partner.code), facts={}, now=caller.now,
        )  # fmt: skip


_CHANGED = {
    "partner": "The account that your payouts go to was changed. If none of you did this, tell the vendor at once.",
    "vendor": "Partner {} changed the account that its payouts go to. Ask it by another way before you pay there.",
}
