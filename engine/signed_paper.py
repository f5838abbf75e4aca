"""
An agreement that was signed on paper: whether it counts, and its picture. It does not know what follows from it.

A paper tells of the past, so it can be too old to say what two agreed last: one that is over, one from before the
partner or the vendor ended it, one from before the agreement that is in force now.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from engine.billing.agreement import AgreementText, period_end, text_of_paper
from engine.billing.parties import NEEDED_TO_SIGN, SellerDetails
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
    """
    A signed paper: who signed it, as it stands there, on which day, and its picture (PDF, PNG or JPEG). `offer`: the
    sha256 of the offered text that was printed and signed, '' for a text of the two's own; `silence_days` as it says,
    None: as the account's agreements do; `ends` the first day outside it by its own term, None: a year after it was
    signed.
    """

    signed_by: str
    signed_on: date
    document: Document
    offer: str = ""
    silence_days: int | None = None
    ends: date | None = None

    @property
    def end_day(self) -> date:
        """The first day outside it."""
        return self.ends or period_end(self.signed_on)


def require(
    tx: Tx, caller: Caller, partner_id: str, paper: Paper, *, seller: SellerDetails, last: Any, zone: ZoneInfo
) -> None:
    """
    That a paper can be kept and counts, and names a seller who can sign. `last`: the row of the partner's newest
    agreement, or None.

    Raises:
        Invalid: everything that speaks against it.
    """
    today = caller.now.astimezone(zone).date()
    problems = [
        Problem(name, f"the seller's {called} is needed; give the one that the paper says.")
        for name, called in NEEDED_TO_SIGN.items()
        if not getattr(seller, name).strip()
    ]
    problems += [Problem("signed_by", each.sentence) for each in text_problems("signed_by", paper.signed_by, 200)]
    if not paper.signed_by.strip():
        problems.append(Problem("signed_by", "name who signed it, as it stands on the paper."))
    if paper.signed_on > today:
        problems.append(Problem("signed_on", f"{paper.signed_on} is still to come."))
    ended = tx.one(_ENDED, account=caller.account_id, partner=partner_id)
    problems += [Problem("signed_on", told) for told in _too_old(paper.signed_on, ended, last, zone=zone)]
    problems += _wrong_end(paper, today)
    problems += upload_problems("document", paper.document)
    if paper.offer and not _offered(tx, caller, partner_id, paper):
        problems.append(Problem("offer", "no text with this hash was offered to the partner; look at what was."))
    if paper.silence_days is not None and not 1 <= paper.silence_days <= 90:
        problems.append(Problem("silence_days", f"{paper.silence_days} is not from 1 to 90."))
    if problems:
        raise Invalid("The signed paper", problems)


def text_on(
    tx: Tx, caller: Caller, partner_id: str, paper: Paper, *, language: str, days: int
) -> tuple[AgreementText, int]:
    """What was signed, and the days of silence that it says: the offered text, or the paper's own."""
    if row := _offered(tx, caller, partner_id, paper):
        found = AgreementText(row.text_version, row.language, row.text, row.text_hash, "")
        return found, row.silence_days if paper.silence_days is None else paper.silence_days
    picture = sha256(paper.document.content).hexdigest()
    return text_of_paper(picture, language=language), days if paper.silence_days is None else paper.silence_days


def _offered(tx: Tx, caller: Caller, partner_id: str, paper: Paper) -> Any:
    return tx.one(_OFFER, account=caller.account_id, partner=partner_id, sha256=paper.offer) if paper.offer else None


def keep(tx: Tx, caller: Caller, paper: Paper) -> Mapping[str, str]:
    """Keep its picture; returns the columns of `agreement_signing` that tell of it."""
    document = named_for_its_bytes(paper.document)
    sha256 = DatabaseFiles(tx, caller.account_id, caller.now).put(document)
    return {
        "signed_by": paper.signed_by.strip(), "signed_on": paper.signed_on.isoformat(), "evidence": sha256,
        "evidence_name": document.filename,
    }  # fmt: skip


def _wrong_end(paper: Paper, today: date) -> Iterator[Problem]:
    if paper.signed_on > today:  # told of already, and a year after it there may be no day at all
        return
    latest = period_end(paper.signed_on)
    if not paper.signed_on < paper.end_day <= latest:
        yield Problem("ends", f"give a day after {paper.signed_on} and no later than {latest}: {_A_YEAR}")
    elif paper.end_day <= today:
        told = f"an agreement signed on {paper.signed_on} was over on {paper.end_day}; have it signed anew."
        yield Problem("ends" if paper.ends else "signed_on", told)


def _too_old(signed_on: date, ended: Any, last: Any, *, zone: ZoneInfo) -> Iterator[str]:
    if ended and signed_on <= (ended_on := _day(ended.at, zone)):
        told = "the partner opted out" if ended.verb == "opt_out" else "the agreement was revoked"
        yield f"{told} on {ended_on}; only what was signed after that day counts."
    if last and not last.revoked_at and signed_on < (younger := _day(last.valid_from, zone)):
        yield f"version {last.version}, of {younger}, is younger; what was signed before does not replace it."


def _day(stamp: str, zone: ZoneInfo) -> date:
    return moment(stamp).astimezone(zone).date()


_A_YEAR = "an agreement runs a year at most, so that both renew it."
_OFFER = """
    SELECT text_version, language, text, text_hash, silence_days FROM agreement_offer
    WHERE account_id = :account AND partner_id = :partner AND text_hash = :sha256 ORDER BY offered_at DESC LIMIT 1"""
_ENDED = """
    SELECT verb, at FROM history
    WHERE account_id = :account AND subject_id = :partner AND verb IN ('opt_out', 'revoke agreement')
    ORDER BY seq DESC LIMIT 1"""
