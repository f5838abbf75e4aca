"""What is to be paid, to whom and where: payouts as finance hands them on to a bank. It reads, and pays nothing."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.billing.parties import SellerDetails
from engine.store import Tx
from engine.views.paging import pages
from engine.views.payout_filter import EVERY, PayoutFilter
from engine.views.payout_list import PayoutView, payouts
from engine.world import Caller


@dataclass(frozen=True, slots=True)
class PaymentView:
    """
    `amount` is what is paid: with an invoice its gross, less what was credited; decimal text in `currency`. `payee` is
    the seller's legal name, else the partner's. Where to pay (BG-16, BG-17) is as the partner says now; '' where it
    said nothing. `payment_reference`: of a payment that was noted.
    """

    payout: str
    partner: str
    payee: str
    amount: str
    currency: str
    state: str
    on_hold: str
    invoice: str
    account_holder: str
    iban: str
    bic: str
    payment_other: str
    payment_reference: str


def payments(tx: Tx, caller: Caller, where: PayoutFilter = EVERY) -> Iterator[PaymentView]:
    """
    All payouts that fit, in the order they were made.

    Raises:
        NotAllowed: the caller is not of the vendor's finance. NotFound, Unknown: nothing is called as `where` says.
    """
    caller.require("export payments", "finance", "api")
    found = {row.code: row for row in tx.all(_PARTNERS, account=caller.account_id)}
    for view in pages(lambda part: payouts(tx, caller, where, part=part)):
        yield _payment(view, found[view.partner])


def _payment(view: PayoutView, partner: Any) -> PaymentView:
    seller = SellerDetails.from_json(json.loads(partner.seller))
    to = seller.payment
    return PaymentView(
        view.id, view.partner, seller.legal_name or partner.name, view.gross, view.currency, view.state,
        "yes" if view.on_hold else "no", view.invoice.number or "", to.account_holder, to.iban, to.bic, to.other,
        view.payment_reference,
    )  # fmt: skip


_PARTNERS = "SELECT code, name, seller FROM partner WHERE account_id = :account"
