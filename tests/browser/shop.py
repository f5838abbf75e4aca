"""One vendor's account of the shipped pipelines, its people, and NORD, a partner of it. It knows no page."""

from pathlib import Path
from time import sleep

from billhook import Billhook
from billhook.app import Workspace
from engine.actor import Actor
from engine.contracts import Document
from engine.partners import NewPartner, NewReward
from pipelines.catalog import load
from tests.fakes import PDF
from tests.worlds import BUYER, DETAILS

PIPELINES = Path(__file__).parents[2] / "pipelines.yaml"


class Shop:
    """`number` makes its addresses its own, so that each leads to one seat."""

    def __init__(self, billhook: Billhook, number: int) -> None:
        self.olga, self.fred = f"olga{number}@example.com", f"fred{number}@example.com"
        self.anna, self.ben = f"anna{number}@example.com", f"ben{number}@example.com"
        account = billhook.create_account(f"SHOP{number}", "Acme", actor=_OWNER)
        self.account, self.owner = account, account.as_(_OWNER)
        self.owner.pipelines.publish(load(PIPELINES, registry=billhook.world.registry).compiled.definitions)
        self.owner.self_invoicing.buyer(BUYER)
        self.owner.self_invoicing.switch(on=True)
        self.owner.handouts.add(Document("programme-guide.pdf", "application/pdf", PDF))
        self.owner.people.invite(self.olga, "Olga Owner", role="owner")
        self.owner.people.invite(self.fred, "Fred Finance", role="finance")
        self.owner.partners.add(NewPartner("NORD", "Nord GmbH", "DE", "en", "Anna Schmidt", self.anna))
        self.owner.people.add_contact("NORD", self.ben, "Ben Member")

    @property
    def partner(self) -> Workspace:
        """NORD's main contact."""
        return self.account.main_contact("NORD", origin="test")

    def opt_in(self) -> None:
        self.partner.self_invoicing.opt_in("NORD", DETAILS | {"accept_agreement": "yes"})

    def reward(self, reference: str, amount: str = "100.00", *, status: str = "accepted") -> str:
        self.owner.rewards.add(NewReward(reference, "NORD", f"Lead {reference}", amount, "EUR", "2026-10-01", status))
        return reference

    def payout(self, reference: str, *triggers: str) -> str:
        """A payout of one new reward, brought on by the owner, with its document where it has an invoice."""
        payout = self.owner.payouts.create("NORD", "EUR", rewards=(self.reward(reference),))
        for trigger in triggers:
            self.owner.payouts.fire(payout, trigger, reason="agreed")
        while (invoice := self.owner.payouts.get(payout).invoice).number and invoice.status != "attached":
            sleep(0.05)  # a document that comes counts up the version that a page shows
        return payout

    def state(self, payout: str) -> str:
        return self.owner.payouts.get(payout).state

    def verbs(self, payout: str) -> list[str]:
        """What happened to it, in order."""
        return [deed.verb for deed in self.owner.payouts.history(payout)]


_OWNER = Actor.vendor("test-owner", "owner", origin="test")
