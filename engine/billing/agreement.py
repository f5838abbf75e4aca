"""
The self-billing agreement: its text, its period, its life, and whether it is in force. It knows no rows and no clock.

Sources: Directive 2006/112/EC art. 224 (prior agreement, acceptance of each invoice); HMRC Notice 700/62 (period, no
invoices of the seller's own, duty to tell of a changed VAT number).
"""

import calendar
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib.resources import files
from string import Template
from typing import Literal

from engine.billing.invoice import Party
from engine.billing.parties import BuyerDetails, SellerDetails

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
#: What an agreement rests on, and what people call it. Another one is another agreement.
DETAILS = {
    "seller_name": "the partner's legal name", "vat_number": "the VAT number", "tax_status": "the tax status",
    "buyer_name": "the buyer's name", "buyer_number": "the buyer's VAT number",
    "buyer_register": "the buyer's register number",
}  # fmt: skip
#: Of these the text says that a change ends it for the time being, also one that is taken back (clause 4).
SUSPENDING = ("vat_number", "tax_status")
SCOPE = "supplies_of_the_programme"  # all of them, also those made before that were not invoiced yet

AgreementLife = Literal["none", "offered", "accepted", "expiring", "expired", "revoked", "superseded", "suspended"]
AgreementState = Literal["none", "not_yet", "in_force", "expired", "revoked", "superseded", "changed"]


@dataclass(frozen=True, slots=True)
class AgreementText:
    """
    The exact text shown, and what proves it: its version, language and the sha256 of its UTF-8 bytes. `terms` is the
    sha256 of the same text without the seller's own details: whoever accepts sends it back, and so accepts what was
    shown.
    """

    version: str
    language: str
    text: str
    sha256: str
    terms: str


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """
    An agreement as it was accepted. Instants are UTC; `valid_until` is the first instant that is outside. `signed`:
    the `DETAILS` that it rests on; one that was not known yet is not there. `suspended`: those of `SUSPENDING` that
    have changed since it was signed, whatever they are now.
    """

    accepted_at: datetime | None
    valid_from: datetime
    valid_until: datetime
    signed: Mapping[str, str] = field(default_factory=dict)
    revoked_at: datetime | None = None
    superseded: bool = False
    suspended: tuple[str, ...] = ()


def agreement_text(
    seller: Party,
    buyer: Party,
    *,
    begins: date,
    ends: date,
    version: str = CURRENT_VERSION,
    silence_days: int = SILENCE_DAYS,
    language: str = "en",
    written: Callable[[date, str, str], str] = lambda day, _language, _country: day.isoformat(),
) -> AgreementText:
    """
    The text for these two, filled in; in English where there is none in `language`. `begins`: its first day on the
    account's clocks; `ends`: the first day outside; `written`: how a day is written in a language in the seller's
    country ('' while it is none of the terms). The same facts give the same bytes, so its hash is a proof.
    """
    language = language if language in LANGUAGES else "en"
    template = files("engine.billing").joinpath("agreements", f"{version}.{language}.txt").read_text(encoding="utf-8")

    def filled(named: str, country: str) -> str:
        days = {name: written(day, language, country) for name, day in (("valid_from", begins), ("valid_until", ends))}
        told = {"seller": named, "buyer": _named(buyer, language), "silence_days": silence_days}
        return Template(template).substitute(told, **days)

    text, terms = filled(_named(seller, language), seller.address.country), filled(_TO_COME[language], "")
    return AgreementText(version, language, text, _sha256(text), _sha256(terms))


def text_of_paper(evidence: str, *, language: str) -> AgreementText:
    """What is kept of a paper whose text we did not write: that its terms are those of its picture (a sha256)."""
    language = language if language in LANGUAGES else "en"
    text = _AS_ON_PAPER[language].format(evidence) + "\n"
    return AgreementText("paper", language, text, _sha256(text), "")


def period_end(begins: date, *, months: int = MONTHS) -> date:
    """The same day `months` later, or that month's last day where it has no such day: from 29 February to the 28th."""
    years, month = divmod(begins.month - 1 + months, 12)
    year, month = begins.year + years, month + 1
    return date(year, month, min(begins.day, calendar.monthrange(year, month)[1]))


