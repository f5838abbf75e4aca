"""
An agreement that was signed on paper: whether it counts, and its picture. It does not know what follows from it.

A paper tells of the past, so it can be too old to say what two agreed last: one that is over, one from before the
partner or the vendor ended it, one from before the agreement that is in force now.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from engine.billing.agreement import period_end
from engine.billing.text import text_problems
from engine.clock import moment
from engine.contracts import Document
from engine.errors import Invalid, Problem
from engine.files import DatabaseFiles
from engine.store import Tx
from engine.uploads import named_for_its_bytes, upload_problems
from engine.world import Caller

NO_PAPER = {"signed_by": "", "signed_on": "", "evidence": "", "evidence_name": ""}


@dataclass(frozen=True, slots=True)
class Paper:
    """A signed paper: who signed it, as it stands there, on which day, and its picture (PDF, PNG or JPEG)."""

    signed_by: str
    signed_on: date
    document: Document


def require(tx: Tx, caller: Caller, partner_id: str, paper: Paper, *, last: Any, zone: ZoneInfo) -> None:
    """
    That a paper can be kept and counts. `last`: the row of the partner's newest agreement, or None.

    Raises:
        Invalid: everything that speaks against it.
    """
    today = caller.now.astimezone(zone).date()
    problems = [Problem("signed_by", each.sentence) for each in text_problems("signed_by", paper.signed_by, 200)]
    if not paper.signed_by.strip():
        problems.append(Problem("signed_by", "name who signed it, as it stands on the paper."))
    if paper.signed_on > today:
        problems.append(Problem("signed_on", f"{paper.signed_on} is still to come."))
    ended = tx.one(_ENDED, account=caller.account_id, partner=partner_id)
    problems += [Problem("signed_on", told) for told in _too_old(paper.signed_on, today, ended, last, zone=zone)]
    problems += upload_problems("document", paper.document)
    if problems:
        raise Invalid("The signed paper", problems)


def keep(tx: Tx, caller: Caller, paper: Paper) -> Mapping[str, str]:
    """Keep its picture; returns the columns of `agreement_signing` that tell of it."""
    document = named_for_its_bytes(paper.document)
    sha256 = DatabaseFiles(tx, caller.account_id, caller.now).put(document)
    return {
        "signed_by": paper.signed_by.strip(), "signed_on": paper.signed_on.isoformat(), "evidence": sha256,
        "evidence_name": document.filename,
    }  # fmt: skip


def _too_old(signed_on: date, today: date, ended: Any, last: Any, *, zone: ZoneInfo) -> Iterator[str]:
    over_on = period_end(signed_on)
    if over_on <= today:
        yield f"an agreement signed on {signed_on} was over on {over_on}; have it signed anew."
    if ended and signed_on <= (ended_on := _day(ended.at, zone)):
        told = "the partner opted out" if ended.verb == "opt_out" else "the agreement was revoked"
        yield f"{told} on {ended_on}; only what was signed after that day counts."
    if last and not last.revoked_at and signed_on < (younger := _day(last.valid_from, zone)):
        yield f"version {last.version}, of {younger}, is younger; what was signed before does not replace it."


def _day(stamp: str, zone: ZoneInfo) -> date:
    return moment(stamp).astimezone(zone).date()


_ENDED = """
    SELECT verb, at FROM history
    WHERE account_id = :account AND subject_id = :partner AND verb IN ('opt_out', 'revoke agreement')
    ORDER BY seq DESC LIMIT 1"""
