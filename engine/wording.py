"""Words that errors share: which name was meant, who a group is, what can be done instead. It knows no error."""

import difflib
from collections.abc import Collection, Iterable
from itertools import islice

from engine.billing.errors import Problem

MOST_TOLD = 20
_LONGEST = 200  # characters of a name; one that is longer is like none that we have


def closest(name: str, known: Collection[str]) -> str | None:
    """The known name that is most like `name`, if one is like it at all."""
    return next(iter(difflib.get_close_matches(name[:_LONGEST], sorted(known), n=1, cutoff=0.6)), None)


def unknown(given: Iterable[str], known: Collection[str]) -> list[str]:
    """The first names that nothing is called, as many as anybody reads: somebody may send any number of them."""
    return list(islice((name for name in given if name not in known), MOST_TOLD))


def label(name: str) -> str:
    """A trigger, an action or the like as people read it: `mark_paid` is 'Mark paid'."""
    return name.replace("_", " ").capitalize()


def told(problem: Problem) -> str:
    """A problem as people read it: the field, where it has one, and the sentence."""
    return f"{problem.field}: {problem.sentence}" if problem.field else problem.sentence


def roles_of(groups: Collection[str]) -> str:
    """Who is in these groups, as people know them; programs are named where nobody else is."""
    vendor = [group for group in _VENDOR if group in groups][-1:]
    others = [group for group in groups if group not in _VENDOR and group != "api"]
    return ", ".join(_PEOPLE.get(group, group) for group in [*vendor, *others] or groups)


def onward(allowed: Collection[str], others: Collection[str]) -> str:
    """How a payout goes on from its state: by whom one asks, by others, or not at all."""
    if allowed:
        return f"From here: {', '.join(allowed)}."
    return f"From here others go on: {', '.join(sorted(others))}." if others else "This state is final."


def possible(allowed: Collection[str], *, none: str) -> str:
    return f"Possible now: {', '.join(allowed)}." if allowed else none


_PEOPLE = {
    "owner": "owners",
    "admin": "owners and admins",
    "vendor": "owners, admins and managers",
    "finance": "owners, admins, managers and finance",
    "viewer": "the vendor's people",
    "partner": "the partner's main contact",
    "member": "the partner's contacts",
    "api": "API tokens",
    "system": "billhook itself",
}
_VENDOR = ("owner", "admin", "vendor", "finance", "viewer")  # each wider than the one before
