"""
An agreement that was signed on paper: whether it counts, and its picture. It does not know what follows from it.

A paper tells of the past, so it can be too old to say what two agreed last: one that is over, one from before the
partner or the vendor ended it, one from before the agreement that is in force now. What was offered and printed says
itself between whom, from when to when and with how many days of silence: nothing else is recorded with it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from engine.billing.agreement import DETAILS, AgreementText, details_of, period_end, same, text_of_paper
from engine.billing.parties import NEEDED_TO_SIGN, BuyerDetails, SellerDetails
from engine.billing.text import text_problems
from engine.clock import moment
from engine.contracts import Document
from engine.errors import Invalid, Problem
from engine.files import DatabaseFiles
from engine.signed import accepted_on
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
    signed. An offered text says both itself.
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


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed on: a text, the days of silence it says, its first day and the first one outside it."""

    text: AgreementText
    silence_days: int
    first_day: date
    end_day: date


def require(
    tx: Tx,
    caller: Caller,
    partner_id: str,
    paper: Paper,
    *,
    seller: SellerDetails,
    buyer: BuyerDetails,
    last: Any,
    zone: ZoneInfo,
) -> None:
    """
    That a paper can be kept and counts, names a seller who can sign, and is between these two. `last`: the row of the
    partner's newest agreement, or None.

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
    offer = _offered(tx, caller, partner_id, paper)
    contradicted = list(_against_offer(paper, offer, details_of(seller, buyer)))
    problems += contradicted or _wrong_end(_as_offered(paper, offer), today)
    problems += upload_problems("document", paper.document)
    if paper.silence_days is not None and not 1 <= paper.silence_days <= 90:
        problems.append(Problem("silence_days", f"{paper.silence_days} is not from 1 to 90."))
    if problems:
        raise Invalid("The signed paper", problems)


def agreed_on(tx: Tx, caller: Caller, partner_id: str, paper: Paper, *, language: str, days: int) -> Agreed:
    """What was signed: the offered text with what it says, or the paper's own from the day it was signed."""
    if row := _offered(tx, caller, partner_id, paper):
        text = AgreementText(row.text_version, row.language, row.text, row.text_hash, "")
        return Agreed(text, row.silence_days, date.fromisoformat(row.first_day), date.fromisoformat(row.end_day))
    text = text_of_paper(sha256(paper.document.content).hexdigest(), language=language)
    silence = days if paper.silence_days is None else paper.silence_days
    return Agreed(text, silence, paper.signed_on, paper.end_day)


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


def _as_offered(paper: Paper, offer: Any) -> Paper:
    return replace(paper, ends=date.fromisoformat(offer.end_day)) if offer else paper


def _against_offer(paper: Paper, offer: Any, details: Mapping[str, str]) -> Iterator[Problem]:
    """What a paper is said to be, and what the offered text on it says instead."""
    if not paper.offer:
        return
    if offer is None:
        yield Problem("offer", "no text with this hash was offered to the partner; look at what was.")
        return
    if not offer.details:
        yield Problem("offer", f"whom this text names was not kept when it was offered. {_ANEW}")
        return
    if paper.signed_on.isoformat() < offer.first_day:
        yield Problem("signed_on", f"{paper.signed_on} is before {offer.first_day}, when this text was offered.")
    for name, was in json.loads(offer.details).items():
        if was and not same(was, details[name]):
            told = f"{DETAILS[name]} is '{was}' in the offered text, and '{details[name]}' now. {_ANEW}"
            yield Problem("offer", told)
    says = {"silence_days": str(offer.silence_days), "ends": offer.end_day}
    for name, said in says.items():
        if (given := getattr(paper, name)) is not None and str(given) != said:
            yield Problem(name, f"{given} is given, and the offered text says {said}; leave it out.")


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
    if last and not last.revoked_at and signed_on < (younger := accepted_on(last, zone)):
        yield f"version {last.version}, of {younger}, is younger; what was signed before does not replace it."


def _day(stamp: str, zone: ZoneInfo) -> date:
    return moment(stamp).astimezone(zone).date()


_ANEW = "Offer the agreement anew, and have that text signed."
_A_YEAR = "an agreement runs a year at most, so that both renew it."
_OFFER = """
    SELECT text_version, language, text, text_hash, silence_days, first_day, end_day, details FROM agreement_offer
    WHERE account_id = :account AND partner_id = :partner AND text_hash = :sha256 ORDER BY offered_at DESC LIMIT 1"""
_ENDED = """
    SELECT verb, at FROM history
    WHERE account_id = :account AND subject_id = :partner AND verb IN ('opt_out', 'revoke agreement')
    ORDER BY seq DESC LIMIT 1"""
