"""Credit notes over parts of an invoice: never more than is left, and all of them together the whole, to the cent."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.billing.checks import check_invoice
from engine.billing.errors import Unlawful
from engine.billing.issuing import Supply, credit
from engine.billing.money import Currency
from engine.billing.parts import Part, is_whole, left
from engine.billing.tax import Treatment, totals
from engine.billing.tax_currency import ExchangeRate, Telling

MAY = datetime(2026, 5, 1, 10, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
RATES = [Treatment("S", Decimal(rate)) for rate in ("20", "5.5", "19.975")]
KRONA = Telling(Currency("SEK", 2), ExchangeRate("EUR", "SEK", Decimal("11.2345"), date(2026, 3, 1), "ECB"))
charges = st.lists(st.tuples(st.integers(1, 10**7), st.sampled_from(RATES)), min_size=1, max_size=6)


def supplies(rows):
    return [
        Supply(f"R{place}", "Lead", date(2026, 3, place), amount, treatment)
        for place, (amount, treatment) in enumerate(rows, start=1)
    ]


def note(invoice, *parts, before=()):
    number = f"ACME-CAFE-C{len(before) + 1:05}"
    return credit(invoice, parts, before=before, number=number, issued_at=MAY, zone=PARIS)


@given(charges, st.data())
def test_parts_add_up_to_the_whole_however_it_is_cut(draw, rows, data):
    invoice = draw(supplies(rows), telling=KRONA)
    notes = []
    while rest := left(invoice, notes):
        chosen = data.draw(st.sampled_from(rest))
        amount = data.draw(st.one_of(st.just(chosen.amount), st.integers(1, chosen.amount)))
        parts = () if len(notes) > 5 else (replace(chosen, amount=amount),)
        notes.append(note(invoice, *parts, before=notes))

    for name in ("net", "tax", "gross"):
        assert sum(getattr(one, name) for one in notes) == getattr(invoice, name)
    assert sum(one.tax_currency_total.tax for one in notes) == invoice.tax_currency_total.tax
    assert is_whole(invoice, notes)


@given(charges, st.data())
def test_a_part_bears_its_tax_to_within_a_minor_unit_a_group(draw, rows, data):
    invoice = draw(supplies(rows))
    first = note(invoice, *(replace(part, amount=data.draw(st.integers(1, part.amount))) for part in left(invoice, ())))
    if is_whole(invoice, [first]) or not left(invoice, [first]):
        return
    second = note(invoice, before=[first])

    assert first.tax == totals(first.lines).tax
    assert all(
        abs(group.tax - alone.tax) <= 1 for group, alone in zip(second.groups, totals(second.lines).groups, strict=True)
    )


def test_what_is_credited_of_a_line_stands_as_that_line_with_its_date(draw):
    invoice = draw(supplies([(1000, None), (500, None)]))

    part = note(invoice, Part(2, 120))
    [line] = part.lines
    assert (line.position, line.reference, line.quantity, line.price, line.amount) == (1, "R2", 1, 120, 120)
    assert (part.net, part.tax, part.gross) == (120, 24, 144)
    assert part.supply_from == part.supply_to == date(2026, 3, 2)


def test_the_rest_is_what_the_parts_before_left_and_the_last_one_takes_the_odd_cent(draw):
    invoice = draw(supplies([(3, RATES[0]), (3, RATES[0])]))
    first = note(invoice, Part(1, 3))
    last = note(invoice, before=[first])

    assert (invoice.tax, first.tax, last.tax) == (1, 1, 0)
    assert [line.reference for line in last.lines] == ["R2"]
    assert check_invoice(last, original=invoice, before=[first]) == []


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ((Part(1, 901),), "lines.1: It credits 9.01 EUR of R1, of which 9.00 EUR are left."),
        ((Part(1, -1),), "lines.1: It credits -0.01 EUR of R1, of which 9.00 EUR are left."),
        ((Part(1, 900),), "groups: 10.00 EUR of tax group S 20 are credited, of 7.00 EUR."),
        ((Part(1, 900),), "net: It credits more than the 6.00 EUR that are left."),
        ((Part(2, -300),), "net: The net is not above zero: a clawback is credited only together with what it was"),
    ],
)
def test_more_than_is_left_is_refused_with_every_rule_it_breaks(draw, parts, told):
    invoice = draw(supplies([(1000, RATES[0]), (-300, RATES[0])]))
    first = note(invoice, Part(1, 100))

    with pytest.raises(Unlawful) as refused:
        note(invoice, *parts, before=[first])
    assert told in str(refused.value)


def test_a_line_with_its_clawback_is_credited_together(draw):
    invoice = draw(supplies([(1000, RATES[0]), (-300, RATES[0]), (50, RATES[1])]))

    both = note(invoice, Part(1, 1000), Part(2, -300))
    assert (both.net, [line.amount for line in both.lines]) == (700, [1000, -300])
    assert left(invoice, [both]) == (Part(3, 50),)


def test_what_is_credited_wholly_has_nothing_left(draw):
    invoice = draw(supplies([(1000, RATES[0])]))

    with pytest.raises(Unlawful, match="A document needs at least one line"):
        note(invoice, before=[note(invoice)])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"reference": "R9"}, "lines.1: R9 is no line of ACME-CAFE-00001."),
        ({"treatment": RATES[1]}, "groups: 10.00 EUR of tax group S 5.5 are credited, of 0.00 EUR."),
    ],
)
def test_a_line_that_the_invoice_does_not_have_is_found(draw, changes, told):
    invoice = draw(supplies([(1000, RATES[0])]))
    whole = note(invoice)

    forged = replace(whole, lines=(replace(whole.lines[0], **changes),))
    assert told in [f"{each.field}: {each.sentence}" for each in check_invoice(forged, original=invoice)]


def test_the_date_of_the_original_is_checked_too(draw):
    invoice = draw(supplies([(1000, RATES[0])]))
    whole = note(invoice)

    forged = replace(whole, preceding=replace(whole.preceding, issue_date=date(2026, 1, 1)))
    told = [f"{each.field}: {each.sentence}" for each in check_invoice(forged, original=invoice)]
    assert told == ["preceding: ACME-CAFE-00001 is of 2026-04-01."]
