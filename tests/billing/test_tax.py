"""Rates are read strictly, and tax is rounded once a group."""

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.billing.errors import NotARate
from engine.billing.tax import Treatment, parse_rate, tax_groups, totals

RATES = st.sampled_from([Decimal("20"), Decimal("20.00"), Decimal("5.5"), Decimal("19"), Decimal("8.125")])


@dataclass(frozen=True)
class Taxed:
    amount: int
    treatment: Treatment


lines = st.lists(
    st.builds(Taxed, st.integers(-(10**10), 10**10), st.builds(Treatment, st.just("S"), RATES)), min_size=1, max_size=30
)


mixed = st.lists(
    st.builds(
        Taxed,
        st.integers(-(10**10), 10**10),
        st.one_of(
            st.builds(Treatment, st.just("S"), RATES),
            st.builds(Treatment, st.just("local"), RATES, tax_name=st.sampled_from(["GST", "ISS"])),
            st.sampled_from([Treatment(each, Decimal(0), exemption_text="why") for each in ("AE", "E", "Z")]),
            st.just(Treatment("O", None, exemption_text="why")),
        ),
    ),
    min_size=1,
    max_size=30,
)


@given(mixed, st.randoms(use_true_random=False))
def test_groups_of_all_categories_are_stable_under_order(given_lines, random):
    shuffled = random.sample(given_lines, len(given_lines))

    assert totals(shuffled) == totals(given_lines)


@given(mixed)
def test_of_all_categories_lines_add_up_and_only_two_bear_tax(given_lines):
    sums = totals(given_lines)

    assert sums.net == sum(line.amount for line in given_lines)
    assert sums.gross == sums.net + sums.tax
    assert all(group.tax == 0 for group in sums.groups if group.category not in ("S", "local"))


@given(mixed)
def test_the_contrary_of_all_lines_has_the_contrary_totals(given_lines):
    sums, mirror = totals(given_lines), totals([replace(line, amount=-line.amount) for line in given_lines])

    assert (mirror.net, mirror.tax, mirror.gross) == (-sums.net, -sums.tax, -sums.gross)


@pytest.mark.parametrize(
    ("text", "rate"), [("20", "20"), ("20.00", "20"), ("5.5", "5.5"), ("0", "0"), ("100", "100"), ("8.125", "8.125")]
)
def test_a_rate_is_kept_in_its_shortest_form(text, rate):
    assert str(parse_rate(text)) == rate


@pytest.mark.parametrize(
    "text",
    [
        "-5",
        "NaN",
        "1e999",
        "1e1",
        "1_000",
        "２０",
        "20,5",
        "100.001",
        "101",
        "1.2345",
        "",
        " 20",
        "20\n",
        "+5",
        "9" * 9999,
    ],
)
def test_what_is_no_tax_percent_is_refused(text):
    with pytest.raises(NotARate, match="is no tax %") as refused:
        parse_rate(text)

    assert refused.value.code == "not_a_rate"
    assert len(str(refused.value)) < 300


def test_a_refused_rate_tells_the_way_out():
    with pytest.raises(NotARate) as refused:
        parse_rate("-5")

    assert str(refused.value) == (
        "'-5' is no tax %. Write a number from 0 to 100 with a point and at most 3 decimals, such as 20 or 5.5."
    )


@given(lines, st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order_of_lines(given_lines, random):
    shuffled = random.sample(given_lines, len(given_lines))

    assert tax_groups(shuffled) == tax_groups(given_lines)


@given(lines)
def test_twenty_and_twenty_point_zero_zero_are_one_group(given_lines):
    rates = [group.rate for group in tax_groups(given_lines)]

    assert len(rates) == len(set(rates))
    assert all(str(rate) != "20.00" for rate in rates)


@given(lines)
def test_totals_are_those_of_lines_and_groups(given_lines):
    sums = totals(given_lines)

    assert sums.net == sum(line.amount for line in given_lines) == sum(group.base for group in sums.groups)
    assert sums.tax == sum(group.tax for group in sums.groups)
    assert sums.gross == sums.net + sums.tax


@given(st.integers(-(10**17), 10**17), RATES)
def test_tax_of_a_group_is_within_half_a_minor_unit_and_mirrors_when_negative(base, rate):
    [group] = tax_groups([Taxed(base, Treatment("S", rate))])
    [mirror] = tax_groups([Taxed(-base, Treatment("S", rate))])

    assert abs(group.tax * 100_000 - base * int(rate * 1000)) * 2 <= 100_000
    assert mirror.tax == -group.tax


def test_each_category_has_its_own_row_in_a_fixed_order():
    mixed = [Taxed(100, Treatment(category, Decimal(rate))) for category, rate in [("AE", 0), ("S", 5), ("S", 20)]]

    assert [(group.category, str(group.rate)) for group in tax_groups(mixed)] == [("S", "20"), ("S", "5"), ("AE", "0")]
