"""Money is read, kept and split exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.billing.errors import CurrencyMismatch, NotMoney
from engine.billing.money import LARGEST, Currency, Money

EUR, JPY, KWD = Currency("EUR", 2), Currency("JPY", 0), Currency("KWD", 3)
minors = st.integers(min_value=-LARGEST, max_value=LARGEST)
cents = st.integers(min_value=-(10**12), max_value=10**12)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1250.00", EUR, 125000),
        ("1250", EUR, 125000),
        ("0.5", EUR, 50),
        ("-0.05", EUR, -5),
        ("-0.00", EUR, 0),
        ("12345", JPY, 12345),
        ("1.234", KWD, 1234),
        ("92233720368547758.07", EUR, LARGEST),
    ],
)
def test_an_amount_is_read_exactly(text, currency, minor):
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "told"),
    [
        ("1.005", EUR, "'1.005' has a fraction of a minor unit: EUR has 2 decimals."),
        ("10.500", EUR, "'10.500' has a fraction of a minor unit: EUR has 2 decimals."),
        ("1.5", JPY, "'1.5' has a fraction of a minor unit: JPY has no decimals."),
        ("1e3", EUR, "'1e3' is no amount. Write digits with a point before the decimals, such as 1250.00."),
        ("NaN", JPY, "'NaN' is no amount. Write digits with a point before the decimals, such as 1250."),
        ("92233720368547758.08", EUR, "The amount is too large: at most 92233720368547758.07 EUR can be kept."),
    ],
)
def test_what_is_no_amount_is_refused_with_the_way_out(text, currency, told):
    with pytest.raises(NotMoney) as refused:
        Money.parse(text, currency)

    assert str(refused.value) == told
    assert refused.value.code == "not_money"


@pytest.mark.parametrize(
    "text",
    ["", " 1", "1 ", "+1", "1_000", "1,5", ".5", "5.", "--1", "１２", "1\n", "inf", "0x10", "1" * 5000, "٣", "\x00"],
)
@pytest.mark.parametrize("read", [Money.parse, Money.accrue])
def test_only_plain_digits_are_an_amount(text, read):
    with pytest.raises(NotMoney, match="is no amount"):
        read(text, EUR)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("0.335", EUR, 34),
        ("1.005", EUR, 101),
        ("-1.005", EUR, -101),
        ("0.5", JPY, 1),
        ("0.4999", JPY, 0),
        ("7", EUR, 700),
    ],
)
def test_a_reward_is_rounded_half_away_from_zero_when_it_accrues(text, currency, minor):
    assert Money.accrue(text, currency).minor == minor


@given(minors, st.sampled_from([EUR, JPY, KWD]))
def test_an_amount_survives_being_written_and_read(minor, currency):
    assert Money.parse(Money(minor, currency).text(), currency) == Money(minor, currency)


@given(cents, st.integers(min_value=1, max_value=500))
def test_splitting_loses_and_makes_no_cent(total, parts):
    shares = Money(total, EUR).split(parts)

    assert sum(share.minor for share in shares) == total
    assert max(shares).minor - min(shares).minor <= 1


def test_an_amount_is_split_into_one_part_at_least():
    with pytest.raises(NotMoney) as refused:
        Money(100, EUR).split(0)

    assert str(refused.value) == "An amount is split into 1 part or more, not 0."


@given(st.lists(cents, max_size=20))
def test_a_sum_is_the_sum_of_minor_units(amounts):
    assert Money.sum((Money(each, EUR) for each in amounts), EUR).minor == sum(amounts)


def test_two_currencies_are_never_added_or_compared():
    euros, yen = Money(1, EUR), Money(1, JPY)

    for mix in (lambda: euros + yen, lambda: euros - yen, lambda: euros < yen):
        with pytest.raises(CurrencyMismatch) as refused:
            mix()
        assert str(refused.value) == "EUR and JPY cannot be added or compared. Keep one currency in one sum."


def test_amounts_are_added_taken_away_and_turned():
    assert Money(5, EUR) + Money(7, EUR) == Money(12, EUR)
    assert Money(5, EUR) - Money(7, EUR) == -Money(2, EUR)


def test_a_sum_beyond_64_bits_is_refused():
    with pytest.raises(NotMoney, match="too large"):
        Money(LARGEST, EUR) + Money(1, EUR)
