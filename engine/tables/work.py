"""Rows of people, pipelines, payouts and jobs."""

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from engine.tables.row import Row, Subject, within


class Account(SQLModel, table=True):
    __tablename__ = "account"

    id: str = Field(primary_key=True, sa_type=Text)
    code: str = Field(unique=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    timezone: str = Field(default="UTC", sa_type=Text)
    switch_on: bool = False
    four_eyes: bool = False
    acceptance_days: int = Field(default=14, sa_type=BigInteger)
    payout_day: int = Field(default=0, sa_type=BigInteger)
    buyer: str = Field(default="{}", sa_type=Text)
    number_format: str = Field(sa_type=Text)
    credit_number_format: str = Field(sa_type=Text)
    yearly_numbers: bool = False
    version: int = Field(default=0, sa_type=BigInteger)
    head: str = Field(default="", sa_type=Text)
    created_at: str = Field(sa_type=Text)


class PublishedDefinition(Row, table=True):
    """One version of a pipeline: canonical JSON that never changes. New runs and payouts take the highest version."""

    __tablename__ = "definition"
    __table_args__ = (UniqueConstraint("account_id", "kind", "name", "version"),)

    id: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    version: int = Field(sa_type=BigInteger)
    fingerprint: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    published_at: str = Field(sa_type=Text)
    published_by: str = Field(sa_type=Text)


class Partner(Subject, table=True):
    __tablename__ = "partner"
    __table_args__ = (UniqueConstraint("account_id", "code"),)

    code: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    country: str = Field(sa_type=Text)
    language: str = Field(default="en", sa_type=Text)
    pipeline: str = Field(default="", sa_type=Text)
    self_invoicing: str = Field(default="never_asked", sa_type=Text)  # never_asked | opted_in | opted_out
    seller: str = Field(default="{}", sa_type=Text)


class Contact(Row, table=True):
    __tablename__ = "contact"
    __table_args__ = (
        within("partner", "partner_id"),
        Index(
            "one_main_contact",
            "account_id",
            "partner_id",
            unique=True,
            sqlite_where=text("is_main"),
            postgresql_where=text("is_main"),
        ),
        Index("contacts_by_email", "email"),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    partner_id: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    email: str = Field(sa_type=Text)
    is_main: bool = False
    language: str = Field(default="", sa_type=Text)  # '': the partner's
    muted: str = Field(default="[]", sa_type=Text)  # JSON: topics of which no mail is wanted
    ended_at: str | None = Field(default=None, sa_type=Text)


class Run(Subject, table=True):
    """One partner's way through one version of an onboarding pipeline."""

    __tablename__ = "run"
    __table_args__ = (
        within("partner", "partner_id"),
        within("definition", "definition_id"),
        UniqueConstraint("account_id", "partner_id", "definition_id"),
        Index("runs_of_definition", "account_id", "definition_id"),
    )

    partner_id: str = Field(sa_type=Text)
    definition_id: str = Field(sa_type=Text)
    status: str = Field(default="Under way", sa_type=Text)  # Under way | Completed
    completed_at: str | None = Field(default=None, sa_type=Text)


class StepRow(Row, table=True):
    """A step of a stage that has opened. No row: the stage has not opened yet."""

    __tablename__ = "step"
    __table_args__ = (
        within("run", "run_id"),
        Index(
            "steps_to_approve", "account_id", "changed_at", "run_id", "step_id",
            sqlite_where=text("status = 'Waiting for approval'"),
            postgresql_where=text("status = 'Waiting for approval'"),
        ),
    )  # fmt: skip

    run_id: str = Field(primary_key=True, sa_type=Text)
    step_id: str = Field(primary_key=True, sa_type=Text)
    status: str = Field(sa_type=Text)
    answer: str = Field(default="{}", sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    answered_by: str = Field(default="", sa_type=Text)
    changed_at: str = Field(sa_type=Text)
    due_on: str = Field(default="", sa_type=Text)  # ISO day; '' where it has none


class Reward(Row, table=True):
    __tablename__ = "reward"
    __table_args__ = (
        within("partner", "partner_id"),
        UniqueConstraint("account_id", "reference"),
        Index("rewards_of_partner", "account_id", "partner_id", "currency", "status"),
        Index("rewards_by_partner", "account_id", "partner_id", "id"),
        Index("rewards_by_status", "account_id", "status", "id"),
        Index(
            "unpaid_rewards",
            "account_id",
            "id",
            sqlite_where=text("status <> 'paid'"),
            postgresql_where=text("status <> 'paid'"),
        ),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    reference: str = Field(sa_type=Text)
    partner_id: str = Field(sa_type=Text)
    description: str = Field(sa_type=Text)
    amount: int = Field(sa_type=BigInteger)
    currency: str = Field(sa_type=Text)
    occurred_on: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)  # pending | accepted | refused | paid
    created_at: str = Field(sa_type=Text)
    reason: str = Field(default="", sa_type=Text)  # why it was refused


class Payout(Subject, table=True):
    """`total` is frozen while `frozen`; before that it is the sum of the lines that are not refused, when asked."""

    __tablename__ = "payout"
    __table_args__ = (
        within("partner", "partner_id"),
        within("definition", "definition_id"),
        Index("payouts_of_partner", "account_id", "partner_id", "id"),
        Index("payouts_in_state", "account_id", "state", "id"),
        Index("payouts_on_hold", "account_id", "id", sqlite_where=text("on_hold"), postgresql_where=text("on_hold")),
    )

    partner_id: str = Field(sa_type=Text)
    definition_id: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    currency: str = Field(sa_type=Text)
    total: int = Field(default=0, sa_type=BigInteger)
    frozen: bool = False
    ask: str = Field(default="", sa_type=Text)
    on_hold: bool = False
    hold_reason: str = Field(default="", sa_type=Text)
    validated_by: str = Field(default="", sa_type=Text)
    own_invoice: str | None = Field(default=None, sa_type=Text)
    payment_reference: str = Field(default="", sa_type=Text)
    paid_net: int | None = Field(default=None, sa_type=BigInteger)  # while it is paid: what it came to then
    paid_gross: int | None = Field(default=None, sa_type=BigInteger)
    paid_at: str | None = Field(default=None, sa_type=Text)


class PayoutLine(Row, table=True):
    """A reward's place in a payout. `live` until the payout is cancelled or the reward leaves."""

    __tablename__ = "payout_line"
    __table_args__ = (
        within("payout", "payout_id"),
        within("reward", "reward_id"),
        Index(
            "one_live_payout_a_reward",
            "account_id",
            "reward_id",
            unique=True,
            sqlite_where=text("live"),
            postgresql_where=text("live"),
        ),
    )

    payout_id: str = Field(primary_key=True, sa_type=Text)
    reward_id: str = Field(primary_key=True, sa_type=Text)
    live: bool = True


class Dispute(Row, table=True):
    __tablename__ = "dispute"
    __table_args__ = (within("payout", "payout_id"), Index("disputes_of_payout", "account_id", "payout_id"))

    id: str = Field(primary_key=True, sa_type=Text)
    payout_id: str = Field(sa_type=Text)
    reward_id: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    opened_by: str = Field(sa_type=Text)
    opened_at: str = Field(sa_type=Text)
    resolution: str = Field(default="", sa_type=Text)
    resolved_by: str = Field(default="", sa_type=Text)
    resolved_at: str | None = Field(default=None, sa_type=Text)


class History(Row, table=True):
    """What happened to a subject, one row a deed, chained by hash. Append-only."""

    __tablename__ = "history"
    __table_args__ = (Index("deeds_by_time", "account_id", "at", "subject_id", "seq"),)

    subject_id: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    subject_kind: str = Field(sa_type=Text)
    at: str = Field(sa_type=Text)
    actor: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    verb: str = Field(sa_type=Text)
    source: str = Field(default="", sa_type=Text)
    target: str = Field(default="", sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    sentence: str = Field(default="", sa_type=Text)
    data: str = Field(default="{}", sa_type=Text)
    hash: str = Field(sa_type=Text)


_NOT_DONE = "status = 'pending' OR status = 'offered' OR status = 'claimed' OR status = 'parked'"


class Job(Row, table=True):
    """Work noted in a transaction: pending -> offered -> claimed -> done | parked. The table is the queue."""

    __tablename__ = "job"
    __table_args__ = (
        Index("jobs_by_status", "status", "account_id", "not_before", "id"),
        Index(
            "jobs_under_way", "account_id", "subject_id", sqlite_where=text(_NOT_DONE),
            postgresql_where=text(_NOT_DONE),
        ),
        Index("job_by_id", "id", unique=True),
    )  # fmt: skip

    id: str = Field(primary_key=True, sa_type=Text)
    action: str = Field(sa_type=Text)
    subject_id: str = Field(sa_type=Text)
    payload: str = Field(sa_type=Text)
    payload_version: int = Field(default=1, sa_type=BigInteger)
    status: str = Field(default="pending", sa_type=Text)
    attempts: int = Field(default=0, sa_type=BigInteger)
    token: int = Field(default=0, sa_type=BigInteger)
    not_before: str = Field(sa_type=Text)
    lease_until: str | None = Field(default=None, sa_type=Text)
    offered_at: str | None = Field(default=None, sa_type=Text)
    unknown_since: str | None = Field(default=None, sa_type=Text)
    result: str = Field(default="", sa_type=Text)
    created_at: str = Field(sa_type=Text)
    finished_at: str | None = Field(default=None, sa_type=Text)


class TimerRow(Row, table=True):
    """Something that is to happen once, at an instant: waiting -> fired | cancelled."""

    __tablename__ = "timer"
    __table_args__ = (
        UniqueConstraint("account_id", "kind", "subject_id", "key"),
        Index(
            "timers_by_due", "due_at", sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
    )  # fmt: skip

    id: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    subject_id: str = Field(sa_type=Text)
    key: str = Field(default="", sa_type=Text)
    wall_clock: str = Field(default="", sa_type=Text)  # as the account's clocks show it; '' when an instant was given
    due_at: str = Field(sa_type=Text)
    payload: str = Field(default="{}", sa_type=Text)
    status: str = Field(default="waiting", sa_type=Text)  # waiting | fired | cancelled
    attempts: int = Field(default=0, sa_type=BigInteger)
    not_before: str = Field(default="", sa_type=Text)
    result: str = Field(default="", sa_type=Text)
    fired_at: str | None = Field(default=None, sa_type=Text)
    created_at: str = Field(sa_type=Text)


class IdempotencyKey(Row, table=True):
    __tablename__ = "idempotency_key"
    __table_args__ = (Index("keys_by_age", "created_at"),)

    key: str = Field(primary_key=True, sa_type=Text)
    request: str = Field(sa_type=Text)
    answer: str | None = Field(default=None, sa_type=Text)
    created_at: str = Field(sa_type=Text)


class Notification(Row, table=True):
    """Something a partner or the vendor is to be told. The mail is another matter."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("notifications_of_subject", "account_id", "subject_id"),
        Index(
            "notifications_to_mail", "id",
            sqlite_where=text("mailed_at IS NULL"), postgresql_where=text("mailed_at IS NULL"),
        ),
    )  # fmt: skip

    id: str = Field(primary_key=True, sa_type=Text)
    audience: str = Field(sa_type=Text)  # partner | vendor
    partner_id: str | None = Field(default=None, sa_type=Text)
    subject_id: str = Field(sa_type=Text)
    topic: str = Field(sa_type=Text)
    sentence: str = Field(sa_type=Text)
    facts: str = Field(default="", sa_type=Text)  # JSON: what it is about; '' in rows from before
    created_at: str = Field(sa_type=Text)
    mailed_at: str | None = Field(default=None, sa_type=Text)
