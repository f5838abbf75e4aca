"""Whether another way of counting leads to numbers that were given before, or leaves some out. It gives none."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.billing.errors import NotANumberFormat
from engine.billing.numbering import NumberFormat
from engine.clock import moment
from engine.errors import Invalid, Problem
from engine.store import Tx


def require_new_numbers(
    tx: Tx, account_id: str, patterns: Mapping[str, str], *, buyer: str, year: int, yearly: bool
) -> None:
    """
    That numbers which begin anew each year, or no longer do, are none that a seller has had, and that a year lacks
    none. `patterns`: by type code.

    Raises:
        NotANumberFormat: they would; the pattern has to change with it.
    """
    counting = year if yearly else 0
    for series in tx.all(_SERIES, account=account_id, counting=counting):
        pattern = patterns[series.type_code]
        number = NumberFormat(pattern).number(buyer=buyer, seller=series.code, n=series.last_counter, year=year)
        if series.last_counter > series.last and _given(tx, account_id, number):
            raise NotANumberFormat(
                f"'{pattern}' would come to numbers that were given before, such as {number}. "
                "Change the pattern in the same command, or wait for the next year."
            )
        if not yearly and series.last and NumberFormat(pattern).has_year:
            raise NotANumberFormat(
                f"'{pattern}' would go on with {series.last + 1}, where numbers that went on for ever had stopped, so "
                f"numbers of {year} would be left out. Take {{year}} out of the pattern in the same command."
            )


def require_no_day_twice(tx: Tx, account_id: str, *, now: datetime, before: ZoneInfo, after: ZoneInfo) -> None:
    """
    That invoices are dated no earlier than those before them, by the clocks of another time zone either.

    Raises:
        Invalid: some were issued on a day that has not come there yet.
    """
    row = tx.one("SELECT MAX(last_issued_at) AS last FROM series WHERE account_id = :account", account=account_id)
    if row.last and moment(row.last).astimezone(before).date() > now.astimezone(after).date():
        day = moment(row.last).astimezone(before).date()
        told = f"invoices are dated {day} already, and there that day has not come yet. Change it from that day on."
        raise Invalid("The account", [Problem("timezone", told)])


def _given(tx: Tx, account_id: str, number: str) -> Any:
    return tx.one("SELECT id FROM invoice WHERE account_id = :account AND number = :number", account=account_id,
                  number=number)  # fmt: skip


_SERIES = """
    SELECT p.code, s.type_code, s.last_counter, (
        SELECT COALESCE(MAX(i.counter), 0) FROM invoice i
        WHERE i.account_id = s.account_id AND i.partner_id = s.partner_id AND i.type_code = s.type_code
            AND i.year = :counting) AS last
    FROM series s JOIN partner p ON p.account_id = s.account_id AND p.id = s.partner_id
    WHERE s.account_id = :account AND s.year <> :counting AND s.last_counter > 0"""
