"""
The rules by which a seller's services to a buyer are taxed, as one ordered table with their sources. It decides
nothing: `treatment` takes the first row that fits, and the reference page is printed from the same rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from engine.billing.countries import EU, vat_area
from engine.billing.explaining_words import Key
from engine.billing.parties import TaxStatus
from engine.billing.tax import Category

Sellers = Literal["EU", "GB", "CH", "NO", "US", "rest"]
Buyers = Literal["home", "other EU country", "EU", "not EU", "abroad", "anywhere"]
Need = Literal[
    "seller's VAT number", "buyer's VAT or register number", "tax %", "tax or VAT number", "small businesses exempt"
]
Says = Literal["", "the country's small-business text"]


@dataclass(frozen=True, slots=True)
class Source:
    """
    Where a rule is from. `seen`: its text, or an authority's or adviser's page on it, was read for this table; `of`:
    whose law it is, where it is cited in sales of sellers or to buyers there alone.
    """

    text: str
    seen: bool = True
    of: Sellers | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """
    Who sells (`sellers`, `statuses`) to whom (`buyers`): the `category`, what it `needs`, what the document says,
    `told` to the partner (a key of its sentences), the `sources`, and the `doubt` that is left, in a sentence.
    """

    name: str
    sellers: tuple[Sellers, ...]
    statuses: tuple[TaxStatus, ...]
    buyers: Buyers
    category: Category
    told: Key
    sources: tuple[str, ...]
    needs: tuple[Need, ...] = ()
    exemption_code: str = ""
    exemption_text: str = ""
    says: Says = ""
    mention: str = ""
    reverse_charge: bool = False
    doubt: str = ""

    def fits(self, *, seller: str, status: TaxStatus, buyer: str) -> bool:
        """seller, buyer: their countries."""
        sells, buys = vat_area(seller), vat_area(buyer)
        return region(seller) in self.sellers and status in self.statuses and _IS[self.buyers](sells, buys)

    def sources_of(self, *, seller: str, buyer: str) -> tuple[Source, ...]:
        """Those of a sale between these countries: a row that several share names the law of each."""
        laws = (None, region(seller), region(buyer))
        return tuple(source for name in self.sources if (source := SOURCES[name]).of in laws)


def region(country: str) -> Sellers:
    """The part of the table in which a country's sellers are found."""
    country = vat_area(country)
    if country in EU:
        return "EU"
    return country if country in ("GB", "CH", "NO", "US") else "rest"  # type: ignore[return-value]


_IS: dict[Buyers, Callable[[str, str], bool]] = {
    "home": lambda seller, buyer: buyer == seller,
    "other EU country": lambda seller, buyer: buyer in EU and buyer != seller,
    "EU": lambda _seller, buyer: buyer in EU,
    "not EU": lambda _seller, buyer: buyer not in EU,
    "abroad": lambda seller, buyer: buyer != seller,
    "anywhere": lambda _seller, _buyer: True,
}

