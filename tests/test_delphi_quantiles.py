"""Sample quantiles: hand-worked values, numpy, and exactness on count vectors."""

from fractions import Fraction

import numpy as np
import pytest
from delphi import (
    DelphiInputError,
    count_iqr,
    count_median,
    count_quantile,
    interquartile_range,
    quantile_position,
    sample_median,
    sample_quantile,
)
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(max_examples=150, deadline=None, derandomize=True)
TYPES = range(1, 10)

# The names stand in numpy's documentation of `quantile`, with the numbers of Hyndman and Fan.
METHODS = [
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "linear",
    "median_unbiased",
    "normal_unbiased",
]

# Six ratings 0, 1, 4, 9, 16, 25, that is x[j] = (j - 1)^2. Quantile type by type, with h = n p + m:
#       p = 1/4, n p = 1.5                 p = 1/2, n p = 3          p = 3/4, n p = 4.5
# 1     g > 0: x[2]                        g = 0: x[3]               g > 0: x[5]
# 2     g > 0: x[2]                        g = 0: (x[3] + x[4]) / 2  g > 0: x[5]
# 3     h = 1, g = 0, odd: x[2]            h = 2.5: x[3]             h = 4, g = 0, even: x[4]
# 4     h = 1.5: 0 + 0.5 * 1               h = 3: x[3]               h = 4.5: 9 + 0.5 * 7
# 5     h = 1.5 + 0.5 = 2: x[2]            h = 3.5: 4 + 0.5 * 5      h = 5: x[5]
# 6     h = 1.5 + 0.25: 0 + 0.75 * 1       h = 3.5                   h = 5.25: 16 + 0.25 * 9
# 7     h = 1.5 + 0.75: 1 + 0.25 * 3       h = 3.5                   h = 4.75: 9 + 0.75 * 7
# 8     h = 1.5 + 5/12: 0 + 11/12 * 1      h = 3.5                   h = 4.5 + 7/12: 16 + 1/12 * 9
# 9     h = 1.5 + 7/16: 0 + 15/16 * 1      h = 3.5                   h = 4.5 + 9/16: 16 + 1/16 * 9
SQUARES = (0, 1, 4, 9, 16, 25)
WORKED = {
    1: ("1", "4", "16"),
    2: ("1", "13/2", "16"),
    3: ("1", "4", "9"),
    4: ("1/2", "4", "25/2"),
    5: ("1", "13/2", "16"),
    6: ("3/4", "13/2", "73/4"),
    7: ("7/4", "13/2", "57/4"),
    8: ("11/12", "13/2", "67/4"),
    9: ("15/16", "13/2", "265/16"),
}
QUARTILES = (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))


@pytest.mark.parametrize("quantile_type", TYPES)
def test_hand_worked_quartiles_of_all_types(quantile_type):
    for p, worked in zip(QUARTILES, WORKED[quantile_type], strict=True):
        numerators, denominator = count_quantile([[1] * 6], SQUARES, p, quantile_type)
        assert Fraction(int(numerators[0]), denominator) == Fraction(worked)
        assert sample_quantile(SQUARES, p, quantile_type) == pytest.approx(float(Fraction(worked)))


def test_hand_worked_positions():
    # n = 82, p = 1/4: type 7 has h = 20.5 + 0.75 = 21.25; type 6 has h = 20.5 + 0.25 = 20.75.
    assert quantile_position(82, Fraction(1, 4), 7) == (21, Fraction(1, 4))
    assert quantile_position(82, Fraction(1, 4), 6) == (20, Fraction(3, 4))
    # n = 7, p = 3/4: type 8 has h = 5.25 + (1.75) / 3 = 5 + 5/6.
    assert quantile_position(7, Fraction(3, 4), 8) == (5, Fraction(5, 6))


def test_hand_worked_iqr_and_median_of_counts():
    # 0, 2, 3, 3, 3 (n = 5, type 7): h = 1.25 + 0.75 = 2 and h = 3.75 + 0.25 = 4, so 3 - 2 = 1.
    # 2, 2, 2, 3 (n = 4, type 7): h = 1.75 and h = 3.25, so 2 + 0.25 - 2 = 0.25; median 2.
    numerators, denominator = count_iqr([[1, 0, 1, 3], [0, 0, 3, 1]], range(4))
    assert [Fraction(int(x), denominator) for x in numerators] == [1, Fraction(1, 4)]
    numerators, denominator = count_median([[1, 0, 1, 3], [0, 0, 3, 1]], range(4))
    assert [Fraction(int(x), denominator) for x in numerators] == [3, 2]
    assert interquartile_range([2, 2, 2, 3]) == 0.25
    assert interquartile_range([2, 2, 2, 3], 6) == 0.75


