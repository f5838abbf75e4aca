"""What is to be paid, to whom and where: payouts as finance hands them on to a bank. It reads, and pays nothing."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from engine import facts, reference, service
from engine.billing.money import Money
from engine.billing.parties import SellerDetails
from engine.store import Tx
from engine.views.paging import pages
from engine.views.payout_filter import EVERY, PayoutFilter
from engine.views.payout_list import PayoutView, payouts
from engine.world import Caller

YES = "yes"
_OVER = ("paid", "cancelled")  # of these no guard is asked: they are paid no more
_TOGETHER = 100  # payouts that are asked about in one statement


@dataclass(frozen=True, slots=True)
class PaymentView:
    """
    `amount` is what is left to pay: with an invoice its gross less what was credited, of a payout that is paid what is
    owed since, 0 where it is cancelled; decimal text in `currency`. `payable`: yes, or no and why, by the guards that
    paying asks. `paid`: what was paid, '' while it was not. `invoice_status` is as payouts are filtered by, or
    `credited`, wholly. `payee` is the seller's legal name, else the partner's. Where to pay (BG-16, BG-17) is as the
    partner says now; '' where it said nothing. `payment_reference`: of a payment that was noted.
    """

    payout: str
    partner: str
    payee: str
    amount: str
    currency: str
    payable: str
    state: str
    on_hold: str
    invoice: str
    invoice_status: str
    account_holder: str
    iban: str
    bic: str
    payment_other: str
    payment_reference: str
    paid: str


def payments(tx: Tx, caller: Caller, where: PayoutFilter = EVERY) -> Iterator[PaymentView]:
    """
    All payouts that fit, in the order they were made.

    Raises:
        NotAllowed: the caller is not of the vendor's finance. NotFound, Unknown: nothing is called as `where` says.
    """
    caller.require("export payments", "finance", "api")
    found = {row.code: row for row in tx.all(_PARTNERS, account=caller.account_id)}
    views = pages(lambda part: payouts(tx, caller, where, part=part))
    while some := [*islice(views, _TOGETHER)]:
        asked = facts.read_many(tx, caller, [view.id for view in some if view.means not in _OVER])
        for view in some:
            payable = _payable(tx, caller, view, asked.get(view.id))
            yield _payment(view, found[view.partner], payable=payable)


def _payment(view: PayoutView, partner: Any, *, payable: str) -> PaymentView:
    seller = SellerDetails.from_json(json.loads(partner.seller))
    to = seller.payment
    return PaymentView(
        view.id, view.partner, seller.legal_name or partner.name, _left(view), view.currency, payable, view.state,
        "yes" if view.on_hold else "no", view.invoice.number or "", _invoice_status(view), to.account_holder, to.iban,
        to.bic, to.other, view.payment_reference, view.gross if view.means == "paid" else "",
    )  # fmt: skip


def _left(view: PayoutView) -> str:
    """What is left to pay."""
    told = (view.owed_since or "0") if view.means == "paid" else view.gross
    left = Money.parse(told, reference.currency(view.currency))
    return Money(max(left.minor, 0), left.currency).text()


def _payable(tx: Tx, caller: Caller, view: PayoutView, seen: facts.LiveFacts | None) -> str:
    if seen is None:
        return f"no: It is {view.state}. {view.since_payment}".rstrip()
    barred = service.what_bars_payment(caller, facts.pipeline_of(tx, caller, seen.row), seen)
    if barred is None:
        return f"no: It is {view.state}."
    return f"no: {' '.join(each.sentence for each in barred)}" if barred else YES


def _invoice_status(view: PayoutView) -> str:
    return "credited" if view.invoice.credited_whole else view.invoice.status


_PARTNERS = "SELECT code, name, seller FROM partner WHERE account_id = :account"