SOURCES: dict[str, Source] = {
    "art. 6": Source("Directive 2006/112/EC art. 6: territories in which it does not apply"),
    "art. 7": Source(
        "Directive 2006/112/EC art. 7: Monaco is treated as France, the Isle of Man as the United Kingdom"
    ),
    "art. 9": Source("Directive 2006/112/EC art. 9: who is a taxable person", seen=False),
    "art. 44": Source("Directive 2006/112/EC art. 44: services to a business are supplied where it is established"),
    "art. 193": Source("Directive 2006/112/EC art. 193: the supplier is liable for VAT", seen=False, of="EU"),
    "art. 196": Source("Directive 2006/112/EC art. 196: the recipient is liable where the supplier is not established"),
    "art. 214": Source("Directive 2006/112/EC art. 214(1)(e): who supplies services abroad is identified", seen=False),
    "art. 219a": Source("Directive 2006/112/EC art. 219a: self-billed, the rules of the place of supply apply"),
    "art. 226": Source("Directive 2006/112/EC art. 226, points 3 to 5, 10a, 11, 11a: what an invoice says", of="EU"),
    "art. 284": Source(
        "Directive 2006/112/EC art. 284, as amended by Directive (EU) 2020/285: small enterprises", seen=False, of="EU"
    ),
    "thresholds": Source(
        "Lists of national thresholds: European Commission, Your Europe (2018); those of advisers on VAT (2021 to "
        "2022)",
        of="EU",
    ),
    "VATA": Source(
        "United Kingdom, VAT Act 1994 s. 4: VAT is charged on taxable supplies (HMRC, VATPOSS01200)", of="GB"
    ),
    "VATA s. 7A": Source(
        "United Kingdom, VAT Act 1994 s. 7A(2)(a): services to a business are supplied where it belongs "
        "(HMRC, VATPOSS06200)",
        of="GB",
    ),
    "CH-LI": Source(
        "Switzerland and Liechtenstein: an agreement on VAT, the same rules, one customs territory (advisers)"
    ),
    "MWSTG 8": Source(
        "Switzerland, MWSTG art. 8 para. 1: services are supplied where the recipient is (advisers)", of="CH"
    ),
    "MWSTG 10": Source("Switzerland, MWSTG art. 10: who is liable, who is exempt from liability", of="CH"),
    "MWSTG 26": Source("Switzerland, MWSTG art. 26 and 27: what an invoice says, tax shown without right", of="CH"),
    "mval 2-1": Source("Norway, merverdiavgiftsloven § 2-1: who is registered (Skatteetaten, M-2-1)", of="NO"),
    "mval 3-1": Source("Norway, merverdiavgiftsloven § 3-1: VAT is charged on goods and services", seen=False, of="NO"),
    "mval 6-22": Source(
        "Norway, merverdiavgiftsloven § 6-22: services to buyers abroad bear the rate zero", seen=False, of="NO"
    ),
    "US": Source("United States: no VAT; sales tax is the States', and is entered by the partner", seen=False),
    "own": Source("No rule of ours: design/invoices.md section 2, the tax is added as the partner entered it"),
}

_VAT: tuple[Sellers, ...] = ("EU", "GB", "CH", "NO")
_OUTSIDE: tuple[Sellers, ...] = ("GB", "CH", "NO")
_ALL: tuple[TaxStatus, ...] = ("registered", "small_business", "not_taxable")
_ABROAD_44 = "Not subject to VAT: the place of supply is the buyer's country (Directive 2006/112/EC art. 44)"
_NOT_ADDED = (
    "The tax that the seller entered is not added: by art. 196 the buyer accounts for VAT, and what the buyer issues "
    "follows the rules of its own country (art. 219a), so it says so. Should the seller's law tax what goes "
    "abroad all the same, finance decides by an override."
)