def details_of(seller: SellerDetails, buyer: BuyerDetails) -> dict[str, str]:
    """The `DETAILS` of an agreement between these two; '' for what is not known yet."""
    sold = (seller.legal_name, seller.vat_number, seller.tax_status)
    values = (*sold, buyer.legal_name, buyer.vat_number, buyer.legal_number)
    return {name: value or "" for name, value in zip(DETAILS, values, strict=True)}


def changed(facts: AgreementFacts, details: Mapping[str, str]) -> tuple[str, ...]:
    """
    Which `DETAILS` are others than those an agreement rests on, or have been since. What it was signed without is
    completed, not changed, by the first one. A buyer's VAT number says who it is, whatever its name (Directive
    2006/112/EC art. 214); a buyer that has none is known by its name and register; what it does not tell is incomplete,
    not another.
    """
    signed = facts.signed
    numbered = signed.get("buyer_number") and details.get("buyer_number")
    silent = {"buyer_name", "buyer_register"} if numbered else {"buyer_number"}
    silent |= {name for name in ("buyer_name", "buyer_register") if not details.get(name)}
    return tuple(
        name for name in DETAILS
        if name in facts.suspended
        or (name not in silent and signed.get(name) and not same(signed[name], details.get(name, "")))
    )  # fmt: skip


def same(one: str, other: str) -> bool:
    """Whether two writings are of one name or number."""
    return _plain(one) == _plain(other)


def agreement_state(facts: AgreementFacts | None, *, at: datetime, details: Mapping[str, str]) -> AgreementState:
    """How an agreement stands at the instant `at`, between a seller and a buyer whose `DETAILS` are now these."""
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
    return "changed" if changed(facts, details) else "in_force"


def life_of(
    facts: AgreementFacts | None, *, at: datetime, details: Mapping[str, str], offered: bool = False
) -> AgreementLife:
    """
    Where an agreement is in its life at the instant `at`. `offered`: a text was offered after it and not answered yet.
    One that rests on details which have changed since is suspended until it is renewed.
    """
    state = agreement_state(facts, at=at, details=details)
    if facts is not None and state in ("in_force", "not_yet"):
        return "expiring" if facts.valid_until - at <= timedelta(days=EXPIRING_DAYS) else "accepted"
    if offered:
        return "offered"
    return _LIVES[state]


def in_force(facts: AgreementFacts | None, *, at: datetime, details: Mapping[str, str]) -> bool:
    """Accepted before `at`, inside its period, neither revoked nor superseded, and what it rests on is unchanged."""
    return agreement_state(facts, at=at, details=details) == "in_force"


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


def _plain(value: str) -> str:
    """Without what two writings of one name or number may differ in."""
    return "".join(each for each in value.casefold() if each.isalnum())


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_LIVES: dict[AgreementState, AgreementLife] = {
    "none": "none",
    "expired": "expired",
    "revoked": "revoked",
    "superseded": "superseded",
    "changed": "suspended",
}
_NUMBERS = {
    "en": ("VAT number", "tax number"),
    "fr": ("numéro de TVA", "numéro fiscal"),
    "de": ("USt-IdNr.", "Steuernummer"),
    "es": ("número de IVA", "número fiscal"),
    "it": ("partita IVA", "codice fiscale"),
    "nl": ("btw-nummer", "fiscaal nummer"),
}
_AS_ON_PAPER = {
    "en": "The terms are those of the paper that was signed. SHA-256 of its picture: {}",
    "fr": "Les conditions sont celles du document papier signé. SHA-256 de son image : {}",
    "de": "Es gelten die Bedingungen des unterschriebenen Papiers. SHA-256 seines Abbilds: {}",
    "es": "Las condiciones son las del documento en papel firmado. SHA-256 de su imagen: {}",
    "it": "Le condizioni sono quelle del documento cartaceo firmato. SHA-256 della sua immagine: {}",
    "nl": "De voorwaarden zijn die van het ondertekende papier. SHA-256 van de afbeelding ervan: {}",
}
_TO_COME = {
    "en": "(name and address as they are given on opting in)",
    "fr": "(nom et adresse tels qu'ils sont indiqués lors de l'adhésion)",
    "de": "(Name und Anschrift, wie sie bei der Zustimmung angegeben werden)",
    "es": "(nombre y dirección según se indiquen al adherirse)",
    "it": "(nome e indirizzo come indicati all'adesione)",
    "nl": "(naam en adres zoals opgegeven bij de aanmelding)",
}
