"""`verify` looks at the live database: green after ordinary days, and red at exactly the line that was broken."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from actions.issue_invoice import IssueInvoice
from engine import (
    accounts,
    definitions,
    effects,
    facts,
    guards,
    invoicing,
    outbox,
    partners,
    payouts,
    self_invoicing,
    service,
    verify,
)
from engine.actor import Actor
from engine.billing import invoice as frozen
from engine.billing.invoice import Invoice
from engine.billing.parties import BuyerDetails
from engine.clock import SystemClock
from engine.contracts import Document, Effect, Guard
from engine.definition import PayoutPipeline, State, Transition
from engine.desk import WorkerDesk
from engine.errors import RenderError
from engine.registry import Registry
from engine.service import Request
from engine.store import Store
from engine.world import Caller, World
from tests.breaches import BREACHES, LOOSENED, SECOND_PLACE
from tests.databases import Databases
from tests.fakes import FakeTools
from tests.servers import fresh_database

JO = Actor.vendor("jo", "owner")
BUYER = BuyerDetails("ACME", "Acme SAS", "1 rue Neuve", "", "Paris", "75001", "", "FR", "FR40303265045")
NORD = {
    "legal_name": "Nord GmbH",
    "line1": "Weg 1",
    "city": "Hamburg",
    "postcode": "20095",
    "country": "DE",
    "tax_status": "registered",
    "vat_number": "DE136695976",
    "tax_percent": "19",
}
PIPELINE = PayoutPipeline(
    "standard",
    "Payout",
    "Draft",
    (
        State("Draft", "draft"),
        State("Ready", "ready", on_enter=("issue_invoice",)),
        State("Paid", "paid"),
        State("Cancelled", "cancelled", final=True),
    ),
    (
        Transition("validate", "Draft", "Ready", ("vendor",), effects=("freeze_lines",)),
        Transition("mark_paid", "Ready", "Paid", ("vendor",), effects=("pay_rewards",)),
        Transition("cancel", "Ready", "Cancelled", ("vendor",), effects=("release_rewards", "credit_invoice")),
    ),
)


class PlainText:
    """Prints the number, which is all that these tests read."""

    name = "pdf"

    def render(self, invoice: Invoice, _assets: Mapping[str, bytes]) -> Document:
        return Document(f"{invoice.number}.pdf", "application/pdf", invoice.number.encode())


def not_in(invoice: Invoice, document: Document) -> tuple[str, ...]:
    return () if invoice.number.encode() in document.content else ("number",)


Ids = dict[str, str]
Copies = Callable[[], AbstractContextManager[str]]


@dataclass
class _Plain:
    """A connection of SQLite without any care, as a forger has it."""

    driver: Any

    def run(self, sql: str, **values: Any) -> None:
        self.driver.execute(sql, values)


@dataclass
class Books:
    """A database after some ordinary days, and ways to spoil it behind the engine's back."""

    world: World
    ids: Ids

    def red(self) -> dict[str, list[str]]:
        """The lines that are red, each with its findings as people read them."""
        results = verify.run(self.world, missing=not_in)
        return {
            checked.invariant: [f"{found.subject}: {found.sentence}" for found in checked.findings]
            for checked in results
            if not checked.holds
        }

    def spoil(self, table: str, sql: str, **values: Any) -> None:
        """Run a statement that the triggers of `table` would refuse; they stand again afterwards."""
        if self.world.store.dialect.name == "postgresql":
            off, on = [f"ALTER TABLE {table} DISABLE TRIGGER USER"], [f"ALTER TABLE {table} ENABLE TRIGGER USER"]
        else:
            with self.world.store.reading() as tx:
                triggers = tx.all(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t", t=table
                )
            off, on = [f"DROP TRIGGER {row.name}" for row in triggers], [row.sql for row in triggers]
        self._without_keys(lambda tx: [tx.run(each, **values) for each in (*off, sql, *on)])

    def _without_keys(self, work: Any) -> None:
        """Where the database holds references together, they are let go of: a forger would do no less."""
        if self.world.store.dialect.name == "sqlite":
            with self.world.store.engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                driver.execute("PRAGMA foreign_keys=OFF")
                work(_Plain(driver))
            return

        def as_replica(tx: Any) -> None:
            tx.run("SET LOCAL session_replication_role = replica")
            work(tx)

        self.world.store.unit_of_work(as_replica)

    def rewrite(self, number: str, **changes: Any) -> None:
        """Change an invoice, its columns and its hash alike, as a thorough forger would."""
        with self.world.store.reading() as tx:
            row = tx.one("SELECT snapshot FROM invoice WHERE number = :number", number=number)
        snapshot = frozen.canonical(replace(frozen.restore(row.snapshot), **changes))
        columns = ", ".join(f"{name} = :{name}" for name in changes)
        sql = f"UPDATE invoice SET snapshot = :snapshot, snapshot_hash = :hash, {columns} WHERE number = :number"
        self.spoil("invoice", sql, snapshot=snapshot, hash=frozen.fingerprint(snapshot), number=number, **changes)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def days(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Copies, Ids]]:
    """Ordinary days pass once in a database of each kind; each test spoils a copy of it."""
    if request.param == "sqlite":
        original = tmp_path_factory.mktemp("days") / "original.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), original)
        ids = _ordinary_days(f"sqlite:///{original}")
        yield lambda: nullcontext(f"sqlite:///{shutil.copy(original, original.with_stem(uuid4().hex))}"), ids
    else:
        server = request.getfixturevalue("postgres_of_this_worker")
        with fresh_database(server, template="migrated") as url:
            ids = _ordinary_days(url)
            with closing(Databases(server, url.rpartition("/")[2])) as databases:
                yield databases.lent, ids


