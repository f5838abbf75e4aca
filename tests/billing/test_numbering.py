"""Invoice numbers are checked patterns over a gap-free counter."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.billing.errors import NotANumberFormat
from engine.billing.numbering import (
    CREDIT_NOTE_FORMAT,
    INVOICE_FORMAT,
    NumberFormat,
    code_problems,
    is_number,
    next_issue,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
codes = st.text(alphabet="ABCZ019-", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        (INVOICE_FORMAT, "ACME-CAFE-00007"),
        (CREDIT_NOTE_FORMAT, "ACME-CAFE-C00007"),
        ("SB/{seller}/{buyer}/{n}", "SB/CAFE/ACME/7"),
        ("{n:08}-{buyer}-{seller}", "00000007-ACME-CAFE"),
        ("{buyer}-{seller}-26-{n:03}", "ACME-CAFE-26-007"),
        ("{buyer}-{seller}-{year}-{n:03}", "ACME-CAFE-2026-007"),
    ],
)
def test_a_number_holds_buyer_seller_and_counter(pattern, number):
    assert NumberFormat.parse(pattern).number(buyer="acme", seller="Cafe", n=7, year=2026) == number


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("{buyer}-{seller}", "It needs {n} once."),
        ("{seller}-{n}", "It needs {buyer} once."),
        ("{buyer}-{n}", "It needs {seller} once."),
        ("{buyer}-{seller}-{n}-{n}", "It needs {n} once."),
        ("{buyer}-{seller}-{month}-{n}", "It knows no field 'month'."),
        ("{buyer}-{seller}-{year}-{year}-{n}", "It takes {year} once at most."),
        ("{buyer}-{seller}-{year:02}-{n}", "Only the counter takes a width, such as {n:05}, of at most 12."),
        ("{buyer}-{seller}-{year}{n}", "Part the fields by at least one letter, / or -."),
        ("{buyer.__class__}-{buyer}-{seller}-{n}", "It knows no field 'buyer.__class__'."),
        ("{buyer}_{seller}_{n}", "Between the fields use only A to Z, 0 to 9, / and -."),
        ("{buyer}-{seller}-{{{n}", "Between the fields use only A to Z, 0 to 9, / and -."),
        ("{buyer}-{seller}-{n:x}", "Only the counter takes a width, such as {n:05}, of at most 12."),
        ("{buyer}-{seller}-{n:099}", "Only the counter takes a width, such as {n:05}, of at most 12."),
        ("{buyer:>9}-{seller}-{n}", "Only the counter takes a width, such as {n:05}, of at most 12."),
        ("{buyer!r}-{seller}-{n}", "Only the counter takes a width, such as {n:05}, of at most 12."),
        ("{buyer}-{seller}-{n", "Close each brace that is opened."),
        ("SELFBILL-{buyer}-{seller}-{n}", "With codes of 12 letters it makes 42 characters; 40 fit."),
        ("{buyer}-{seller}{n}", "Part the fields by at least one letter, / or -."),
        ("{buyer}-{seller}0{n}", "Part the fields by at least one letter, / or -."),
    ],
)
def test_a_pattern_that_cannot_number_is_refused(pattern, told):
    with pytest.raises(NotANumberFormat, match="is no pattern for invoice numbers") as refused:
        NumberFormat.parse(pattern)

    assert told in str(refused.value)
    assert refused.value.code == "not_a_number_format"


@given(st.lists(st.tuples(codes, st.integers(1, 999_999)), min_size=2, max_size=2, unique=True))
@pytest.mark.parametrize(
    "pattern", [INVOICE_FORMAT, CREDIT_NOTE_FORMAT, "{buyer}-{seller}-{n}", "{n}-{seller}-{buyer}"]
)
def test_two_sellers_of_one_buyer_never_share_a_number(pattern, pair):
    first, second = (NumberFormat.parse(pattern).number(buyer="ACME", seller=code, n=n) for code, n in pair)

    assert first != second
    assert is_number(first)


@pytest.mark.parametrize("code", ["", "A_B", "Ä", "A B", "ABCDEFGHIJKLM", "Ａ", "A/B", "ß", "ı", "A\n"])
def test_a_code_that_numbers_cannot_show_is_refused_and_never_reduced(code):
    with pytest.raises(NotANumberFormat) as refused:
        NumberFormat.parse(INVOICE_FORMAT).number(buyer="ACME", seller=code, n=1)

    [problem] = code_problems("seller", code)
    assert str(refused.value) == f"seller: {problem.sentence}"
    assert problem.sentence.endswith("is no code. Use 1 to 12 letters A to Z, digits and hyphens.")


def test_a_number_is_never_longer_than_forty():
    with pytest.raises(NotANumberFormat, match=r"has more than 40 characters\. Shorten the pattern"):
        NumberFormat.parse("SELF-{buyer}-{seller}-{n}").number(buyer="B" * 12, seller="S" * 12, n=10**12)


def test_a_series_counts_from_one():
    with pytest.raises(NotANumberFormat) as refused:
        NumberFormat.parse(INVOICE_FORMAT).number(buyer="ACME", seller="CAFE", n=0)

    assert str(refused.value) == "A series counts from 1, not from 0."


def test_a_series_begins_at_one_now():
    assert next_issue(0, None, NOON) == (1, NOON)


@given(st.lists(st.integers(-86_400, 86_400), min_size=1, max_size=20))
def test_numbers_follow_in_order_of_issue_even_when_the_clock_steps_back(steps):
    last, at, issued = 0, None, []
    for step in steps:
        last, at = next_issue(last, at, NOON + timedelta(seconds=step))
        issued.append((last, at))

    assert [number for number, _ in issued] == list(range(1, len(steps) + 1))
    assert issued == sorted(issued)
