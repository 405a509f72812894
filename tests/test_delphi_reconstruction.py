"""Reconstruction: hand-worked sets, completeness against brute force, soundness, bounds."""

import math
from fractions import Fraction
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
import pytest
from delphi import (
    CERTAIN,
    IMPOSSIBLE,
    NO_DISTRIBUTION,
    POSSIBLE,
    ConsensusDefinition,
    DelphiInputError,
    as_printed,
    count_iqr,
    count_median,
    distributions,
    matching,
    reconstruct_table,
)
from delphi.quantiles import NUMPY_METHODS
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(max_examples=120, deadline=None, derandomize=True)
FOUR_POINTS = range(4)
DEFINITION = ConsensusDefinition("same rating", [("strong", 0.8), ("moderate", 0.5)], "a test")


def count_vector(ratings, scale):
    return tuple(ratings.count(point) for point in scale)


def as_set(cell):
    return {tuple(row) for row in cell.counts.tolist()}


@pytest.mark.parametrize(("n", "points"), [(1, 2), (5, 2), (4, 3), (6, 4), (3, 7), (82, 4)])
def test_distributions_are_all_there_once_and_in_order(n, points):
    counts = distributions(n, points)
    assert counts.shape == (math.comb(n + points - 1, points - 1), points)
    assert counts.dtype == np.int64
    assert (counts.sum(axis=1) == n).all() and (counts >= 0).all()
    rows = counts.tolist()
    assert rows == sorted(rows) and len({tuple(row) for row in rows}) == len(rows)


