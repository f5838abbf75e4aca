"""
Draft payouts that are made by themselves on a day of each month. It decides nothing about them: a person validates.

A timer of the account fires when that day begins on the account's clocks. It sets a timer for every partner that has
free rewards, so that each partner's payouts are a transaction of their own, and one for the next month.
"""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from engine import accounts, payouts, timers
from engine.errors import Invalid, Problem
from engine.store import Tx
from engine.timers import Timer
from engine.world import Caller

KIND = "payouts_due"
KIND_OF_PARTNER = "payout_due"
NEVER = 0
LAST_DAY = 28  # every month has it


def set_day(caller: Caller, day: int) -> None:
    """
    On which day of the month Draft payouts are made from now on, one for each partner and currency of which eligible
    rewards come to more than nothing. 0: never, they are made by people and programs alone.

    Raises:
        NotAllowed: the role is not owner or admin.
        Invalid: the day is not from 0 to 28.
    """
    caller.require("payout day", "admin")
    if not NEVER <= day <= LAST_DAY:
        told = f"{day} is no day that every month has. Name one from 1 to {LAST_DAY}, or {NEVER} for never."
        raise Invalid("The account", [Problem("payout_day", told)])
    caller.transact(lambda tx: _set_day(tx, caller, day))


def begin(tx: Tx, caller: Caller, timer: Timer) -> str:
    """The day has come: partners are next, and the account again in a month."""
    day = tx.one(_DAY, account=caller.account_id).payout_day
    if day == NEVER:
        return "nothing is made: this was switched off"
    found = tx.all(_PARTNERS, account=caller.account_id)
    for row in found:
        timers.set_at(
            tx, caller.account_id, caller.now, kind=KIND_OF_PARTNER, subject_id=row.partner_id, key=timer.key,
            now=caller.now,
        )  # fmt: skip
    _wait(tx, caller, day, after=date.fromisoformat(timer.key))
    return f"the free rewards of {len(found)} partner(s) are looked at"


def make(tx: Tx, caller: Caller, timer: Timer) -> str:
    """A partner's Draft payouts. What was put into a payout meanwhile, or is worth nothing, is left alone."""
    owed = payouts.owed_in(tx, caller.account_id, timer.subject_id)
    code = tx.one(_CODE, account=caller.account_id, id=timer.subject_id).code
    for currency in owed:
        payouts.create_in(tx, caller, code, currency)
    return f"{len(owed)} payout(s) were made"


def next_after(today: date, day: int) -> date:
    """The next date after `today` that is this day of a month."""
    if today.day < day:
        return today.replace(day=day)
    return (today.replace(day=1) + timedelta(days=monthrange(today.year, today.month)[1])).replace(day=day)


def _set_day(tx: Tx, caller: Caller, day: int) -> None:
    told = f"payouts are made by themselves on day {day} of each month" if day else "no payouts are made by themselves"
    accounts.change(tx, caller, "payout_day", day, told)
    timers.cancel(tx, caller.account_id, kind=KIND, subject_id=caller.account_id)
    if day != NEVER:
        _wait(tx, caller, day)


def _wait(tx: Tx, caller: Caller, day: int, *, after: date = date.min) -> None:
    """For the next such day that has not come yet: clocks may be put back, or the account moved to the west."""
    today = caller.now.astimezone(accounts.zone_of(tx, caller.account_id)).date()
    waits, comes = False, max(today, after)
    while not waits:
        comes = next_after(comes, day)
        waits = timers.set_local(
            tx, caller.account_id, datetime.combine(comes, time()), kind=KIND, subject_id=caller.account_id,
            key=comes.isoformat(), now=caller.now,
        )  # fmt: skip


_DAY = "SELECT payout_day FROM account WHERE id = :account FOR SHARE"
_PARTNERS = """
    SELECT DISTINCT r.partner_id FROM reward r
    WHERE r.account_id = :account AND r.status IN ('pending', 'accepted')
        AND NOT EXISTS (
            SELECT 1 FROM payout_line l WHERE l.account_id = r.account_id AND l.reward_id = r.id AND l.live)"""
_CODE = "SELECT code FROM partner WHERE account_id = :account AND id = :id"
