"""
What somebody has filled in and not sent yet, kept in their session by seat and form.

A file is no draft, as a page cannot fill it in again; nor is a consent, which is given to what is read then.
"""

import json
from collections.abc import Mapping
from typing import Any

from billhook.web.visits import Visit

LARGEST_KB = 64
_DRAFTS = "drafts"
_NO_DRAFTS = frozenset({"accept_agreement", "agreement_terms"})


def draft_of(visit: Visit, form: str) -> dict[str, str] | None:
    """What was filled in there, None where nothing waits to be sent."""
    found: dict[str, str] | None = visit.request.session.get(_DRAFTS, {}).get(_name(visit, form))
    return found


def keep_draft(visit: Visit, form: str, typed: Mapping[str, Any]) -> bool:
    """Keep what was typed in place of the draft before; whether it is small enough for that."""
    kept = {name: value for name, value in typed.items() if isinstance(value, str) and name not in _NO_DRAFTS}
    if len(json.dumps(kept)) > LARGEST_KB * 1024:
        return False
    visit.request.session.setdefault(_DRAFTS, {})[_name(visit, form)] = kept
    return True


def drop_draft(visit: Visit, form: str) -> None:
    """It was sent, or is not wanted any more."""
    visit.request.session.get(_DRAFTS, {}).pop(_name(visit, form), None)


def _name(visit: Visit, form: str) -> str:
    """A draft is of one seat: somebody may have several."""
    return f"{visit.seat.id}/{form}"
