"""Stories are told through the facade alone: the shipped pipelines, the real press, a worker in this process."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from billhook import Actor, Billhook
from billhook.app import Workspace
from billhook.settings import Settings
from engine.billing.parties import BuyerDetails
from engine.contracts import Document
from engine.partners import NewPartner, NewReward
from pipelines.catalog import load
from tests.fakes import PDF
from tests.worlds import BUYER, DETAILS

SHIPPED = Path(__file__).parents[2] / "pipelines.yaml"
_numbers = count(1)


class Programme:
    """One vendor's partner programme, and the people in it."""

    def __init__(self, billhook: Billhook) -> None:
        self.billhook = billhook
        owner = Actor.vendor("olga", "owner", origin="test")
        self.account = billhook.create_account(f"ACME{next(_numbers)}", "Acme", timezone="Europe/Berlin", actor=owner)
        self.vendor: Workspace = self.account.as_(owner)
        compiled = load(SHIPPED, registry=billhook.world.registry).compiled
        self.vendor.pipelines.publish([*compiled.onboarding.values(), *compiled.payouts.values()])
        self.vendor.self_invoicing.buyer(BUYER)
        self.vendor.self_invoicing.switch(on=True)
        self.vendor.handouts.add(Document("programme-guide.pdf", "application/pdf", PDF))

    def partner(self, code: str = "NORD", *, opted_in: bool = True) -> Workspace:
        """A new partner's main contact, at its own door."""
        self.vendor.partners.add(NewPartner(code, f"{code} GmbH", "DE", "de", "Anna Schmidt", "anna@example.com"))
        contact = self.account.main_contact(code, origin="192.0.2.7")
        if opted_in:
            contact.self_invoicing.opt_in(code, {**DETAILS, "accept_agreement": "yes"})
        return contact

    def payout(self, partner: str = "NORD", *triggers: str) -> str:
        """A payout of one new reward of 100 euros, and then these triggers."""
        new = NewReward(f"LEAD-{next(_numbers)}", partner, "Lead", "100.00", "EUR", "2026-10-01", "accepted")
        self.vendor.rewards.add(new)
        payout = self.vendor.payouts.create(partner, "EUR", rewards=[new.reference])
        for trigger in triggers:
            self.vendor.payouts.fire(payout, trigger, reason="as agreed")
        return payout

    def buyer_moves_out(self) -> None:
        """The vendor's address is gone, so that no invoice would be lawful."""
        self.vendor.self_invoicing.buyer(BuyerDetails("ACME", "Acme GmbH", "", "", "", "", "", "DE", None))


@pytest.fixture(scope="session")
def at_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Billhook]:
    """A Billhook whose worker has begun. Stories keep apart by account."""
    database = tmp_path_factory.mktemp("stories") / "billhook.db"
    with Billhook(f"sqlite:///{database}", settings=Settings(threads=1)) as billhook:
        billhook.upgrade()
        billhook.start_worker()
        yield billhook


@pytest.fixture
def programme(at_work: Billhook) -> Programme:
    return Programme(at_work)


@pytest.fixture
def answers() -> dict[str, dict[str, object]]:
    """What a partner answers to the steps of the shipped onboarding."""
    return {
        "guide": {"viewed": "yes"},
        "agreement": {"file": Document("signed.pdf", "application/pdf", PDF)},
        "terms": {"accept": "yes"},
        "company": {"website": "https://nord.example", "team_size": "12", "industry": "Retail"},
        "self_invoicing": {"choice": "opt_in", **DETAILS, "accept_agreement": "yes"},
    }
