"""
Whether an invoice is right to the minor unit and says what the law asks. It changes nothing and knows no register.

The official rules of EN 16931 tolerate a deviation of 1.00 and pass a wrong mention; these do not.
"""

from collections.abc import Callable, Iterator, Sequence

from engine.billing import printed
from engine.billing.errors import Problem
from engine.billing.invoice import Invoice, Line, Party
from engine.billing.money import LARGEST, Currency
from engine.billing.numbering import is_number
from engine.billing.parts import excesses, lines_of
from engine.billing.tax import Category, Treatment, totals
from engine.billing.tax_currency import problems_in_told
from engine.billing.text import is_readable, is_visible
from engine.billing.wording import SELF_BILLING_ENGLISH, mentions_of, says_reverse_charge

EN_16931_DECIMALS = 2  # BR-DEC-*: amounts of a document have two decimals at most


def check_invoice(
    invoice: Invoice, *, original: Invoice | None = None, before: Sequence[Invoice] = ()
) -> list[Problem]:
    """
    Every broken rule; an empty list for a lawful document. `original`: the invoice that a credit note corrects;
    `before`: the credit notes that corrected it before.
    """
    return [
        *_head_problems(invoice),
        *_line_problems(invoice),
        *_sum_problems(invoice, before),
        *_category_problems(invoice),
        *_mention_problems(invoice),
        *problems_in_told(invoice, before),
        *_credit_problems(invoice, original, before),
    ]


def e_invoice_note(currency: Currency) -> str:
    """Why no EN 16931 document can be made in this currency, only a PDF; '' where one can."""
    if currency.exponent <= EN_16931_DECIMALS:
        return ""
    return f"{currency.code} has {currency.exponent} decimals and EN 16931 allows {EN_16931_DECIMALS}: PDF only."


def e_invoice_refusal(invoice: Invoice) -> str:
    """
    Why this invoice has no form in EN 16931, so that its PDF is all there is; '' where it has one.

    Its VAT categories are those of UNTDID 5305: a tax of another country's law is none of them.
    """
    told = invoice.tax_currency_total
    notes = [e_invoice_note(invoice.currency), e_invoice_note(told.currency) if told else ""]
    for name in sorted({group.tax_name for group in invoice.groups if group.category == "local"}):
        notes.append(f"{name} is no VAT of EN 16931's categories: PDF only.")
    return " ".join(dict.fromkeys(note for note in notes if note))


def _head_problems(invoice: Invoice) -> Iterator[Problem]:
    if not is_number(invoice.number):
        yield Problem("number", "A number has 1 to 40 of A to Z, 0 to 9, / and -.")
    if invoice.issued_at.utcoffset() is None:
        yield Problem("issued_at", "The instant of issue needs its offset from UTC.")
    if invoice.supply_from > invoice.supply_to:
        yield Problem("supply_to", "The period of supply ends before it begins.")
    if invoice.supply_to > invoice.issue_date and not invoice.is_credit_note:
        yield Problem("supply_to", _still_to_come(invoice))
    if invoice.due_date is not None and invoice.due_date < invoice.issue_date:
        yield Problem("due_date", "It is due before it is issued.")
    if not invoice.is_credit_note:  # it says of both what its invoice said
        yield from _party_problems("seller", invoice.seller)
        yield from _party_problems("buyer", invoice.buyer)


def _still_to_come(invoice: Invoice) -> str:
    """Art. 63, 65 and 220: before the supply only a payment on account is invoiced, and a payout is none."""
    last = max(invoice.lines, key=lambda line: line.occurred_on, default=None)
    named = f"{last.reference} is" if last else "The last supply is"
    return f"{named} of {invoice.supply_to}, still to come: what was supplied is invoiced, from that day on."


def _party_problems(role: str, party: Party) -> Iterator[Problem]:
    """EN 16931 BR-06 to BR-11; art. 226, point 5."""
    wanted = {
        "legal_name": party.legal_name,
        "address.line1": party.address.line1,
        "address.city": party.address.city,
        "address.country": party.address.country,
    }
    for name, value in wanted.items():
        if not is_readable(value):
            told = f"The {role}'s {name.rpartition('.')[2].replace('_', ' ')}"
            yield Problem(f"{role}.{name}", f"{told} {_emptiness(value)}.")


