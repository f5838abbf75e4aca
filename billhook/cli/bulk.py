"""
Many payouts by one command: which, a bar while it lasts, and what came of them. It fires nothing itself.

Told to stop (Ctrl-C, SIGTERM) it ends after the chunk in hand, which is committed, and says what it left.
"""

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import typer

from billhook.cli import failures
from billhook.cli.session import Session, pairs

if TYPE_CHECKING:
    from engine.bulk import Outcome
    from engine.errors import BillhookError
    from engine.views import PayoutFilter

_YES_OR_NO = {"yes": True, "no": False}
_GROUPS, _IDS = 20, 3  # so many reasons, and payouts of each, are shown to a person


@dataclass(slots=True)
class _Tally:
    """What came of the payouts so far."""

    fired: "list[Outcome]" = field(default_factory=list)
    refused: "list[Outcome]" = field(default_factory=list)

    @property
    def tried(self) -> int:
        return len(self.fired) + len(self.refused)


def wanted(given: list[str]) -> "PayoutFilter":
    """
    `name=value` texts as a filter.

    Raises:
        Unknown: nothing can be asked for under that name.
        Invalid: a name is said twice or says nothing, or on_hold is neither yes nor no.
    """
    from engine.errors import Invalid, Problem
    from engine.views import PayoutFilter

    said = pairs(given, option="--where")
    _check_names(list(said))
    problems = [Problem("--where", "say each name once.")] if len(said) != len(given) else []
    problems += [
        Problem(name, "it says nothing; say which, or --all.") for name, value in said.items() if not value.strip()
    ]
    on_hold = said.pop("on_hold", None)
    if on_hold not in (None, *_YES_OR_NO):
        problems.append(Problem("on_hold", "yes or no."))
    if problems:
        raise Invalid("--where", problems)
    said = {name: value.upper() if name == "currency" else value for name, value in said.items()}
    return PayoutFilter(**said, on_hold=_YES_OR_NO.get(on_hold or ""))


def fire_many(session: Session, payout_ids: list[str], trigger: str, *, dry_run: bool, **more: Any) -> None:
    """Fire, tell, and exit with 1 when any was refused or left."""
    tally = _fired(session, payout_ids, trigger, dry_run=dry_run, **more)
    left = payout_ids[tally.tried :]
    would = "would be " if dry_run else ""
    session.terminal.result(
        _as_data(tally, left, trigger, dry_run=dry_run),
        f"{len(tally.fired)} payout(s) {would}fired{_ways(tally.fired)}.",
        *([f"{len(tally.refused)} payout(s) {would}refused:"] if tally.refused else []),
        *_reasons(tally.refused),
    )
    if left:
        session.terminal.remark(f"Stopped: {len(left)} payout(s) were not tried. The same command goes on with them.")
        raise typer.Exit(1)
    if tally.refused:
        session.wait_for_documents()
        raise typer.Exit(1)


def _check_names(names: list[str]) -> None:
    from engine.errors import Unknown

    for name in names:
        if name not in _NAMES:
            raise Unknown("name for --where", name, _NAMES)


def _fired(session: Session, payout_ids: list[str], trigger: str, **more: Any) -> _Tally:
    from billhook.stopping import told_to_stop
    from engine.bulk import CHUNK

    door, tally = session.workspace.payouts, _Tally()
    with told_to_stop() as stop, session.terminal.progress(trigger, total=len(payout_ids)) as advance:
        for start in range(0, len(payout_ids), CHUNK):
            if stop.is_set():
                break
            for outcome in door.fire_many(payout_ids[start : start + CHUNK], trigger, chunk=CHUNK, **more):
                (tally.refused if outcome.refused else tally.fired).append(outcome)
            advance(tally.tried)
    return tally


def _as_data(tally: _Tally, left: list[str], trigger: str, *, dry_run: bool) -> dict[str, Any]:
    return {
        "trigger": trigger,
        "dry_run": dry_run,
        "fired": [asdict(one.fired) for one in tally.fired if one.fired],
        "refused": [
            {"payout_id": one.payout_id, **failures.as_data(one.refused)} for one in tally.refused if one.refused
        ],
        "not_tried": left,
    }


def _ways(fired: "list[Outcome]") -> str:
    ways = Counter(
        one.fired.target if one.fired.source == one.fired.target else f"{one.fired.source} -> {one.fired.target}"
        for one in fired
        if one.fired
    )
    return f": {', '.join(f'{way} {count}' for way, count in ways.most_common())}" if ways else ""


def _reasons(refused: "list[Outcome]") -> list[str]:
    """Each reason once, the commonest first, with the payouts that it keeps."""
    kept: dict[str, list[str]] = defaultdict(list)
    for one in refused:
        if one.refused:
            kept[_reason(one.payout_id, one.refused)].append(one.payout_id)
    groups = sorted(kept.items(), key=lambda group: -len(group[1]))
    lines = [line for reason, ids in groups[:_GROUPS] for line in (f"  {len(ids)}: {reason}", f"     {_some(ids)}")]
    more = len(groups) - _GROUPS
    return [*lines, f"  and {more} other reason(s); --json tells all."] if more > 0 else lines


def _reason(payout_id: str, refusal: "BillhookError") -> str:
    """Why not, in words that are the same for every payout that is refused for the same."""
    if told := failures.parts(refusal):
        return " ".join(told)
    return str(refusal).replace(f"payout {payout_id} ", "It ").replace(f" '{payout_id}'", "")


def _some(ids: list[str]) -> str:
    more = len(ids) - _IDS
    return ", ".join(ids[:_IDS]) + (f" and {more} more" if more > 0 else "")


_NAMES = ("state", "partner", "invoice", "currency", "on_hold")
