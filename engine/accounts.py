"""The account: a vendor's workspace. Made once; its settings change with a reason to be found in history."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from engine import history, timers
from engine.actor import Actor
from engine.billing.acceptance import FEWEST_DAYS, MOST_DAYS
from engine.billing.errors import NotANumberFormat
from engine.billing.invoice import SELF_BILLED_CREDIT_NOTE, SELF_BILLED_INVOICE
from engine.billing.numbering import CREDIT_NOTE_FORMAT, INVOICE_FORMAT, NumberFormat, code_problems, same_numbers
from engine.billing.parties import BuyerDetails
from engine.billing.text import text_problems
from engine.clock import stamp
from engine.errors import Invalid, NotFound, Problem
from engine.ids import new_id
from engine.number_changes import require_new_numbers, require_no_day_twice
from engine.store import Tx
from engine.world import Caller, World


def create(world: World, code: str, name: str, *, timezone: str = "UTC", actor: Actor) -> str:
    """
    Make an account; returns its id. `code` names it in commands; `timezone` is where invoices are dated.

    Raises:
        Invalid: the code or time zone is none, or the code is taken.
    """
    problems = [Problem(problem.field, problem.sentence) for problem in code_problems("code", code)]
    problems += [Problem(problem.field, problem.sentence) for problem in text_problems("name", name, 200)]
    problems += _zone_problems(timezone)
    if problems:
        raise Invalid(f"Account '{code}'", problems)
    return world.store.unit_of_work(lambda tx: _create(tx, world, code, name, timezone=timezone, actor=actor))


def require_zone(timezone: str) -> None:
    """Raises Invalid: there is no such time zone."""
    if problems := _zone_problems(timezone):
        raise Invalid("The account", problems)


def find(world: World, code: str) -> str:
    """The id of the account called `code`. Raises NotFound."""
    with world.store.reading() as tx:
        row = tx.one("SELECT id FROM account WHERE code = :code", code=code)
    if row is None:
        raise NotFound("account", code)
    return str(row.id)


def set_four_eyes(caller: Caller, *, on: bool) -> None:
    """Whether the one who validated a payout may not mark it paid."""
    caller.require("four eyes", "admin")
    caller.transact(lambda tx: change(tx, caller, "four_eyes", on, f"four eyes was switched {'on' if on else 'off'}"))


def set_number_format(caller: Caller, pattern: str = "", *, credit_notes: str = "", yearly: bool | None = None) -> None:
    """
    How invoices and credit notes are numbered from now on; what is not given stays. Numbers already given stay too.

    pattern, credit_notes: such as `{buyer}-{seller}-{year}-{n:05}`. yearly: whether every seller's numbers begin again
    at 1 with the year of issue on the account's clocks; then both patterns show the year.

    Raises:
        NotAllowed: the role is not owner or admin.
        NotANumberFormat: a pattern cannot make unique, printable numbers, both make the same, the year is missing, or
            beginning anew, or no longer, would lead to numbers that were given before, or leave some out.
    """
    caller.require("number format", "admin")
    for given in (pattern, credit_notes):
        if given:
            NumberFormat.parse(given)
    caller.transact(lambda tx: _set_numbers(tx, caller, pattern, credit_notes, yearly=yearly))


def set_acceptance_days(caller: Caller, days: int) -> None:
    """
    After so many days of silence an invoice counts as accepted: what agreements say that are accepted from now on.
    Those that were accepted before keep theirs.

    Raises:
        NotAllowed: the role is not owner or admin.
        Invalid: fewer than 1 or more than 90.
    """
    caller.require("acceptance days", "admin")
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        told = f"{days} is not from {FEWEST_DAYS} to {MOST_DAYS}."
        raise Invalid("The account", [Problem("acceptance_days", told)])
    told = f"an invoice counts as accepted after {days} days of silence"
    caller.transact(lambda tx: change(tx, caller, "acceptance_days", days, told))


def set_timezone(caller: Caller, timezone: str) -> int:
    """
    Where invoices are dated from now on. Timers that wait for a time on the account's clocks wait for it there; returns
    how many.

    Raises:
        NotAllowed: the role is not owner or admin.
        Invalid: there is no such time zone, or invoices are dated a day that has not come there yet.
    """
    caller.require("time zone", "admin")
    require_zone(timezone)

    def work(tx: Tx) -> int:
        before, after = ZoneInfo(tx.one(_LOCK, account=caller.account_id).timezone), ZoneInfo(timezone)
        require_no_day_twice(tx, caller.account_id, now=caller.now, before=before, after=after)
        change(tx, caller, "timezone", timezone, f"the time zone is {timezone}")
        return timers.rezone(tx, caller.account_id, after)

    return caller.transact(work)


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What is set for an account: `switch_on` of self-invoicing, patterns of numbers and whether they begin anew each
    year, where invoices are dated, the days of silence that agreements say, the day of the month on which payouts are
    made by themselves (0: never).
    """

    code: str
    name: str
    timezone: str
    switch_on: bool
    four_eyes: bool
    number_format: str
    credit_number_format: str
    yearly_numbers: bool
    acceptance_days: int
    payout_day: int