def _emptiness(value: str) -> str:
    return "has no letter and no digit" if is_visible(value) else "is empty"


def _line_problems(invoice: Invoice) -> Iterator[Problem]:
    if not invoice.lines:
        yield Problem("lines", "A document needs at least one line.")
    for place, line in enumerate(invoice.lines, start=1):
        if not invoice.is_credit_note and not is_readable(line.description):
            told = f"The description of reward {line.reference} {_emptiness(line.description)}."
            yield Problem(f"lines.{place}.description", told)
        yield from _one_line_problems(f"lines.{place}", place, line)


def _one_line_problems(field: str, place: int, line: Line) -> Iterator[Problem]:
    if line.position != place:
        yield Problem(f"{field}.position", f"Lines are counted from 1: this is {place}, not {line.position}.")
    if line.quantity not in (1, -1):
        yield Problem(f"{field}.quantity", "The quantity is 1, or -1 for a clawback.")
    if not 0 <= line.price <= LARGEST:
        yield Problem(f"{field}.price", "The price is never negative (EN 16931 BR-27); a clawback has quantity -1.")
    if line.amount != line.quantity * line.price:
        yield Problem(f"{field}.amount", f"{line.quantity} x {line.price} is not {line.amount}.")


def _sum_problems(invoice: Invoice, before: Sequence[Invoice]) -> Iterator[Problem]:
    right = totals(invoice.lines, after=lines_of(before))
    if invoice.groups != right.groups:
        yield Problem("groups", "The table of tax is not that of the lines: one row a category and rate.")
    for name in ("net", "tax", "gross"):
        told, due = getattr(invoice, name), getattr(right, name)
        if told != due:
            yield Problem(name, f"The lines give {due} minor units, not {told}.")
    if right.net <= 0:
        told = "what is only clawed back is credited, not invoiced"
        if invoice.is_credit_note:
            told = "a clawback is credited only together with what it was taken from"
        yield Problem("net", f"The net is not above zero: {told}.")
    if abs(right.gross) > LARGEST:
        yield Problem("gross", "The total is too large to be kept.")


def _category_problems(invoice: Invoice) -> Iterator[Problem]:
    categories = sorted({line.treatment.category for line in invoice.lines})
    for category in categories:
        yield from _BY_CATEGORY[category](invoice)
        if len({_told(line.treatment) for line in _of(invoice, category)}) > 1:
            yield Problem("lines", f"Lines of category {category} name different reasons or taxes; one is printed.")
    if "O" in categories and len(categories) > 1:
        yield Problem("lines", "Outside the scope of VAT (O) is never mixed with another category (BR-O-11).")


def _told(treatment: Treatment) -> tuple[str, str, str]:
    return treatment.exemption_code, treatment.exemption_text, treatment.tax_name


def _standard(invoice: Invoice) -> Iterator[Problem]:
    """EN 16931 BR-S-02 and BR-S-05."""
    if not all((line.treatment.rate or 0) > 0 for line in _of(invoice, "S")):
        yield Problem("lines", "The standard category (S) needs a rate above 0.")
    if not invoice.seller.vat_number:
        yield Problem("seller.vat_number", "VAT is charged only under a VAT number, and the seller has none.")


def _reverse_charge(invoice: Invoice) -> Iterator[Problem]:
    """EN 16931 BR-AE-02, BR-AE-05, BR-AE-10; art. 226, points 4 and 11a."""
    yield from _zero_rate(invoice, "AE")
    yield from _reason(invoice, "AE")
    if not invoice.seller.vat_number:
        yield Problem("seller.vat_number", "Reverse charge needs the seller's VAT number.")
    if not _identified(invoice, invoice.buyer.vat_number, invoice.buyer.legal_number):
        yield Problem("buyer.vat_number", "Reverse charge needs the buyer's VAT number or company register number.")


def _exempt(invoice: Invoice) -> Iterator[Problem]:
    """EN 16931 BR-E-02, BR-E-05, BR-E-10; art. 226, point 11."""
    yield from _zero_rate(invoice, "E")
    yield from _reason(invoice, "E")
    if not _identified(invoice, invoice.seller.vat_number, invoice.seller.tax_number):
        yield Problem("seller.tax_number", "An exempt seller is named with its tax number or VAT number.")


