"""Who did a deed, by name: a person of the vendor's, a contact, a token, billhook itself. Nobody's access matters."""

from typing import Any

_WHOLE = 36  # characters of an id

#: Of `history h`: a column `name`, NULL where nobody is known by the actor's id.
NAME = """
    COALESCE(
        (SELECT m.name FROM membership m WHERE m.account_id = h.account_id AND m.id = h.actor),
        (SELECT c.name FROM contact c WHERE c.account_id = h.account_id AND c.id = h.actor),
        (SELECT t.name FROM api_token t WHERE t.account_id = h.account_id AND t.id = h.actor)) AS name"""


def who_of(row: Any) -> str:
    """Of a row with its actor, role and name. Who works by commands is known by the id they gave."""
    if row.role == "system":
        return "billhook"
    return row.name or (row.actor if len(row.actor) < _WHOLE else "")
