"""
Draw up a frozen invoice from details, rewards and a treatment, and credit it, whole or in part. It decides neither
whether an invoice may be issued nor its number.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from engine.billing.checks import check_invoice
from engine.billing.errors import Unlawful
from engine.billing.invoice import (
    SELF_BILLED_CREDIT_NOTE,
    SELF_BILLED_INVOICE,
    AgreementReference,
    Invoice,
    Line,
    Preceding,
    TaxCurrencyTotal,
)
from engine.billing.money import Currency
from engine.billing.parties import BuyerDetails, SellerDetails
from engine.billing.parts import Part, left, lines_of
from engine.billing.tax import Treatment, totals
from engine.billing.tax_currency import Telling, told_of_part
from engine.billing.treatment import parties_for
from engine.billing.wording import mentions_of


@dataclass(frozen=True, slots=True)
class Supply:
    """One accepted reward: `amount` in minor units, negative for a clawback. `treatment` only where it is not the
    invoice's."""

    reference: str
    description: str
    occurred_on: date
    amount: int
    treatment: Treatment | None = None


def draw_up(
    seller: SellerDetails,
    buyer: BuyerDetails,
    *,
    seller_code: str,
    supplies: Sequence[Supply],
    treatment: Treatment,
    agreement: AgreementReference,
    currency: Currency,
    number: str,
    issued_at: datetime,
    zone: tzinfo,
    language: str,
    payout: str,
    revision: int = 1,
    template: str = "v1",
    tax_currency_total: TaxCurrencyTotal | None = None,
    telling: Telling | None = None,
    tax_rule: str = "",
) -> Invoice:
    """
    The self-billed invoice (389) over `supplies`, in their order. `issued_at` is UTC; its date in `zone`, the
    account's, is the issue date, from which the buyer's payment days run. `telling`: the other money that the VAT is
    told in, and the rate; or the sum itself, `tax_currency_total`. `tax_rule`: what the treatment is from. Without a
    `number` it is a preview, which may lack what it likes: it is shown and never kept.

    Raises:
        Unlawful: it would break a rule; all of them are named.
    """
    lines = tuple(_line(place, supply, treatment) for place, supply in enumerate(supplies, start=1))
    sums = totals(lines)
    seller_party, buyer_party = parties_for(treatment, seller.to_party(seller_code), buyer.to_party())
    issue_date = issued_at.astimezone(zone).date()
    dates = [supply.occurred_on for supply in supplies] or [issue_date]
    invoice = Invoice(
        type_code=SELF_BILLED_INVOICE, number=number, issue_date=issue_date, issued_at=issued_at,
        payout=payout, revision=revision, agreement=agreement,
        seller=seller_party, buyer=buyer_party, payment=seller.payment, footer=seller.footer, logo=seller.logo,
        supply_from=min(dates), supply_to=max(dates), lines=lines, currency=currency,
        groups=sums.groups, net=sums.net, tax=sums.tax, gross=sums.gross, tax_rule=tax_rule,
        tax_currency_total=telling.of(sums.tax, currency) if telling else tax_currency_total,
        due_date=None if buyer.payment_days is None else issue_date + timedelta(days=buyer.payment_days),
        mentions=mentions_of([line.treatment for line in lines], seller.country, language), language=language,
        template=template,
    )  # fmt: skip
    return invoice if invoice.is_preview else _lawful(invoice)


def credit(
    original: Invoice,
    parts: Sequence[Part] = (),
    *,
    before: Sequence[Invoice] = (),
    number: str,
    issued_at: datetime,
    zone: tzinfo,
    revision: int | None = None,
) -> Invoice:
    """
    The credit note (261) that takes back `parts` of `original`, or without them all that the credit notes `before`
    have left of it. Its amounts stay positive, since the type code turns their direction. Nothing is due on it.

    Raises:
        Unlawful: it would take back more than is left or nothing at all, or breaks another rule; all of them are named.
    """
    lines = _credited_lines(original, parts or left(original, before))
    sums = totals(lines, after=lines_of(before))
    dates = [line.occurred_on for line in lines] or [original.supply_to]
    whole = lines == original.lines
    note = replace(
        original,
        type_code=SELF_BILLED_CREDIT_NOTE, number=number, issue_date=issued_at.astimezone(zone).date(),
        issued_at=issued_at, due_date=None, revision=original.revision if revision is None else revision,
        preceding=Preceding(original.number, original.issue_date), lines=lines,
        groups=sums.groups, net=sums.net, tax=sums.tax, gross=sums.gross,
        supply_from=original.supply_from if whole else min(dates),
        supply_to=original.supply_to if whole else max(dates),
    )  # fmt: skip
    told = told_of_part(note, before)
    return _lawful(replace(note, tax_currency_total=told), original=original, before=before)


def credit_in_full(original: Invoice, *, number: str, issued_at: datetime, zone: tzinfo) -> Invoice:
    """
    The credit note that takes back the whole of `original`, of which nothing was credited before.

    Raises:
        Unlawful: as `credit`.
    """
    return credit(original, number=number, issued_at=issued_at, zone=zone)


def _credited_lines(original: Invoice, parts: Sequence[Part]) -> tuple[Line, ...]:
    return tuple(
        _credited_line(original.lines[part.position - 1], part.amount, place=place)
        for place, part in enumerate(parts, start=1)
    )


def _credited_line(line: Line, amount: int, *, place: int) -> Line:
    if amount == line.amount:
        return replace(line, position=place)
    return replace(line, position=place, quantity=-1 if amount < 0 else 1, price=abs(amount), amount=amount)


def _line(place: int, supply: Supply, treatment: Treatment) -> Line:
    return Line(
        position=place,
        reference=supply.reference,
        description=supply.description,
        occurred_on=supply.occurred_on,
        quantity=-1 if supply.amount < 0 else 1,
        price=abs(supply.amount),
        amount=supply.amount,
        treatment=supply.treatment or treatment,
    )


def _lawful(invoice: Invoice, *, original: Invoice | None = None, before: Sequence[Invoice] = ()) -> Invoice:
    if problems := check_invoice(invoice, original=original, before=before):
        raise Unlawful(f"{'Credit note' if original else 'Invoice'} {invoice.number}", problems)
    return invoice