@PROPERTY
@given(
    ratings=st.lists(st.floats(-1e3, 1e3, allow_nan=False), min_size=1, max_size=40),
    p=st.floats(0, 1),
)
def test_ratings_as_numpy(ratings, p):
    for quantile_type, method in zip(TYPES, METHODS, strict=True):
        expected = np.quantile(np.array(ratings), p, method=method)
        assert sample_quantile(ratings, p, quantile_type) == expected


@st.composite
def count_tables(draw):
    """A scale, and count vectors over it that may be of different size."""
    scale = draw(st.lists(st.integers(-5, 9), min_size=2, max_size=6, unique=True).map(sorted))
    row = st.lists(st.integers(0, 12), min_size=len(scale), max_size=len(scale)).filter(any)
    return tuple(scale), np.array(draw(st.lists(row, min_size=1, max_size=6)))


@PROPERTY
@given(table=count_tables(), eighths=st.integers(0, 8))
def test_counts_as_numpy_on_expanded_ratings(table, eighths):
    # Eighths are exact in floating point, so that numpy meets the same ties.
    scale, counts = table
    for quantile_type, method in zip(TYPES, METHODS, strict=True):
        numerators, denominator = count_quantile(counts, scale, Fraction(eighths, 8), quantile_type)
        assert numerators.dtype == np.int64
        for row, numerator in zip(counts, numerators, strict=True):
            expected = np.quantile(np.repeat(scale, row), eighths / 8, method=method)
            assert numerator / denominator == pytest.approx(expected, abs=1e-9)


@PROPERTY
@given(table=count_tables())
def test_ordinary_median_is_that_of_the_types_2_and_5_to_9(table):
    scale, counts = table
    for row in counts:
        ratings = np.repeat(scale, row)
        assert sample_median(ratings) == np.median(ratings)
        for median_type in (2, 5, 6, 7, 8, 9):
            numerators, denominator = count_median([row], scale, median_type)
            assert numerators[0] / denominator == np.median(ratings)


def test_types_1_3_and_4_take_another_median():
    # 2, 3 (n = 2): type 1 has h = 1, x[1] = 2; type 3 has h = 0.5, x[1] = 2; type 4 has h = 1.
    for median_type in (1, 3, 4):
        numerators, denominator = count_median([[0, 0, 1, 1]], range(4), median_type)
        assert Fraction(int(numerators[0]), denominator) == 2


def test_no_rounding_error_where_floating_point_has_one():
    # n = 10, p = 7/10, type 1: h = 7 exactly, so x[7] = 6; in floating point 10 * 0.7 may pass 7.
    counts = [[1] * 10]
    assert count_quantile(counts, range(10), "0.7", 1)[0].tolist() == [6]
    assert count_quantile(counts, range(10), 0.7, 1)[0].tolist() == [6]
    # n = 25, p = 0.28, type 1: h = 7 exactly, though 25 * 0.28 is 7.000000000000001.
    assert 25 * 0.28 > 7
    assert count_quantile([[1] * 25], range(25), 0.28, 1)[0].tolist() == [6]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sample_quantile([1], 0.5, 10), "quantile type: 10 is not an integer from 1 to 9"),
        (lambda: sample_quantile([1], 0.5, True), "quantile type: True"),
        (lambda: sample_quantile([1], 1.5), "probability: 1.5 is not from 0 to 1"),
        (lambda: sample_quantile([], 0.5), "not a list of at least one rating"),
        (lambda: sample_quantile([1, float("nan")], 0.5), "missing or infinite"),
        (lambda: sample_quantile(["a"], 0.5), "not a number"),
        (lambda: count_median([[1, 0]], range(2), 0), "median type: 0"),
        (lambda: count_quantile([[0, 0]], range(2), 0.5), "row 1 holds no rating"),
        (lambda: count_quantile([[1, -1]], range(2), 0.5), "row 1 has a negative count"),
        (lambda: count_quantile([[1.0, 2.0]], range(2), 0.5), "float64 are not integers"),
        (lambda: count_quantile([[1, 2]], range(3), 0.5), "each of the 3 points"),
        (lambda: count_quantile([[1, 2]], (1, 1), 0.5), "integers in rising order"),
        (lambda: count_quantile([[1, 2]], (1, 2.5), 0.5), "integers in rising order"),
        (lambda: quantile_position(0, 0.5), "n: 0 is not an integer of at least 1"),
    ],
)
def test_input_that_cannot_be_right(call, message):
    with pytest.raises(DelphiInputError) as caught:
        call()
    assert message in str(caught.value)
