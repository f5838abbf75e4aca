"""Who did a deed, by name: a person of the vendor's, a contact, a token, billhook itself. Nobody's access matters."""

from typing import Any

_WHOLE = 36  # characters of an id


def name_of(table: str, actor: str, *, called: str = "name") -> str:
    """A column of `table` that names the actor in its column `actor`; NULL where nobody is known by that id."""
    sources = ", ".join(
        f"(SELECT k.name FROM {people} k WHERE k.account_id = {table}.account_id AND k.id = {table}.{actor})"  # noqa: S608 - our own text
        for people in ("membership", "contact", "api_token")
    )
    return f"COALESCE({sources}) AS {called}"


NAME = name_of("h", "actor")  # of `history h`


def who_of(row: Any) -> str:
    """Of a row with its actor, role and name. Who works by commands is known by the id they gave."""
    return "billhook" if row.role == "system" else who(row.actor, row.name)


def who(actor: str, name: str | None) -> str:
    """The name, or where there is none the id that somebody gave; '' for an id that nobody chose."""
    return name or (actor if len(actor) < _WHOLE else "")
