"""Rows of agreements, decisions, invoices and documents: most of them never change once written."""

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field

from engine.tables.row import Row, within


class Agreement(Row, table=True):
    """A seller's dated consent that the buyer issues its invoices. Only its end may be written later."""

    __tablename__ = "agreement"
    __table_args__ = (within("partner", "partner_id"), UniqueConstraint("account_id", "partner_id", "version"))

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


class AgreementOffer(Row, table=True):
    """
    The text that a partner was offered, with the days it says and the details (JSON) of those it is between; '' of one
    from before these were kept. What the partner accepts is an agreement of its own.
    """

    __tablename__ = "agreement_offer"
    __table_args__ = (
        within("partner", "partner_id"),
        Index("offers_of_partner", "account_id", "partner_id", "offered_at"),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    partner_id: str = Field(sa_type=Text)
    text_version: str = Field(sa_type=Text)
    text_hash: str = Field(sa_type=Text)
    language: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    offered_by: str = Field(sa_type=Text)
    offered_at: str = Field(sa_type=Text)
    silence_days: int = Field(default=14, sa_type=BigInteger)
    first_day: str = Field(default="", sa_type=Text)
    end_day: str = Field(default="", sa_type=Text)
    details: str = Field(default="", sa_type=Text)


class AgreementSigning(Row, table=True):
    """How an agreement was signed: the seller's tax status then, what it covers, and the paper where there is one."""

    __tablename__ = "agreement_signing"
    __table_args__ = (within("agreement", "agreement_id"),)

    agreement_id: str = Field(primary_key=True, sa_type=Text)
    seller_status: str = Field(sa_type=Text)
    clauses: str = Field(sa_type=Text)  # JSON
    scope: str = Field(sa_type=Text)
    signed_by: str = Field(sa_type=Text)  # as it stands on the paper; '' for one that was accepted in the portal
    signed_on: str = Field(sa_type=Text)
    evidence: str = Field(sa_type=Text)  # sha256 of the paper's picture
    evidence_name: str = Field(sa_type=Text)


class AgreementDetail(Row, table=True):
    """One of the details that an agreement rests on (`billing.agreement.DETAILS`), from when it was first known."""

    __tablename__ = "agreement_detail"
    __table_args__ = (within("agreement", "agreement_id"),)

    agreement_id: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(primary_key=True, sa_type=Text)
    value: str = Field(sa_type=Text)


class DecisionRow(Row, table=True):
    """Why a payout has an invoice or has none. Append-only; the highest `seq` is the one that counts."""

    __tablename__ = "decision"
    __table_args__ = (
        within("payout", "payout_id"),
        Index(
            "blocked_decisions", "account_id", "payout_id", sqlite_where=text("outcome = 'blocked'"),
            postgresql_where=text("outcome = 'blocked'"),
        ),
    )  # fmt: skip

    payout_id: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    partner_id: str = Field(sa_type=Text)
    occasion: str = Field(sa_type=Text)  # ready | issued_after_fix | reconsidered | withdrawn | issue_now
    outcome: str = Field(sa_type=Text)  # not_applicable | blocked | issued
    reason: str = Field(default="", sa_type=Text)
    missing: str = Field(default="[]", sa_type=Text)
    agreement_id: str | None = Field(default=None, sa_type=Text)
    decided_at: str = Field(sa_type=Text)
    decided_by: str = Field(sa_type=Text)
    account_version: int | None = Field(default=None, sa_type=BigInteger)
    """What the account had been through by then, whatever any clock says: the seq of its newest history row."""
    partner_version: int | None = Field(default=None, sa_type=BigInteger)


class Series(Row, table=True):
    """
    How many invoices, or credit notes, one seller has had: `last_number`. Their numbers count on from `last_counter`,
    and begin anew when the account's numbers do so each year and `year` (0 for numbers that never do) is over.
    """

    __tablename__ = "series"

    partner_id: str = Field(primary_key=True, sa_type=Text)
    type_code: str = Field(primary_key=True, sa_type=Text)
    last_number: int = Field(default=0, sa_type=BigInteger)
    last_issued_at: str = Field(default="", sa_type=Text)
    year: int = Field(default=0, sa_type=BigInteger)
    last_counter: int = Field(default=0, sa_type=BigInteger)


class InvoiceRow(Row, table=True):
    """Issued, numbered, frozen: triggers refuse to update or delete it."""

    __tablename__ = "invoice"
    __table_args__ = (
        within("payout", "payout_id"),
        within("partner", "partner_id"),
        UniqueConstraint("account_id", "payout_id", "type_code", "revision"),
        UniqueConstraint("account_id", "partner_id", "type_code", "seq"),
        UniqueConstraint("account_id", "number"),
        Index("invoices_of_partner", "account_id", "partner_id", "id"),
        Index("one_invoice_a_counter", "account_id", "partner_id", "type_code", "year", "counter", unique=True),
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
    year: int = Field(default=0, sa_type=BigInteger)  # 0 where numbers do not begin anew
    counter: int = Field(sa_type=BigInteger)  # what its number shows; `seq` counts over all years


class DocumentRow(Row, table=True):
    """Bytes under the hash of their content."""

    __tablename__ = "document"

    sha256: str = Field(primary_key=True, sa_type=Text)
    media_type: str = Field(sa_type=Text)
    filename: str = Field(sa_type=Text)
    content: bytes = Field(sa_type=LargeBinary)
    created_at: str = Field(sa_type=Text)


class Handout(Row, table=True):
    """A version of a document that the account put there for its partners to read. The highest one is what is shown."""

    __tablename__ = "handout"
    __table_args__ = (ForeignKeyConstraint(["account_id", "sha256"], ["document.account_id", "document.sha256"]),)

    name: str = Field(primary_key=True, sa_type=Text)
    version: int = Field(primary_key=True, sa_type=BigInteger)
    sha256: str = Field(sa_type=Text)
    added_by: str = Field(sa_type=Text)
    added_at: str = Field(sa_type=Text)


class Attachment(Row, table=True):
    """The document of an invoice in one format. At most one."""

    __tablename__ = "attachment"
    __table_args__ = (
        within("invoice", "invoice_id"),
        ForeignKeyConstraint(["account_id", "sha256"], ["document.account_id", "document.sha256"]),
    )

    invoice_id: str = Field(primary_key=True, sa_type=Text)
    format: str = Field(primary_key=True, sa_type=Text)
    sha256: str = Field(sa_type=Text)
    made_with: str = Field(default="{}", sa_type=Text)
    attached_at: str = Field(sa_type=Text)
