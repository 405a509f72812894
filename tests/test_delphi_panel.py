"""The panel: retention, printed percentages and category sums."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from delphi import (
    ROUNDINGS,
    DelphiInputError,
    as_printed,
    category_sums,
    check_percents,
    percent_conventions,
    retention,
)
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(max_examples=200, deadline=None, derandomize=True)


def test_hand_worked_retention():
    # 50, 40, 36: 40/50 = 0.8, 36/50 = 0.72, 36/40 = 0.9. Of the 36, 32 had been in round 2:
    # 32/40 = 0.8 of round 2 came back, and they are 32/36 of round 3. All 40 of round 2 were among
    # the 50 of round 1: 40/50 came back.
    panel = retention({"one": 50, "two": 40, "three": 36}, {"two": 40, "three": 32})
    assert panel["round"].tolist() == ["one", "two", "three"]
    assert panel["completed"].tolist() == [50, 40, 36]
    assert panel["share_of_first"].tolist() == [1, 0.8, 0.72]
    assert panel["attrition_from_first"].tolist() == [0, 0.2, 0.28]
    np.testing.assert_array_equal(panel["share_of_previous"], [np.nan, 0.8, 0.9])
    np.testing.assert_array_equal(panel["attrition_from_previous"], [np.nan, 0.2, 0.1])
    assert panel["returned"].tolist() == [pd.NA, 40, 32]
    np.testing.assert_array_equal(panel["returned_share_of_previous"], [np.nan, 0.8, 0.8])
    np.testing.assert_array_equal(panel["returned_share_of_round"], [np.nan, 1, 32 / 36])


def test_retention_takes_series_and_unknown_returns():
    completed = pd.Series([50, 0, 10], index=[1, 2, 3])
    panel = retention(completed, pd.Series([None, 0, None], index=[1, 2, 3], dtype="Int64"))
    assert panel["returned"].tolist() == [pd.NA, 0, pd.NA]
    # Nobody completed round 2: there is no share of nobody.
    np.testing.assert_array_equal(panel["share_of_previous"], [np.nan, 0, np.nan])
    assert retention({1: 5})["share_of_first"].tolist() == [1]


@PROPERTY
@given(counts=st.lists(st.integers(1, 500), min_size=1, max_size=6))
def test_shares_of_the_first_round_are_the_product_of_the_steps(counts):
    panel = retention(dict(enumerate(counts)))
    exact = Fraction(1)
    for place, row in enumerate(panel.itertuples()):
        if place:
            exact *= Fraction(counts[place], counts[place - 1])
            assert row.share_of_previous == counts[place] / counts[place - 1]
        # A quotient of two integers is the double nearest to the exact share.
        assert row.share_of_first == float(exact)
        assert row.attrition_from_first == float(1 - exact)


@pytest.mark.parametrize(
    ("count", "n", "percent", "fits"),
    [
        (17, 110, "15.4", {"truncation"}),  # 15.4545…
        (17, 110, "15.5", {"half-up", "half-even"}),
        (49, 110, "44.5", {"half-up", "half-even", "truncation"}),  # 44.5454…
        (65, 89, "73", {"half-up", "half-even", "truncation"}),  # 73.03…
        (1, 16, "6.2", {"half-even", "truncation"}),  # 6.25, a tie to the even 2
        (1, 16, "6.3", {"half-up"}),
        (3, 16, "18.8", {"half-up", "half-even"}),  # 18.75, a tie to the even 8
        (1, 8, "12", {"half-even", "truncation"}),  # 12.5 at no decimals
        (1, 8, "13", {"half-up"}),
        (88, 110, "80.0", {"half-up", "half-even", "truncation"}),  # exactly 80
        (4, 82, "4", {"truncation"}),  # 4.878…
        (10, 110, "9.9", set()),  # 9.0909…
        (0, 5, "0", {"half-up", "half-even", "truncation"}),
        (82, 82, "100", {"half-up", "half-even", "truncation"}),
    ],
)
def test_hand_worked_percentages(count, n, percent, fits):
    assert set(percent_conventions(count, n, percent)) == fits


def test_decimals_may_be_more_than_are_shown():
    # 38/89 = 42.696…: "42.7" at one decimal; "43" holds at no decimals and not at one.
    assert percent_conventions(38, 89, "43") == ("half-up", "half-even")
    assert percent_conventions(38, 89, "43", decimals=1) == ()
    # 65/89 = 73.03…: "73" is 73.0 with its zero dropped.
    assert percent_conventions(65, 89, "73", decimals=1) == ROUNDINGS


@PROPERTY
@given(n=st.integers(1, 200), decimals=st.integers(0, 2), data=st.data())
def test_percentages_printed_by_a_rule_fit_that_rule(n, decimals, data):
    count = data.draw(st.integers(0, n))
    # 100 count / n to 30 digits: exact where it ends, and far from a tie where it does not.
    exact = Decimal(100 * count) / Decimal(n)
    rules = {
        "half-up": ROUND_HALF_UP,
        "half-even": ROUND_HALF_EVEN,
        "truncation": ROUND_DOWN,
    }
    printed = {
        name: exact.quantize(Decimal(1).scaleb(-decimals), rule) for name, rule in rules.items()
    }
    for text in set(printed.values()):
        expected = {name for name, value in printed.items() if value == text}
        assert set(percent_conventions(count, n, str(text))) == expected
    assert as_printed(Fraction(100 * count, n), decimals, drop_zeros=False) == str(
        printed["half-up"]
    )


def test_a_table_of_percentages():
    table = pd.DataFrame(
        {"group": ["a", "b"], "count": [17, 3], "n": [110, 16], "percent": ["15.4", "18.8"]},
        index=[5, 6],
    )
    result = check_percents(table)
    pd.testing.assert_frame_equal(result[table.columns], table)
    assert result["exact_percent"].tolist() == [1700 / 110, 18.75]
    assert result["fits_half_up"].tolist() == [False, True]
    assert result["fits_half_even"].tolist() == [False, True]
    assert result["fits_truncation"].tolist() == [True, False]
    assert check_percents(table, decimals=2)["fits_truncation"].tolist() == [False, False]


def test_all_bad_rows_stand_in_one_message():
    table = pd.DataFrame(
        {"who": list("abc"), "part": [3, 5, -1], "all": [2, 10, 10], "share": ["150", "x", "0"]}
    )
    with pytest.raises(DelphiInputError) as caught:
        check_percents(table, count="part", n="all", percent="share", keys=["who"])
    assert caught.value.problems == (
        "row 1 (who a), column 'part': 3 is more than n = 2",
        "row 2 (who b), column 'share': 'x' is not a number",
        "row 3 (who c), column 'part': -1 is not an integer of at least 0",
    )


def test_category_sums():
    table = pd.DataFrame(
        {
            "what": ["sex", "sex", "age", "age", "age", "sex"],
            "round": [1, 1, 1, 1, 1, 2],
            "count": [6, 4, 5, 2, 2, 9],
            "n": [10, 10, 10, 10, 10, 8],
        }
    )
    sums = category_sums(table, ["what", "round"])
    # sex 6 + 4 = 10; age 5 + 2 + 2 = 9 of 10; sex in round 2: 9 of 8.
    assert sums.values.tolist() == [
        ["sex", 1, 2, 10, 10, 0, True],
        ["age", 1, 3, 9, 10, 1, False],
        ["sex", 2, 1, 9, 8, -1, False],
    ]
    assert list(sums.columns) == [
        "what", "round", "categories", "sum", "n", "difference", "agrees"
    ]  # fmt: skip


def sizes(n):
    return pd.DataFrame({"what": ["sex", "sex"], "count": [6, 4], "n": n})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: retention({}), "there is no first round that somebody completed"),
        (lambda: retention({1: 0, 2: 0}), "there is no first round that somebody completed"),
        (lambda: retention({1: 5, 2: -1}), "round 2, completed: -1 is not an integer"),
        (lambda: retention({1: 5, 2: 4}, {2: 5}), "round 2, returned: 5 is more than the 4"),
        (lambda: retention({1: 3, 2: 4}, {2: 4}), "round 2, returned: 4 is more than the 3"),
        (lambda: retention({1: 5, 2: 4}, {1: 5}), "round 1, returned: no round comes before"),
        (lambda: retention({1: 5, 2: 4}, {3: 1}), "returned: there is no round 3"),
        (lambda: percent_conventions(1, 0, "5"), "n: 0 is not an integer of at least 1"),
        (lambda: percent_conventions(1, 3, "33.3", decimals=0), "has more than 0 decimals"),
        (lambda: percent_conventions(1, 3, "33 %"), "percent: '33 %' is not a number"),
        (lambda: category_sums(sizes([10, 11]), ["what"]), "what sex has two sizes, 10 and 11"),
        (lambda: category_sums(sizes([10, -1]), ["what"]), "row 2 (what sex), column 'n': -1"),
        (lambda: category_sums(sizes([10, 10]), ["x"]), "column 'x' is missing"),
    ],
)
def test_input_that_cannot_be_right(call, message):
    with pytest.raises(DelphiInputError) as caught:
        call()
    assert message in str(caught.value)
