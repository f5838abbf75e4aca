"""
How an invoice or credit note stands with its seller: delivered, accepted, contested, credited. It knows no rows and no
clock.

    issued -> delivered -> accepted | deemed_accepted | credited
                        -> contested -> accepted | credited | put_right
    deemed_accepted     -> contested, where the law of the seller's country lets it object after its silence
    accepted, deemed_accepted -> credited

Credited is what a credit note, or several, took back whole: nothing is left of it to accept or to object to.
A credit note is not credited itself: where its seller was right to object, it is put right by what is issued anew.

Source: Directive 2006/112/EC art. 224 (each self-billed invoice is accepted by the seller; how is agreed beforehand).
The days of silence are counted as Regulation 1182/71 art. 3 counts: the day of delivery is not one of them, and the
last one ends at midnight, here on the account's clocks.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Literal

InvoiceState = Literal["issued", "delivered", "contested", "accepted", "deemed_accepted", "credited", "put_right"]

DELIVERED, CONTESTED, ACCEPTED, DEEMED, CREDITED = "delivered", "contested", "accepted", "deemed_accepted", "credited"
PUT_RIGHT = "put_right"
OUTCOMES = (CREDITED, PUT_RIGHT, ACCEPTED)  # each ends an objection; the first that there is, is where it stands
OBJECTED = "objected"  # after the days of silence: from then on it is contested
OBJECTIONS = (CONTESTED, OBJECTED)
FEWEST_DAYS, MOST_DAYS = 1, 90

# Where a self-billed invoice has no effect as one from the moment in which its seller objects, also after silence, and
# the source. In Germany that is said to be so for three years at least, whatever the reason.
LATE_OBJECTION: dict[str, str] = {
    "AT": "UStG 1994 § 11 Abs. 7, as to the tax shown (Umsatzsteuer-Handbuch 2014, margin no. 1643)",
    "DE": "UStG § 14 Abs. 2; BFH 23.1.2013, XI R 25/11 (SIS 13 08 03; NWB KAAAC-40697)",
}


def state_after(kinds: Iterable[str]) -> InvoiceState:
    """
    Where an invoice is after these events, in whatever order they were written. An outcome stands until it is credited,
    which is the last word; acceptance by silence also until its seller objects.
    """
    seen = set(kinds)
    if OBJECTED in seen:
        seen = seen - {DEEMED} | {CONTESTED}
    for state in (*OUTCOMES, DEEMED, CONTESTED, DELIVERED):
        if state in seen:
            return state  # type: ignore[return-value]
    return "issued"


def silence_ends(delivered_on: date, *, days: int) -> datetime:
    """What the account's clocks show (naive) at the first instant after `days` whole days of silence."""
    return datetime.combine(delivered_on + timedelta(days=days + 1), time())
