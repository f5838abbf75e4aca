"""Rows of people who sign in and of programs that have a token. Tokens and sessions are kept as hashes alone."""

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from engine.tables.row import Row


class Membership(Row, table=True):
    """A person's seat at the vendor's side of an account."""

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "one_seat_a_member",
            "account_id",
            "email",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("members_by_email", "email"),
    )

    id: str = Field(primary_key=True, sa_type=Text)
    email: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)  # owner | admin | manager | finance | viewer
    language: str = Field(sa_type=Text)
    muted: str = Field(sa_type=Text)  # JSON: topics of which no mail is wanted
    created_at: str = Field(sa_type=Text)
    ended_at: str | None = Field(default=None, sa_type=Text)


class ApiToken(Row, table=True):
    __tablename__ = "api_token"

    id: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    hash: str = Field(unique=True, sa_type=Text)
    role: str = Field(sa_type=Text)
    scopes: str = Field(sa_type=Text)  # JSON
    created_by: str = Field(sa_type=Text)
    created_at: str = Field(sa_type=Text)
    used_on: str = Field(sa_type=Text)  # the day; '' before the first use
    revoked_at: str | None = Field(default=None, sa_type=Text)


class SignInLink(SQLModel, table=True):
    """A link that was sent to an address. It belongs to no account: who follows it chooses one."""

    __tablename__ = "sign_in_link"
    __table_args__ = (Index("links_by_email", "email"),)

    hash: str = Field(primary_key=True, sa_type=Text)
    email: str = Field(sa_type=Text)
    created_at: str = Field(sa_type=Text)
    expires_at: str = Field(sa_type=Text)
    used_at: str | None = Field(default=None, sa_type=Text)


class WebSession(SQLModel, table=True):
    __tablename__ = "web_session"

    hash: str = Field(primary_key=True, sa_type=Text)
    data: str = Field(sa_type=Text)  # JSON of the web's own
    expires_at: str = Field(sa_type=Text)


class Installation(SQLModel, table=True):
    """What every process of one installation must agree on, made by the first that needs it."""

    __tablename__ = "installation"

    name: str = Field(primary_key=True, sa_type=Text)
    value: str = Field(sa_type=Text)