@pytest.fixture
def books(days: tuple[Copies, Ids]) -> Iterator[Books]:
    copies, ids = days
    with copies() as url, closing(Store(url, durability="NORMAL")) as store:
        yield Books(_world(store), ids)


def _world(store: Store) -> World:
    return World(store, _registry(), SystemClock(), FakeTools(), {"pdf": PlainText()})


def _ordinary_days(url: str) -> Ids:
    """NORD is opted in and has a paid payout, a cancelled one and a draft; SUD is not and has a Ready one."""
    ids = {}
    with closing(Store(url, durability="NORMAL")) as store:
        world = _world(store)
        jo = Caller(world, accounts.create(world, "ACME", "Acme", actor=JO), JO)
        _furnish(jo)
        for name, partner, reward, triggers in (
            ("paid", "NORD", "N1", ("validate", "mark_paid")),
            ("cancelled", "NORD", "N2", ("validate", "cancel")),
            ("draft", "NORD", "N2", ()),
            ("uninvoiced", "SUD", "S1", ("validate",)),
        ):
            ids[name] = payouts.create(jo, partner, "EUR", payouts.Options((reward,)))
            for trigger in triggers:
                service.fire(jo, ids[name], Request(trigger))
        _work(world)
    return ids


def _registry() -> Registry:
    return Registry(
        jobs={"issue_invoice": IssueInvoice()},
        guards={guard.name: guard for guard in vars(guards).values() if isinstance(guard, Guard)},
        effects={effect.name: effect for effect in vars(effects).values() if isinstance(effect, Effect)},
    )


def _furnish(jo: Caller) -> None:
    definitions.publish(jo, [PIPELINE])
    self_invoicing.set_buyer(jo, BUYER)
    self_invoicing.set_switch(jo, on=True)
    ids = {}
    for code, country in (("NORD", "DE"), ("SUD", "FR")):
        new = partners.NewPartner(code, code.title(), country, "en", "Ann", f"{code.lower()}@example.com")
        ids[code] = jo.transact(lambda tx, new=new: partners.add(tx, jo, new))
    ann = Actor.main_contact("ann", partner_id=ids["NORD"], origin="test")
    self_invoicing.opt_in(Caller(jo.world, jo.account_id, ann), "NORD", NORD)
    for reference, partner in (("N1", "NORD"), ("N2", "NORD"), ("N3", "NORD"), ("S1", "SUD")):
        reward = partners.NewReward(reference, partner, "Lead", "100.00", "EUR", "2026-10-01", "accepted")
        jo.transact(lambda tx, reward=reward: partners.add_reward(tx, jo, reward))


def _work(world: World) -> None:
    """What a worker does, without threads."""
    with world.store.reading() as tx:
        jobs = tx.all("SELECT id FROM job")
    for job in jobs:
        _perform(world, job.id)


def _perform(world: World, job_id: str) -> None:
    now, lease = world.clock.now(), timedelta(seconds=60)
    claim = world.store.unit_of_work(lambda tx: outbox.claim(tx, job_id, now=now, lease=lease))
    worker = Caller(world, claim.account_id, Actor.system("worker"))
    IssueInvoice().run(WorkerDesk(world, claim, worker))


def test_after_ordinary_days_every_line_is_green_and_says_how_much_it_looked_at(books):
    results = {checked.invariant: checked for checked in verify.run(books.world, missing=not_in)}

    assert not any(checked.findings for checked in results.values())
    looked_at = {name: checked.looked_at for name, checked in results.items()}
    assert looked_at.pop("I5") > 13
    assert looked_at.pop("I11") > 20
    subjects = {"I8": 7, "I9": 7, "I14": 3, "I15": 3, "I16": 3}
    assert looked_at == {
        "I1": 4, "I2": 3, "I3": 3, "I4": 3, "I6": 3, "I7": 3, "I10": 3, "I12": 2, "I13": 4 + 3, **subjects,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("invariant", "table", "sql", "told"),
    BREACHES,
)
def test_what_was_broken_turns_its_own_line_red(books, invariant, table, sql, told):
    if sql == SECOND_PLACE:
        books.world.store.unit_of_work(lambda tx: tx.run("DROP INDEX one_live_payout_a_reward"))
    books.spoil(table, sql, **books.ids)

    red = books.red()
    assert invariant in red
    assert told in " ".join(red[invariant])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"net": 10001}, "net: The lines give 10000 minor units, not 10001."),
        ({"tax": 1, "gross": 10001}, "gross: The lines give 10000 minor units, not 10001."),
        ({"gross": 20000}, "20000 minor units of it are credited, and it was for 10000."),
    ],
)
def test_amounts_that_disagree_are_found_even_where_the_forger_hashed_them_anew(books, changes, told):
    books.rewrite("ACME-NORD-C00001" if changes == {"gross": 20000} else "ACME-NORD-00001", **changes)

    red = books.red()
    assert red.keys() <= {"I7", "I13"}  # I13: what was paid is not what the invoice says now
    assert told in " ".join(red["I7"])


