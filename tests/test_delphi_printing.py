"""Printed numbers: which exact values they stand for, ties included."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from delphi import ROUNDINGS, DelphiInputError, as_printed, parse_printed, prints_as
from delphi.printing import printed_decimals, roundings_that_print
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(max_examples=200, deadline=None, derandomize=True)
DECIMAL_ROUNDING = {
    "half-up": ROUND_HALF_UP,
    "half-even": ROUND_HALF_EVEN,
    "truncation": ROUND_DOWN,
}


def test_hand_worked_printing():
    # 41/82 = 0.5; 2/3 = 0.666…; 1/8 = 0.125, a tie at two decimals; 5/8 = 0.625, a tie.
    assert as_printed(Fraction(41, 82)) == "0.5"
    assert as_printed(Fraction(2, 3)) == "0.67"
    assert [as_printed(Fraction(1, 8), 2, name) for name in ROUNDINGS] == ["0.13", "0.12", "0.12"]
    assert [as_printed(Fraction(5, 8), 2, name) for name in ROUNDINGS] == ["0.63", "0.62", "0.62"]
    assert as_printed(Fraction(3, 8), 2, "half-even") == "0.38"
    assert as_printed(100, 0) == "100"
    assert as_printed(80, 1, drop_zeros=False) == "80.0"
    assert as_printed(Fraction(-1, 1000)) == "0"
    assert as_printed(Fraction(-5, 2), 0) == "-3"
    assert as_printed(Fraction(-1, 20), 1) == "-0.1"
    assert as_printed(np.int64(3)) == "3"


def test_reading_and_printing_keep_every_digit():
    digits = "1234567890123456789012345678901234567890"
    assert parse_printed(digits + ".25", 2) == int(digits + "25")
    assert as_printed(Fraction(int(digits + "25"), 100)) == digits + ".25"
    with pytest.raises(DelphiInputError, match="has more than 2 decimals"):
        parse_printed(digits + ".001", 2)


def test_hand_worked_reading():
    assert parse_printed("0.75", 2) == parse_printed(0.75, 2) == parse_printed("0.750", 2) == 75
    assert parse_printed(Decimal("2.5"), 2) == 250
    assert printed_decimals("73.0") == 1
    assert roundings_that_print(Fraction(1700, 110), "15.4", 1) == ("truncation",)


@PROPERTY
@given(
    numerator=st.integers(-10_000, 10_000),
    denominator=st.sampled_from([1, 2, 4, 8, 12, 16, 25, 82, 110, 400]),
    decimals=st.integers(0, 3),
)
def test_printing_and_its_inverse(numerator, denominator, decimals):
    value = Fraction(numerator, denominator)
    for name in ROUNDINGS:
        text = as_printed(value, decimals, name, drop_zeros=False)
        with localcontext(prec=60):
            # 40 digits tell a tie from all else, since the denominators are small.
            exact = Decimal(numerator) / Decimal(denominator)
            expected = exact.quantize(Decimal(1).scaleb(-decimals), DECIMAL_ROUNDING[name])
        assert Decimal(text) == expected
        assert printed_decimals(text) == decimals
        assert name in roundings_that_print(value, text, decimals)
        if name != "truncation":
            assert prints_as(np.array([numerator]), denominator, text, decimals).tolist() == [True]


@PROPERTY
@given(
    numerator=st.integers(0, 500),
    denominator=st.sampled_from([1, 2, 3, 4, 8, 12, 16]),
    units=st.integers(0, 400),
)
def test_only_the_nearest_values_print_as_a_number(numerator, denominator, units):
    distance = abs(Fraction(numerator, denominator) - Fraction(units, 100))
    fits = prints_as(np.array([numerator]), denominator, Decimal(units).scaleb(-2), 2)
    assert fits.tolist() == [distance <= Fraction(1, 200)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: parse_printed("0,75", 2), "value: '0,75' is not a number"),
        (lambda: parse_printed("nan", 2), "'nan' is not a number"),
        (lambda: parse_printed(None, 2), "None is not a number"),
        (lambda: parse_printed(True, 2), "True is not a number"),
        (lambda: parse_printed("0.125", 2), "'0.125' has more than 2 decimals"),
        (lambda: parse_printed("1", -1), "decimals: -1 is not an integer from 0 to 9"),
        (lambda: prints_as(np.array([1]), 2, "0.5", 10), "decimals: 10 is not an integer from 0"),
        (lambda: as_printed(1, 2, "half-down"), "rounding: 'half-down' is not one of half-up"),
        (lambda: prints_as(np.array([1]), 0, "1"), "denominator: 0"),
    ],
)
def test_input_that_cannot_be_right(call, message):
    with pytest.raises(DelphiInputError) as caught:
        call()
    assert message in str(caught.value)
