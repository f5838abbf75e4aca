"""What rows have in common: the account first in the key, and references that stay inside it."""

from sqlalchemy import BigInteger, ForeignKeyConstraint, Text
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


def within(table: str, *columns: str) -> ForeignKeyConstraint:
    """A reference that stays inside the account."""
    return ForeignKeyConstraint(["account_id", *columns], [f"{table}.account_id", f"{table}.id"])
