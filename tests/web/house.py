"""A vendor's account with somebody in every role and a thing in every state that a form acts on. It knows no page."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from starlette.testclient import TestClient

from billhook import Billhook
from billhook.settings import Settings
from engine import definitions, people, webhooks
from engine.contracts import Document
from engine.definition import Stage
from engine.partners import NewPartner
from engine.payouts import Options, create
from tests.fakes import PDF
from tests.web.conftest import Web
from tests.worlds import ANSWERS, ONBOARDING, Place

ROLES = ("owner", "admin", "manager", "finance", "viewer")
#: All steps in one stage, so that each of them may be open.
ALL_OPEN = replace(ONBOARDING, stages=(
    Stage("all", "All", tuple(step for stage in ONBOARDING.stages for step in stage.steps)),
))  # fmt: skip
Rows = set[tuple[str, str]]
PASSING = ("web_session", "sign_in_link")  # rows that come with every request


class House(Web):
    """With somebody in every role, a member beside NORD's main contact, WALD as another partner, another account."""

    def __init__(self, billhook: Billhook, folder: Path) -> None:
        super().__init__(billhook, folder / "mail")
        self.file = folder / "billhook.db"
        for role in ROLES[1:]:
            people.invite(self.place.owner, f"{role}@example.com", role, role=role)
        people.add_contact(self.place.owner, "NORD", "member@example.com", "Mia Member")
        self.account = billhook.account(self.place.code)
        wald = NewPartner("WALD", "Wald GmbH", "DE", "en", "Walter Wald", "wald@example.com")
        self.account.as_(self.place.owner_actor).partners.add(wald)
        self.stranger = Place(billhook.world.store)
        people.invite(self.stranger.owner, "stranger@example.com", "Stranger", role="owner")
        self.clients: dict[str, TestClient] = {}
        self._tokens: dict[str, str] = {}

    def client(self, who: str) -> TestClient:
        if who not in self.clients:
            browser = self.enter(f"{who}@example.com")
            self.clients[who], self._tokens[who] = browser.client, browser.token
        return self.clients[who]

    def token(self, who: str) -> str:
        """What their forms are signed with."""
        self.client(who)
        return self._tokens[who]

    def dismiss_two(self) -> None:
        """One of the vendor's and a contact of NORD's have signed in and have no seat any more."""
        people.invite(self.place.owner, "gone@example.com", "Gone", role="owner")
        people.add_contact(self.place.owner, "NORD", "removed@example.com", "Rem Removed")
        for who in ("gone", "removed"):
            self.client(who)
        owner = self.account.as_(self.place.owner_actor)
        people.remove(self.place.owner, next(each.id for each in owner.people.list() if each.name == "Gone"))
        seats = owner.people.contacts("NORD")
        people.remove_contact(self.place.owner, "NORD", next(each.id for each in seats if each.name == "Rem Removed"))

    def keep(self) -> sqlite3.Connection:
        """Everything as it is now, for `restore`."""
        kept = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(sqlite3.connect(self.file)) as live:
            live.backup(kept)
        return kept

    def restore(self, kept: sqlite3.Connection) -> None:
        with closing(sqlite3.connect(self.file)) as live:
            kept.backup(live)

    def written(self) -> Rows:
        """Every row of every account, but for what comes with signing in and looking."""
        with closing(sqlite3.connect(self.file)) as live:
            tables = [name for (name,) in live.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {(name, repr(row)) for name in tables if name not in PASSING
                    for row in live.execute(f"SELECT * FROM {name}")}  # fmt: skip

    def changed(self, before: Rows) -> set[str]:
        """In which tables rows were written since."""
        return {table for table, _ in self.written() ^ before}


@contextmanager
def house_of(folder: Path, database: Path) -> Iterator[House]:
    """A house in a copy of the migrated database."""
    (folder / "billhook.db").write_bytes(database.read_bytes())
    with Billhook(f"sqlite:///{folder}/billhook.db", settings=Settings(mail=str(folder / "mail"))) as opened:
        yield House(opened, folder)


def furnish(house: House) -> dict[str, str]:
    """Put a thing there in every state that a form acts on. Returns their ids by the names that tables use."""
    return _payouts(house) | _invoices(house) | _people(house) | _programs(house) | _steps(house)


def _payouts(house: House) -> dict[str, str]:
    place, anna = house.place, house.account.main_contact("NORD")
    made = {state.lower(): place.payout(state=state) for state in ("Draft", "Pending", "Ready", "Paid")}
    made["disputed"], made["held"] = place.payout(state="Pending"), place.payout(state="Ready")
    anna.self_invoicing.opt_out("NORD", reason="for a while")
    made["wanting"] = place.payout(state="Pending", ask=("invoice",))
    place.opt_in("NORD")
    made["late"] = place.payout("WALD", state="Ready")  # it was Ready before an invoice could be issued
    place.opt_in("WALD")
    lines = {f"line_of_{each}": anna.payouts.lines(made[each])[0].reference for each in ("disputed", "pending")}
    place.fire(made["held"], "hold", reason="doubts")
    anna.payouts.fire(
        made["disputed"], "dispute", reason="30 seats, not 25.", data={"reward": lines["line_of_disputed"]}
    )
    return made | lines | {"pending_reward": place.reward(status="pending"), "reward": place.reward()}


def _invoices(house: House) -> dict[str, str]:
    """One as it was issued, one that is contested, and a draft of a clawback of the first."""
    place, anna = house.place, house.account.main_contact("NORD")
    issued, wrong = place.payout(state="Ready"), place.payout(state="Ready")
    place.work()
    number, contested = place.view(issued).invoice.number, place.view(wrong).invoice.number
    anna.invoices.contest(contested, reason="30 seats, not 25.")
    claw = place.reward(amount="-10.00")
    claws = create(place.vendor(), "NORD", "EUR", Options((claw,), ()))
    return {"number": number, "contested": contested, "claws": claws, "claw": claw}


def _people(house: House) -> dict[str, str]:
    owner = house.account.as_(house.place.owner_actor)
    seats = {each.email.partition("@")[0]: each.id for each in owner.people.contacts("NORD")}
    vendors = {each.role: each.id for each in owner.people.list()}
    return {"contact": seats["member"], "viewer_id": vendors["viewer"]}


def _programs(house: House) -> dict[str, str]:
    """A token of the vendor's and one of the main contact's, a webhook with a delivery, a job that waits."""
    place = house.place
    owner, anna = house.account.as_(place.owner_actor), house.account.main_contact("NORD")
    token, _ = owner.tokens.create("books", role="viewer", scopes=["payouts:read"])
    own, _ = anna.tokens.create("books", scopes=["payouts:read"])
    webhook, _ = owner.webhooks.add("https://example.com/billhook")
    for _ in range(2):
        place.payout(state="Ready")
    webhooks.spread(place.world)
    delivery = owner.webhooks.deliveries(webhook).items[0].id
    jobs = [each.id for each in place.jobs("pending", "offered") if each.action == "issue_invoice"]
    owner.jobs.park(jobs[:1], reason="not now")
    return {"token": token, "own_token": own, "webhook": webhook, "delivery": delivery, "parked": jobs[0],
            "job": jobs[1]}  # fmt: skip


def _steps(house: House) -> dict[str, str]:
    """Of NORD a step in every state, and what it is to read; WALD has not begun."""
    place, anna = house.place, house.account.main_contact("NORD")
    owner = house.account.as_(place.owner_actor)
    definitions.publish(place.owner, [ALL_OPEN])
    owner.handouts.add(Document("guide.pdf", "application/pdf", PDF))
    owner.onboarding.start("NORD")
    for step in ("guide", "register"):
        anna.onboarding.answer("NORD", step, ANSWERS[step])
    owner.onboarding.skip("NORD", "newsletter", reason="not wanted")
    return {"pipeline": next(each.id for each in owner.pipelines.list() if each.name == "referral")}
