"""Words that errors share: which name was meant, who a group is, what can be done instead. It knows no error."""

import difflib
from collections.abc import Collection

from engine.billing.errors import Problem

#: Who is meant by a group, as `actor.GROUPS` has it, from the top.
_ROLES_OF: dict[str, tuple[str, ...]] = {
    "admin": ("owner", "admin"),
    "vendor": ("owner", "admin", "manager"),
    "finance": ("owner", "admin", "manager", "finance"),
    "viewer": ("owner", "admin", "manager", "finance", "viewer"),
    "partner": ("the partner's main contact",),
    "member": ("the partner's contacts",),
    "api": ("programs with a token",),
}


def closest(name: str, known: Collection[str]) -> str | None:
    """The known name that is most like `name`, if one is like it at all."""
    return next(iter(difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)), None)


def told(problem: Problem) -> str:
    """A problem as people read it: the field, where it has one, and the sentence."""
    return f"{problem.field}: {problem.sentence}" if problem.field else problem.sentence


def roles_of(groups: Collection[str]) -> str:
    """The roles of these groups, each once; what is no group is told as it stands."""
    return ", ".join(dict.fromkeys(role for group in groups for role in _ROLES_OF.get(group, (group,))))


def onward(allowed: Collection[str], others: Collection[str]) -> str:
    """How a payout goes on from its state: by whom one asks, by others, or not at all."""
    if allowed:
        return f"From here: {', '.join(allowed)}."
    return f"From here others go on: {', '.join(sorted(others))}." if others else "This state is final."


def possible(allowed: Collection[str], *, none: str) -> str:
    return f"Possible now: {', '.join(allowed)}." if allowed else none