def settings(tx: Tx, caller: Caller) -> Settings:
    """Raises NotAllowed: they are for the vendor's people."""
    caller.require("settings", "viewer", "api")
    row = tx.one(_READ, account=caller.account_id)
    return Settings(
        row.code, row.name, row.timezone, bool(row.switch_on), bool(row.four_eyes), row.number_format,
        row.credit_number_format, bool(row.yearly_numbers), row.acceptance_days, row.payout_day,
    )  # fmt: skip


def zone_of(tx: Tx, account_id: str) -> ZoneInfo:
    """The account's time zone."""
    return ZoneInfo(tx.one("SELECT timezone FROM account WHERE id = :id", id=account_id).timezone)


def _zone_problems(timezone: str) -> list[Problem]:
    return (
        [] if timezone in _zones() else [Problem("timezone", f"'{timezone}' is none; name one such as Europe/Paris.")]
    )


@cache
def _zones() -> frozenset[str]:
    """Reading their names takes longer than making an account."""
    return frozenset(available_timezones()) - {"localtime", "Factory", "posixrules"}  # not the same everywhere


def _create(tx: Tx, world: World, code: str, name: str, *, timezone: str, actor: Actor) -> str:
    if tx.one("SELECT id FROM account WHERE code = :code", code=code):
        raise Invalid(f"Account '{code}'", [Problem("code", "there is an account of this code already.")])
    account_id, now = new_id(), world.clock.now()
    tx.insert(
        "account", id=account_id, code=code, name=name, timezone=timezone, switch_on=False, four_eyes=False,
        buyer="{}", number_format=INVOICE_FORMAT, credit_number_format=CREDIT_NOTE_FORMAT, yearly_numbers=False,
        version=0, head="", created_at=stamp(now),
    )  # fmt: skip
    deed = history.Deed("create", sentence=f"account {code} was made")
    history.note(tx, "account", account_id, account_id, deed, actor=actor, now=now)
    return account_id


def _set_numbers(tx: Tx, caller: Caller, pattern: str, credit_notes: str, *, yearly: bool | None) -> None:
    row = tx.one(_LOCK, account=caller.account_id)
    invoices, notes = pattern or row.number_format, credit_notes or row.credit_number_format
    if same_numbers(invoices, notes):
        raise NotANumberFormat(f"'{invoices}': credit notes are numbered so. Choose another pattern for one of them.")
    anew = bool(row.yearly_numbers) if yearly is None else yearly
    for yearless in (each for each in (invoices, notes) if anew and not NumberFormat(each).has_year):
        told = f"'{yearless}' would give a number again in another year. Put {{year}} in it where numbers begin anew."
        raise NotANumberFormat(told)
    if anew != bool(row.yearly_numbers):
        patterns: dict[str, str] = {SELF_BILLED_INVOICE: invoices, SELF_BILLED_CREDIT_NOTE: notes}
        year, buyer = caller.now.astimezone(ZoneInfo(row.timezone)).year, BuyerDetails.from_json(json.loads(row.buyer))
        require_new_numbers(tx, caller.account_id, patterns, buyer=buyer.code, year=year, yearly=anew)
    if pattern:
        change(tx, caller, "number_format", pattern, f"numbers are written {pattern}")
    if credit_notes:
        change(tx, caller, "credit_number_format", credit_notes, f"credit notes are numbered {credit_notes}")
    if yearly is not None:
        told = "begin anew each year" if yearly else "go on for ever"
        change(tx, caller, "yearly_numbers", yearly, f"numbers {told}")


def change(tx: Tx, caller: Caller, column: str, value: Any, sentence: str) -> None:
    """Set one column of the account, with a deed that says what it was. Whether the caller may is asked before."""
    row = tx.one(_LOCK, account=caller.account_id)
    before = getattr(row, column) if column not in _SWITCHES else bool(getattr(row, column))
    tx.run(_SETTINGS[column], account=caller.account_id, value=value)
    deed = history.Deed(f"set {column}", sentence=sentence, data=history.change(before, value))
    history.note(tx, "account", caller.account_id, caller.account_id, deed, actor=caller.actor, now=caller.now)


_READ = """
    SELECT code, name, timezone, switch_on, four_eyes, number_format, credit_number_format, yearly_numbers,
        acceptance_days, payout_day
    FROM account WHERE id = :account"""
_SWITCHES = ("four_eyes", "yearly_numbers")
_LOCK = """
    SELECT four_eyes, number_format, credit_number_format, yearly_numbers, timezone, acceptance_days, payout_day, buyer
    FROM account WHERE id = :account FOR UPDATE"""
_SETTINGS = {
    "four_eyes": "UPDATE account SET four_eyes = :value WHERE id = :account",
    "number_format": "UPDATE account SET number_format = :value WHERE id = :account",
    "credit_number_format": "UPDATE account SET credit_number_format = :value WHERE id = :account",
    "yearly_numbers": "UPDATE account SET yearly_numbers = :value WHERE id = :account",
    "acceptance_days": "UPDATE account SET acceptance_days = :value WHERE id = :account",
    "payout_day": "UPDATE account SET payout_day = :value WHERE id = :account",
    "timezone": "UPDATE account SET timezone = :value WHERE id = :account",
}
