"""
Triggers that refuse to change or remove rows that are written once: invoices, decisions, history, documents,
definitions, attachments, handouts, what tax goes by; and of an agreement everything but its end.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

#: Made with the first tables, by `create`.
FIRST = ("invoice", "history", "definition", "decision", "document", "attachment")
#: Made with their tables, by `add`.
LATER = (
    "agreement_detail",
    "agreement_offer",
    "agreement_signing",
    "agreement_terms",
    "handout",
    "invoice_event",
    "exchange_rate",
    "tax_override",
    "vat_answer",
)
TABLES = (*FIRST, *LATER)
AGREEMENT = (
    "id, account_id, partner_id, version, text_version, text_hash, language, text, vat_number, accepted_by, "
    "accepted_at, accepted_from, method, valid_from, valid_until"
)


def create(connection: Connection) -> None:
    """Make the triggers on this database."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES:
        connection.execute(text(statement))


def add(connection: Connection, *tables: str) -> None:
    """Make those of tables that a later migration adds; such a table stands in `LATER`."""
    for table in tables:
        for statement in _of(table, connection.dialect.name):
            connection.execute(text(statement))


@contextmanager
def let_go(connection: Connection, table: str) -> Iterator[None]:
    """Let a migration fill a new column of a table whose rows are written once; its triggers stand again afterwards."""
    update = f"{table}_is_not_changed"
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"DROP TRIGGER {update}"))
        yield
        connection.execute(text(_sqlite(table, "UPDATE", "is_not_changed")))
        return
    connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {update}"))
    yield
    connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER {update}"))


def drop(connection: Connection) -> None:
    """Remove them, so that the tables can go."""
    if connection.dialect.name == "sqlite":
        return  # a dropped table takes its triggers along
    connection.execute(text("DROP FUNCTION IF EXISTS billhook_refuse() CASCADE"))


def triggers(dialect: str) -> dict[str, str]:
    """
    The triggers that `create` makes on this kind of database: name -> the text by which the database has it. What
    PostgreSQL gives back is its own writing of it, so of that only the end is kept, which says what it does.
    """
    if dialect == "sqlite":
        return {f"{table}_{name}": _sqlite(table, when, name) for table, when, name in _WHAT}
    return {f"{table}_{name}": f"EXECUTE FUNCTION billhook_refuse('{_says(table)}')" for table, _, name in _ALL}


def _says(table: str) -> str:
    return f"{table} rows are written once and never changed"


def _sqlite(table: str, when: str, name: str) -> str:
    return f"CREATE TRIGGER {table}_{name} BEFORE {when} ON {table} BEGIN SELECT RAISE(ABORT, '{_says(table)}'); END"


def _postgres(table: str, when: str, name: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{name} BEFORE {when} ON {table} "
        f"FOR EACH {'STATEMENT' if when == 'TRUNCATE' else 'ROW'} EXECUTE FUNCTION billhook_refuse('{_says(table)}')"
    )


def _of(table: str, dialect: str) -> list[str]:
    """The statements that keep all rows of a table as they are."""
    whats = [("UPDATE", "is_not_changed"), ("DELETE", "is_not_removed")]
    if dialect == "sqlite":
        return [_sqlite(table, *what) for what in whats]
    return [_postgres(table, *what) for what in [*whats, ("TRUNCATE", "is_not_emptied")]]


_WHAT = [(table, "UPDATE", "is_not_changed") for table in TABLES]
_WHAT += [("agreement", f"UPDATE OF {AGREEMENT}", "is_not_changed")]
_WHAT += [(table, "DELETE", "is_not_removed") for table in (*TABLES, "agreement")]
_EMPTYING = [(table, "TRUNCATE", "is_not_emptied") for table in (*TABLES, "agreement")]
_ALL = [*_WHAT, *_EMPTYING]
_AT_FIRST = [each for each in _ALL if each[0] not in LATER]
_SQLITE = [_sqlite(*each) for each in _AT_FIRST if each[1] != "TRUNCATE"]
_POSTGRES = [
    """CREATE FUNCTION billhook_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$""",
    *(_postgres(*each) for each in _AT_FIRST),
]
