"""Rows that tax goes by: finance's overrides, answers about VAT numbers, rates of exchange. None ever changes."""

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from engine.tables.row import Row, within


class TaxOverride(Row, table=True):
    """How a partner's services are taxed by decision instead of by rule. The highest `seq` counts; no treatment: the
    rules again."""

    __tablename__ = "tax_override"
    __table_args__ = (within("partner", "partner_id"),)

    partner_id: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    treatment: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    set_at: str = Field(sa_type=Text)
    set_by: str = Field(sa_type=Text)


class VatAnswer(Row, table=True):
    """What was answered when a VAT number was asked about. The highest `seq` counts."""

    __tablename__ = "vat_answer"

    vat_number: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    country: str = Field(sa_type=Text)
    verdict: str = Field(sa_type=Text)  # valid | not valid | unknown
    detail: str = Field(sa_type=Text)
    consultation: str = Field(sa_type=Text)
    source: str = Field(sa_type=Text)
    asked_at: str = Field(sa_type=Text)
    asked_by: str = Field(sa_type=Text)


class ExchangeRate(Row, table=True):
    """How much of `quote` one of `base` is worth on a day, as the account says. The highest `seq` of a day counts."""

    __tablename__ = "exchange_rate"

    base: str = Field(primary_key=True, sa_type=Text)
    quote: str = Field(primary_key=True, sa_type=Text)
    rate_date: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    rate: str = Field(sa_type=Text)
    source: str = Field(sa_type=Text)
    added_at: str = Field(sa_type=Text)
    added_by: str = Field(sa_type=Text)