def test_distributions_cannot_be_written_over():
    with pytest.raises(ValueError, match="read-only"):
        distributions(4, 4)[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        matching(4, FOUR_POINTS, "3", "0").counts[0, 0] = 1


def test_hand_worked_set_with_one_free_rating():
    # n = 7, type 7: Q1 = (x2 + x3) / 2, Q3 = (x5 + x6) / 2. Median 3 is x4 = 3, so x5 to x7 are 3
    # and Q3 = 3. IQR 0 takes Q1 = 3, so x2 = x3 = 3, and x1 is free: four distributions, each
    # with at least 6 of 7 alike (85.7%).
    cell = matching(7, FOUR_POINTS, "3", "0")
    assert as_set(cell) == {(1, 0, 0, 6), (0, 1, 0, 6), (0, 0, 1, 6), (0, 0, 0, 7)}
    assert cell.modal_share_range() == (Fraction(6, 7), 1, (0, 0, 1, 6), (0, 0, 0, 7))
    assert cell.share_range(3)[:2] == (Fraction(6, 7), 1)
    assert cell.share_range(0) == (0, Fraction(1, 7), (0, 0, 0, 7), (1, 0, 0, 6))
    assert cell.levels(DEFINITION) == ("strong",)
    assert cell.verdict(DEFINITION, "strong") == CERTAIN
    assert cell.verdict(DEFINITION, "none") == IMPOSSIBLE


def test_hand_worked_set_with_two_levels():
    # n = 7, median 2, IQR 1, type 7: x4 = 2 and (x5 + x6) - (x2 + x3) = 2.
    # x5, x6 = 2, 2: x2 + x3 = 2, that is 0, 2 (x1 = 0) or 1, 1 (x1 = 0, 1); x7 = 2, 3: 6 sets.
    # x5, x6 = 2, 3: x2 + x3 = 3, that is 1, 2 (x1 = 0, 1); x7 = 3: 2 sets.
    # x5, x6 = 3, 3: x2 + x3 = 4, that is 2, 2 (x1 = 0, 1, 2); x7 = 3: 3 sets.
    # Four of seven are 57%: those with four or more alike are moderate, 5 of the 11.
    cell = matching(7, FOUR_POINTS, "2", "1")
    assert as_set(cell) == {
        (2, 0, 5, 0), (2, 0, 4, 1), (1, 2, 4, 0), (1, 2, 3, 1), (0, 3, 4, 0), (0, 3, 3, 1),
        (1, 1, 3, 2), (0, 2, 3, 2),
        (1, 0, 3, 3), (0, 1, 3, 3), (0, 0, 4, 3),
    }  # fmt: skip
    assert cell.levels(DEFINITION) == ("moderate", "none")
    assert cell.verdict(DEFINITION, "moderate") == POSSIBLE
    moderate = cell.with_level(DEFINITION, "moderate")
    assert as_set(moderate) == {
        (2, 0, 5, 0), (2, 0, 4, 1), (1, 2, 4, 0), (0, 3, 4, 0), (0, 0, 4, 3)
    }  # fmt: skip
    assert moderate.modal_share_range()[:2] == (Fraction(4, 7), Fraction(5, 7))
    assert cell.with_level(DEFINITION, "strong").empty


def test_hand_worked_size_of_a_panel():
    # n = 82, type 7: h = 21.25 and h = 61.75. Median 3 and IQR 0.75 take 0.75 x21 + 0.25 x22 =
    # 2.25 with x61 = x62 = 3: x21 = 2 and x22 = 3. So 61 gave a 3 and the 21 below end on a 2:
    # what is left is to give 20 ratings to 0, 1, 2, C(22, 2) = 231 ways.
    cell = matching(82, FOUR_POINTS, "3", "0.75")
    assert len(cell) == 231
    assert cell.share_range(3)[:2] == (Fraction(61, 82), Fraction(61, 82))
    assert cell.levels(DEFINITION) == ("moderate",)
    # Median 3 and IQR 0: x21 or lower ones are free only up to x20; 62 or more gave a 3, and
    # 20 ratings over all four points: C(23, 3) = 1771. Of 82, 66 make 80 in 100.
    cell = matching(82, FOUR_POINTS, "3", "0")
    assert len(cell) == math.comb(23, 3)
    assert cell.modal_share_range()[:2] == (Fraction(62, 82), 1)
    assert cell.levels(DEFINITION) == ("strong", "moderate")


def test_an_empty_set_is_said_to_be_empty():
    # Type 1 takes order statistics only: no IQR of 0.25.
    cell = matching(4, FOUR_POINTS, "3", "0.25", quantile_type=1)
    assert cell.empty and len(cell) == 0
    assert cell.modal_share_range() is None and cell.share_range(3) is None
    assert cell.levels(DEFINITION) == ()
    assert cell.verdict(DEFINITION, "none") == NO_DISTRIBUTION
    # 2.5 is an ordinary median of four ratings, hence no error, but none that type 1 gives.
    assert matching(4, FOUR_POINTS, "2.5", "1", 1, median_type=1).empty


def brute_force(n, scale, quantile_type, decimals, median, iqr, statistics):
    """Every multiset of ratings, its statistics by numpy."""
    half = 0.5 / 10**decimals + 1e-9
    return {
        count_vector(ratings, scale)
        for ratings, (middle, spread) in statistics.items()
        if abs(middle - float(median)) <= half and abs(spread - float(iqr)) <= half
    }


@pytest.mark.parametrize("scale", [(0, 1, 2, 3), (1, 2, 4), (-1, 0, 1)])
@pytest.mark.parametrize("quantile_type", range(1, 10))
def test_complete_against_brute_force(scale, quantile_type):
    method = NUMPY_METHODS[quantile_type]
    for n in range(1, 7):
        statistics = {
            ratings: (
                float(np.median(ratings)),
                float(np.subtract(*np.quantile(ratings, [0.75, 0.25], method=method))),
            )
            for ratings in combinations_with_replacement(scale, n)
        }
        for decimals in (0, 1, 2):
            printed = {
                tuple(as_printed(round(value, 9), decimals) for value in pair)
                for pair in statistics.values()
            }
            seen = set()
            for median, iqr in printed:
                cell = matching(n, scale, median, iqr, quantile_type, decimals)
                assert as_set(cell) == brute_force(
                    n, scale, quantile_type, decimals, median, iqr, statistics
                )
                seen |= as_set(cell)
            assert len(seen) == len(statistics)


@st.composite
def rated(draw):
    """A scale and the ratings of a group."""
    scale = draw(
        st.one_of(
            st.just((0, 1, 2, 3)),
            st.lists(st.integers(-3, 9), min_size=2, max_size=5, unique=True).map(
                lambda points: tuple(sorted(points))
            ),
        )
    )
    size = {2: 40, 3: 40, 4: 36, 5: 16}[len(scale)]
    return scale, draw(st.lists(st.sampled_from(scale), min_size=1, max_size=size))


@PROPERTY
@given(
    case=rated(),
    quantile_type=st.integers(1, 9),
    decimals=st.integers(0, 3),
    rounding=st.sampled_from(["half-up", "half-even"]),
)
def test_the_summary_of_ratings_leads_to_a_set_that_holds_them(
    case, quantile_type, decimals, rounding
):
    scale, ratings = case
    counts = count_vector(ratings, scale)
    median, iqr = (
        as_printed(Fraction(int(numerators[0]), denominator), decimals, rounding)
        for numerators, denominator in (
            count_median([counts], scale),
            count_iqr([counts], scale, quantile_type),
        )
    )
    cell = matching(len(ratings), scale, median, iqr, quantile_type, decimals)
    assert counts in as_set(cell)
    share = Fraction(max(counts), len(ratings))
    low, high, *_ = cell.modal_share_range()
    assert low <= share <= high
    assert DEFINITION.level(share) in cell.levels(DEFINITION)
    assert counts in as_set(cell.with_level(DEFINITION, DEFINITION.level(share)))
    for point, count in zip(scale, counts, strict=True):
        low, high, *_ = cell.share_range(point)
        assert low <= Fraction(count, len(ratings)) <= high


@PROPERTY
@given(n=st.integers(1, 20), halves=st.integers(0, 6), quarters=st.integers(0, 12))
def test_ranges_are_sharp_and_their_witnesses_belong_to_the_set(n, halves, quarters):
    if n % 2 and halves % 2:
        halves += 1
    cell = matching(n, FOUR_POINTS, halves / 2, quarters / 4)
    rows = as_set(cell)
    if not rows:
        assert cell.empty
        return
    shares = [Fraction(max(row), n) for row in rows]
    found = cell.modal_share_range()
    assert (found.low, found.high) == (min(shares), max(shares))
    assert {found.low_witness, found.high_witness} <= rows
    assert Fraction(max(found.low_witness), n) == found.low
    assert Fraction(max(found.high_witness), n) == found.high
    for place, point in enumerate(FOUR_POINTS):
        shares = [Fraction(row[place], n) for row in rows]
        found = cell.share_range(point)
        assert (found.low, found.high) == (min(shares), max(shares))
        assert Fraction(found.low_witness[place], n) == found.low
        assert Fraction(found.high_witness[place], n) == found.high
    levels = {DEFINITION.level(Fraction(max(row), n)) for row in rows}
    assert set(cell.levels(DEFINITION)) == levels
    assert sum(len(cell.with_level(DEFINITION, label)) for label in levels) == len(rows)


def printed_table():
    return pd.DataFrame(
        {
            "topic": ["a", "b", "c", "d", "e"],
            "n": [7, 7, 7, 82, 4],
            "median": ["3", "2", "3", "3", "2.5"],
            "iqr": ["0", "1", "0.5", "0.75", "0.3"],
            "consensus": ["strong", "none", "strong", "moderate", "none"],
        },
        index=[10, 11, 12, 13, 14],
    )


def test_a_table_cell_by_cell():
    # Row c: median 3 and IQR 0.5 take x2, x3 = 2, 3, so exactly five of seven gave a 3: moderate.
    # Row e: no four ratings have an IQR of 0.3 by type 7.
    table = printed_table()
    result = reconstruct_table(table, DEFINITION, scale=FOUR_POINTS, keys=["topic"])
    assert result.index.tolist() == [10, 11, 12, 13, 14]
    pd.testing.assert_frame_equal(result[table.columns], table)
    assert result["distributions"].tolist() == [4, 11, 3, 231, 0]
    assert result["possible_levels"].tolist() == [
        "strong", "moderate, none", "moderate", "moderate", ""
    ]  # fmt: skip
    assert result["verdict"].tolist() == [
        CERTAIN, POSSIBLE, IMPOSSIBLE, CERTAIN, NO_DISTRIBUTION
    ]  # fmt: skip
    assert result["distributions_with_level"].tolist() == [4, 6, 0, 231, 0]
    assert result["lowest_mode_count"].tolist() == [6, 3, 5, 61, pd.NA]
    assert result["highest_mode_count"].tolist() == [7, 5, 5, 61, pd.NA]
    assert result["lowest_mode_count_with_level"].tolist() == [6, 3, pd.NA, 61, pd.NA]
    assert result["highest_mode_count_with_level"].tolist() == [7, 3, pd.NA, 61, pd.NA]
    np.testing.assert_array_equal(result["highest_modal_share"], [1, 5 / 7, 5 / 7, 61 / 82, np.nan])
    np.testing.assert_array_equal(
        result["lowest_modal_share_with_level"], [6 / 7, 3 / 7, np.nan, 61 / 82, np.nan]
    )


def test_a_table_without_levels_and_with_other_names():
    table = printed_table().rename(columns={"n": "size", "median": "Md", "iqr": "spread"})
    result = reconstruct_table(
        table, DEFINITION, scale=FOUR_POINTS, n="size", median="Md", iqr="spread", level=None
    )
    assert result["distributions"].tolist() == [4, 11, 3, 231, 0]
    assert "verdict" not in result and "distributions_with_level" not in result


def test_a_table_agrees_with_its_cells():
    rows = [
        (n, median, iqr, level)
        for n in (4, 7, 12)
        for median in ("1", "2", "3")
        for iqr in ("0", "0.25", "1", "1.5")
        for level in DEFINITION.labels
    ]
    table = pd.DataFrame(rows, columns=["n", "median", "iqr", "consensus"])
    for quantile_type in (2, 6, 7):
        result = reconstruct_table(
            table, DEFINITION, scale=FOUR_POINTS, quantile_type=quantile_type
        )
        for row in result.itertuples():
            cell = matching(row.n, FOUR_POINTS, row.median, row.iqr, quantile_type)
            assert row.distributions == len(cell)
            assert row.possible_levels == ", ".join(cell.levels(DEFINITION))
            assert row.verdict == cell.verdict(DEFINITION, row.consensus)
            assert row.distributions_with_level == len(cell.with_level(DEFINITION, row.consensus))


def test_all_bad_cells_stand_in_one_message():
    table = pd.DataFrame(
        {
            "topic": list("abcdefghi"),
            "n": [0, 7, 7, 7, 7, 7, 7, 7, True],
            "median": ["3", "2.5", "4", "2", "2", "2", "2", "3", "3"],
            "iqr": ["0", "1", "0", "3.25", "1", "0,5", "-1", "0", "0"],
            "consensus": ["strong"] * 4 + ["weak"] + ["strong"] * 4,
        }
    )
    with pytest.raises(DelphiInputError) as caught:
        reconstruct_table(table, DEFINITION, scale=FOUR_POINTS, keys=["topic"])
    assert caught.value.problems == (
        "row 1 (topic a), column 'n': 0 is not an integer of at least 1",
        "row 2 (topic b), column 'median': no 7 ratings on the scale 0, 1, 2, 3 have a median "
        "that prints as 2.5 with 2 decimals",
        "row 3 (topic c), column 'median': 4 is outside the scale 0 to 3",
        "row 4 (topic d), column 'iqr': 3.25 is outside 0 to 3, all the scale allows",
        "row 5 (topic e), column 'consensus': 'weak' does not exist in the consensus definition "
        "'same rating'; its levels are strong, moderate, none",
        "row 6 (topic f), column 'iqr': '0,5' is not a number",
        "row 7 (topic g), column 'iqr': -1 is outside 0 to 3, all the scale allows",
        "row 9 (topic i), column 'n': True is not an integer of at least 1",
    )


def test_all_that_is_wrong_with_one_cell_stands_in_the_message():
    table = pd.DataFrame({"n": [7], "median": ["2.25"], "iqr": ["4"], "consensus": ["weak"]})
    with pytest.raises(DelphiInputError) as caught:
        reconstruct_table(table, DEFINITION, scale=FOUR_POINTS)
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "row 1, column 'median'",
        "row 1, column 'iqr'",
        "row 1, column 'consensus'",
    ]
    with pytest.raises(DelphiInputError) as caught:
        matching(0, FOUR_POINTS, "x", "0.125")
    assert [problem.split(":")[0] for problem in caught.value.problems] == ["n", "median", "iqr"]
    with pytest.raises(DelphiInputError) as caught:
        matching(300, FOUR_POINTS, "2", "1")
    assert len(caught.value.problems) == 1


