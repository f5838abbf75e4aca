"""
Whether a VAT number belongs to somebody: what a register that is asked online answers, and the answers that were kept.

Unknown is not valid. It knows no register's protocol, and asks nobody itself: no transaction waits for a register.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from engine.billing.errors import Missing, Who
from engine.clock import moment, stamp
from engine.store import Tx

Verdict = Literal["valid", "not valid", "unknown"]

#: How long an answer counts: registrations end, and an invoice goes by what was so when it was issued.
GOOD_FOR = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class VatAnswer:
    """`detail`: a word or two, such as MS_UNAVAILABLE; `consultation`: the register's own number of the question."""

    verdict: Verdict
    detail: str = ""
    consultation: str = ""


class VatCheck(Protocol):
    """A register that can be asked. It answers `unknown` whenever it does not know, and raises nothing."""

    @property
    def name(self) -> str: ...

    def covers(self, country: str) -> bool:
        """Whether it has the VAT numbers of this country."""
        ...

    def ask(self, country: str, vat_number: str, *, asker: str) -> VatAnswer:
        """
        vat_number: with its country's letters. asker: the VAT number of who asks, which earns a consultation number;
        '' for nobody's.
        """
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """Which number was asked about, by whom (an actor's id), where and when."""

    country: str
    vat_number: str
    source: str
    asked_by: str
    asked_at: datetime


def keep(tx: Tx, account_id: str, question: Question, answer: VatAnswer) -> None:
    """The answer as a row, in a transaction in which the account is locked."""
    last = latest(tx, account_id, question.vat_number)
    tx.insert(
        "vat_answer", account_id=account_id, vat_number=question.vat_number, seq=last.seq + 1 if last else 1,
        country=question.country, verdict=answer.verdict, detail=answer.detail, consultation=answer.consultation,
        source=question.source, asked_at=stamp(question.asked_at), asked_by=question.asked_by,
    )  # fmt: skip


def latest(tx: Tx, account_id: str, vat_number: str) -> Any:
    """The newest answer's row, or None."""
    return tx.one(_LATEST, account=account_id, number=vat_number)


def unconfirmed(row: Any, vat_number: str, *, whose: Who, now: datetime) -> list[Missing]:
    """What is missing while the newest answer (`row`, or None) does not say valid. whose: who supplies the number."""
    if row is None:
        return [Missing("vat_number", f"{vat_number} was not looked up in the register yet: ask it.", "vendor")]
    told = f"{row.source} answered on {row.asked_at[:10]}"
    if row.verdict == "not valid":
        return [Missing("vat_number", f"{vat_number} is not a valid VAT number: so {told}. Correct it.", whose)]
    if row.verdict != "valid":
        return [Missing("vat_number", f"Whether {vat_number} is valid is unknown: so {told}. Ask again.", "vendor")]
    if moment(row.asked_at) < now - GOOD_FOR:
        return [Missing("vat_number", f"{vat_number} was valid, as {told}, too long ago: ask again.", "vendor")]
    return []


_LATEST = """
    SELECT seq, country, verdict, detail, consultation, source, asked_at, asked_by FROM vat_answer
    WHERE account_id = :account AND vat_number = :number ORDER BY seq DESC LIMIT 1"""
