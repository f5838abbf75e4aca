"""Lawful invoices and credit notes, one of each kind that EN 16931 has a form for. It knows no format."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.billing.invoice import AgreementReference, Invoice, PaymentDetails, TaxCurrencyTotal
from engine.billing.issuing import Supply, credit, credit_in_full, draw_up
from engine.billing.money import Currency
from engine.billing.parties import BuyerDetails, SellerDetails, TaxStatus
from engine.billing.parts import Part
from engine.billing.tax import Treatment
from engine.billing.tax_currency import ExchangeRate, Telling
from engine.billing.treatment import BuyerTaxFacts, SellerTaxFacts, choose_treatment

ZONE = ZoneInfo("Europe/Paris")
RATED = date(2026, 11, 20)
EUR, JPY, GBP, CHF, NOK, SEK, DKK, PLN = (
    Currency(code, 0 if code == "JPY" else 2) for code in ("EUR", "JPY", "GBP", "CHF", "NOK", "SEK", "DKK", "PLN")
)
SELLER = SellerDetails(
    legal_name="Lumière & Associés SARL", line1="12 rue de la Paix", city="Lyon", postcode="69002", country="FR",
    tax_status="registered", vat_number="FR40303265045", tax_percent="20", legal_number="303 265 045",
    email="compta@lumiere.example", payment=PaymentDetails("Lumière", "FR76 3000 6000 0112 3456 7890 189", "AGRIFRPP"),
)  # fmt: skip
BUYER = BuyerDetails(
    code="ACME", legal_name="Acme Cloud SAS", line1="1 avenue Foch", line2="Bâtiment B", city="Paris",
    postcode="75008", region="Île-de-France", country="FR", vat_number="FR83404833048", payment_days=30,
)  # fmt: skip

AE = Treatment("AE", Decimal(0), "VATEX-EU-AE", "Reverse charge (Directive 2006/112/EC art. 196)", "Reverse charge")
FRANCHISE = Treatment("E", Decimal(0), "VATEX-FR-FRANCHISE", "TVA non applicable, art. 293 B du CGI")
SMALL = Treatment("E", Decimal(0), exemption_text="Steuerbefreiung nach § 19 UStG")
OUT = Treatment("O", None, "VATEX-EU-O", "Not subject to VAT: Directive 2006/112/EC art. 44")
ZERO = Treatment("Z", Decimal(0))
HOSTILE = "]]><!--&amp;\"'</ram:Name><x/>{{7*7}} #ABC# ‮ \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")


def at(rate: str) -> Treatment:
    return Treatment("S", Decimal(rate))


def supplies(*amounts: int | tuple[int, Treatment], what: str = "Commission") -> list[Supply]:
    """One a day from 1 September 2026; a pair has a treatment of its own."""
    pairs = [each if isinstance(each, tuple) else (each, None) for each in amounts]
    return [
        Supply(f"RW-{place}", what, date(2026, 9, 1) + timedelta(days=place % 30), amount, treatment)
        for place, (amount, treatment) in enumerate(pairs, start=1)
    ]


def drawn(
    of: Sequence[Supply], treatment: Treatment | None = None, *, seller: Any = (), buyer: Any = (), **more: Any
) -> Invoice:
    """The invoice over these, of our seller to our buyer with some details changed."""
    whole = {
        "seller_code": "FR-LUM", "currency": EUR, "number": "ACME-FR-LUM-00001", "language": "fr", "zone": ZONE,
        "agreement": AgreementReference(1, date(2026, 1, 5), "2026-1", "a" * 64),
        "issued_at": datetime(2026, 11, 23, 9, tzinfo=UTC), "payout": "01a20699-0d1b-7099-b3b7-a81298179450",
    }  # fmt: skip
    details = replace(SELLER, **dict(seller)), replace(BUYER, **dict(buyer))
    return draw_up(*details, supplies=of, treatment=treatment or at("20"), **{**whole, **more})


def by_rule(seller: str, status: TaxStatus, buyer: str) -> Treatment:
    """What the table of rules says of a pair of countries."""
    chosen = choose_treatment(
        SellerTaxFacts(seller, status, "1", vat_number_valid=True, tax_number="1", tax_percent=Decimal(20)),
        BuyerTaxFacts(buyer, "1", vat_number_valid=True),
    )
    assert isinstance(chosen, Treatment)
    return chosen


def credited(invoice: Invoice) -> Invoice:
    return credit_in_full(
        invoice, number="ACME-FR-LUM-C00001", issued_at=datetime(2026, 12, 1, 9, tzinfo=UTC), zone=ZONE
    )


def told_in(currency: Currency, tax: int, rate: str, *, per: str = "") -> TaxCurrencyTotal:
    return TaxCurrencyTotal(currency, tax, Decimal(rate), "ECB", date(2026, 11, 20), per)


def _of(country: str, vat_number: str | None, legal_number: str | None = None, **more: Any) -> dict[str, Any]:
    return {"country": country, "vat_number": vat_number, "legal_number": legal_number, **more}


_DE, _US = _of("DE", "DE136695976"), _of("US", None, "DELAWARE 1234567", email="ap@acme.example")
_NAMES = {"legal_name": "Κρήτη & Ромашка 北京 <b>", "line1": "<script>", "city": "Łódź", "payment": PaymentDetails()}
_HOSTILE = {
    "legal_name": f"A {HOSTILE[:-3]}",
    "line2": "%00",
    "line1": HOSTILE[:60],
    "footer": HOSTILE,
    "region": "&#0;",
}

INVOICES: dict[str, Invoice] = {
    "standard rate": drawn(supplies(125_000)),
    "one cent": drawn(supplies(1)),
    "a clawback": drawn(supplies(10_000, -3_000, 5)),
    "several rates": drawn(supplies(10_000, (5_050, at("10")), (3_333, at("5.5")))),
    "a rate of three decimals": drawn(supplies(9_999, 9_999, 9_999), at("19.975")),
    "a rate with clawbacks alone": drawn(supplies(10_000, (-5_000, at("10")))),
    "half a cent of tax": drawn(supplies(63), at("20")),
    "many lines": drawn(supplies(*range(1, 301))),
    "very large": drawn(supplies(9_999_999_999_999_999, 1)),
    "reverse charge": drawn(supplies(99_999), AE, seller=_DE, language="de"),
    "reverse charge to a register number": drawn(
        supplies(99_999), AE, seller=_DE, buyer=_of("FR", None, "404833048"), language="de"
    ),
    "reverse charge beside standard": drawn(supplies((3_000, AE), 1_000)),
    "small business with a code": drawn(
        supplies(8_000), FRANCHISE, seller=_of("FR", None, tax_number="303265045", tax_status="small_business")
    ),
    "small business without a code": drawn(
        supplies(8_000), SMALL, seller=_of("DE", None, tax_number="21/815/08150"), buyer=_DE, language="de"
    ),
    "outside the scope, abroad": drawn(supplies(40_000), OUT, seller=_DE, buyer=_US, language="en"),
    "outside the scope, not taxable": drawn(supplies(40_000), OUT, seller=_of("FR", None, None)),
    "zero rate": drawn(supplies(7_000), ZERO),
    "zero rate beside standard": drawn(supplies(7_000, (100, ZERO))),
    "yen, told in euro": drawn(
        supplies(12_345, 1), at("10"), currency=JPY, tax_currency_total=told_in(EUR, 713, "173.2", per="EUR")
    ),
    "Polish, told in zloty": drawn(
        supplies(100_000), at("23"), seller=_of("PL", "PL5260001246", "0000012345"), language="pl",
        buyer=_of("PL", "PL8567346215"), tax_currency_total=told_in(PLN, 97_934, "4.2580"),
    ),
    "British": drawn(
        supplies(10_000), seller=_of("GB", "GB980780684", "01234567"), buyer=_of("GB", "GB340804329"), currency=GBP,
        language="en",
    ),
    "Swiss": drawn(
        supplies(10_000), at("8.1"), seller=_of("CH", "CHE-107.787.577 MWST", "CHE-107.787.577"), language="de",
        buyer=_of("CH", "CHE116281710MWST", "CHE-116.281.710"), currency=CHF,
    ),
    "Norwegian": drawn(
        supplies(10_000), at("25"), seller=_of("NO", "995525828MVA", "995 525 828"), currency=NOK, language="en",
        buyer=_of("NO", "NO 995 525 828 MVA"),
    ),
    "Swedish": drawn(
        supplies(10_000), at("25"), seller=_of("SE", "SE123456789701", "123456-7897"), currency=SEK, language="en",
        buyer=_of("SE", "SE123456789701"),
    ),
    "Danish": drawn(
        supplies(10_000), at("25"), seller=_of("DK", "DK13585628", "13585628"), buyer=_of("DK", "DK13585628"),
        currency=DKK, language="en",
    ),
    "Belgian to Dutch": drawn(
        supplies(10_000), AE, seller=_of("BE", "BE0428759497", "0428.759.497"), language="nl",
        buyer=_of("NL", "NL004495445B01", "12345678"),
    ),
    "Italian with a codice fiscale": drawn(
        supplies(10_000), at("22"), seller=_of("IT", "IT00743110157", "MI-123456", tax_number="00743110157"),
        buyer=_of("IT", "IT00743110157"), language="it",
    ),
    "Greek": drawn(
        supplies(10_000), at("24"), seller=_of("GR", "EL094259216", legal_name="Κρήτη ΑΕ"), language="en",
        buyer=_of("GR", "EL094259216"),
    ),
    "Swedish, told in krona": drawn(
        supplies(25_000, -3, 7), at("25"), seller=_of("SE", "SE123456789701", "123456-7897"), language="en",
        buyer=_of("SE", "SE123456789701"),
        telling=Telling(SEK, ExchangeRate("EUR", "SEK", Decimal("11.2345"), RATED, "ECB")),
    ),
    "Swiss, told by a rate the other way round": drawn(
        supplies(10_000), at("8.1"), seller=_of("CH", "CHE-107.787.577 MWST", "CHE-107.787.577"), language="de",
        buyer=_of("CH", "CHE116281710MWST"),
        telling=Telling(CHF, ExchangeRate("CHF", "EUR", Decimal("1.0625"), RATED, "BAZG")),
    ),
    "exempt by decision, with a code": drawn(
        supplies(8_000), Treatment("E", Decimal(0), "VATEX-EU-135-1", "Art. 135(1) of Directive 2006/112/EC"),
        tax_rule="override",
    ),
    "reverse charge at home by decision": drawn(
        supplies(8_000), tax_rule="override",
        treatment=Treatment("AE", Decimal(0), "VATEX-EU-AE", "Autoliquidation, art. 283 du CGI", "Reverse charge"),
    ),
    "zero rate from Norway abroad": drawn(
        supplies(10_000), by_rule("NO", "registered", "US"), seller=_of("NO", "995525828MVA", "995 525 828"),
        currency=NOK, buyer=_US, language="en",
    ),
    "British to France": drawn(
        supplies(10_000), by_rule("GB", "registered", "FR"), seller=_of("GB", "GB980780684", "01234567"),
        language="en",
    ),
    "British to the USA": drawn(
        supplies(10_000), by_rule("GB", "registered", "US"), seller=_of("GB", "GB980780684", "01234567"), buyer=_US,
        language="en",
    ),
    "Swiss small business to France": drawn(
        supplies(10_000), by_rule("CH", "small_business", "FR"), seller=_of("CH", None, tax_number="756.1"),
        language="fr",
    ),
    "Norwegian small business": drawn(
        supplies(10_000), by_rule("NO", "small_business", "NO"),
        seller=_of("NO", None, "995 525 828", tax_number="995525828"),
        buyer=_of("NO", "NO 995 525 828 MVA"), currency=NOK, language="en",
    ),
    "without a due date": drawn(supplies(10_000), buyer={"payment_days": None}),
    "paid to no IBAN": drawn(
        supplies(10_000), seller={"payment": PaymentDetails(other="Routing 021000021, account 12345")}
    ),
    "without a payment account": drawn(supplies(10_000), seller={"payment": PaymentDetails()}),
    "names of many writings": drawn(supplies(10_000, what="北京 עברית ✓ é"), seller=_NAMES, language="zz"),
    "hostile text": drawn(supplies(10_000, what=HOSTILE), seller=_HOSTILE, buyer={"legal_name": "<!ENTITY x>"}),
}  # fmt: skip

CREDIT_NOTES: dict[str, Invoice] = {
    f"credit: {name}": credited(INVOICES[name])
    for name in (
        "standard rate", "a clawback", "several rates", "reverse charge", "small business without a code",
        "outside the scope, abroad", "zero rate", "yen, told in euro", "Polish, told in zloty", "very large",
        "without a due date", "hostile text", "Swedish, told in krona", "zero rate from Norway abroad",
        "exempt by decision, with a code",
    )
}  # fmt: skip


def _in_two(name: str, *first: Part) -> tuple[Invoice, Invoice]:
    """Two credit notes that take back an invoice: these parts of it, and the rest."""
    more: Any = {"issued_at": datetime(2026, 12, 1, 9, tzinfo=UTC), "zone": ZONE}
    part = credit(INVOICES[name], first, number="ACME-FR-LUM-C00001", **more)
    return part, credit(INVOICES[name], before=[part], number="ACME-FR-LUM-C00002", **more)


PARTS: dict[str, Invoice] = {
    f"{which} credit of two: {name}": note
    for name, first in {
        "several rates": (Part(2, 2_525), Part(3, 1_111)), "a clawback": (Part(1, 5_000),),
        "a rate of three decimals": (Part(1, 1), Part(3, 9_999)), "Swedish, told in krona": (Part(1, 33),),
        "half a cent of tax": (Part(1, 3),), "reverse charge beside standard": (Part(1, 1_000),),
    }.items()
    for which, note in zip(("first", "last"), _in_two(name, *first), strict=True)
}  # fmt: skip
CREDIT_NOTES |= PARTS
ALL = {**INVOICES, **CREDIT_NOTES}
