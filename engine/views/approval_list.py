"""Steps of onboarding that wait for the vendor, those first that have waited longest."""

from dataclasses import dataclass
from typing import Any

from engine import steps
from engine.definition import Onboarding
from engine.step_files import StepFile, files_in
from engine.store import Tx
from engine.views.paging import FIRST, Key, Order, Page, Slice, beyond, onward, read_page
from engine.world import Caller

_ORDER = Order("approvals", (str, str, str))


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """A step that waits: whose, which, since when (UTC), and what was uploaded for it."""

    partner: str
    partner_name: str
    step: str
    title: str
    since: str
    files: tuple[StepFile, ...] = ()


def approvals(tx: Tx, caller: Caller, *, part: Slice = FIRST) -> Page[ApprovalView]:
    """
    A page of the steps that wait for approval.

    Raises:
        NotAllowed: it is for the vendor's people.
        Invalid: the cursor is not this list's, or the limit is not from 1 to 500.
    """
    caller.require("approvals", "viewer", "api")

    def fetch(after: Key | None, count: int) -> list[Any]:
        columns = ("t.changed_at", "t.run_id", "t.step_id")
        sql = _WAITING + onward(*columns, after=after, newest_first=part.newest_first)
        return tx.all(sql, account=caller.account_id, **beyond(after), count=count)

    def show(rows: Any) -> list[ApprovalView]:
        return [_view(caller, caller.definition(tx, row.definition_id), row) for row in rows]

    return read_page(_ORDER, part, fetch=fetch, key=lambda row: (row.changed_at, row.run_id, row.step_id), show=show)


def _view(caller: Caller, pipeline: Any, row: Any) -> ApprovalView:
    step = pipeline.step(row.step_id) if isinstance(pipeline, Onboarding) else None
    if step is None:
        return ApprovalView(row.code, row.name, row.step_id, row.step_id, row.changed_at)
    files = files_in(row.answer, caller.world.registry.ask(step.action).fields(step.settings))
    return ApprovalView(row.code, row.name, row.step_id, step.title, row.changed_at, files)


_WAITING = f"""
    SELECT t.changed_at, t.run_id, t.step_id, t.answer, r.definition_id, s.code, s.name FROM step t
    JOIN run r ON r.account_id = t.account_id AND r.id = t.run_id
    JOIN partner s ON s.account_id = r.account_id AND s.id = r.partner_id
    WHERE t.account_id = :account AND t.status = '{steps.WAITING}'"""  # noqa: S608 - our own words
