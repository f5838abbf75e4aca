"""Which tax a line bears, and the sums per group. It knows rules as data, no register of VAT numbers and no rounding
but one: half away from zero, once per group."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

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