def _zero(invoice: Invoice) -> Iterator[Problem]:
    """EN 16931 BR-Z-02 and BR-Z-05."""
    yield from _zero_rate(invoice, "Z")
    if not _identified(invoice, invoice.seller.vat_number, invoice.seller.tax_number):
        yield Problem("seller.vat_number", "The zero rate needs the seller's VAT number or tax number.")


def _out_of_scope(invoice: Invoice) -> Iterator[Problem]:
    """EN 16931 BR-O-02, BR-O-05, BR-O-10."""
    if any(line.treatment.rate is not None for line in _of(invoice, "O")):
        yield Problem("lines", "Outside the scope of VAT (O) there is no rate.")
    yield from _reason(invoice, "O")
    for role, party in (("seller", invoice.seller), ("buyer", invoice.buyer)):
        if party.vat_number:
            yield Problem(f"{role}.vat_number", f"Outside the scope of VAT (O) the {role}'s VAT number is not shown.")


def _local(invoice: Invoice) -> Iterator[Problem]:
    for line in _of(invoice, "local"):
        if line.treatment.rate is None or line.treatment.rate < 0:
            yield Problem(f"lines.{line.position}", "The seller's own tax needs a rate of 0 or above.")
        if not _says(invoice, line.treatment.tax_name):
            yield Problem(f"lines.{line.position}", "Say which tax it is.")


_BY_CATEGORY: dict[Category, Callable[[Invoice], Iterator[Problem]]] = {
    "S": _standard,
    "AE": _reverse_charge,
    "E": _exempt,
    "Z": _zero,
    "O": _out_of_scope,
    "local": _local,
}


def _zero_rate(invoice: Invoice, category: Category) -> Iterator[Problem]:
    if any(line.treatment.rate != 0 for line in _of(invoice, category)):
        yield Problem("lines", f"Category {category} has the rate 0.")


def _reason(invoice: Invoice, category: Category) -> Iterator[Problem]:
    if not all(_says(invoice, line.treatment.exemption_text) for line in _of(invoice, category)):
        yield Problem("lines", f"Category {category} needs the reason why no tax is charged.")


def _says(invoice: Invoice, text: str) -> bool:
    """In letters or digits; a credit note says what its invoice said."""
    return bool(text) if invoice.is_credit_note else is_readable(text)


def _identified(invoice: Invoice, *numbers: str | None) -> bool:
    return any(numbers) if invoice.is_credit_note else any(map(printed.told, numbers))


def _of(invoice: Invoice, category: Category) -> list[Line]:
    return [line for line in invoice.lines if line.treatment.category == category]


def _mention_problems(invoice: Invoice) -> Iterator[Problem]:
    """
    Art. 226, points 10a and 11a, in the seller's languages too; HMRC Notice 700/62 where UK VAT is charged. A credit
    note says what its invoice said: words that became better since do not keep it from being issued.
    """
    treatments = [line.treatment for line in invoice.lines]
    if not invoice.is_credit_note and any(each.rate and says_reverse_charge(each) for each in treatments):
        yield Problem("mentions", "It adds a tax and says 'Reverse charge': by that mention the buyer accounts for it.")
    wanted = mentions_of(treatments, invoice.seller.address.country, invoice.language)
    for words in (SELF_BILLING_ENGLISH,) if invoice.is_credit_note else wanted:
        if words not in invoice.mentions:
            yield Problem("mentions", f"The mention '{words}' is missing.")


def _credit_problems(invoice: Invoice, original: Invoice | None, before: Sequence[Invoice]) -> Iterator[Problem]:
    """Art. 219: a correction refers to its original, and gives back no more than it charged."""
    if invoice.is_credit_note and invoice.preceding is None:
        yield Problem("preceding", "A credit note names the invoice that it corrects.")
    if original is None:
        return
    if original.is_credit_note:
        yield Problem("preceding", f"{original.number} is itself a credit note; only an invoice is credited.")
    if invoice.preceding is not None and invoice.preceding.number != original.number:
        yield Problem("preceding", f"It names {invoice.preceding.number}, not {original.number}.")
    if invoice.currency != original.currency:
        yield Problem("currency", f"The original is in {original.currency.code}.")
    if invoice.preceding is not None and invoice.preceding.issue_date != original.issue_date:
        yield Problem("preceding", f"{original.number} is of {original.issue_date}.")
    yield from excesses(invoice, original, before)
