"""A database that was used before is as good as a fresh one, and one that is not is lent to nobody."""

from contextlib import closing

import psycopg
import pytest
from sqlalchemy import make_url

from tests.databases import Databases

OID = "SELECT oid FROM pg_database WHERE datname = current_database()"
ALL = "SELECT query_to_xml('SELECT * FROM ' || oid::regclass, true, false, '')::text FROM pg_class " \
      "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"  # fmt: skip


@pytest.fixture
def databases(postgres_of_this_worker):
    with closing(Databases(postgres_of_this_worker, "migrated")) as databases:
        yield databases


def told(url, *statements):
    """What the last one answers."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        for statement in statements[:-1]:
            connection.execute(statement)
        return connection.execute(statements[-1]).fetchall()


def test_the_next_test_gets_the_same_database_with_the_rows_of_the_template_alone(databases):
    with databases.lent() as url:
        fresh, first = told(url, ALL), told(url, OID)
        told(url, _an_account(url), "DELETE FROM alembic_version", "CREATE TABLE mine (id text)", OID)
    with databases.lent() as url:
        assert (told(url, OID), told(url, ALL)) == (first, fresh)


def _an_account(url):
    """Some row, whatever columns there are."""
    wanted = """
        SELECT column_name, data_type FROM information_schema.columns
        WHERE table_name = 'account' AND is_nullable = 'NO'"""
    values = {name: {"text": "'x'", "boolean": "true"}.get(kind, "1" if "int" in kind else "'x'")
              for name, kind in told(url, wanted)}  # fmt: skip
    return f"INSERT INTO account ({', '.join(values)}) VALUES ({', '.join(values.values())})"


@pytest.mark.parametrize(
    "statement",
    [
        "DROP INDEX one_live_payout_a_reward",
        "DROP TABLE handout",
        "ALTER TABLE invoice DISABLE TRIGGER invoice_is_not_changed",
        "ALTER TABLE account ADD COLUMN more text",
        "ALTER TABLE account ALTER COLUMN name DROP NOT NULL",
        "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA another",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$",
    ],
)
def test_one_that_was_changed_in_more_than_its_rows_is_lent_to_nobody(databases, statement):
    with databases.lent() as url:
        first = told(url, statement, OID)
    with databases.lent() as url:
        assert told(url, OID) != first


def test_whoever_is_still_connected_is_thrown_out_and_finds_nothing_under_the_old_name(databases):
    with databases.lent() as url:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        late = psycopg.connect(plain)
        late.execute("SELECT * FROM account")  # its transaction is open

    with pytest.raises(psycopg.OperationalError):
        late.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(plain)
