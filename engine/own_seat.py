"""Somebody's own seat: who they are here, and how they want to be written to. A token's is that of who made it."""

import json
from collections.abc import Sequence

from engine import reference
from engine.errors import Invalid, NotFound, Problem
from engine.mails import OF_PARTNERS, OF_VENDORS
from engine.people import Seat, SeatKind, seat
from engine.store import Tx
from engine.world import Caller


def of(tx: Tx, caller: Caller) -> Seat:
    """Raises NotFound: nobody who has a seat calls, or made the token."""
    found = seat(tx, caller.account_id, _kind(caller), caller.actor.person)
    if found is None:
        raise NotFound("seat", caller.actor.person)
    return found


def prefer(caller: Caller, *, language: str, muted: Sequence[str]) -> None:
    """
    In which language, and of which topics no mail is wanted.

    Raises:
        Invalid: no such language or topic. NotFound: nobody who has a seat calls, or made the token.
    """
    problems, topics = [], OF_PARTNERS if _kind(caller) == "partner" else OF_VENDORS
    if not reference.language_exists(language):
        problems.append(Problem("language", f"'{language[:20]}' is no ISO 639 code, such as fr."))
    if unknown := sorted({*muted} - {*topics}):
        problems.append(Problem("muted", f"some of {', '.join(topics)}; not '{unknown[0][:40]}'."))
    if problems:
        raise Invalid("The preferences", problems)
    values = {"account": caller.account_id, "id": caller.actor.person, "language": language}

    def work(tx: Tx) -> None:
        of(tx, caller)
        tx.send(_PREFER[_kind(caller)], **values, muted=json.dumps(sorted({*muted})))

    caller.transact(work)


def _kind(caller: Caller) -> SeatKind:
    return "partner" if caller.actor.kind == "partner" else "vendor"


_PREFER: dict[SeatKind, str] = {
    "vendor": "UPDATE membership SET language = :language, muted = :muted WHERE account_id = :account AND id = :id",
    "partner": "UPDATE contact SET language = :language, muted = :muted WHERE account_id = :account AND id = :id",
}
