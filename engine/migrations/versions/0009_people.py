"""People: who works for a vendor, how they sign in, and the tokens of programs."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_MEMBERSHIP = """
    CREATE TABLE membership (
        account_id TEXT NOT NULL,
        id TEXT NOT NULL,
        email TEXT NOT NULL,
        name TEXT NOT NULL,
        role TEXT NOT NULL,
        language TEXT NOT NULL,
        muted TEXT NOT NULL,
        created_at TEXT NOT NULL,
        ended_at TEXT,
        PRIMARY KEY (account_id, id)
    )"""
_TOKENS = """
    CREATE TABLE api_token (
        account_id TEXT NOT NULL,
        id TEXT NOT NULL,
        name TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL,
        scopes TEXT NOT NULL,
        created_by TEXT NOT NULL,
        created_at TEXT NOT NULL,
        used_on TEXT NOT NULL,
        revoked_at TEXT,
        PRIMARY KEY (account_id, id)
    )"""
_SIGN_IN_LINK = """
    CREATE TABLE sign_in_link (
        hash TEXT NOT NULL PRIMARY KEY,
        email TEXT NOT NULL,
        created_at TEXT NOT NULL,
        expires_at TEXT NOT NULL,
        used_at TEXT
    )"""
_WEB_SESSION = """
    CREATE TABLE web_session (
        hash TEXT NOT NULL PRIMARY KEY,
        data TEXT NOT NULL,
        expires_at TEXT NOT NULL
    )"""
_INSTALLATION = "CREATE TABLE installation (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)"
_INDEXES = (
    "CREATE UNIQUE INDEX one_seat_a_member ON membership (account_id, email) WHERE ended_at IS NULL",
    "CREATE INDEX members_by_email ON membership (email)",
    "CREATE INDEX contacts_by_email ON contact (email)",
    "CREATE INDEX links_by_email ON sign_in_link (email)",
    "CREATE INDEX steps_to_approve ON step (account_id, changed_at, run_id, step_id) "
    "WHERE status = 'Waiting for approval'",
    "CREATE INDEX deeds_by_time ON history (account_id, at, subject_id, seq) WHERE subject_kind <> 'payout'",
    "CREATE INDEX runs_of_definition ON run (account_id, definition_id)",
)
_TABLES = ("membership", "api_token", "sign_in_link", "web_session", "installation")
_OF_CONTACT = ("language TEXT NOT NULL DEFAULT ''", "muted TEXT NOT NULL DEFAULT '[]'", "ended_at TEXT")


def upgrade() -> None:
    run = op.get_bind().exec_driver_sql
    for column in _OF_CONTACT:
        run(f"ALTER TABLE contact ADD COLUMN {column}")
    run("UPDATE contact SET email = lower(email)")
    for statement in (_MEMBERSHIP, _TOKENS, _SIGN_IN_LINK, _WEB_SESSION, _INSTALLATION, *_INDEXES):
        run(statement)


def downgrade() -> None:
    run = op.get_bind().exec_driver_sql
    for index in ("contacts_by_email", "steps_to_approve", "deeds_by_time", "runs_of_definition"):
        run(f"DROP INDEX {index}")
    for table in _TABLES:
        run(f"DROP TABLE {table}")
    for column in _OF_CONTACT:
        run(f"ALTER TABLE contact DROP COLUMN {column.split()[0]}")
