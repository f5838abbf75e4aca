"""Which tax a line bears, and the sums per group. It knows no country and no rounding but one: half away from zero,
once per group."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, Protocol

from engine.billing.errors import NotARate
from engine.billing.money import rounded

Category = Literal["S", "AE", "E", "Z", "O", "local"]


@dataclass(frozen=True, slots=True)
class Treatment:
    """
    How a line is taxed: UNTDID 5305 `category` (BT-151; `local` where no rule is known for the two countries and
    the seller's own tax is added as entered), `rate` in percent (None for O), VATEX `exemption_code` (BT-121),
    `exemption_text` (BT-120), the `mention` the law asks for, and `tax_name`, what the document calls the tax.
    """

    category: Category
    rate: Decimal | None
    exemption_code: str = ""
    exemption_text: str = ""
    mention: str = ""
    tax_name: str = "VAT"


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """BG-23: one row a (category, rate). `base` (BT-116) and `tax` (BT-117) in minor units."""

    category: Category
    rate: Decimal | None
    base: int
    tax: int
    exemption_code: str = ""
    exemption_text: str = ""
    tax_name: str = "VAT"


class Taxed(Protocol):
    """A line: its `amount` in minor units, negative for a clawback, and how it is taxed."""

    @property
    def amount(self) -> int: ...
    @property
    def treatment(self) -> Treatment: ...


@dataclass(frozen=True, slots=True)
class Totals:
    """BT-109 `net`, BT-110 `tax`, BT-112 `gross` in minor units, and the groups that the tax comes from."""

    net: int
    tax: int
    gross: int
    groups: tuple[TaxGroup, ...]


def parse_rate(text: str) -> Decimal:
    """
    A tax percentage from 0 to 100 with at most 3 decimals, in its shortest form: 20.00 gives 20.

    Raises:
        NotARate: signs, exponents, other digits than 0 to 9, more decimals, or more than 100.
    """
    if _RATE.fullmatch(text) is None or (rate := normalised(Decimal(text))) > 100:
        raise NotARate(text)
    return rate


def normalised(rate: Decimal) -> Decimal:
    """The same rate in its shortest form without an exponent, so that 20 and 20.00 are written alike."""
    return Decimal(format(rate.normalize(), "f"))


def tax_groups(lines: Iterable[Taxed], *, after: Iterable[Taxed] = ()) -> tuple[TaxGroup, ...]:
    """
    One group a (category, rate), tax rounded once a group (EN 16931 BR-S-9). The order of lines does not matter.

    after: the lines of documents before, with which these make up a whole. Then the tax is what the whole bears after
    these lines less what it bore before them: however a whole is cut, its parts bear its tax to the minor unit.
    """
    groups, before = _by_rate(lines), _by_rate(after)
    return tuple(
        _group(category, rate, groups[category, rate], before=sum(line.amount for line in before[category, rate]))
        for category, rate in sorted(groups, key=_order)
    )


def totals(lines: Iterable[Taxed], *, after: Iterable[Taxed] = ()) -> Totals:
    """The sums of a document: net of all lines, tax of all groups. after: as in `tax_groups`."""
    groups = tax_groups(lines, after=after)
    net, tax = sum(group.base for group in groups), sum(group.tax for group in groups)
    return Totals(net, tax, net + tax, groups)


_RATE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?", re.ASCII)
_CATEGORIES: tuple[Category, ...] = ("S", "local", "Z", "E", "AE", "O")


def _by_rate(lines: Iterable[Taxed]) -> dict[tuple[Category, Decimal | None], list[Taxed]]:
    groups: dict[tuple[Category, Decimal | None], list[Taxed]] = defaultdict(list)
    for line in lines:
        rate = line.treatment.rate
        groups[line.treatment.category, None if rate is None else normalised(rate)].append(line)
    return groups


def _order(key: tuple[Category, Decimal | None]) -> tuple[int, Decimal]:
    category, rate = key
    return _CATEGORIES.index(category), -(rate or Decimal(0))


def _group(category: Category, rate: Decimal | None, lines: Sequence[Taxed], *, before: int) -> TaxGroup:
    base = sum(line.amount for line in lines)
    factor = Fraction(rate or 0) / 100
    # lines of one group give one reason (checked before an invoice is issued); the least makes it independent of order
    told = min((line.treatment for line in lines), key=lambda it: (it.exemption_code, it.exemption_text, it.tax_name))
    return TaxGroup(
        category=category,
        rate=rate,
        base=base,
        tax=rounded((before + base) * factor) - rounded(before * factor),
        exemption_code=told.exemption_code,
        exemption_text=told.exemption_text,
        tax_name=told.tax_name,
    )
