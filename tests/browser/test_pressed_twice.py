"""Buttons that move money or make a secret, pressed twice as fast as hands can: each does its deed once."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from tests.browser.person import Person
from tests.browser.shop import Shop

NO_SCRIPTS = {"scripts": False}  # where nothing but the key keeps a second press from counting
INVOICE, CREDIT_NOTE = "389", "261"


@dataclass(frozen=True)
class Button:
    """`page` makes what it is about and says where it stands; `opens` unfolds it; `before` is pressed to reach it."""

    label: str
    page: Callable[[Shop], str]
    does: Mapping[str, int]
    opens: str = ""
    fills: Mapping[str, str] = field(default_factory=dict)
    ticks: str = ""
    before: str = ""
    who: str = "olga"


def payout(*triggers: str) -> Callable[[Shop], str]:
    return lambda shop: f"/console/payouts/{shop.payout('R1', *triggers)}"


def invoice(shop: Shop) -> str:
    return f"/console/documents/{_number(shop)}/about"


def invoice_of_partner(shop: Shop) -> str:
    return f"/portal/documents/{_number(shop)}/about"


def contested(shop: Shop) -> str:
    number = _number(shop)
    shop.partner.invoices.contest(number, reason="30 seats, not 25.")
    return f"/console/documents/{number}/about"


def late(shop: Shop) -> str:
    """It was Ready while its partner was not opted in."""
    shop.partner.self_invoicing.opt_out("NORD", reason="for a while")
    path = payout("validate", "accept")(shop)
    shop.opt_in()
    return path


def clawback(shop: Shop) -> str:
    """A draft of nothing but a clawback, which its page is told the line of."""
    shop.payout("R1", "validate", "accept", "mark_paid")
    return f"/console/payouts/{shop.owner.payouts.create('NORD', 'EUR', rewards=(shop.reward('C1', '-30.00'),))}"


def disputed(shop: Shop) -> str:
    made = shop.payout("R1", "validate")
    shop.partner.payouts.fire(made, "dispute", reason="30 seats, not 25.", data={"reward": "R1"})
    return f"/console/payouts/{made}"


def asked(shop: Shop) -> str:
    return f"/portal/payouts/{shop.payout('R1', 'validate')}"


def drafts(shop: Shop) -> str:
    shop.payout("R1"), shop.payout("R2")
    return "/console/payouts?state=Draft"


def rewards(status: str, page: str = "/console/rewards") -> Callable[[Shop], str]:
    return lambda shop: page if shop.reward("R1", status=status) else ""


WHY = {"reason": "agreed"}
BUTTONS = {
    "validate": Button("Validate", payout(), {"validate": 1}),
    "accept": Button("Accept", payout("validate"), {"accept": 1, INVOICE: 1}, "Accept", WHY),
    "approve": Button("Approve", asked, {"approve": 1, INVOICE: 1}, who="anna"),
    "object to a line": Button("Object", asked, {"dispute": 1}, "Object to a line", WHY, who="anna"),
    "resolve": Button("Resolve dispute", disputed, {"resolve_dispute": 1}, "Resolve dispute", WHY),
    "mark paid": Button("Mark paid", payout("validate", "accept"), {"mark_paid": 1}, "Mark paid"),
    "payment failed": Button(
        "Payment failed", payout("validate", "accept", "mark_paid"), {"payment_failed": 1, INVOICE: 1},
        "Payment failed", WHY,
    ),
    "cancel": Button("Cancel", payout("validate", "accept"), {"cancel": 1, CREDIT_NOTE: 1}, "Cancel", WHY),
    "issue now": Button("Issue it", late, {INVOICE: 1}, "Issue an invoice now", WHY),
    "credit": Button("Issue the credit note", invoice, {CREDIT_NOTE: 1}, "Credit it, whole or in part", WHY),
    "credit a part": Button(
        "Issue the credit note", invoice, {CREDIT_NOTE: 1}, "Credit it, whole or in part",
        {"amount": "5", **WHY}, ticks="1: R1",
    ),
    "reissue": Button(
        "Credit it and issue it anew", invoice, {CREDIT_NOTE: 1, INVOICE: 2}, "Credit it and issue it anew", WHY
    ),
    "credit clawbacks": Button(
        "Credit them", clawback, {CREDIT_NOTE: 1, "cancel": 1}, fills={"against.C1": "ACME-NORD-00001/1", **WHY}
    ),
    "an objection is answered": Button("The partner accepts after all", contested, {"accepted": 1}, fills=WHY),
    "an invoice is accepted": Button("Accept it", invoice_of_partner, {"accepted": 1}, who="anna"),
    "an invoice is contested": Button(
        "Object", invoice_of_partner, {"contested": 1}, "Object to it", WHY, who="anna"
    ),
    "make a payout": Button(
        "Make it of all eligible rewards", rewards("accepted", "/console/payouts?partner=NORD"), {"payouts": 1},
        "Make a payout", {"ask": "review"},
    ),
    "rewards are accepted": Button(
        "Accept the chosen", rewards("pending"), {"reward accepted": 1}, ticks="Choose R1"
    ),
    "rewards are refused": Button(
        "Refuse them", rewards("pending"), {"reward refused": 1}, fills=WHY, ticks="Choose R1",
        before="Refuse the chosen …",
    ),
    "many at once": Button(
        "Do it", drafts, {"validate": 2}, before="See what would come of it", fills={"trigger": "validate"},
        ticks="All that the filters find",
    ),
    "a token is made": Button(
        "Make it", lambda _: "/console/tokens", {"create token": 1}, fills={"name": "Books"}, ticks="payouts:read"
    ),
    "a webhook is added": Button(
        "Add it", lambda _: "/console/webhooks", {"add webhook": 1}, fills={"url": "https://example.com/x"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BUTTONS)
def test_a_button_that_moves_money_or_makes_a_secret_pressed_twice_does_it_once(shop, enters, name):
    shop.opt_in()
    button = BUTTONS[name]
    page = button.page(shop)
    person = enters(getattr(shop, button.who), **NO_SCRIPTS).goes(page)
    _reaches(person, button)
    person.presses_twice(button.label)

    assert {deed: _done(shop)[deed] for deed in button.does} == dict(button.does)


def _reaches(person: Person, button: Button) -> None:
    if button.opens:
        person.opens(button.opens)
    if button.ticks:
        person.ticks(button.ticks)
    if button.before and "reason" not in button.fills:
        person.fills(**button.fills)
    if button.before:
        person.presses(button.before)
    if not button.before or "reason" in button.fills:
        person.fills(**button.fills)


def _done(shop: Shop) -> Counter[str]:
    """How often each deed was done in the account, and how many of each document and payout there are."""
    deeds = Counter(each.verb for each in shop.owner.settings.activity(limit=200).items)
    documents = shop.owner.documents.list()
    kept = Counter(each.kind for each in documents for each in shop.owner.invoices.standing(each.number).events)
    return (
        deeds + kept + Counter(each.type_code for each in documents) + Counter(payouts=len(shop.owner.payouts.list()))
    )


def _number(shop: Shop) -> str:
    return str(shop.owner.payouts.get(shop.payout("R1", "validate", "accept")).invoice.number)
