"""
Mail, from rows: a notice becomes a mail to each person it is for and who wants such mail, with a job that sends it. It
words no mail and sends none itself.
"""

import json
from functools import partial
from typing import Any

from engine import outbox
from engine.clock import stamp
from engine.contracts import Document, Letter
from engine.ids import new_id
from engine.store import Tx
from engine.world import Caller, World

ACTION = "send_mail"
BATCH = 100
OF_PARTNERS = (
    "payout_changed", "invoice_delivered", "invoice_blocked", "invoice_credited", "invoice_resolved",
    "step_action_required", "agreement_offered", "agreement_ends", "agreement_revoked", "renewal_requested",
)  # fmt: skip
OF_VENDORS = (
    "payout_changed", "step_waiting_for_approval", "invoice_blocked", "invoice_accepted", "invoice_contested",
    "agreement_ends",
)  # fmt: skip
TOPICS = tuple(sorted({*OF_PARTNERS, *OF_VENDORS}))
ALWAYS = ("invitation", "main_contact", "payment_details", "sign_in")  # nobody can want none of these
_OF_FINANCE = (
    "payout_changed", "invoice_blocked", "invoice_accepted", "invoice_contested", "invoice_resolved", "payment_details",
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
    world: World,
) -> str:
    """Note a mail and the job that sends it, in the open transaction. Returns its id."""
    mail_id, now = new_id(), world.clock.now()
    tx.insert(
        "mail", account_id=account_id, id=mail_id, topic=topic, recipient=recipient, language=language,
        sentence=sentence, path=path, invoice=invoice, created_at=stamp(now), sent_at="",
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
    return Letter(row.id, row.topic, row.recipient, row.language, row.sentence, row.path, enclosed)


def sent(world: World, account_id: str, mail_id: str) -> None:
    """It left the house: what it said, and where its link led, is kept no longer."""
    now = stamp(world.clock.now())
    world.store.unit_of_work(lambda tx: tx.send(_SENT, account=account_id, id=mail_id, now=now))


def _spread(tx: Tx, *, world: World, notice: Any) -> None:
    now = stamp(world.clock.now())
    if not tx.run(_SPREAD, account=notice.account_id, id=notice.id, now=now):
        return
    for person in _readers(tx, notice):
        write(
            tx, notice.account_id, topic=notice.topic, recipient=person.email, language=person.language or "en",
            sentence=notice.sentence, path=_path(notice), invoice=_number(tx, notice), world=world,
        )  # fmt: skip


def _readers(tx: Tx, notice: Any) -> list[Any]:
    """Whoever the notice is for, but for those who want no such mail."""
    if notice.audience == "partner":
        found = tx.all(_CONTACTS, account=notice.account_id, partner=notice.partner_id)
    else:
        found = tx.all(_MEMBERS, account=notice.account_id)
    if notice.topic in _OF_ONE:
        return [row for row in found if row.id == notice.subject_id]
    roles = {"", "owner", "admin", "manager", *(("finance",) if notice.topic in _OF_FINANCE else ())}
    return [row for row in found if row.role in roles and notice.topic not in json.loads(row.muted)]


def _path(notice: Any) -> str:
    side = "/portal" if notice.audience == "partner" else "/console"
    if notice.topic.startswith("payout"):
        return f"{side}/payouts/{notice.subject_id}"
    if notice.topic.startswith("step"):
        return "/portal/onboarding" if side == "/portal" else "/console/approvals"
    if notice.topic == "payment_details" and side == "/console":
        return "/console/partners"
    if notice.topic.startswith(("agreement", "renewal", "payment")):
        return f"{side}/account/payouts"
    return f"{side}/documents" if notice.topic.startswith("invoice") else side


def _number(tx: Tx, notice: Any) -> str:
    """The number of the invoice that is enclosed: the payout's newest that is attached."""
    if notice.topic != "invoice_delivered":
        return ""
    row = tx.one(_ATTACHED, account=notice.account_id, payout=notice.subject_id)
    return "" if row is None else str(row.number)


def _invoice(tx: Tx, caller: Caller, number: str) -> Document | None:
    row = tx.one(_PDF, account=caller.account_id, number=number)
    return None if row is None else Document(row.filename, row.media_type, bytes(row.content))


_OF_ONE = ("invitation", "main_contact")  # to one person alone
_PDF = """
    SELECT d.filename, d.media_type, d.content FROM invoice i
    JOIN attachment t ON t.account_id = i.account_id AND t.invoice_id = i.id AND t.format = 'pdf'
    JOIN document d ON d.account_id = t.account_id AND d.sha256 = t.sha256
    WHERE i.account_id = :account AND i.number = :number"""
_TO_MAIL = "SELECT * FROM notification WHERE mailed_at IS NULL ORDER BY id LIMIT :limit"
_SPREAD = "UPDATE notification SET mailed_at = :now WHERE account_id = :account AND id = :id AND mailed_at IS NULL"
_SENT = "UPDATE mail SET sent_at = :now, sentence = '', path = '' WHERE account_id = :account AND id = :id"
_CONTACTS = """
    SELECT c.id, c.email, c.muted, '' AS role, COALESCE(NULLIF(c.language, ''), s.language) AS language FROM contact c
    JOIN partner s ON s.account_id = c.account_id AND s.id = c.partner_id
    WHERE c.account_id = :account AND c.partner_id = :partner AND c.ended_at IS NULL ORDER BY c.id"""
_MEMBERS = """
    SELECT id, email, muted, language, role FROM membership
    WHERE account_id = :account AND ended_at IS NULL ORDER BY id"""
_ATTACHED = """
    SELECT i.number FROM invoice i JOIN attachment t ON t.account_id = i.account_id AND t.invoice_id = i.id
    WHERE i.account_id = :account AND i.payout_id = :payout AND t.format = 'pdf' ORDER BY i.issued_at DESC LIMIT 1"""
