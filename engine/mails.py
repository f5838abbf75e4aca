"""
Mail, from rows: a notice becomes a mail to each person it is for and who wants such mail, with a job that sends it. It
words no mail and sends none itself.
"""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from engine import outbox
from engine.clock import stamp
from engine.contracts import Document
from engine.ids import new_id
from engine.notices import money
from engine.outward import Letter
from engine.store import Tx
from engine.world import Caller, World

ACTION = "send_mail"
BATCH = 100
OF_PARTNERS = (
    "step_due", "step_action_required", "payout_to_approve", "payout_revised", "payout_dispute_answered",
    "payout_ready", "payout_held", "payout_released", "payout_paid", "payout_unpaid", "payout_cancelled",
    "payout_changed", "invoice_delivered", "invoice_blocked", "invoice_credited", "invoice_resolved",
    "agreement_offered", "agreement_ends", "agreement_revoked", "renewal_requested",
)  # fmt: skip
OF_VENDORS = (
    "step_waiting_for_approval", "step_due", "payout_approved", "payout_disputed", "own_invoice_uploaded",
    "payout_changed", "invoice_blocked", "invoice_accepted", "invoice_contested", "agreement_ends",
)  # fmt: skip
TOPICS = tuple(sorted({*OF_PARTNERS, *OF_VENDORS}))
#: Nobody can want none of these.
ALWAYS = ("invitation", "main_contact", "onboarding_started", "payment_details", "sign_in")
_OF_FINANCE = (
    "payout_approved", "payout_disputed", "own_invoice_uploaded", "payout_changed", "invoice_blocked",
    "invoice_accepted", "invoice_contested", "payment_details",
)  # fmt: skip


def write(
    tx: Tx,
    account_id: str,
    *,
    topic: str,
    recipient: str,
    language: str,
    sentence: str = "",
    path: str = "/",
    invoice: str = "",
    facts: str = "",
    world: World,
) -> str:
    """Note a mail and the job that sends it, in the open transaction. Returns its id."""
    mail_id, now = new_id(), world.clock.now()
    tx.insert(
        "mail", account_id=account_id, id=mail_id, topic=topic, recipient=recipient, language=language,
        sentence=sentence, facts=facts, path=path, invoice=invoice, created_at=stamp(now), sent_at="",
    )  # fmt: skip
    outbox.note(tx, account_id, action=ACTION, subject_id=mail_id, payload={}, now=now)
    return mail_id


def spread(world: World) -> int:
    """Make the mails of notices that have none yet; returns of how many. Any number of processes may do it."""
    with world.store.reading() as tx:
        notices = tx.all(_TO_MAIL, limit=BATCH)
    for notice in notices:
        world.store.unit_of_work(partial(_spread, world=world, notice=notice))
    if notices:
        world.wake()
    return len(notices)


def letter(tx: Tx, caller: Caller, mail_id: str) -> Letter | None:
    """What is to be sent, with the invoice's PDF where it is about one; None when it is sent already."""
    row = tx.one("SELECT * FROM mail WHERE account_id = :account AND id = :id", account=caller.account_id, id=mail_id)
    if row is None or row.sent_at:
        return None
    enclosed = _invoice(tx, caller, row.invoice) if row.invoice else None
    facts = json.loads(row.facts) if row.facts else None
    return Letter(row.id, row.topic, row.recipient, row.language, row.sentence, row.path, enclosed, facts)


def sent(world: World, account_id: str, mail_id: str) -> None:
    """It left the house: what it said, and where its link led, is kept no longer."""
    now = stamp(world.clock.now())
    world.store.unit_of_work(lambda tx: tx.send(_SENT, account=account_id, id=mail_id, now=now))


def _spread(tx: Tx, *, world: World, notice: Any) -> None:
    now = stamp(world.clock.now())
    if not tx.run(_SPREAD, account=notice.account_id, id=notice.id, now=now):
        return
    told = _told(tx, notice)
    path, invoice, facts = _path(notice, told), _number(tx, notice, told), json.dumps(told) if notice.facts else ""
    for person in _readers(tx, notice):
        write(
            tx, notice.account_id, topic=notice.topic, recipient=person.email, language=person.language or "en",
            sentence=notice.sentence, path=path, invoice=invoice, facts=facts, world=world,
        )  # fmt: skip


def _told(tx: Tx, notice: Any) -> dict[str, Any]:
    """The notice's facts, with who is concerned, and what an invoice makes of a payout's amount."""
    row = tx.one(_NAMES, account=notice.account_id, partner=notice.partner_id)
    told = {"audience": notice.audience, "vendor": row.vendor, "partner": row.partner or ""}
    told |= json.loads(notice.facts or "{}")
    if notice.audience == "partner":
        told["country"] = row.country or ""
    if notice.topic in _TOLD_WITH_TAX and (sum_ := tx.one(_GROSS, account=notice.account_id, id=notice.subject_id)):
        told["gross"] = money(int(sum_.gross), sum_.currency)
    return told


