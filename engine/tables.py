"""
The rows, as SQLModel classes: the schema, the migrations and reads know them; the hot path writes plain SQL.

Only four column types are used, so that the same SQL reads the same on SQLite and PostgreSQL: text, big integers,
booleans and bytes. Instants are text in UTC (`clock.stamp`), amounts integers of minor units, JSON canonical text.
Every key begins with the account, so a row cannot even refer to another account's.
`version` and `head` of a subject are the number and the hash of its newest history row.
"""

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class Row(SQLModel):
    """What every table has: its account, first in the key."""

    account_id: str = Field(primary_key=True, sa_type=Text)


class Subject(Row):
    """A row with a history of its own."""

    id: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(default=0, sa_type=BigInteger)
    head: str = Field(default="", sa_type=Text)
    created_at: str = Field(sa_type=Text)


def _within(table: str, *columns: str) -> ForeignKeyConstraint:
    """A reference that stays inside the account."""
    return ForeignKeyConstraint(["account_id", *columns], [f"{table}.account_id", f"{table}.id"])


class Account(SQLModel, table=True):
    __tablename__ = "account"

    id: str = Field(primary_key=True, sa_type=Text)
    code: str = Field(unique=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    timezone: str = Field(default="UTC", sa_type=Text)
    switch_on: bool = False
    four_eyes: bool = False
    buyer: str = Field(default="{}", sa_type=Text)
    number_format: str = Field(sa_type=Text)
    credit_number_format: str = Field(sa_type=Text)
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
        _within("partner", "partner_id"),
        Index(
            "one_main_contact",
            "account_id",
            "partner_id",
            unique=True,
            sqlite_where=text("is_main"),
            postgresql_where=text("is_main"),
        ),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    partner_id: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    email: str = Field(sa_type=Text)
    is_main: bool = False


class Run(Subject, table=True):
    """One partner's way through one version of an onboarding pipeline."""

    __tablename__ = "run"
    __table_args__ = (
        _within("partner", "partner_id"),
        _within("definition", "definition_id"),
        UniqueConstraint("account_id", "partner_id", "definition_id"),
    )

    partner_id: str = Field(sa_type=Text)
    definition_id: str = Field(sa_type=Text)
    status: str = Field(default="Under way", sa_type=Text)  # Under way | Completed
    completed_at: str | None = Field(default=None, sa_type=Text)


class StepRow(Row, table=True):
    """A step of a stage that has opened. No row: the stage has not opened yet."""

    __tablename__ = "step"
    __table_args__ = (_within("run", "run_id"),)

    run_id: str = Field(primary_key=True, sa_type=Text)
    step_id: str = Field(primary_key=True, sa_type=Text)
    status: str = Field(sa_type=Text)
    answer: str = Field(default="{}", sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    answered_by: str = Field(default="", sa_type=Text)
    changed_at: str = Field(sa_type=Text)


class Reward(Row, table=True):
    __tablename__ = "reward"
    __table_args__ = (
        _within("partner", "partner_id"),
        UniqueConstraint("account_id", "reference"),
        Index("rewards_of_partner", "account_id", "partner_id", "currency", "status"),
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


class Payout(Subject, table=True):
    """`total` is frozen while `frozen`; before that it is the sum of the lines that are not refused, when asked."""

    __tablename__ = "payout"
    __table_args__ = (
        _within("partner", "partner_id"),
        _within("definition", "definition_id"),
        Index("payouts_of_partner", "account_id", "partner_id", "id"),
        Index("payouts_in_state", "account_id", "state", "id"),
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


class PayoutLine(Row, table=True):
    """A reward's place in a payout. `live` until the payout is cancelled or the reward leaves."""

    __tablename__ = "payout_line"
    __table_args__ = (
        _within("payout", "payout_id"),
        _within("reward", "reward_id"),
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
    __table_args__ = (_within("payout", "payout_id"), Index("disputes_of_payout", "account_id", "payout_id"))

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


class Job(Row, table=True):
    """Work noted in a transaction: pending -> offered -> claimed -> done | parked. The table is the queue."""

    __tablename__ = "job"
    __table_args__ = (
        Index(
            "open_jobs",
            "not_before",
            "account_id",
            sqlite_where=text("status IN ('pending','offered','claimed')"),
            postgresql_where=text("status IN ('pending','offered','claimed')"),
        ),
        Index("jobs_of_subject", "account_id", "subject_id"),
    )

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
    result: str = Field(default="", sa_type=Text)
    created_at: str = Field(sa_type=Text)
    finished_at: str | None = Field(default=None, sa_type=Text)


class IdempotencyKey(Row, table=True):
    __tablename__ = "idempotency_key"

    key: str = Field(primary_key=True, sa_type=Text)
    request: str = Field(sa_type=Text)
    answer: str | None = Field(default=None, sa_type=Text)
    created_at: str = Field(sa_type=Text)


class Agreement(Row, table=True):
    """A seller's dated consent that the buyer issues its invoices. Only its end may be written later."""

    __tablename__ = "agreement"
    __table_args__ = (_within("partner", "partner_id"), UniqueConstraint("account_id", "partner_id", "version"))

    id: str = Field(primary_key=True, sa_type=Text)
    partner_id: str = Field(sa_type=Text)
    version: int = Field(sa_type=BigInteger)
    text_version: str = Field(sa_type=Text)
    text_hash: str = Field(sa_type=Text)
    language: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    vat_number: str = Field(default="", sa_type=Text)
    accepted_by: str = Field(sa_type=Text)
    accepted_at: str = Field(sa_type=Text)
    accepted_from: str = Field(sa_type=Text)
    method: str = Field(sa_type=Text)
    valid_from: str = Field(sa_type=Text)
    valid_until: str = Field(sa_type=Text)
    revoked_at: str | None = Field(default=None, sa_type=Text)
    revoked_by: str = Field(default="", sa_type=Text)
    revoked_reason: str = Field(default="", sa_type=Text)
    superseded_by: str | None = Field(default=None, sa_type=Text)


class DecisionRow(Row, table=True):
    """Why a payout has an invoice or has none. Append-only; the highest `seq` is the one that counts."""

    __tablename__ = "decision"
    __table_args__ = (
        _within("payout", "payout_id"),
        Index("decisions_by_outcome", "account_id", "partner_id", "outcome"),
    )

    payout_id: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    partner_id: str = Field(sa_type=Text)
    occasion: str = Field(sa_type=Text)  # ready | issued_after_fix | withdrawn | issue_now
    outcome: str = Field(sa_type=Text)  # not_applicable | blocked | issued
    reason: str = Field(default="", sa_type=Text)
    missing: str = Field(default="[]", sa_type=Text)
    agreement_id: str | None = Field(default=None, sa_type=Text)
    decided_at: str = Field(sa_type=Text)
    decided_by: str = Field(sa_type=Text)


class Series(Row, table=True):
    """The counter of one seller's invoices, or credit notes: the next number is `last_number + 1`."""

    __tablename__ = "series"

    partner_id: str = Field(primary_key=True, sa_type=Text)
    type_code: str = Field(primary_key=True, sa_type=Text)
    last_number: int = Field(default=0, sa_type=BigInteger)
    last_issued_at: str = Field(default="", sa_type=Text)


class InvoiceRow(Row, table=True):
    """Issued, numbered, frozen: triggers refuse to update or delete it."""

    __tablename__ = "invoice"
    __table_args__ = (
        _within("payout", "payout_id"),
        _within("partner", "partner_id"),
        UniqueConstraint("account_id", "payout_id", "type_code", "revision"),
        UniqueConstraint("account_id", "partner_id", "type_code", "seq"),
        UniqueConstraint("account_id", "number"),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    payout_id: str = Field(sa_type=Text)
    partner_id: str = Field(sa_type=Text)
    type_code: str = Field(sa_type=Text)
    revision: int = Field(sa_type=BigInteger)
    seq: int = Field(sa_type=BigInteger)
    number: str = Field(sa_type=Text)
    issued_at: str = Field(sa_type=Text)
    currency: str = Field(sa_type=Text)
    net: int = Field(sa_type=BigInteger)
    tax: int = Field(sa_type=BigInteger)
    gross: int = Field(sa_type=BigInteger)
    snapshot: str = Field(sa_type=Text)
    snapshot_hash: str = Field(sa_type=Text)
    credits_id: str | None = Field(default=None, sa_type=Text)


class DocumentRow(Row, table=True):
    """Bytes under the hash of their content."""

    __tablename__ = "document"

    sha256: str = Field(primary_key=True, sa_type=Text)
    media_type: str = Field(sa_type=Text)
    filename: str = Field(sa_type=Text)
    content: bytes = Field(sa_type=LargeBinary)
    created_at: str = Field(sa_type=Text)


class Attachment(Row, table=True):
    """The document of an invoice in one format. At most one."""

    __tablename__ = "attachment"
    __table_args__ = (
        _within("invoice", "invoice_id"),
        ForeignKeyConstraint(["account_id", "sha256"], ["document.account_id", "document.sha256"]),
    )

    invoice_id: str = Field(primary_key=True, sa_type=Text)
    format: str = Field(primary_key=True, sa_type=Text)
    sha256: str = Field(sa_type=Text)
    made_with: str = Field(default="{}", sa_type=Text)
    attached_at: str = Field(sa_type=Text)


class Notification(Row, table=True):
    """Something a partner or the vendor is to be told. The mail is another matter."""

    __tablename__ = "notification"
    __table_args__ = (Index("notifications_of_subject", "account_id", "subject_id"),)

    id: str = Field(primary_key=True, sa_type=Text)
    audience: str = Field(sa_type=Text)  # partner | vendor
    partner_id: str | None = Field(default=None, sa_type=Text)
    subject_id: str = Field(sa_type=Text)
    topic: str = Field(sa_type=Text)
    sentence: str = Field(sa_type=Text)
    created_at: str = Field(sa_type=Text)


#: Tables whose rows, once written, no statement may change or remove: triggers see to it on both databases.
FROZEN = ("invoice", "history", "definition", "decision", "document", "attachment")
