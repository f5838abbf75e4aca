"""
What a form showed to whoever filled it in: it carries that itself, so that a deed is held to it, and what nobody
touched writes over nothing that was changed elsewhere meanwhile. It knows no form.
"""

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from billhook.app import Workspace
from billhook.web.refusals import Stale
from billhook.web.versions import held, tag
from billhook.web.visits import Visit

Kept = Mapping[str, Any]


def as_shown(kept: Kept) -> dict[str, str]:
    """What a form shows of this, as text; what is empty is left out."""
    return {name: text for name, value in kept.items() if (text := as_typed(value))}


def to_carry(visit: Visit, kept: Kept, error: Exception | None = None) -> str:
    """The same for the form to carry: as it carried it when it came back, unless just that was not true any more."""
    before = "" if isinstance(error, Stale) else _carried(visit)
    return before or carried(kept)


def carried(kept: Kept) -> str:
    """What a form carries that is shown for the first time."""
    return json.dumps(as_shown(kept), sort_keys=True, ensure_ascii=False)


def shown_in(visit: Visit) -> dict[str, str] | None:
    """What the form of this request showed; None where it does not say."""
    try:
        shown = json.loads(_carried(visit))
    except (ValueError, RecursionError):
        return None
    fits = isinstance(shown, dict) and all(isinstance(each, str) for each in shown.values())
    return shown if fits else None


def changed(shown: Mapping[str, str], typed: Kept, names: Collection[str]) -> dict[str, Any]:
    """What was filled in otherwise than it was shown, '' for what was emptied."""
    return {name: typed.get(name, "") for name in names if as_typed(typed.get(name)) != shown.get(name, "")}


def held_to(visit: Visit, subject: str, look: Callable[[Workspace], Kept]) -> Workspace:
    """The account, whose next deed is done if it `look`s as this form showed it, else refused as `Stale`."""
    version = tag(shown_in(visit))
    return Workspace(held(visit.workspace.caller, subject, lambda account: as_shown(look(account)), version=version))


def as_typed(value: Any) -> str:
    """As a browser sends back what a form showed."""
    said = ("yes" if value else "no") if isinstance(value, bool) else "" if value is None else str(value)
    return said.replace("\r\n", "\n").strip()


def _carried(visit: Visit) -> str:
    return str(dict(getattr(visit.request.state, "said", ())).get(_SHOWN, ""))


_SHOWN = "shown"
