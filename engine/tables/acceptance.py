"""Rows of what became of an issued invoice, and of the terms it is accepted by. None ever changes."""

from sqlalchemy import BigInteger, Index, Text, text
from sqlmodel import Field

from engine.tables.row import Row, within

_OBJECTION = text("kind = 'contested' OR kind = 'objected'")


class InvoiceEvent(Row, table=True):
    """One event, in the order they were written. `held`: this objection put the payout on hold, so its end releases
    it."""

    __tablename__ = "invoice_event"
    __table_args__ = (
        within("invoice", "invoice_id"),
        Index("objections", "account_id", "invoice_id", sqlite_where=_OBJECTION, postgresql_where=_OBJECTION),
    )

    invoice_id: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    kind: str = Field(
        sa_type=Text
    )  # delivered | contested | accepted | deemed_accepted | credited | put_right | objected
    at: str = Field(sa_type=Text)
    actor: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    held: bool = False


class AgreementTerms(Row, table=True):
    """What an agreement says in numbers: the days it lasts, and the days of silence that accept an invoice."""

    __tablename__ = "agreement_terms"
    __table_args__ = (within("agreement", "agreement_id"),)

    agreement_id: str = Field(primary_key=True, sa_type=Text)
    silence_days: int = Field(sa_type=BigInteger)
    first_day: str = Field(default="", sa_type=Text)  # as its text says them; the second is outside
    end_day: str = Field(default="", sa_type=Text)
