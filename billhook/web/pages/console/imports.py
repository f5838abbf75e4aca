"""Rewards from a CSV file: first what would come of it, by line, then for real. It knows no rule of a reward."""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, UploadFile
from starlette.responses import Response

from billhook.csv_import import BadRow, Imported, Sheet, parse, take
from billhook.web import forms
from billhook.web.once import Key, SentBefore, once
from billhook.web.visits import Vendor, Visit
from engine.contracts import Document
from engine.errors import Problem
from engine.intake import Intake
from engine.partners import NewReward

routes = APIRouter(prefix="/rewards/import")
MOST_ROWS = 5000  # as in one call of the API; a transaction holds them all
MOST_SHOWN = 100
CARRIED = 150_000  # bytes that the page of a rehearsal brings along, so that the file is chosen once


@routes.get("")
def choose(visit: Vendor) -> Response:
    return _choose(visit)


@routes.post("")
async def rehearse(visit: Vendor, file: UploadFile | None = None) -> Response:
    """What would come of it; nothing is kept."""
    document = await forms.document(file) if file is not None and file.filename else Document("", "", b"")
    return await visit.off_the_loop(_rehearsed, visit, document)


@routes.post("/do")
def do(
    visit: Vendor, content: Annotated[str, Form(max_length=2 * CARRIED)] = "",
    name: Annotated[str, Form(max_length=300)] = "", partial: Annotated[bool, Form()] = False, key: Key = "",
) -> Response:  # fmt: skip
    """The file of a rehearsal that the page has brought along."""
    return _taken(visit, Document(name, "text/csv", _unpacked(content)), partial=partial, key=key)


@routes.post("/again")
async def again(
    visit: Vendor, file: UploadFile | None = None, partial: Annotated[bool, Form()] = False, key: Key = ""
) -> Response:
    """A file that was too large to be brought along."""
    document = await forms.document(file) if file is not None and file.filename else Document("", "", b"")
    return await visit.off_the_loop(_of_again, visit, document, partial, key)


def _of_again(visit: Visit, document: Document, partial: bool, key: str) -> Response:  # noqa: FBT001 - off the loop
    return _taken(visit, document, partial=partial, key=key)


def _rehearsed(visit: Visit, document: Document) -> Response:
    if not document.filename:
        return _choose(visit, wrong="Choose a file first.")
    visit.workspace.rewards.require_adding()
    sheet = _sheet(document)
    imported = take(sheet, visit.workspace.rewards.add_many, partial=True, dry_run=True)
    carried = base64.b64encode(document.content).decode() if len(document.content) <= CARRIED else ""
    return _page(visit, document.filename, imported, done=False, carried=carried)


def _taken(visit: Visit, document: Document, *, partial: bool, key: str) -> Response:
    visit.workspace.rewards.require_adding()
    sheet = _sheet(document)

    def add(rows: Sequence[NewReward], **how: Any) -> Intake:
        return _intake(once(visit, key, lambda workspace: workspace.rewards.add_many(rows, **how)))

    try:
        imported = take(sheet, add, partial=partial)
    except SentBefore:  # with another file
        return _choose(visit, wrong=f"{_ANOTHER} {document.filename}.")
    if imported.added and not imported.bad:
        return visit.go("/console/rewards", f"{imported.added} reward(s) were imported.")
    return _page(visit, document.filename, imported, done=True)


def _choose(visit: Visit, *, wrong: str = "") -> Response:
    status = 422 if wrong else 200
    return visit.show("console/import_rewards.html", headings=HEADINGS, wrong=wrong, status=status)


def _page(visit: Visit, name: str, imported: Imported, *, done: bool, carried: str = "") -> Response:
    lines = len({row.line for row in imported.bad})
    return visit.show(
        "console/imported.html", name=name, imported=imported, bad=imported.bad[:MOST_SHOWN], lines=lines, done=done,
        carried=carried, more=len(imported.bad) - MOST_SHOWN,
    )  # fmt: skip


def _sheet(document: Document) -> Sheet[NewReward]:
    sheet = parse(document.content, NewReward, file=document.filename)
    if len(sheet.rows) + len(sheet.bad) <= MOST_ROWS:
        return sheet
    return Sheet(sheet.file, (), (BadRow(sheet.file, 1, "", f"The file has over {MOST_ROWS} rows. Split it."),))


def _intake(answer: Any) -> Intake:
    """Also where it is the kept answer of an earlier press."""
    if isinstance(answer, Intake):
        return answer
    refused = ((place, tuple(Problem(**each) for each in problems)) for place, problems in answer["refused"])
    return Intake(answer["added"], tuple(refused))


def _unpacked(content: str) -> bytes:
    """What is no base64 is an empty file, which is told."""
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        return b""


_ANOTHER = "That page was of another file, which is imported; nothing was done with this one. To import it, choose here"
HEADINGS = ("reference", "partner", "description", "amount", "currency", "occurred_on", "status")
