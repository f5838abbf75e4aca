"""
The self-billing agreement: its text, its period, its life, and whether it is in force. It knows no rows and no clock.

Sources: Directive 2006/112/EC art. 224 (prior agreement, acceptance of each invoice); HMRC Notice 700/62 (period, no
invoices of the seller's own, duty to tell of a changed VAT number).
"""

import calendar
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from string import Template
from typing import Literal

from engine.billing.invoice import Party

CURRENT_VERSION = "2026-1"
MONTHS = 12
SILENCE_DAYS = 14  # after so many days an invoice that was not contested counts as accepted

LANGUAGES = ("en", "fr", "de", "es", "it", "nl")
EXPIRING_DAYS = 30  # before its end, when the first reminder goes out

#: What each numbered clause of the text is for, in order; every language has all of them.
CLAUSES = (
    "authorisation", "no_own_invoices", "acceptance", "duty_to_tell", "mention_and_series", "correction", "term",
    "copies",
)  # fmt: skip
SCOPE = "supplies_of_the_programme"  # all of them, also those made before that were not invoiced yet

AgreementLife = Literal["none", "offered", "accepted", "expiring", "expired", "revoked", "superseded", "suspended"]
AgreementState = Literal["none", "not_yet", "in_force", "expired", "revoked", "superseded", "vat_changed"]


@dataclass(frozen=True, slots=True)
class AgreementText:
    """The exact text shown, and what proves it: its version, language and the sha256 of its UTF-8 bytes."""

    version: str
    language: str
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """
    An agreement as it was accepted. Instants are UTC; `valid_until` is the first instant that is outside.
    `vat_number` is the seller's at signing.
    """

    accepted_at: datetime | None
    valid_from: datetime
    valid_until: datetime
    vat_number: str | None = None
    revoked_at: datetime | None = None
    superseded: bool = False


def agreement_text(
    seller: Party,
    buyer: Party,
    *,
    valid_from: datetime,
    valid_until: datetime,
    version: str = CURRENT_VERSION,
    silence_days: int = SILENCE_DAYS,
    language: str = "en",
) -> AgreementText:
    """
    The text for these two, filled in; in English where there is none in `language`. The same facts give the same bytes,
    so its hash is a proof.
    """
    language = language if language in LANGUAGES else "en"
    template = files("engine.billing").joinpath("agreements", f"{version}.{language}.txt").read_text(encoding="utf-8")
    text = Template(template).substitute(
        seller=_named(seller, language),
        buyer=_named(buyer, language),
        valid_from=valid_from.date().isoformat(),
        valid_until=valid_until.date().isoformat(),
        silence_days=silence_days,
    )
    return AgreementText(version, language, text, hashlib.sha256(text.encode()).hexdigest())


def period_end(valid_from: datetime, *, months: int = MONTHS) -> datetime:
    """The same day `months` later, or that month's last day where it has no such day: from 29 February to the 28th."""
    years, month = divmod(valid_from.month - 1 + months, 12)
    year, month = valid_from.year + years, month + 1
    return valid_from.replace(year=year, month=month, day=min(valid_from.day, calendar.monthrange(year, month)[1]))


def agreement_state(facts: AgreementFacts | None, *, at: datetime, vat_number: str | None) -> AgreementState:
    """
    How an agreement stands at the instant `at` for a seller whose VAT number is now `vat_number`. One that was signed
    without a number is completed, not changed, by the first one.
    """
    if facts is None or facts.accepted_at is None:
        return "none"
    if facts.revoked_at is not None and facts.revoked_at <= at:
        return "revoked"
    if facts.superseded:
        return "superseded"
    if at < max(facts.accepted_at, facts.valid_from):
        return "not_yet"
    if at >= facts.valid_until:
        return "expired"
    signed_with = _plain(facts.vat_number)
    return "in_force" if signed_with in ("", _plain(vat_number)) else "vat_changed"


def life_of(
    facts: AgreementFacts | None, *, at: datetime, vat_number: str | None, offered: bool = False
) -> AgreementLife:
    """
    Where an agreement is in its life at the instant `at`. `offered`: a text was offered after it and not answered yet.
    One whose seller's VAT number has changed since is suspended until it is renewed.
    """
    state = agreement_state(facts, at=at, vat_number=vat_number)
    if facts is not None and state in ("in_force", "not_yet"):
        return "expiring" if facts.valid_until - at <= timedelta(days=EXPIRING_DAYS) else "accepted"
    if offered:
        return "offered"
    return _LIVES[state]


def in_force(facts: AgreementFacts | None, *, at: datetime, vat_number: str | None) -> bool:
    """Accepted before `at`, inside its period, neither revoked nor superseded, and the VAT number is unchanged."""
    return agreement_state(facts, at=at, vat_number=vat_number) == "in_force"


def _named(party: Party, language: str) -> str:
    where = party.address
    vat, tax = _NUMBERS[language]
    place = " ".join(part for part in (where.postcode, where.city) if part)
    address = (where.line1, where.line2, place, where.region, where.country)
    parts = [party.legal_name, *(part for part in address if part)]
    if party.vat_number:
        parts.append(f"{vat} {party.vat_number}")
    elif party.tax_number:
        parts.append(f"{tax} {party.tax_number}")
    return ", ".join(part for part in parts if part) or _TO_COME[language]


def _plain(number: str | None) -> str:
    return "".join(each for each in (number or "").upper() if each.isalnum())


_LIVES: dict[AgreementState, AgreementLife] = {
    "none": "none",
    "expired": "expired",
    "revoked": "revoked",
    "superseded": "superseded",
    "vat_changed": "suspended",
}
_NUMBERS = {
    "en": ("VAT number", "tax number"),
    "fr": ("numéro de TVA", "numéro fiscal"),
    "de": ("USt-IdNr.", "Steuernummer"),
    "es": ("número de IVA", "número fiscal"),
    "it": ("partita IVA", "codice fiscale"),
    "nl": ("btw-nummer", "fiscaal nummer"),
}
_TO_COME = {
    "en": "(name and address as they are given on opting in)",
    "fr": "(nom et adresse tels qu'ils sont indiqués lors de l'adhésion)",
    "de": "(Name und Anschrift, wie sie bei der Zustimmung angegeben werden)",
    "es": "(nombre y dirección según se indiquen al adherirse)",
    "it": "(nome e indirizzo come indicati all'adesione)",
    "nl": "(naam en adres zoals opgegeven bij de aanmelding)",
}
