"""The schema's versions: up, down, the same as the models say, and rows that are written once."""

from decimal import Decimal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import SQLModel

import engine.tables  # noqa: F401 - fills the metadata
from engine import handouts, migrations, payouts, self_invoicing, tax_decisions
from engine.billing.tax import Treatment
from engine.contracts import Document
from engine.errors import DatabaseNotReady
from engine.vat_check import VatAnswer
from tests.fakes import PDF, FakeRegister
from tests.papers import Papers


def test_an_upgraded_database_is_what_this_version_works_with(own_store):
    migrations.require(own_store.engine)

    assert migrations.current(own_store.engine) == migrations.wanted()


def test_upgrading_again_changes_nothing(own_store):
    migrations.upgrade(own_store.engine)

    assert migrations.current(own_store.engine) == migrations.wanted()


def test_the_tables_are_what_the_models_say(own_store):
    with own_store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, SQLModel.metadata) == []


def test_versions_go_down_to_nothing_and_up_again(own_store):
    migrations.downgrade(own_store.engine, "base")
    left = set(inspect(own_store.engine).get_table_names()) - {"alembic_version"}
    migrations.upgrade(own_store.engine)

    assert left == set()
    assert set(inspect(own_store.engine).get_table_names()) >= set(SQLModel.metadata.tables)


def test_a_database_that_was_not_upgraded_says_so_and_what_to_do(own_store):
    migrations.downgrade(own_store.engine, "base")

    with pytest.raises(DatabaseNotReady, match=r"is at version none, not \d+\. Run: billhook db upgrade"):
        migrations.require(own_store.engine)


def test_when_payouts_were_paid_is_found_in_their_history(own_place):
    own_place.partner()
    paid, ready = own_place.payout(state="Paid"), own_place.payout(state="Ready")
    store, was = own_place.world.store, own_place.view(paid).paid_at
    migrations.downgrade(store.engine, "0017")
    migrations.upgrade(store.engine)

    assert was is not None
    assert (own_place.view(paid).paid_at, own_place.view(ready).paid_at) == (was, None)


@pytest.mark.parametrize("credited", [True, False])
def test_a_late_objection_that_was_only_noted_before_is_open_or_answered_by_a_credit_note(own_place, credited):
    papers = Papers(own_place)
    papers.wait_until(2027, 1, 1)
    if credited:
        papers.credit_whole_as_rows()
    own_place.owner.transact(lambda tx: tx.run(_NOTED))
    migrations.downgrade(own_place.world.store.engine, "0019")
    migrations.upgrade(own_place.world.store.engine)

    assert (papers.state(), papers.held()) == (("credited", False) if credited else ("contested", True))


def test_an_invoice_credited_after_its_silence_is_credited_and_an_objection_to_it_holds_nothing(own_place):
    papers = Papers(own_place)
    papers.wait_until(2027, 1, 1)
    note = papers.credit_whole_as_rows()
    papers.contest()
    migrations.downgrade(own_place.world.store.engine, "0022")
    migrations.upgrade(own_place.world.store.engine)

    assert (papers.state(), papers.held()) == ("credited", False)
    assert papers.standing().events[-1].reason == f"credited by {note}"


_NOTED = """
    INSERT INTO invoice_event (account_id, invoice_id, seq, kind, at, actor, role, reason, held)
    SELECT account_id, invoice_id, seq + 1, 'objected', at, actor, role, 'why', FALSE FROM invoice_event
    WHERE kind = 'deemed_accepted'"""


WRITTEN_ONCE = [
    "invoice", "history", "definition", "decision", "document", "attachment", "agreement", "tax_override",
    "exchange_rate", "vat_answer", "handout",
]  # fmt: skip


@pytest.fixture
def written(place):
    """An account with a row in every table that is written once."""
    place.partner()
    place.world.vat_check = FakeRegister({"DE136695976": VatAnswer("valid")})
    tax_decisions.override(place.owner, "NORD", Treatment("S", Decimal(19)), reason="x")
    tax_decisions.add_rate(place.owner, "EUR", "SEK", "11", day="2026-11-02", source="ECB")
    tax_decisions.check_seller(place.owner, "NORD")
    handouts.add(place.owner, Document("guide.pdf", "application/pdf", PDF))
    place.payout(state="Ready")
    place.work()
    return place


def execute(place, sql):
    with place.world.store.engine.begin() as connection:
        return connection.execute(text(sql), {"account": place.account_id}).rowcount


@pytest.mark.parametrize("table", WRITTEN_ONCE)
def test_the_database_itself_refuses_to_change_or_remove_what_is_written_once(written, table):
    column = {"history": "sentence", "definition": "body", "decision": "reason", "document": "filename",
              "attachment": "made_with", "tax_override": "reason", "exchange_rate": "rate", "vat_answer": "verdict",
              "handout": "sha256",
              "agreement": "text", "invoice": "number"}[table]  # fmt: skip
    before = written.all(f"SELECT * FROM {table} WHERE account_id = :account")

    for change in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match=f"{table} rows are written once and never changed"):
            execute(written, f"{change} WHERE account_id = :account")
    assert before and written.all(f"SELECT * FROM {table} WHERE account_id = :account") == before


def test_an_agreement_may_end_but_not_change(written):
    self_invoicing.opt_out(written.contact(), "NORD", reason="own software")

    with pytest.raises(DBAPIError, match="agreement rows are written once"):
        execute(written, "UPDATE agreement SET valid_until = '2099' WHERE account_id = :account")


def test_a_reward_cannot_be_in_two_live_payouts(place):
    place.partner()
    place.payout(state="Cancelled")
    payouts.create(place.vendor(), "NORD", "EUR")

    with pytest.raises(IntegrityError, match=r"payout_line.reward_id|one_live_payout_a_reward"):
        execute(place, "UPDATE payout_line SET live = TRUE WHERE account_id = :account")


def test_an_account_cannot_refer_to_anothers_rows(written):
    sql = "INSERT INTO payout_line SELECT 'another', payout_id, reward_id, FALSE FROM payout_line LIMIT 1"

    with pytest.raises(IntegrityError):
        execute(written, sql)
