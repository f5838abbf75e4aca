"""
A deed in words, for pages, programs and commands alike: steps by their titles, people and tokens by their names. What
is kept of a deed names them by ids, which stay true whatever a step or somebody is called later.
"""

import json
from dataclasses import dataclass
from typing import Any

from engine.actor import ROLES
from engine.definition import Onboarding
from engine.store import Tx
from engine.wording import label
from engine.world import Caller


@dataclass(frozen=True, slots=True)
class Told:
    """`what` was done, and to what; `outcome`: what came of it beside that, '' for nothing more."""

    what: str
    outcome: str = ""


def told(tx: Tx, caller: Caller, row: Any) -> Told:
    """Of a row of history with its verb, source, target, sentence, data and, of a run, its `definition_id`."""
    data = json.loads(row.data)
    if step := data.get("step"):
        return _of_step(row, step, _title(tx, caller, row.definition_id, step))
    if rewards := data.get("rewards"):
        return Told(f"{label(row.verb)}: {_some(rewards)}")
    name = "" if _is_another_s_token(caller, row, data) else _name(tx, caller, data)
    form = _OF_PEOPLE.get(row.verb, "")
    if form and name:
        return Told(form.format(name=name, role=_role(data, "role"), before=_role(data, "before"),
                                after=_role(data, "after")))  # fmt: skip
    if row.source or row.target or not row.sentence:
        return Told(label(row.verb), row.sentence)
    return Told(_begun(row.sentence))


def _of_step(row: Any, step: str, title: str) -> Told:
    said = row.sentence.replace(f"step '{step}'", f"step '{title}'")
    return Told(f"{_OF_STEPS[row.verb]} '{title}'", said) if row.verb in _OF_STEPS else Told(_begun(said))


def _title(tx: Tx, caller: Caller, definition_id: str, step: str) -> str:
    pipeline = caller.definition(tx, definition_id)
    found = pipeline.step(step) if isinstance(pipeline, Onboarding) else None
    return found.title if found else step


def _name(tx: Tx, caller: Caller, data: dict[str, Any]) -> str:
    for kind, sql in _NAMES.items():
        if data.get(kind):
            found = tx.one(sql, account=caller.account_id, id=data[kind])
            return str(found.name) if found else ""
    return ""


def _is_another_s_token(caller: Caller, row: Any, data: dict[str, Any]) -> bool:
    """A contact's token is told by name to that contact alone, as it is listed."""
    return "token" in data and row.role in ROLES["partner"] and row.actor != caller.actor.id


def _some(names: list[str]) -> str:
    more = len(names) - _FEW
    return ", ".join(names[:_FEW]) + (f" and {more} more" if more > 0 else "")


def _role(data: dict[str, Any], name: str) -> str:
    return str(data.get(name, "")).replace("_", " ")


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


_FEW = 5
_OF_STEPS = {
    "answer": "Answered step", "approve": "Approved step", "reject": "Rejected step",
    "invalidate": "Asked again for step", "skip": "Skipped step", "unskip": "Took up again step",
}  # fmt: skip
_OF_PEOPLE = {
    "invite": "Gave {name} a seat as {role}",
    "set role": "Made {name}, {before} until then, {after}",
    "remove": "Took away {name}'s seat",
    "add contact": "Added {name} as a contact",
    "remove contact": "Removed the contact {name}",
    "hand over": "Made {name} the main contact",
    "create token": "Made the API token '{name}'",
    "revoke token": "Revoked the API token '{name}'",
}
_NAMES = {
    "member": "SELECT name FROM membership WHERE account_id = :account AND id = :id",
    "contact": "SELECT name FROM contact WHERE account_id = :account AND id = :id",
    "token": "SELECT name FROM api_token WHERE account_id = :account AND id = :id",
}

#: Of `history h`: the pipeline's version of a run, NULL of other subjects.
DEFINITION = """
    (SELECT r.definition_id FROM run r WHERE r.account_id = h.account_id AND r.id = h.subject_id) AS definition_id"""