def _readers(tx: Tx, notice: Any) -> list[Any]:
    """Whoever the notice is for, but for those who want no such mail."""
    if notice.audience == "partner":
        found = tx.all(_CONTACTS, account=notice.account_id, partner=notice.partner_id)
    else:
        found = tx.all(_MEMBERS, account=notice.account_id)
    if notice.topic in _OF_ONE:
        return [row for row in found if row.id == notice.subject_id]
    if notice.topic in _OF_MAIN_CONTACT:
        found = [row for row in found if row.is_main]
    roles = {"", "owner", "admin", "manager", *(("finance",) if notice.topic in _OF_FINANCE else ())}
    return [row for row in found if row.role in roles and notice.topic not in json.loads(row.muted)]


def _path(notice: Any, told: Mapping[str, Any]) -> str:
    side, topic = "/portal" if notice.audience == "partner" else "/console", notice.topic
    if topic == "onboarding_started":
        return "/sign-in?next=/portal/onboarding"
    of_payout = topic.startswith("payout") or topic == "own_invoice_uploaded"
    if of_payout or (topic, side) == ("invoice_blocked", "/console"):
        return f"{side}/payouts/{notice.subject_id}"
    if topic.startswith("step"):
        return _path_of_step(side, topic, told)
    if topic == "payment_details" and side == "/console":
        return "/console/partners"
    if topic.startswith(("agreement", "renewal", "payment")) or topic == "invoice_blocked":
        return f"{side}/account/payouts"
    if topic.startswith("invoice"):
        return f"{side}/documents" + (f"/{told['number']}/about" if "number" in told else "")
    return side


def _path_of_step(side: str, topic: str, told: Mapping[str, Any]) -> str:
    if side == "/portal":
        return "/portal/onboarding" + (f"/{told['step_id']}" if "step_id" in told else "")
    return "/console/approvals" if topic == "step_waiting_for_approval" else "/console/partners"


def _number(tx: Tx, notice: Any, told: Mapping[str, Any]) -> str:
    """The number of the invoice that is enclosed; where the notice does not say, the payout's newest with a PDF."""
    if notice.topic != "invoice_delivered":
        return ""
    if "number" in told:
        return str(told["number"])
    row = tx.one(_ATTACHED, account=notice.account_id, payout=notice.subject_id)
    return "" if row is None else str(row.number)


def _invoice(tx: Tx, caller: Caller, number: str) -> Document | None:
    row = tx.one(_PDF, account=caller.account_id, number=number)
    return None if row is None else Document(row.filename, row.media_type, bytes(row.content))


_OF_ONE = ("invitation", "main_contact", "onboarding_started")  # to one person alone
_OF_MAIN_CONTACT = ("payout_to_approve",)  # others may not do what it asks for
_TOLD_WITH_TAX = ("payout_approved", "payout_paid", "payout_unpaid")
_NAMES = """
    SELECT a.name AS vendor, s.name AS partner, s.country FROM account a
    LEFT JOIN partner s ON s.account_id = a.id AND s.id = :partner WHERE a.id = :account"""
_GROSS = """
    SELECT i.currency, i.gross - COALESCE((
        SELECT SUM(c.gross) FROM invoice c
        WHERE c.account_id = i.account_id AND c.payout_id = i.payout_id AND c.credits_id = i.id), 0) AS gross
    FROM invoice i WHERE i.account_id = :account AND i.payout_id = :id AND i.type_code = '389' AND i.tax <> 0
    ORDER BY i.revision DESC LIMIT 1"""
_PDF = """
    SELECT d.filename, d.media_type, d.content FROM invoice i
    JOIN attachment t ON t.account_id = i.account_id AND t.invoice_id = i.id AND t.format = 'pdf'
    JOIN document d ON d.account_id = t.account_id AND d.sha256 = t.sha256
    WHERE i.account_id = :account AND i.number = :number"""
_TO_MAIL = "SELECT * FROM notification WHERE mailed_at IS NULL ORDER BY id LIMIT :limit"
_SPREAD = "UPDATE notification SET mailed_at = :now WHERE account_id = :account AND id = :id AND mailed_at IS NULL"
_SENT = "UPDATE mail SET sent_at = :now, sentence = '', facts = '', path = '' WHERE account_id = :account AND id = :id"
_CONTACTS = """
    SELECT c.id, c.email, c.muted, c.is_main, '' AS role, COALESCE(NULLIF(c.language, ''), s.language) AS language
    FROM contact c
    JOIN partner s ON s.account_id = c.account_id AND s.id = c.partner_id
    WHERE c.account_id = :account AND c.partner_id = :partner AND c.ended_at IS NULL ORDER BY c.id"""
_MEMBERS = """
    SELECT id, email, muted, language, role FROM membership
    WHERE account_id = :account AND ended_at IS NULL ORDER BY id"""
_ATTACHED = """
    SELECT i.number FROM invoice i JOIN attachment t ON t.account_id = i.account_id AND t.invoice_id = i.id
    WHERE i.account_id = :account AND i.payout_id = :payout AND t.format = 'pdf' ORDER BY i.issued_at DESC LIMIT 1"""
