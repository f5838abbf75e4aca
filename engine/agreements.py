"""
Self-billing agreements as rows: offered, accepted, renewed, revoked, recorded from paper, and read back for an audit.

A record is written once: a renewal is a new version, an end is noted beside it. The text and its life are rules of
`billing.agreement`; whether an invoice may be issued under one is decided in `invoicing`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from engine import history, notices, reference, reminders, signed, signed_paper, waiting
from engine.accounts import zone_of
from engine.billing import agreement as rules
from engine.billing.agreement import CLAUSES, SCOPE, AgreementLife, AgreementText
from engine.billing.parties import BuyerDetails, SellerDetails
from engine.clock import moment, stamp
from engine.contracts import Document
from engine.errors import Invalid, NotFound, Problem
from engine.files import DatabaseFiles
from engine.ids import new_id
from engine.signed import SIGNED, agreement_facts, agreement_of
from engine.signed_paper import NO_PAPER, Agreed, Paper
from engine.store import Tx
from engine.views.names import name_of, who
from engine.world import Caller


@dataclass(frozen=True, slots=True)
class AgreementView:
    """
    One version, whole. `life` as it is now; instants in UTC, the first outside it is `valid_until`; `first_day` and
    `end_day`, the first one outside, as its text says them; `method` portal, api or paper, whose `accepted_by` and
    `accepted_at` tell who recorded it and when ('' where a partner may not know who of the vendor's did); `evidence`
    the sha256 of the paper's picture; seller and buyer as they signed, as far as that was known. `accepted_by_name` and
    `revoked_by_name`: a person's or token's; where none is known, the id that was given.
    """

    partner: str
    version: int
    life: AgreementLife
    text_version: str
    sha256: str
    language: str
    text: str
    clauses: tuple[str, ...]
    scope: str
    vat_number: str
    seller_status: str
    method: str
    accepted_by: str
    accepted_at: str
    accepted_from: str
    signed_by: str
    signed_on: str
    evidence: str
    valid_from: str
    valid_until: str
    first_day: str
    end_day: str
    revoked_at: str
    revoked_reason: str
    silence_days: int
    accepted_by_name: str = ""
    revoked_by: str = ""
    revoked_by_name: str = ""
    seller_name: str = ""
    buyer_name: str = ""
    buyer_number: str = ""
    buyer_register: str = ""


@dataclass(frozen=True, slots=True)
class OfferView:
    """A text that a partner was offered, as it read then; `offered_at` in UTC, `offered_by_name` as of agreements."""

    offered_at: str
    offered_by: str
    text_version: str
    sha256: str
    language: str
    text: str
    offered_by_name: str = ""


def text_for(partner: Any, seller: SellerDetails, buyer: BuyerDetails, *, days: int, begins: date) -> AgreementText:
    """The text between these two, from the day `begins` on, in the partner's language, days as in its country."""
    return rules.agreement_text(
        seller.to_party(partner.code), buyer.to_party(), begins=begins, ends=rules.period_end(begins),
        silence_days=days, language=partner.language, written=reference.day_written,
    )  # fmt: skip


def accept_within(
    tx: Tx,
    caller: Caller,
    partner: Any,
    seller: SellerDetails,
    buyer: BuyerDetails,
    *,
    days: int,
    paper: Paper | None = None,
    terms: str = "",
) -> int:
    """
    The agreement as a new version, in the open transaction in which account and partner are locked; the one before is
    superseded, never edited. One on paper is valid from the day it was signed, or that its offered text says, and
    counts from now on. Every one ends with a day of the account's clocks. `terms`: those that were shown
    (`AgreementText.terms`). Returns the version.

    Raises:
        Invalid: the terms are not those that were shown, a token names none, or the paper cannot be kept or counts not.
    """
    now, zone, agreement_id = caller.now, zone_of(tx, caller.account_id), new_id()
    last = agreement_of(tx, caller.account_id, partner.id)
    if paper:
        signed_paper.require(tx, caller, partner.id, paper, seller=seller, buyer=buyer, last=last, zone=zone)
        agreed = signed_paper.agreed_on(tx, caller, partner.id, paper, language=partner.language, days=days)
    else:
        agreed = _from(now.astimezone(zone).date(), partner, seller, buyer, days=days)
        _require_shown(caller, terms, agreed.text)
    text, ends = agreed.text, _midnight(agreed.end_day, zone)
    begins = _midnight(agreed.first_day, zone) if paper else now
    version = _supersede(tx, caller, last, by=agreement_id) + 1
    tx.insert(
        "agreement", account_id=caller.account_id, id=agreement_id, partner_id=partner.id, version=version,
        text_version=text.version, text_hash=text.sha256, language=text.language, text=text.text,
        vat_number=seller.vat_number or "", accepted_by=caller.actor.id, accepted_at=stamp(now),
        accepted_from=caller.actor.origin, method=_method(caller, paper), valid_from=stamp(begins),
        valid_until=stamp(ends), revoked_by="", revoked_reason="",
    )  # fmt: skip
    tx.insert(
        "agreement_terms", account_id=caller.account_id, agreement_id=agreement_id, silence_days=agreed.silence_days,
        first_day=agreed.first_day.isoformat(), end_day=agreed.end_day.isoformat(),
    )  # fmt: skip
    _keep_signing(tx, caller, agreement_id, seller, paper, clauses=() if text.version == "paper" else CLAUSES)
    signed.keep(tx, caller.account_id, agreement_id, rules.details_of(seller, buyer))
    reminders.remind_of(tx, caller.account_id, agreement_id, valid_until=ends, now=now)
    return version


def _from(day: date, partner: Any, seller: SellerDetails, buyer: BuyerDetails, *, days: int) -> Agreed:
    text = text_for(partner, seller, buyer, days=days, begins=day)
    return Agreed(text, days, day, rules.period_end(day))


def _require_shown(caller: Caller, terms: str, text: AgreementText) -> None:
    """What is accepted is what was shown; a token has no eyes, so it says which text its contact read."""
    if terms and terms != text.terms:
        raise Invalid("The agreement", [Problem("agreement_terms", _OTHER_TERMS)])
    if caller.actor.token and not terms:
        raise Invalid("The agreement", [Problem("agreement_terms", _WHICH_TERMS)])


def _supersede(tx: Tx, caller: Caller, last: Any, *, by: str) -> int:
    """The version that `by` takes the place of; 0 where there is none."""
    if last is None:
        return 0
    tx.run(_SUPERSEDE, account=caller.account_id, id=last.id, by=by)
    reminders.forget(tx, caller.account_id, last.id)
    return int(last.version)


def _keep_signing(
    tx: Tx, caller: Caller, agreement_id: str, seller: SellerDetails, paper: Paper | None, *, clauses: Sequence[str]
) -> None:
    tx.insert(
        "agreement_signing", account_id=caller.account_id, agreement_id=agreement_id,
        seller_status=seller.tax_status, clauses=json.dumps(clauses), scope=SCOPE,
        **(signed_paper.keep(tx, caller, paper) if paper else NO_PAPER),
    )  # fmt: skip


def offer(caller: Caller, partner_code: str) -> AgreementText:
    """
    Offer a partner the agreement with the details it has given so far: the text is kept, the partner is told.

    Raises:
        NotAllowed: the role is none that runs the programme. NotFound.
    """
    caller.require("offer agreement", "vendor")

    def work(tx: Tx) -> AgreementText:
        partner, now = _partner(tx, caller, partner_code, lock=True), caller.now
        seller, buyer = SellerDetails.from_json(json.loads(partner.seller)), _buyer(partner)
        today = now.astimezone(ZoneInfo(partner.timezone)).date()
        agreed = _from(today, partner, seller, buyer, days=partner.acceptance_days)
        text = agreed.text
        tx.insert(
            "agreement_offer", account_id=caller.account_id, id=new_id(), partner_id=partner.id,
            text_version=text.version, text_hash=text.sha256, language=text.language, text=text.text,
            offered_by=caller.actor.id, offered_at=stamp(now), silence_days=agreed.silence_days,
            first_day=agreed.first_day.isoformat(), end_day=agreed.end_day.isoformat(),
            details=json.dumps(rules.details_of(seller, buyer)),
        )  # fmt: skip
        _note(tx, caller, partner.id, "offer agreement", f"the self-billing agreement was offered, text {text.version}")
        notices.tell(
            tx, caller.account_id, audience="partner", partner_id=partner.id, subject_id=partner.id,
            topic="agreement_offered", now=now, facts={},
            sentence="You are offered a self-billing agreement. Read it and accept it at Account > Payouts.",
        )  # fmt: skip
        return text

    return caller.transact(work)


def revoke(caller: Caller, partner_code: str, *, reason: str) -> str:
    """
    The vendor ends a partner's agreement: nothing is issued under it from now on, and the partner cannot renew it until
    it is offered anew. Returns a sentence.

    Raises:
        NotAllowed: the role is not owner or admin. NotFound, ReasonRequired. Invalid: none is in force.
    """
    caller.require("revoke agreement", "admin")
    why = caller.require_reason("revoke agreement", reason)

    def work(tx: Tx) -> str:
        partner = _partner(tx, caller, partner_code, lock=True)
        if not revoke_within(tx, caller, partner.id, reason=why, also_over=True):
            raise Invalid(f"Partner {partner_code}", [Problem("", "it has no agreement that could be revoked.")])
        version = agreement_of(tx, caller.account_id, partner.id).version
        told = f"the self-billing agreement, version {version}, was revoked"
        _note(tx, caller, partner.id, "revoke agreement", told, reason=why)
        notices.tell(
            tx, caller.account_id, audience="partner", partner_id=partner.id, subject_id=partner.id,
            topic="agreement_revoked", sentence=f"Your self-billing agreement has ended: {why}",
            facts={"reason": why}, now=caller.now,
        )  # fmt: skip
        waiting.reconsider(tx, caller, partner_id=partner.id)
        return f"the agreement with {partner_code} was revoked"

    return caller.transact(work)


def revoke_within(tx: Tx, caller: Caller, partner_id: str, *, reason: str, also_over: bool = False) -> bool:
    """
    Note the end of the agreement that is not over yet, and forget its reminders; `also_over`: one that has run out too,
    so that its partner does not renew it. False when there is none.
    """
    if row := agreement_of(tx, caller.account_id, partner_id):
        reminders.forget(tx, caller.account_id, row.id)
    values = {"account": caller.account_id, "partner": partner_id, "actor": caller.actor.id, "reason": reason}
    return tx.run(_REVOKE, **values, now=stamp(caller.now), also_over=also_over) > 0


def life(tx: Tx, caller: Caller, partner_id: str, details: Mapping[str, str]) -> AgreementLife:
    """Where the partner's newest agreement is in its life."""
    row = agreement_of(tx, caller.account_id, partner_id)
    offered = tx.one(_OFFERED, account=caller.account_id, partner=partner_id)
    newer = offered is not None and (row is None or offered.offered_at > row.accepted_at)
    return rules.life_of(agreement_facts(row), at=caller.now, details=details, offered=newer)


def revoked_by_vendor(tx: Tx, caller: Caller, partner_id: str) -> bool:
    """Whether the vendor ended the last agreement and has offered none since; its partner alone cannot revive it."""
    last = tx.one(_LAST_WORD, account=caller.account_id, partner=partner_id)
    return last is not None and last.verb == "revoke agreement"


def offers(tx: Tx, caller: Caller, partner_code: str) -> list[OfferView]:
    """The texts that a partner was offered, the newest first; a contact sees its own partner's. Raises NotFound."""
    partner = _partner(tx, caller, partner_code)
    return [
        OfferView(row.offered_at, _seen(caller, row.offered_by), row.text_version, row.text_hash, row.language,
                  row.text, _seen(caller, row.offered_by, who(row.offered_by, row.offered_by_name)))
        for row in tx.all(_OFFERS, account=caller.account_id, partner=partner.id)
    ]  # fmt: skip


def versions(tx: Tx, caller: Caller, partner_code: str) -> list[AgreementView]:
    """Every version, the newest first; a contact sees its own partner's. Raises NotFound."""
    partner = _partner(tx, caller, partner_code)
    details = rules.details_of(SellerDetails.from_json(json.loads(partner.seller)), _buyer(partner))
    rows = tx.all(_VERSIONS, account=caller.account_id, partner=partner.id)
    return [_view(caller, partner, row, details=details) for row in rows]


def version_of(tx: Tx, caller: Caller, partner_code: str, version: int | None = None) -> AgreementView:
    """One version, without a number the newest. Raises NotFound."""
    for found in versions(tx, caller, partner_code):
        if version in (None, found.version):
            return found
    raise NotFound("agreement", partner_code if version is None else f"{partner_code} {version}")


def evidence(tx: Tx, caller: Caller, partner_code: str, version: int) -> Document:
    """The paper's picture, under the name it was recorded with. Raises NotFound: it was accepted in the portal."""
    found = version_of(tx, caller, partner_code, version)
    if not found.evidence:
        raise NotFound("paper", f"{partner_code} {version}")
    row = tx.one(_PAPER, account=caller.account_id, partner=found.partner, version=version)
    return DatabaseFiles(tx, caller.account_id, caller.now).sent(found.evidence, filename=row.evidence_name)


def _method(caller: Caller, paper: Paper | None) -> str:
    return "paper" if paper else "api" if caller.actor.token else "portal"


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _view(caller: Caller, partner: Any, row: Any, *, details: Mapping[str, str]) -> AgreementView:
    zone = ZoneInfo(partner.timezone)
    now_life = rules.life_of(agreement_facts(row), at=caller.now, details=details)
    days = [(row.first_day, row.valid_from), (row.end_day, row.valid_until)]  # older ones kept the instants alone
    first, end = (day or moment(instant).astimezone(zone).date().isoformat() for day, instant in days)
    return AgreementView(
        partner.code, row.version, now_life, row.text_version, row.text_hash, row.language, row.text,
        tuple(json.loads(row.clauses)), row.scope, row.vat_number, row.seller_status, row.method,
        _seen(caller, row.accepted_by), row.accepted_at, row.accepted_from, row.signed_by, row.signed_on,
        row.evidence, row.valid_from, row.valid_until, first, end, row.revoked_at or "", row.revoked_reason,
        row.silence_days, _seen(caller, row.accepted_by, who(row.accepted_by, row.accepted_by_name)),
        _seen(caller, row.revoked_by), _seen(caller, row.revoked_by, who(row.revoked_by, row.revoked_by_name)),
        **{name: getattr(row, f"signed_{name}") or "" for name in _PARTIES},
    )  # fmt: skip


def _seen(caller: Caller, actor: str, told: str | None = None) -> str:
    """Who did it, as the caller may know it: others' ids and names are not shown to a partner."""
    hidden = caller.actor.kind == "partner" and actor != caller.actor.id
    return "" if hidden else actor if told is None else told


def _partner(tx: Tx, caller: Caller, code: str, *, lock: bool = False) -> Any:
    if lock:
        tx.one("SELECT id FROM account WHERE id = :account FOR SHARE", account=caller.account_id)
    row = tx.one(_PARTNER + (" FOR UPDATE OF p" if lock else ""), account=caller.account_id, code=code)
    if row is None or caller.actor.partner_id not in (None, row.id):
        raise NotFound("partner", code)
    return row


def _buyer(partner: Any) -> BuyerDetails:
    return BuyerDetails.from_json(json.loads(partner.buyer))


def _note(tx: Tx, caller: Caller, partner_id: str, verb: str, sentence: str, *, reason: str = "") -> None:
    deed = history.Deed(verb, sentence=sentence, reason=reason)
    history.note(tx, "partner", caller.account_id, partner_id, deed, actor=caller.actor, now=caller.now)


_PARTIES = ("seller_name", "buyer_name", "buyer_number", "buyer_register")
_PARTNER = """
    SELECT p.id, p.code, p.language, p.seller, a.buyer, a.acceptance_days, a.timezone FROM partner p
    JOIN account a ON a.id = p.account_id WHERE p.account_id = :account AND p.code = :code"""
_SUPERSEDE = "UPDATE agreement SET superseded_by = :by WHERE account_id = :account AND id = :id"
_REVOKE = """
    UPDATE agreement SET revoked_at = :now, revoked_by = :actor, revoked_reason = :reason
    WHERE account_id = :account AND partner_id = :partner AND revoked_at IS NULL AND superseded_by IS NULL
        AND (valid_until > :now OR :also_over)"""
_OFFERED = """
    SELECT offered_at FROM agreement_offer
    WHERE account_id = :account AND partner_id = :partner ORDER BY offered_at DESC LIMIT 1"""
_OFFERED_BY = name_of("o", "offered_by", called="offered_by_name")
_OFFERS = f"""
    SELECT o.offered_at, o.offered_by, o.text_version, o.text_hash, o.language, o.text, {_OFFERED_BY}
    FROM agreement_offer o
    WHERE o.account_id = :account AND o.partner_id = :partner ORDER BY o.offered_at DESC, o.id DESC"""  # noqa: S608 - our own text
_LAST_WORD = """
    SELECT verb FROM history
    WHERE account_id = :account AND subject_id = :partner AND verb IN ('revoke agreement', 'offer agreement', 'opt_in')
    ORDER BY seq DESC LIMIT 1"""
_OTHER_TERMS = (
    "the agreement has changed since it was shown: its day, the buyer, or its terms. Nothing was accepted; read it as "
    "it stands now, and accept that."
)
_WHICH_TERMS = (
    "say which text was read, by its `terms`: POST /partners/{partner}/self-invoicing/agreement answers with both. "
    "Nothing was accepted."
)
_ACCEPTED_BY = name_of("g", "accepted_by", called="accepted_by_name")
_REVOKED_BY = name_of("g", "revoked_by", called="revoked_by_name")
_PAPER = """
    SELECT s.evidence_name FROM partner p
    JOIN agreement g ON g.account_id = p.account_id AND g.partner_id = p.id
    JOIN agreement_signing s ON s.account_id = g.account_id AND s.agreement_id = g.id
    WHERE p.account_id = :account AND p.code = :partner AND g.version = :version"""
_VERSIONS = f"""
    SELECT g.version, g.text_version, g.text_hash, g.language, g.text, g.vat_number, g.method, g.accepted_by,
        g.accepted_at, g.accepted_from, g.valid_from, g.valid_until, g.revoked_at, g.revoked_reason, g.superseded_by,
        s.seller_status, s.clauses, s.scope, s.signed_by, s.signed_on, s.evidence, t.silence_days, t.first_day,
        t.end_day, g.revoked_by, {_ACCEPTED_BY}, {_REVOKED_BY}, {SIGNED}
    FROM agreement g
    JOIN agreement_signing s ON s.account_id = g.account_id AND s.agreement_id = g.id
    JOIN agreement_terms t ON t.account_id = g.account_id AND t.agreement_id = g.id
    WHERE g.account_id = :account AND g.partner_id = :partner ORDER BY g.version DESC"""  # noqa: S608 - our own columns
