"""
Who plays which part in the demo: the invented but valid details of each partner, and what becomes of its payouts.

It only says what is to happen. VAT numbers have right check digits, IBANs are those of the banks' documentation; none
belongs to anybody the demo knows of.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

BUYER: dict[str, str | int] = {
    "code": "ACME",
    "legal_name": "Acme Logiciels SAS",
    "line1": "8 rue de Londres",
    "city": "Paris",
    "postcode": "75009",
    "country": "FR",
    "vat_number": "FR40303265045",
    "legal_number": "RCS Paris 303 265 045",
    "email": "factures@example.com",
    "payment_days": 30,
}


#: What the shipped pipeline tells partners to read, and what stands in it.
GUIDE = "programme-guide.pdf"
GUIDE_TEXT = (
    "Acme: the guide to our partner programme",
    "",
    "1. Tell us of a company that may need what we make.",
    "2. When it becomes a customer and has paid us, you earn a fee.",
    "3. Each month we make a payout of your fees. You look at it and approve it.",
    "4. Opt in to self-invoicing, and we write the invoice for you.",
)


@dataclass(frozen=True, slots=True)
class Deed:
    """A trigger, by whom (`partner`, `vendor` or `finance`), with what it needs."""

    trigger: str
    by: str = "vendor"
    reason: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    upload: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a partner's invoice once it is there: accept, contest, resolve or reissue, and why."""

    partner: str
    currency: str
    verb: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A payout: which rewards (none named: all that are free), what the partner is asked, and what happens to it."""

    currency: str
    deeds: tuple[Deed, ...]
    rewards: tuple[str, ...] = ()
    ask: tuple[str, ...] = ("review",)


@dataclass(frozen=True, slots=True)
class Part:
    """
    `details`: what the partner answers when it opts in; None: it opts out. `stops`: '' for an onboarding that is
    completed, 'waiting' where an upload waits for approval, 'not begun'.
    """

    plans: tuple[Plan, ...]
    details: Mapping[str, str] | None = None
    stops: str = ""
    logo: bool = False


VALIDATE = Deed("validate")
APPROVE = Deed("approve", by="partner")
ACCEPT = Deed("accept", reason="The partner agreed on the telephone.")
AGREED = (VALIDATE, APPROVE)


def paid(reference: str) -> Deed:
    """The bank has paid."""
    return Deed("mark_paid", by="finance", data={"payment_reference": reference})


#: Rewards that are pending in the example file and are settled before payouts are made; one more stays pending.
ACCEPTED, REFUSED = ("RW-2611-041",), ("RW-2611-040",)

PARTS: dict[str, Part] = {
    "DE-NORD": Part(
        (Plan("EUR", (*AGREED, paid("SEPA-2026-11-001"))),),
        {
            "line1": "Speicherstraße 12",
            "city": "Hamburg",
            "postcode": "20457",
            "tax_status": "registered",
            "vat_number": "DE136695976",
            "legal_number": "HRB 104 711 Hamburg",
            "iban": "DE89370400440532013000",
            "bic": "COBADEFFXXX",
            "account_holder": "Nordlicht Software GmbH",
            "footer": "Geschäftsführer: Jürgen Müller\nAmtsgericht Hamburg, HRB 104 711",
        },
        logo=True,
    ),
    "FR-LUMEN": Part(
        (Plan("EUR", (*AGREED, Deed("hold", reason="The bank details are being confirmed."))),),
        {
            "line1": "14 quai Perrache",
            "city": "Lyon",
            "postcode": "69002",
            "tax_status": "registered",
            "vat_number": "FR23334175221",
            "tax_percent": "20",
            "iban": "FR1420041010050500013M02606",
            "footer": "SARL au capital de 10 000 €",
        },
        logo=True,
    ),
    "ES-SOL": Part(
        (Plan("EUR", AGREED),),
        {
            "line1": "Calle del Añil 7, 2º",
            "city": "Cádiz",
            "postcode": "11001",
            "tax_status": "registered",
            "vat_number": "ESB58378431",
            "iban": "ES9121000418450200051332",
        },
    ),
    "FR-BLANC": Part(
        (Plan("EUR", (VALIDATE,), ask=()),),
        {
            "line1": "3 rue des Potiers",
            "city": "Châteauroux",
            "postcode": "36000",
            "tax_status": "small_business",
            "tax_number": "404 833 048",
        },
    ),
    "NL-GRACHT": Part(
        (
            Plan("EUR", (VALIDATE, ACCEPT)),
            Plan("USD", (*AGREED, Deed("cancel", reason="The customer was brought in by somebody else."))),
        ),
        {
            "line1": "Herengracht 101",
            "city": "Amsterdam",
            "postcode": "1015 BE",
            "tax_status": "registered",
            "vat_number": "NL004495445B01",
            "iban": "NL91ABNA0417164300",
        },
    ),
    "IT-ROSSI": Part(
        (Plan("EUR", (VALIDATE, Deed("upload_invoice", by="partner", upload=True), APPROVE), ask=("invoice",)),)
    ),
    "PL-ZAZOLC": Part(
        (Plan("EUR", AGREED),),
        {"line1": "ul. Żurawia 5", "city": "Łódź", "postcode": "90-001", "tax_status": "registered"},
    ),
    "GR-AIGAIO": Part((Plan("EUR", (VALIDATE,)),), stops="waiting"),
    "GB-THAMES": Part(
        (
            Plan("GBP", AGREED),
            Plan(
                "EUR",
                (
                    VALIDATE,
                    Deed("dispute", by="partner", reason="We agreed on 450.00.", data={"reward": "RW-2610-036"}),
                ),
            ),
        ),
        {
            "line1": "2 Quayside",
            "city": "Newcastle upon Tyne",
            "postcode": "NE1 3DX",
            "tax_status": "registered",
            "vat_number": "GB980780684",
            "tax_percent": "0",
            "tax_name": "VAT",
            "iban": "GB29NWBK60161331926819",
        },
    ),
    "US-CASCADE": Part(
        (
            Plan(
                "USD",
                (*AGREED, paid("WIRE-88123")),
                rewards=("RW-2609-002", "RW-2609-016", "RW-2610-030", "RW-2610-039"),
            ),
            Plan("USD", (VALIDATE,)),
        ),
        {
            "line1": "600 Pine Street, Suite 400",
            "city": "Seattle",
            "region": "WA",
            "postcode": "98101",
            "tax_status": "registered",
            "tax_number": "91-1234567",
            "payment_other": "ACH, routing 125000024, account 000123456789",
        },
    ),
    "AT-LANG": Part(
        (Plan("EUR", AGREED), Plan("JPY", AGREED)),
        {
            "line1": "Schiffamtsgasse 20",
            "city": "Wien",
            "postcode": "1020",
            "tax_status": "registered",
            "vat_number": "ATU13585627",
            "iban": "AT611904300234573201",
        },
    ),
    "SE-FJARD": Part((Plan("EUR", (VALIDATE,)),), stops="not begun"),
}

#: In this order, when all documents are there. The others' days of silence run.
SAID = (
    Said("DE-NORD", "EUR", "accept"),
    Said("US-CASCADE", "USD", "accept"),
    Said("AT-LANG", "EUR", "contest", "Wörthersee Hotelbetriebe bought twice as much."),
    Said("GB-THAMES", "GBP", "contest", "The renewal of Brontë Books is missing."),
    Said("AT-LANG", "JPY", "contest", "It must show our order 4711, as we agreed."),
    Said("AT-LANG", "JPY", "reissue", "The partner is right."),
    Said("GB-THAMES", "GBP", "resolve", "It will be in next month's payout, as agreed with Siobhán."),
)
