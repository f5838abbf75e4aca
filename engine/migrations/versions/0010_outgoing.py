"""Webhooks and their deliveries, and mail. What was noted for somebody before is mailed to nobody now."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_WEBHOOK = """
    CREATE TABLE webhook (
        account_id TEXT NOT NULL,
        id TEXT NOT NULL,
        url TEXT NOT NULL,
        types TEXT NOT NULL,
        secret TEXT NOT NULL,
        created_by TEXT NOT NULL,
        created_at TEXT NOT NULL,
        paused_because TEXT NOT NULL,
        ended_at TEXT,
        PRIMARY KEY (account_id, id)
    )"""
_EVENT = """
    CREATE TABLE event (
        account_id TEXT NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        subject_id TEXT NOT NULL,
        seq BIGINT NOT NULL,
        verb TEXT NOT NULL,
        source TEXT NOT NULL,
        target TEXT NOT NULL,
        at TEXT NOT NULL,
        spread_at TEXT,
        PRIMARY KEY (account_id, id)
    )"""
_DELIVERY = """
    CREATE TABLE delivery (
        account_id TEXT NOT NULL,
        id TEXT NOT NULL,
        webhook_id TEXT NOT NULL,
        event_id TEXT NOT NULL,
        type TEXT NOT NULL,
        body TEXT NOT NULL,
        created_at TEXT NOT NULL,
        sent_at TEXT NOT NULL,
        status BIGINT NOT NULL,
        answer TEXT NOT NULL,
        PRIMARY KEY (account_id, id),
        FOREIGN KEY (account_id, webhook_id) REFERENCES webhook (account_id, id)
    )"""
_MAIL = """
    CREATE TABLE mail (
        account_id TEXT NOT NULL,
        id TEXT NOT NULL,
        topic TEXT NOT NULL,
        recipient TEXT NOT NULL,
        language TEXT NOT NULL,
        sentence TEXT NOT NULL,
        path TEXT NOT NULL,
        invoice TEXT NOT NULL,
        created_at TEXT NOT NULL,
        sent_at TEXT NOT NULL,
        PRIMARY KEY (account_id, id)
    )"""
_NOTICES = ("ALTER TABLE notification ADD COLUMN mailed_at TEXT", "UPDATE notification SET mailed_at = created_at")
_INDEXES = (
    "CREATE INDEX notifications_to_mail ON notification (id) WHERE mailed_at IS NULL",
    "CREATE INDEX webhooks_in_use ON webhook (account_id) WHERE ended_at IS NULL",
    "CREATE INDEX events_to_spread ON event (id) WHERE spread_at IS NULL",
    "CREATE INDEX deliveries_of_webhook ON delivery (account_id, webhook_id, id)",
)


def upgrade() -> None:
    for statement in (_WEBHOOK, _EVENT, _DELIVERY, _MAIL, *_NOTICES, *_INDEXES):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    run = op.get_bind().exec_driver_sql
    for table in ("delivery", "event", "webhook", "mail"):
        run(f"DROP TABLE {table}")
    run("DROP INDEX notifications_to_mail")
    run("ALTER TABLE notification DROP COLUMN mailed_at")
