"""Rows of what leaves the house: events and their deliveries to webhooks, and mail. None of it is the only record."""

from sqlalchemy import BigInteger, Index, Text, text
from sqlmodel import Field

from engine.tables.row import Row, within


class Webhook(Row, table=True):
    """An address that is told of events. The secret signs what is sent, so it is kept as it is."""

    __tablename__ = "webhook"
    __table_args__ = (
        Index(
            "webhooks_in_use", "account_id",
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: str = Field(primary_key=True, sa_type=Text)
    url: str = Field(sa_type=Text)
    types: str = Field(sa_type=Text)  # JSON: the types of events it wants, all where it is empty
    secret: str = Field(sa_type=Text)
    created_by: str = Field(sa_type=Text)
    created_at: str = Field(sa_type=Text)
    paused_because: str = Field(default="", sa_type=Text)
    ended_at: str | None = Field(default=None, sa_type=Text)


class Event(Row, table=True):
    """Something that happened while somebody wanted to be told; `spread_at` when its deliveries were made."""

    __tablename__ = "event"
    __table_args__ = (
        Index(
            "events_to_spread", "id",
            sqlite_where=text("spread_at IS NULL"), postgresql_where=text("spread_at IS NULL"),
        ),
    )  # fmt: skip

    id: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    subject_id: str = Field(sa_type=Text)
    seq: int = Field(sa_type=BigInteger)
    verb: str = Field(sa_type=Text)
    source: str = Field(sa_type=Text)
    target: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)
    spread_at: str | None = Field(default=None, sa_type=Text)


class Delivery(Row, table=True):
    """One event for one address: what was sent, and what it answered last."""

    __tablename__ = "delivery"
    __table_args__ = (within("webhook", "webhook_id"), Index("deliveries_of_webhook", "account_id", "webhook_id", "id"))

    id: str = Field(primary_key=True, sa_type=Text)
    webhook_id: str = Field(sa_type=Text)
    event_id: str = Field(sa_type=Text)
    type: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    created_at: str = Field(sa_type=Text)
    sent_at: str = Field(default="", sa_type=Text)
    status: int = Field(default=0, sa_type=BigInteger)
    answer: str = Field(default="", sa_type=Text)


class Mail(Row, table=True):
    """A mail to one person. What it says goes when it is sent: nobody's words are kept twice."""

    __tablename__ = "mail"

    id: str = Field(primary_key=True, sa_type=Text)
    topic: str = Field(sa_type=Text)
    recipient: str = Field(sa_type=Text)
    language: str = Field(sa_type=Text)
    sentence: str = Field(sa_type=Text)
    facts: str = Field(default="", sa_type=Text)
    path: str = Field(sa_type=Text)
    invoice: str = Field(default="", sa_type=Text)
    created_at: str = Field(sa_type=Text)
    sent_at: str = Field(default="", sa_type=Text)