def test_a_second_invoice_beside_a_live_one_is_found(books):
    jo = Caller(books.world, _account_id(books), JO)

    def issue_again(tx):
        payout = facts.lock(tx, jo.account_id, books.ids["paid"])
        return invoicing.decide(tx, jo, payout, occasion="issue_now", now=jo.now)

    jo.transact(issue_again)

    told = "it has 2 invoices that are not wholly credited; one at most is lawful."
    assert books.red()["I1"] == [f"payout ACME/{books.ids['paid']}: {told}"]


def test_a_reward_that_two_payouts_paid_is_found(books):
    books.world.store.unit_of_work(lambda tx: tx.run("DROP INDEX one_live_payout_a_reward"))
    books.spoil("payout_line", SECOND_PLACE, **books.ids)
    books.spoil("payout", "UPDATE payout SET state = 'Paid' WHERE id = :draft", **books.ids)

    told = " ".join(books.red()["I13"])
    assert "reward ACME/N1: it was paid 2 times" in told


def test_a_trigger_that_is_gone_is_named(books):
    on = " ON invoice" if books.world.store.dialect.name == "postgresql" else ""
    books.world.store.unit_of_work(lambda tx: tx.run(f"DROP TRIGGER invoice_is_not_changed{on}"))

    told = "trigger invoice_is_not_changed: the database has lost it: what it guards could be changed."
    assert books.red() == {"I5": [told]}


def test_a_trigger_that_lets_everything_pass_is_named(books):
    books.world.store.unit_of_work(lambda tx: [tx.run(each) for each in LOOSENED[books.world.store.dialect.name]])

    told = "trigger invoice_is_not_changed: it is not the one that was made: what it guards could be changed."
    assert told in books.red()["I5"]


def test_a_snapshot_that_is_no_invoice_any_more_is_a_finding_not_a_crash(books):
    books.spoil("invoice", "UPDATE invoice SET snapshot = '{}' WHERE payout_id = :paid", **books.ids)

    red = books.red()
    assert list(red) == ["I5", "I6", "I7", "I11"]
    assert "its snapshot cannot be read as an invoice any more." in red["I7"][0]


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("payout", "state = 'Nowhere'"),
        ("history", "at = 'soon'"),
        ("history", "data = '{'"),
        ("definition", "body = '[]'"),
        ("decision", "missing = '{'"),
        ("agreement", "valid_until = 'never'"),
        ("partner", "seller = '['"),
        ("job", "payload = '['"),
        ("job", "lease_until = 'x'"),
    ],
)
def test_a_damaged_cell_ends_no_check(books, table, change):
    books.spoil(table, f"UPDATE {table} SET {change}")
    results = [*verify.run(books.world, missing=not_in)]

    assert [checked.invariant for checked in results] == [each.id for each in verify.INVARIANTS]


def test_a_row_that_cannot_be_read_is_named_by_the_one_before_it(books):
    books.spoil("definition", "UPDATE definition SET body = '[]'")
    found = [finding for checked in verify.run(books.world, missing=not_in) for finding in checked.findings]

    assert any("it cannot be read (" in finding.sentence for finding in found)
    assert any(finding.subject.startswith(("the row after ", "the first row")) for finding in found)


def test_a_document_that_cannot_be_read_is_a_finding_not_a_crash(books):
    def broken(_invoice, _document):
        raise RenderError("the file is cut short", permanent=True)

    results = {checked.invariant: checked for checked in verify.run(books.world, missing=broken)}

    assert len(results["I6"].findings) == 3
    assert results["I6"].findings[0].sentence == "its text cannot be read: the file is cut short"


def test_every_row_is_looked_at_where_there_are_more_than_a_page(books):
    account, many = _account_id(books), 2 * verify.PAGE
    partner = "SELECT id FROM partner WHERE code = 'SUD'"
    sql = f"""
        INSERT INTO reward (account_id, id, reference, partner_id, description, amount, currency, occurred_on, status,
            created_at) VALUES (:account, :id, :id, ({partner}), 'Lead', 1, 'EUR', '2026-10-01', 'accepted', '')"""
    books.world.store.unit_of_work(lambda tx: [tx.run(sql, account=account, id=f"more-{n}") for n in range(many)])

    results = {checked.invariant: checked for checked in verify.run(books.world, missing=not_in)}
    assert results["I13"].looked_at == 4 + 3 + many
    assert results["I13"].holds


def _account_id(books: Books) -> str:
    return accounts.find(books.world, "ACME")
