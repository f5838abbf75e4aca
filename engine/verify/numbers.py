"""
I4: a series' numbers are unique, contiguous and in order of issue, also by the days they show, and its counter says how
many there are. Where they begin anew each year, each year's are contiguous from 1, in the year of issue.
"""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from engine.store import Tx
from engine.verify.checked import PAGE, Looked, Scope, paged, restored


def numbers(scope: Scope) -> Iterator[Looked]:
    for series in paged(scope.tx, _SERIES, "account_id", "partner_id", "type_code"):
        name = f"series {series.account}/{series.partner}"
        kind = "" if series.type_code == "389" else " of credit notes"
        yield from _series(scope.tx, series, f"{name}{kind}")


def _series(tx: Tx, series: Any, name: str) -> Iterator[Looked]:
    last, issued_at, number, day = 0, "", "the beginning", date.min
    counters: dict[int, int] = {}
    for seq, same in groupby(_invoices(tx, series), key=lambda row: row.seq):
        rows = list(same)
        days = [invoice.issue_date for row in rows if (invoice := restored(row.snapshot))]
        earlier = (
            [f"{rows[0].number} is dated before {number}, which comes before it."]
            if min(days, default=day) < day
            else []
        )
        yield name, [*_broken(rows, last, issued_at, number), *_miscounted(rows, counters), *earlier]
        yield from ((name, ()) for _ in rows[1:])
        last, issued_at, number, day = seq, rows[-1].issued_at, rows[-1].number, max(days, default=day)
    if last != (series.last_number or 0):
        yield name, [f"its counter says {series.last_number or 0} and its last number is {last}."]
    elif counters and series.last_counter != counters.get(series.year):
        yield name, [f"its counter stands at {series.last_counter} and its last number {number} says otherwise."]
    elif issued_at != (series.last_issued_at or ""):
        yield name, [f"its counter was last used at {series.last_issued_at}, {number} was issued at {issued_at}."]


def _broken(rows: list[Any], last: int, issued_at: str, number: str) -> Iterator[str]:
    """What is wrong with the invoices of one number, after number `last`, which was given at `issued_at`."""
    seq, told = rows[0].seq, " and ".join(row.number for row in rows)
    if len(rows) > 1:
        yield f"number {seq} was given {len(rows)} times: {told}."
    if seq != last + 1:
        yield f"between {number} and {told} {seq - last - 1} number(s) are missing."
    if any(row.issued_at < issued_at for row in rows):
        yield f"{told} was issued before {number}, which comes before it."
    yield from (f"{row.number} stands on {row.bearers} invoices." for row in rows if row.bearers > 1)


def _miscounted(rows: list[Any], counters: dict[int, int]) -> Iterator[str]:
    """What is wrong with the counters in the numbers; `counters`: the last one of each year so far, 0 for no year."""
    for row in rows:
        last, invoice = counters.get(row.year, 0), restored(row.snapshot)
        if row.counter != last + 1:
            yield f"{row.number} is number {row.counter} of its year, after {last}."
        counters[row.year] = row.counter
        if str(row.counter) not in row.number or (row.year and str(row.year) not in row.number):
            yield f"{row.number} does not show counter {row.counter}{f' and year {row.year}' if row.year else ''}."
        if row.year and invoice and invoice.issue_date.year != row.year:
            yield f"{row.number} counts in {row.year} and was issued in {invoice.issue_date.year}."


def _invoices(tx: Tx, series: Any) -> Iterator[Any]:
    """The invoices of one series by number, a page at a time."""
    key = {"account": series.account_id, "partner": series.partner_id, "type": series.type_code}
    seq, row_id = 0, ""
    while rows := tx.all(_NUMBERS, **key, page=PAGE, seq=seq, id=row_id):
        yield from rows
        seq, row_id = rows[-1].seq, rows[-1].id


_SERIES = """
    SELECT k.account_id, k.partner_id, k.type_code, a.code AS account, s.code AS partner, x.last_number,
        x.last_issued_at, x.last_counter, x.year
    FROM (SELECT account_id, partner_id, type_code FROM series
        UNION SELECT account_id, partner_id, type_code FROM invoice) AS k
    JOIN account a ON a.id = k.account_id
    JOIN partner s ON s.account_id = k.account_id AND s.id = k.partner_id
    LEFT JOIN series x ON x.account_id = k.account_id AND x.partner_id = k.partner_id AND x.type_code = k.type_code
    WHERE (k.account_id, k.partner_id, k.type_code) > (:after_account_id, :after_partner_id, :after_type_code)
    ORDER BY k.account_id, k.partner_id, k.type_code LIMIT :page"""
_NUMBERS = """
    SELECT i.id, i.seq, i.number, i.issued_at, i.year, i.counter, i.snapshot, (
        SELECT COUNT(*) FROM invoice n WHERE n.account_id = i.account_id AND n.number = i.number) AS bearers
    FROM invoice i
    WHERE i.account_id = :account AND i.partner_id = :partner AND i.type_code = :type
        AND (i.seq, i.id) > (:seq, :id)
    ORDER BY i.seq, i.id LIMIT :page"""