def test_a_truth_value_is_no_number_of_ratings_even_beside_the_same_cell():
    table = pd.DataFrame({"n": [1, True], "median": "3", "iqr": "0"}, dtype=object)
    with pytest.raises(DelphiInputError, match="row 2, column 'n': True") as caught:
        reconstruct_table(table, DEFINITION, scale=FOUR_POINTS, level=None)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: matching(4, FOUR_POINTS, "2.25", "1"), "median: no 4 ratings"),
        (lambda: matching(4, FOUR_POINTS, "2", "0.125"), "iqr: '0.125' has more than 2 decimals"),
        (lambda: matching(4, FOUR_POINTS, "2", "1", 0), "quantile type: 0"),
        (lambda: matching(4, FOUR_POINTS, "2", "1", median_type=11), "median type: 11"),
        (lambda: matching(4, (3, 2, 1), "2", "1"), "scale: [3, 2, 1]"),
        (lambda: matching(4.0, FOUR_POINTS, "2", "1"), "n: 4.0 is not an integer"),
        (lambda: matching(300, FOUR_POINTS, "2", "1"), "n: 300 ratings on 4 points have 4,590,551"),
        (lambda: matching(4, FOUR_POINTS, "2", "1").share_range(4), "rating: 4 is not on the"),
        (lambda: matching(4, FOUR_POINTS, "2", "1").share_range(True), "rating: True is not"),
        (
            lambda: matching(4, FOUR_POINTS, "2", "1").with_level(DEFINITION, "weak"),
            "level: 'weak' does not exist",
        ),
        (
            lambda: matching(4, FOUR_POINTS, "2", "1").verdict(DEFINITION, "weak"),
            "level: 'weak' does not exist",
        ),
        (lambda: distributions(0, 4), "n: 0 is not an integer of at least 1"),
        (lambda: distributions(4, 1), "points: 1 is not an integer of at least 2"),
        (
            lambda: reconstruct_table(printed_table(), DEFINITION, scale=FOUR_POINTS, n="size"),
            "column 'size' is missing; the columns are: topic, n, median, iqr, consensus",
        ),
        (
            lambda: reconstruct_table(
                printed_table().assign(verdict=""), DEFINITION, scale=FOUR_POINTS
            ),
            "column 'verdict' is already there",
        ),
    ],
)
def test_input_that_cannot_be_right(call, message):
    with pytest.raises(DelphiInputError) as caught:
        call()
    assert message in str(caught.value)
