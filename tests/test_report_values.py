"""Numbers in prose, and values published by name."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report.values import (
    count,
    interval,
    listing,
    number,
    percent,
    spelled,
    values_bundle,
)

JSON = "application/vnd.report.values+json"


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0, 0, "0"),
        (2.5, 0, "3"),  # to even would give 2
        (0.125, 2, "0.13"),
        (2.675, 2, "2.68"),  # binary floating point is below 2.675
        (-0.04, 1, "0.0"),
        (-2.5, 0, "−3"),
        (2021, 0, "2021"),
        (9999.4, 0, "9999"),
        (9999.5, 0, "10,000"),
        (1234567.891, 1, "1,234,567.9"),
        (np.int64(86), 1, "86.0"),
        (np.float64(0.5), 1, "0.5"),
        (Fraction(2, 3), 3, "0.667"),
        (Decimal("1.005"), 2, "1.01"),
        (10**40, 0, f"1{',000' * 13}".replace("1,000", "10,000", 1)),
    ],
)
def test_number(value, decimals, expected):
    assert number(value, decimals) == expected


@given(st.integers(-(10**12), 10**12), st.integers(0, 4), st.integers(1, 97))
def test_number_is_within_half_a_unit(numerator, decimals, denominator):
    exact = Fraction(numerator, denominator)
    printed = Fraction(number(exact, decimals).replace("−", "-").replace(",", ""))
    assert abs(printed - exact) <= Fraction(1, 2 * 10**decimals)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, "3", True, np.bool_(True)])
def test_what_is_no_number(value):
    with pytest.raises((TypeError, ValueError), match=r"a (finite )?number was expected"):
        number(value)


def test_negative_decimals():
    with pytest.raises(ValueError, match="0 or more"):
        number(1, -1)


def test_percent():
    assert percent(1, 8) == "13%"
    assert percent(1, 8, 1) == "12.5%"
    assert percent(np.int64(19), np.int64(25)) == "76%"
    assert percent(0.125) == "13%"
    assert percent(Fraction(1, 3), decimals=2) == "33.33%"
    with pytest.raises(ValueError, match="above 0"):
        percent(1, 0)


def test_interval():
    assert interval(1, 2, 1, "%") == "1.0–2.0%"
    assert interval(0.51, 0.52, 1) == "0.5"
    assert interval(-2, -1) == "−2 to −1"
    with pytest.raises(ValueError, match="low at most high"):
        interval(2, 1)


def test_listing():
    assert [listing("abc"[:length]) for length in (1, 2, 3)] == ["a", "a and b", "a, b and c"]
    with pytest.raises(ValueError, match="nothing to list"):
        listing([])


def test_counts():
    assert [spelled(value) for value in (0, 12, 13, np.int64(3))] == [
        "zero",
        "twelve",
        "13",
        "three",
    ]
    assert count(0, "site") == "0 sites"
    assert count(1, "country", "countries") == "1 country"
    assert count(2, "country", "countries", words=True) == "two countries"
    for value in (-1, 1.5):
        with pytest.raises(ValueError, match="a count was expected"):
            spelled(value)


def test_values_keep_order_and_become_plain():
    bundle = values_bundle(n=np.int64(3), sites={"beer_sheva": "6", "ulm": {"age": "52"}})
    assert bundle == {
        JSON: {"n": 3, "sites": {"beer_sheva": "6", "ulm": {"age": "52"}}},
        "text/plain": "n: 3\nsites.beer_sheva: 6\nsites.ulm.age: 52",
    }
    assert type(bundle[JSON]["n"]) is int


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ({}, ValueError, "at least one was expected"),
        ({"a": {}}, ValueError, "publish: a: no value"),
        ({"a": 0.5}, TypeError, "publish: a: 0.5 is float"),
        ({"a": True}, TypeError, "bool"),
        ({"a": None}, TypeError, "NoneType"),
        ({"a": {"b": [1]}}, TypeError, "publish: a: b: "),
        ({"a": " "}, ValueError, "empty text"),
        ({"a b": "c"}, ValueError, "starts with a letter"),
        ({"a": {"b.c": "d"}}, ValueError, "publish: a: b.c"),
        ({"a": {1: "d"}}, ValueError, "publish: a: 1"),
    ],
)
def test_values_that_are_refused(values, error, message):
    with pytest.raises(error, match=message):
        values_bundle(**values)
