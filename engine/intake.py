"""Many partners or rewards at once: all of them, or none and every reason, or (partial) the good ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from engine import partners
from engine.errors import BillhookError, Problem
from engine.partners import NewPartner, NewReward
from engine.store import Tx
from engine.world import Caller

New = TypeVar("New")


@dataclass(frozen=True, slots=True)
class Intake:
    """`refused` has the place of each row that was not taken, from 0, and everything that is wrong with it."""

    added: int
    refused: tuple[tuple[int, tuple[Problem, ...]], ...]


class _NotKept(BillhookError):
    """
    Carries the outcome out of a transaction that must roll back. Where nothing is added it must, too: it leaves the
    caller's key free.
    """

    code = "not_kept"

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        super().__init__("Nothing was kept.")


def add_partners(caller: Caller, rows: Sequence[NewPartner], *, partial: bool, dry_run: bool) -> Intake:
    """Add partners in one transaction. Without `partial` one bad row keeps all out; `dry_run` never keeps any."""
    caller.require("add partner", "vendor", "api")
    return _add(caller, rows, partners.partner_problems, partners.add, partial=partial, dry_run=dry_run)


def add_rewards(caller: Caller, rows: Sequence[NewReward], *, partial: bool, dry_run: bool) -> Intake:
    """Add rewards in one transaction. Without `partial` one bad row keeps all out; `dry_run` never keeps any."""
    require_rewards(caller)
    return _add(caller, rows, partners.reward_problems, partners.add_reward, partial=partial, dry_run=dry_run)


def require_rewards(caller: Caller) -> None:
    """For whoever has to read a long file first. Raises NotAllowed: the role adds none."""
    caller.require("add reward", "vendor", "api")


def _add(
    caller: Caller,
    rows: Sequence[New],
    problems_of: Callable[[Tx, str, New], list[Problem]],
    add: Callable[[Tx, Caller, New], str],
    *,
    partial: bool,
    dry_run: bool,
) -> Intake:
    def work(tx: Tx) -> Intake:
        refused = []
        for place, row in enumerate(rows):
            if problems := problems_of(tx, caller.account_id, row):
                refused.append((place, tuple(problems)))
            else:
                add(tx, caller, row)
        intake = Intake(len(rows) - len(refused), tuple(refused))
        if dry_run or not intake.added or (refused and not partial):
            raise _NotKept(intake)
        return intake

    try:
        return caller.transact(work)
    except _NotKept as outcome:
        return outcome.intake
