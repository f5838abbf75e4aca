"""
What a form showed to whoever filled it in: it carries that itself, so that a deed is held to it, and what nobody
touched writes over nothing that was changed elsewhere meanwhile. It knows no form.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from billhook.app import Workspace
from billhook.web.refusals import Stale
from billhook.web.versions import held, tag
from billhook.web.visits import Visit
from engine.contracts import Field
from engine.errors import Problem

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


def meanwhile(
    visit: Visit, fields: Sequence[Field], kept: Kept, said: Kept, titles: Mapping[str, str]
) -> list[Problem]:
    """What is told beside each field that is kept otherwise by now than it was shown; `said` stands in the form."""
    now, shown = as_shown(kept), shown_in(visit) or {}
    names = [each.name for each in fields if now.get(each.name, "") != shown.get(each.name, "")] if shown else []
    return [Problem(name, _told(now.get(name, ""), as_typed(said.get(name)), titles)) for name in names]


def held_to(visit: Visit, subject: str, look: Callable[[Workspace], Kept], *, only: str = "") -> Workspace:
    """
    The account, whose next deed is done if it `look`s as this form showed it, else refused as `Stale`. `only`: if this
    one field does.
    """
    shown = shown_in(visit)
    version = tag({only: shown.get(only, "")} if only and shown is not None else shown)

    def kept(account: Workspace) -> Kept:
        now = as_shown(look(account))
        return {only: now.get(only, "")} if only else now

    return Workspace(held(visit.workspace.caller, subject, kept, version=version))


def as_typed(value: Any) -> str:
    """As a browser sends back what a form showed."""
    said = ("yes" if value else "no") if isinstance(value, bool) else "" if value is None else str(value)
    return said.replace("\r\n", "\n").strip()


def _told(now: str, said: str, titles: Mapping[str, str]) -> str:
    if now == said:
        return "This was changed meanwhile; here is what is kept now."
    if not now:
        return "This was emptied meanwhile; here is what you wrote."
    return f"This was changed to '{titles.get(now, now)}' meanwhile; here is what you wrote."


def _carried(visit: Visit) -> str:
    return str(dict(getattr(visit.request.state, "said", ())).get(_SHOWN, ""))


_SHOWN = "shown"
