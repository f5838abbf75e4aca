"""
Reminders that a self-billing agreement ends: timers set when it is accepted, notices when they fire. It sends no mail.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from engine import notices, timers
from engine.accounts import zone_of
from engine.clock import moment
from engine.store import Tx
from engine.timers import Timer
from engine.world import Caller

KIND = "agreement_ends"
DAYS = (30, 7)  # before the last day; a partner can renew by opting in again
AT = time(9, 0)  # as the clocks of the vendor's time zone show


def remind_of(tx: Tx, account_id: str, agreement_id: str, *, valid_until: datetime, now: datetime) -> None:
    """Set the reminders of an agreement that was accepted. `valid_until` is the first instant outside it."""
    ends_on = valid_until.astimezone(zone_of(tx, account_id)).date()
    for days in DAYS:
        morning = datetime.combine(ends_on - timedelta(days=days), AT)
        timers.set_local(tx, account_id, morning, kind=KIND, subject_id=agreement_id, key=str(days), now=now)


def forget(tx: Tx, account_id: str, agreement_id: str) -> None:
    """Cancel the reminders of an agreement that was superseded or revoked."""
    timers.cancel(tx, account_id, kind=KIND, subject_id=agreement_id)


def remind(tx: Tx, caller: Caller, timer: Timer) -> str:
    """Tell partner and vendor when the agreement ends. After a long stop only the last reminder that is due tells."""
    row = tx.one(_AGREEMENT, account=caller.account_id, id=timer.subject_id)
    zone, now = zone_of(tx, caller.account_id), caller.now
    ends_on = moment(row.valid_until).astimezone(zone).date()
    left = (ends_on - now.astimezone(zone).date()).days
    if row.revoked_at or row.superseded_by:
        return "nothing was told: the agreement is over"
    if any(left <= days < int(timer.key) for days in DAYS):
        return "nothing was told: a later reminder tells"
    _tell(tx, caller, row, ends_on, ended=moment(row.valid_until) <= now)
    return f"told that the agreement with {row.code} ends on {ends_on}"


def _tell(tx: Tx, caller: Caller, row: Any, ends_on: date, *, ended: bool) -> None:
    ends = f"{'ended' if ended else 'ends'} on {ends_on}"
    facts = {"day": ends_on.isoformat(), "kind": "ended" if ended else ""}
    sentences = {
        "partner": f"Your self-billing agreement {ends}. Opt in again, so that invoices go on being issued for you.",
        "vendor": f"The self-billing agreement with partner {row.code} {ends}. The partner was asked to opt in again.",
    }
    for audience, sentence in sentences.items():
        notices.tell(
            tx, caller.account_id, audience=audience, partner_id=row.partner_id, subject_id=row.partner_id,
            topic=KIND, sentence=sentence, facts=facts, now=caller.now,
        )  # fmt: skip


_AGREEMENT = """
    SELECT a.valid_until, a.revoked_at, a.superseded_by, a.partner_id, p.code
    FROM agreement a JOIN partner p ON p.account_id = a.account_id AND p.id = a.partner_id
    WHERE a.account_id = :account AND a.id = :id"""
