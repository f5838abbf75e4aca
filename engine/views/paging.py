"""
A list a page at a time: what is asked for, what is given, and the cursor between two pages. It knows no table.

A cursor is the last item's key, so a page begins with one look into an index and counts nothing before it.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from engine.errors import Invalid, Problem

LIMIT = 50
MOST = 500
_LONGEST = 1000

Item = TypeVar("Item")
Row = TypeVar("Row")
Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """`limit` items (1 to 500) after the cursor `after` (None: from the beginning), or backwards from the newest."""

    after: str | None = None
    limit: int = LIMIT
    newest_first: bool = False


FIRST = Slice()


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """`next` is the cursor of the page after this one, None where there is none. What it holds is nobody's business."""

    items: tuple[Item, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is ordered by: its name, and the types of its key's parts."""

    name: str
    types: tuple[type, ...]

    def cursor(self, key: Key) -> str:
        return base64.urlsafe_b64encode(json.dumps([self.name, *key]).encode()).decode().rstrip("=")

    def key(self, cursor: str) -> Key:
        """Raises Invalid: it is not one of this list's cursors."""
        try:
            padded = cursor[:_LONGEST] + "=" * (-len(cursor[:_LONGEST]) % 4)
            said = json.loads(base64.b64decode(padded.encode(), altchars=b"-_", validate=True))
        except (binascii.Error, ValueError, RecursionError):
            said = None
        if not isinstance(said, list) or said[:1] != [self.name] or not self._fits(said[1:]):
            told = "it is no cursor of this list; take the one that came with the page before, or begin without."
            raise Invalid("The list", [Problem("after", told)])
        return tuple(said[1:])

    def _fits(self, parts: list[object]) -> bool:
        return [type(part) for part in parts] == list(self.types) and all(
            part.isprintable() if isinstance(part, str) else 0 <= int(str(part)) < 2**63 for part in parts
        )


def read_page(
    order: Order,
    part: Slice,
    *,
    fetch: Callable[[Key | None, int], Sequence[Row]],
    key: Callable[[Row], Key],
    show: Callable[[Sequence[Row]], Sequence[Item | None]],
) -> Page[Item]:
    """
    One page. `fetch` gives so many rows after a key, in order; `show` what is to be seen of each, None for nothing.

    Raises:
        Invalid: the cursor is not this list's, or the limit is not from 1 to 500.
    """
    after, more = _begin(order, part), True
    found: list[tuple[Row, Item]] = []
    count = part.limit + 1  # the one more tells whether there is another page
    while more and len(found) <= part.limit:
        rows = fetch(after, count)
        found += [(row, item) for row, item in zip(rows, show(rows), strict=True) if item is not None]
        more = len(rows) == count
        after, count = key(rows[-1]) if rows else after, min(2 * count, MOST)
    shown = found[: part.limit]
    following = order.cursor(key(shown[-1][0])) if len(found) > part.limit else None
    return Page(tuple(item for _, item in shown), following)


def onward(*columns: str, after: Key | None, newest_first: bool) -> str:
    """How a statement ends: `:count` rows in the order of the columns, beyond the values that `beyond` gives."""
    names = ", ".join(columns)
    marks = ", ".join(f":beyond_{place}" for place, _ in enumerate(columns))
    from_there = f" AND ({names}) {'<' if newest_first else '>'} ({marks})" if after else ""
    falling = ", ".join(f"{column} DESC" for column in columns)
    return f"{from_there} ORDER BY {falling if newest_first else names} LIMIT :count"


def beyond(after: Key | None) -> dict[str, str | int]:
    """What `onward` names, of a cursor's key."""
    return {f"beyond_{place}": part for place, part in enumerate(after or ())}


def pages(read: Callable[[Slice], Page[Item]], part: Slice = FIRST) -> Iterator[Item]:
    """Every item from `part` on, read a large page at a time."""
    after: str | None = part.after
    while True:
        page = read(replace(part, after=after, limit=MOST))
        yield from page.items
        if (after := page.next) is None:
            return


def _begin(order: Order, part: Slice) -> Key | None:
    if not 1 <= part.limit <= MOST:
        raise Invalid("The list", [Problem("limit", f"1 to {MOST}.")])
    return None if part.after is None else order.key(part.after)