RULES: tuple[Rule, ...] = (
    Rule(
        "not a taxable person", _VAT, ("not_taxable",), "anywhere", "O", "not taxable", ("art. 9", "art. 226"),
        exemption_code="VATEX-EU-O", exemption_text="Not subject to VAT: the seller is not a taxable person",
        doubt="Outside the EU the Directive is cited for its definition; the national law has one of its own.",
    ),
    Rule(
        "EU to outside the EU", ("EU",), ("registered", "small_business"), "not EU", "O", "taxed where the buyer is",
        ("art. 44",), exemption_code="VATEX-EU-O", exemption_text=_ABROAD_44,
    ),
    Rule(
        "reverse charge within the EU", ("EU",), ("registered",), "other EU country", "AE", "buyer accounts",
        ("art. 44", "art. 196", "art. 226"), needs=("seller's VAT number", "buyer's VAT or register number"),
        exemption_code="VATEX-EU-AE", reverse_charge=True,
        exemption_text="Reverse charge: the buyer accounts for the VAT (Directive 2006/112/EC art. 196)",
    ),
    Rule(
        "small business within the EU", ("EU",), ("small_business",), "other EU country", "AE", "buyer accounts",
        ("art. 44", "art. 196", "art. 214", "art. 226"), reverse_charge=True,
        needs=("seller's VAT number", "buyer's VAT or register number"), exemption_code="VATEX-EU-AE",
        exemption_text="Reverse charge: the buyer accounts for the VAT (Directive 2006/112/EC art. 196)",
        doubt="The exemption of small businesses is one of their own country's and does not reach a service abroad.",
    ),
    Rule(
        "at home", _VAT, ("registered",), "home", "S", "VAT is added",
        ("art. 193", "art. 226", "VATA", "MWSTG 26", "mval 3-1"), needs=("seller's VAT number", "tax %"),
    ),
    Rule(
        "small business at home", ("EU",), ("small_business",), "home", "E", "small business",
        ("art. 284", "thresholds"),
        needs=("small businesses exempt", "tax or VAT number"), says="the country's small-business text",
        doubt="Each member state may exempt small businesses or not; of most only lists of thresholds were seen, which "
        "have Spain at nil and differ on Bulgaria.",
    ),
    Rule(
        "small business of GB, CH or NO at home", _OUTSIDE, ("small_business",), "home", "E", "small business",
        ("VATA", "MWSTG 10", "mval 2-1"),
        needs=("small businesses exempt", "tax or VAT number"), says="the country's small-business text",
        doubt="Below the threshold one is not registered, rather than exempt; E is the nearest.",
    ),
    Rule(
        "GB, CH or NO to the EU", _OUTSIDE, ("registered",), "EU", "AE", "buyer accounts",
        ("art. 44", "art. 196", "art. 219a", "art. 226"), reverse_charge=True,
        needs=("seller's VAT number", "buyer's VAT or register number"), exemption_code="VATEX-EU-AE",
        exemption_text="Reverse charge: the buyer accounts for the VAT (Directive 2006/112/EC art. 196)",
    ),
    Rule(
        "small business of GB, CH or NO to the EU", _OUTSIDE, ("small_business",), "EU", "O",
        "taxed where the buyer is",
        ("VATA s. 7A", "MWSTG 8", "mval 2-1", "art. 196", "art. 219a"), exemption_code="VATEX-EU-O",
        reverse_charge=True,
        exemption_text="Not subject to VAT in the seller's country: the buyer accounts for it where it is established",
        doubt="O shows no VAT number, though art. 226(4) wants the buyer's; AE would need a VAT number of the seller.",
    ),
    Rule(
        "GB to abroad", ("GB",), ("registered", "small_business"), "abroad", "O", "taxed where the buyer is",
        ("VATA s. 7A",), exemption_code="VATEX-EU-O",
        exemption_text="Outside the scope of UK VAT: supplied where the buyer belongs (VAT Act 1994 s. 7A)",
    ),
    Rule(
        "CH to abroad", ("CH",), ("registered", "small_business"), "abroad", "O", "taxed where the buyer is",
        ("MWSTG 8",), exemption_code="VATEX-EU-O",
        exemption_text="Not subject to Swiss VAT: supplied where the recipient is (MWSTG/LTVA/LIVA art. 8)",
        doubt="A seller in Liechtenstein falls under art. 8 of its own MWSTG, which says the same.",
    ),
    Rule(
        "NO to abroad", ("NO",), ("registered",), "abroad", "Z", "rate zero", ("mval 6-22",),
        needs=("seller's VAT number",), mention="Fritatt for merverdiavgift, merverdiavgiftsloven § 6-22 (rate zero)",
        doubt="The rate zero is for services that can be delivered from afar, as referrals and commissions can.",
    ),
    Rule(
        "small business of NO to abroad", ("NO",), ("small_business",), "abroad", "E", "small business", ("mval 2-1",),
        needs=("tax or VAT number",), says="the country's small-business text",
    ),
    Rule(
        "US to the EU", ("US",), ("registered", "small_business"), "EU", "local", "buyer accounts",
        ("US", "art. 196", "art. 219a", "art. 226"), reverse_charge=True, doubt=_NOT_ADDED,
    ),
    Rule("US", ("US",), _ALL, "anywhere", "local", "as entered", ("US",)),
    Rule(
        "rest of the world to the EU", ("rest",), ("registered", "small_business"), "EU", "local", "buyer accounts",
        ("own", "art. 196", "art. 219a", "art. 226"), reverse_charge=True, doubt=_NOT_ADDED,
    ),
    Rule("rest of the world", ("rest",), _ALL, "anywhere", "local", "as entered", ("own",)),
)  # fmt: skip

# Countries that belong to another's VAT area, with the source and what is in doubt.
AREAS: dict[str, tuple[str, str]] = {
    "IM": (
        "art. 7",
        "It has a law of its own, like the United Kingdom's (not seen), and its documents name the latter. Whether the "
        "words on output tax due to HMRC are wanted there is not known, so they are not printed.",
    ),
    "LI": (
        "CH-LI",
        "It has a VAT law and numbers of its own, of five digits without a check digit: only their form is looked at.",
    ),
    "MC": ("art. 7", "Its sellers have French VAT numbers, and it has the rates of France."),
}
