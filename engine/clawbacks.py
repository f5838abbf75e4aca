"""
A payout of nothing but clawbacks is no invoice: each clawback becomes a credit note over the line that it takes back.

The payout is cancelled for that, by its own pipeline, and both happen or neither: the engine does it, for whoever may
credit. Source: Directive 2006/112/EC art. 219: what corrects an invoice refers to it, so which one that is, is said and
never guessed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from engine import crediting, facts, history, idempotency, service
from engine.actor import Actor
from engine.crediting import Chosen, Credited
from engine.errors import BillhookError, Invalid, NotFound, Problem
from engine.service import Request
from engine.store import Tx
from engine.world import Caller

_ITSELF = Actor.system("clawbacks")


@dataclass(frozen=True, slots=True)
class Against:
    """The line that a clawback takes back: its invoice's number, and its position there, from 1."""

    number: str
    line: int


class _NotKept(BillhookError):
    """Carries what would be credited out of a transaction that must roll back."""

    code = "not_kept"

    def __init__(self, credited: Sequence[Credited]) -> None:
        self.credited = credited
        super().__init__("Nothing was kept.")


def credit_clawbacks(
    caller: Caller,
    payout_id: str,
    against: Mapping[str, Against],
    *,
    reason: str,
    dry_run: bool = False,
    key: str | None = None,
) -> Sequence[Credited]:
    """
    Cancel a draft payout of clawbacks and credit, by each of them, the line that it takes back. `against`: by the
    clawback's reference. Returns what was credited, in the order of the payout's lines; with `dry_run` what would be,
    and nothing is kept. With `key` a repeat of the same request gets the first one's answer.

    Raises:
        NotAllowed, NotFound, ReasonRequired: as everywhere.
        Invalid: it is no draft of clawbacks alone, or not every one of them, and no other, is named.
        InvoiceRefused, Unlawful: what crediting a line raises; nothing was changed.
        IdempotencyConflict: the key was used for another request.
    """
    caller.require("credit clawbacks", "finance")
    why = caller.require_reason("credit clawbacks", reason)
    request = {
        "actor": caller.actor.id, "role": caller.actor.role, "verb": "credit clawbacks", "payout": payout_id,
        "against": {name: asdict(line) for name, line in against.items()}, "reason": why,
    }  # fmt: skip

    def do(tx: Tx) -> Sequence[Credited]:
        def act() -> dict[str, Any]:
            return {"credited": [asdict(one) for one in _credit_all(tx, caller, payout_id, against, reason=why)]}

        if dry_run:
            raise _NotKept([Credited(**one) for one in act()["credited"]])
        done = idempotency.once(tx, caller.account_id, key=key, request=request, now=caller.now, act=act)
        return [Credited(**one) for one in done["credited"]]

    try:
        return caller.transact(do)
    except _NotKept as outcome:
        return outcome.credited


def against_of(said: Iterable[str]) -> dict[str, Against]:
    """
    `REWARD=NUMBER/LINE`, such as `CB-7=ACME-NORD-00001/2`, each.

    Raises:
        Invalid: everything that cannot be read so.
    """
    read = {text: _SAID.fullmatch(text.strip()) for text in said}
    if wrong := [text for text, found in read.items() if found is None]:
        told = "is not REWARD=NUMBER/LINE, such as CB-7=ACME-NORD-00001/2."
        raise Invalid("The clawbacks", [Problem("against", f"'{text[:80]}' {told}") for text in wrong])
    return {found[1]: Against(found[2], int(found[3])) for found in read.values() if found}


def _credit_all(
    tx: Tx, caller: Caller, payout_id: str, against: Mapping[str, Against], *, reason: str
) -> Sequence[Credited]:
    payout = facts.lock(tx, caller.account_id, payout_id)
    if payout is None:
        raise NotFound("payout", payout_id)
    lines = tx.all(_LINES, account=caller.account_id, payout=payout_id)
    trigger = _cancelling(tx, caller, payout)
    if problems := _problems(payout, lines, against, trigger=trigger):
        raise Invalid("The clawbacks", problems)
    told = "Its clawbacks became credit notes"
    deed = history.Deed("credit_clawbacks", reason=reason, sentence=told)
    history.note(tx, "payout", caller.account_id, payout_id, deed, actor=caller.actor, now=caller.now)
    engine = Caller(caller.world, caller.account_id, _ITSELF)
    service.fire_in(tx, engine, payout_id, Request(trigger, f"{told}: {reason}"))
    return [
        crediting.credit_within(
            tx, caller, against[line.reference].number,
            Chosen(lines=(against[line.reference].line,), clawback=line.reference), reason=reason,
        ) for line in lines
    ]  # fmt: skip


def _cancelling(tx: Tx, caller: Caller, payout: Any) -> str:
    """The trigger by which a draft is cancelled in its pipeline, or ''."""
    pipeline = facts.pipeline_of(tx, caller, payout)
    if pipeline.state(payout.state).means != "draft":
        return ""
    ends = {state.name for state in pipeline.states if state.means == "cancelled"}
    return next((arrow.trigger for arrow in pipeline.transitions_from(payout.state) if arrow.target in ends), "")


def _problems(payout: Any, lines: Sequence[Any], against: Mapping[str, Against], *, trigger: str) -> list[Problem]:
    if not trigger:
        return [Problem("payout", f"it is {payout.state}; clawbacks of a draft that can be cancelled become notes.")]
    if earned := [line.reference for line in lines if line.amount >= 0]:
        return [Problem("payout", f"{', '.join(earned)} is no clawback. {_NETTED}")]
    known = [line.reference for line in lines]
    problems = [
        Problem("against", f"{name}: name the line that it takes back, as NUMBER/LINE of an invoice.")
        for name in known if name not in against
    ]  # fmt: skip
    problems += [Problem("against", f"{name} is no clawback of this payout.") for name in against if name not in known]
    return problems or ([] if lines else [Problem("payout", "it has no clawbacks.")])


_NETTED = (
    "Validate the payout, which nets them; where its total is zero or less, cancel it, and a later one does. Only a "
    "payout of nothing but clawbacks becomes credit notes."
)
_SAID = re.compile(r"([^=]+)=(.+)/([0-9]{1,6})")
_LINES = """
    SELECT r.reference, r.amount FROM payout_line l
    JOIN reward r ON r.account_id = l.account_id AND r.id = l.reward_id
    WHERE l.account_id = :account AND l.payout_id = :payout AND l.live ORDER BY r.occurred_on, r.reference"""
