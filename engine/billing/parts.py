"""
What is left of an invoice after its credit notes, and whether one more takes back too much. It draws nothing up.

Source: Directive 2006/112/EC art. 90 and 219: what is reduced is corrected by a document that refers to the original.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.billing.errors import Problem
from engine.billing.invoice import Invoice, Line
from engine.billing.money import Money
from engine.billing.tax import Category, normalised, tax_groups


@dataclass(frozen=True, slots=True)
class Part:
    """What is credited of the line at `position`: minor units, negative of a clawback's."""

    position: int
    amount: int


def left(original: Invoice, before: Sequence[Invoice]) -> tuple[Part, ...]:
    """What the credit notes `before` have left of each line; lines of which nothing is left are not named."""
    credited = _credited(before)
    rest = [Part(line.position, line.amount - credited[line.reference]) for line in original.lines]
    return tuple(part for part in rest if part.amount or (not before and not original.lines[part.position - 1].amount))


def lines_of(notes: Iterable[Invoice]) -> list[Line]:
    """All lines of these credit notes."""
    return [line for note in notes for line in note.lines]


def is_whole(original: Invoice, notes: Sequence[Invoice]) -> bool:
    """Whether these credit notes together take back all that the invoice was for."""
    return sum(note.gross for note in notes) >= original.gross


def excesses(note: Invoice, original: Invoice, before: Sequence[Invoice]) -> Iterator[Problem]:
    """Where `note` takes back more than the credit notes `before` have left: of a line, a tax group, or in all."""
    yield from _excesses_of_lines(note, original, before)
    yield from _excesses_of_groups(note, original, before)
    for name in ("net", "tax", "gross"):
        rest = getattr(original, name) - sum(getattr(one, name) for one in before)
        if getattr(note, name) > rest:
            told = f"the {_told(rest, original)} {'that are left' if before else 'of the original'}"
            yield Problem(name, f"It credits more than {told}.")


def _excesses_of_lines(note: Invoice, original: Invoice, before: Sequence[Invoice]) -> Iterator[Problem]:
    charged: dict[str, int] = defaultdict(int)
    for line in original.lines:
        charged[line.reference] += line.amount
    earlier, now = _credited(before), _credited([note])
    for reference, amount in now.items():
        field = next(f"lines.{line.position}" for line in note.lines if line.reference == reference)
        if reference not in charged:
            yield Problem(field, f"{reference} is no line of {original.number}.")
        elif not _within(amount, charged[reference] - earlier[reference]):
            rest = charged[reference] - earlier[reference]
            told = f"It credits {_told(amount, original)} of {reference}, of which {_told(rest, original)} are left."
            yield Problem(field, told)


def _excesses_of_groups(note: Invoice, original: Invoice, before: Sequence[Invoice]) -> Iterator[Problem]:
    bases = _bases(lines_of([original]))
    credited = _bases(lines_of([*before, note]))
    for key in _bases(note.lines):
        whole = bases.get(key, 0)
        if not _within(credited[key], whole):
            category, rate = key
            told = f"{category} {'' if rate is None else rate}".strip()
            sums = _told(credited[key], original), _told(whole, original)
            yield Problem("groups", f"{sums[0]} of tax group {told} are credited, of {sums[1]}.")


def _credited(notes: Iterable[Invoice]) -> dict[str, int]:
    """Minor units by the reference of the reward: it stands on one line of one invoice."""
    sums: dict[str, int] = defaultdict(int)
    for line in lines_of(notes):
        sums[line.reference] += line.amount
    return sums


def _bases(lines: Iterable[Line]) -> dict[tuple[Category, Decimal | None], int]:
    return {
        (group.category, None if group.rate is None else normalised(group.rate)): group.base
        for group in tax_groups(lines)
    }


def _told(amount: int, original: Invoice) -> str:
    return f"{Money(amount, original.currency).text()} {original.currency.code}"


def _within(amount: int, whole: int) -> bool:
    """Between nothing and the whole, on the whole's side of nothing."""
    return min(0, whole) <= amount <= max(0, whole)
