"""A database to measure on: one account, its partners and payouts. It measures nothing."""

from collections.abc import Mapping
from pathlib import Path

from actions.issue_invoice import IssueInvoice
from engine import accounts, definitions, effects, guards, migrations, partners, payouts, self_invoicing, service
from engine.actor import Actor
from engine.billing.parties import BuyerDetails
from engine.clock import SystemClock
from engine.contracts import Effect, Guard, Renderer, Tools
from engine.definition import PayoutPipeline, State, Transition
from engine.registry import Registry
from engine.service import Request
from engine.store import Durability, Store
from engine.world import Caller, World

JO = Actor.vendor("jo", "owner")

#: The shipped lifecycle, and two triggers that lead to and fro and do nothing else.
PIPELINE = PayoutPipeline(
    "measured",
    "Measured",
    "Draft",
    (
        State("Draft", "draft"),
        State("Pending", "waiting"),
        State("Ready", "ready", on_enter=("issue_invoice",)),
        State("Paid", "paid"),
        State("Cancelled", "cancelled", final=True),
    ),
    (
        Transition("there", "Draft", "Pending", ("vendor",)),
        Transition("back", "Pending", "Draft", ("vendor",)),
        Transition("validate", "Draft", "Pending", ("vendor",), ("something_asked",), ("freeze_lines",)),
        Transition("validate", "Draft", "Ready", ("vendor",), ("nothing_asked",), ("freeze_lines",)),
        Transition("reopen", "Pending", "Draft", ("vendor",), (), ("unfreeze_lines",), reason=True),
        Transition("approve", "Pending", "Ready", ("partner",), ("no_open_dispute",), ("tell_vendor",)),
        Transition("accept", "Pending", "Ready", ("vendor",), ("no_open_dispute",), reason=True),
        Transition("mark_paid", "Ready", "Paid", ("finance",), ("not_on_hold", "four_eyes"), ("pay_rewards",)),
        Transition("payment_failed", "Paid", "Ready", ("vendor", "api"), (), ("unpay_rewards",), reason=True),
        Transition("cancel", "Draft", "Cancelled", ("vendor",), (), ("release_rewards",), reason=True),
        Transition("cancel", "Pending", "Cancelled", ("vendor",), (), ("release_rewards",), reason=True),
        Transition("cancel", "Ready", "Cancelled", ("vendor",), (), ("release_rewards", "credit_invoice"), reason=True),
        Transition("hold", "Ready", None, ("vendor",), ("not_on_hold",), ("hold",), reason=True),
        Transition("release", "Ready", None, ("vendor",), ("on_hold",), ("release_hold",), reason=True),
        Transition("dispute", "Pending", None, ("partner",), (), ("open_dispute",), reason=True),
        Transition("resolve_dispute", "Pending", None, ("vendor",), (), ("resolve_dispute",), reason=True),
    ),
)
_BUYER = BuyerDetails("ACME", "Acme SAS", "1 rue de la Paix", "", "Paris", "75002", "", "FR", "FR40303265045")
_SELLER = {
    "legal_name": "Nordlicht Vermittlung GmbH",
    "line1": "Speicherstraße 12",
    "city": "Hamburg",
    "postcode": "20095",
    "country": "DE",
    "tax_status": "registered",
    "vat_number": "DE136695976",
    "tax_percent": "19",
}


class NoTools:
    """Nobody uploads a logo here."""

    def clean_logo(self, content: bytes) -> bytes:
        raise ValueError(f"no logo of {len(content)} bytes was expected")


def ground(file: Path, *, durability: Durability, renderers: Mapping[str, Renderer]) -> Caller:
    """A fresh SQLite database with one opted-in partner, as the vendor's owner sees it."""
    return ground_at(f"sqlite:///{file}", durability=durability, renderers=renderers)


def ground_at(
    url: str, *, durability: Durability = "FULL", renderers: Mapping[str, Renderer], sellers: int = 1
) -> Caller:
    """The same in any empty database, with so many opted-in partners: NORD, NORD1, NORD2 ..."""
    store = Store(url, durability=durability)
    migrations.upgrade(store.engine)
    tools: Tools = NoTools()
    world = World(store, registry(), SystemClock(), tools, renderers)
    jo = Caller(world, accounts.create(world, "ACME", "Acme", timezone="Europe/Paris", actor=JO), JO)
    definitions.publish(jo, [PIPELINE])
    self_invoicing.set_buyer(jo, _BUYER)
    self_invoicing.set_switch(jo, on=True)
    for number in range(sellers):
        _seller(jo, seller(number))
    return jo


def seller(number: int) -> str:
    """The code of a partner."""
    return f"NORD{number}" if number else "NORD"


def registry() -> Registry:
    """What `PIPELINE` names."""
    return Registry(
        jobs={"issue_invoice": IssueInvoice()},
        guards={thing.name: thing for thing in vars(guards).values() if isinstance(thing, Guard)},
        effects={thing.name: thing for thing in vars(effects).values() if isinstance(thing, Effect)},
    )


def make_payouts(jo: Caller, count: int, *, rewards: int, prefix: str = "R", sellers: int = 1) -> list[str]:
    """Draft payouts of so many rewards each, of each seller in turn; returns their ids."""
    return [_payout(jo, rewards, f"{prefix}{number}", seller(number % sellers)) for number in range(count)]


def ready_payouts(file: Path, count: int) -> None:
    """A fresh database whose payouts of 12 rewards are Ready and wait for a worker."""
    jo = ground(file, durability="FULL", renderers={})
    for payout_id in make_payouts(jo, count, rewards=12):
        service.fire(jo, payout_id, Request("validate"))
    jo.world.store.close()


def _seller(jo: Caller, code: str) -> None:
    new = partners.NewPartner(code, "Nordlicht", "DE", "de", "Ann", "ann@example.com")
    partner_id = jo.transact(lambda tx: partners.add(tx, jo, new))
    ann = Actor.main_contact(f"ann of {code}", partner_id=partner_id, origin="benchmark")
    self_invoicing.opt_in(Caller(jo.world, jo.account_id, ann), code, _SELLER)


def _payout(jo: Caller, rewards: int, prefix: str, code: str) -> str:
    references = tuple(f"{prefix}-{line}" for line in range(rewards))
    for line, reference in enumerate(references):
        what = f"Referral of a customer in month {line + 1}, annual plan"
        new = partners.NewReward(reference, code, what, f"{120 + line}.50", "EUR", "2026-10-01", "accepted")
        jo.transact(lambda tx, new=new: partners.add_reward(tx, jo, new))  # type: ignore[misc]
    return payouts.create(jo, code, "EUR", payouts.Options(references))
