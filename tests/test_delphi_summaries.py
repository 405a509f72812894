"""Summaries of ratings: hand-worked panel, missing ratings, agreement with numpy and pandas."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from delphi import (
    ConsensusDefinition,
    DelphiInputError,
    count_ratings,
    summarise,
    summarise_counts,
)
from delphi.quantiles import NUMPY_METHODS
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(max_examples=100, deadline=None, derandomize=True)
FOUR_POINTS = range(4)
DEFINITION = ConsensusDefinition("same rating", [("strong", 0.8), ("moderate", 0.5)], "a test")


def panel():
    """Five people, two roles, two topics; one rating is missing."""
    return pd.DataFrame(
        {
            "person": [1, 2, 3, 4, 5] * 2,
            "role": ["worker", "worker", "worker", "manager", "manager"] * 2,
            "site": ["x", "y", "x", "y", "x"] * 2,
            "topic": ["ethics"] * 5 + ["work skills"] * 5,
            "rating": [3, 3, 3, 3, 2, 1, 0, None, 2, 3],
        }
    )


def test_hand_worked_panel():
    # Ethics: 2, 3, 3, 3, 3, so median 3, quartiles x2 = x4 = 3, IQR 0, four of five alike: 80%.
    # Workers 3, 3, 3. Managers 2, 3: median 2.5; h = 1.25 and 1.75, so 2.75 - 2.25 = 0.5; a tie.
    # Work skills: 0, 1, 2, 3 and one missing: median 1.5; h = 1.75 and 3.25: 2.25 - 0.75 = 1.5.
    # Workers 0, 1 and one missing: median 0.5, IQR 0.5. Managers 2, 3.
    summary = summarise(
        panel(), "topic", "rating", ["role"], scale=FOUR_POINTS, participant="person",
        definition=DEFINITION,
    )  # fmt: skip
    assert summary["topic"].tolist() == ["ethics"] * 3 + ["work skills"] * 3
    assert summary["partition"].tolist() == ["total", "role", "role"] * 2
    assert summary["group"].tolist() == ["total", "worker", "manager"] * 2
    assert summary["n"].tolist() == [5, 3, 2, 4, 2, 2]
    assert summary["missing"].tolist() == [0, 0, 0, 1, 1, 0]
    assert summary["median"].tolist() == [3, 3, 2.5, 1.5, 0.5, 2.5]
    assert summary["iqr"].tolist() == [0, 0, 0.5, 1.5, 0.5, 0.5]
    assert summary["modal_rating"].tolist() == [3, 3, pd.NA, pd.NA, pd.NA, pd.NA]
    assert summary["modes"].tolist() == [1, 1, 2, 4, 2, 2]
    assert summary["mode_count"].tolist() == [4, 3, 1, 1, 1, 1]
    assert summary["modal_share"].tolist() == [0.8, 1, 0.5, 0.25, 0.5, 0.5]
    assert summary["consensus"].tolist() == [
        "strong", "strong", "moderate", "none", "moderate", "moderate"
    ]  # fmt: skip
    assert summary["count_3"].tolist() == [4, 3, 1, 1, 0, 1]
    assert summary["share_2"].tolist() == [0.2, 0, 0.5, 0.25, 0, 0.5]


def test_partitions_are_taken_one_after_the_other():
    summary = summarise(panel(), "topic", "rating", ["role", "site"], scale=FOUR_POINTS)
    ethics = summary[summary["topic"] == "ethics"]
    assert list(zip(ethics["partition"], ethics["group"], ethics["n"], strict=True)) == [
        ("total", "total", 5),
        ("role", "worker", 3),
        ("role", "manager", 2),
        ("site", "x", 3),
        ("site", "y", 2),
    ]
    assert "consensus" not in summary


def test_order_of_categories_and_missing_groups():
    ratings = panel()
    ratings["role"] = pd.Categorical(ratings["role"], ["manager", "researcher", "worker"])
    ratings.loc[ratings["person"] == 1, "role"] = None
    summary = summarise(ratings, "topic", "rating", ["role"], scale=FOUR_POINTS)
    ethics = summary[summary["topic"] == "ethics"]
    assert ethics["group"].iloc[:3].tolist() == ["total", "manager", "worker"]
    assert pd.isna(ethics["group"].iloc[3])
    assert ethics["n"].tolist() == [5, 2, 2, 1]


def test_a_group_without_ratings_has_no_statistics():
    ratings = panel()
    ratings.loc[(ratings["role"] == "manager") & (ratings["topic"] == "ethics"), "rating"] = None
    summary = summarise(
        ratings, "topic", "rating", ["role"], scale=FOUR_POINTS, definition=DEFINITION
    )
    empty = summary.iloc[2]
    assert (empty["topic"], empty["group"], empty["n"], empty["missing"]) == (
        "ethics", "manager", 0, 2
    )  # fmt: skip
    columns = ["median", "iqr", "modal_rating", "modes", "mode_count", "modal_share", "consensus"]
    assert empty[columns].isna().all()
    assert empty["count_3"] == 0 and np.isnan(empty["share_3"])


@pytest.mark.parametrize("dtype", ["Int64", "float64", "object"])
def test_ratings_may_come_in_any_type_that_holds_numbers(dtype):
    ratings = panel()
    ratings["rating"] = ratings["rating"].astype("Int64").astype(dtype)
    expected = summarise(panel(), "topic", "rating", ["role"], scale=FOUR_POINTS)
    result = summarise(ratings, "topic", "rating", ["role"], scale=FOUR_POINTS)
    pd.testing.assert_frame_equal(result, expected)


def test_the_order_of_rows_does_not_matter_to_the_numbers():
    shuffled = panel().sample(frac=1, random_state=3)
    keys = ["topic", "partition", "group"]
    pd.testing.assert_frame_equal(
        *(
            summarise(ratings, "topic", "rating", ["role", "site"], scale=FOUR_POINTS)
            .sort_values(keys)
            .reset_index(drop=True)
            for ratings in (panel(), shuffled)
        )
    )


@PROPERTY
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c"]),
            st.sampled_from(["g", "h"]),
            st.sampled_from([1, 2, 3, 5, None]),
        ),
        min_size=1,
        max_size=40,
    ),
    quantile_type=st.integers(1, 9),
)
def test_statistics_as_numpy_and_pandas(rows, quantile_type):
    ratings = pd.DataFrame(rows, columns=["item", "group_name", "rating"])
    summary = summarise(
        ratings, "item", "rating", ["group_name"], scale=(1, 2, 3, 5),
        quantile_type=quantile_type, definition=DEFINITION,
    )  # fmt: skip
    assert len(summary) == ratings["item"].nunique() + len(ratings.groupby(["item", "group_name"]))
    for row in summary.to_dict("records"):
        chosen = ratings[ratings["item"] == row["item"]]
        if row["partition"] == "group_name":
            chosen = chosen[chosen["group_name"] == row["group"]]
        given_ratings = chosen["rating"].dropna().astype(int)
        assert row["n"] == len(given_ratings)
        assert row["missing"] == chosen["rating"].isna().sum()
        if not row["n"]:
            continue
        method = NUMPY_METHODS[quantile_type]
        upper, lower = np.quantile(given_ratings, [0.75, 0.25], method=method)
        assert row["median"] == np.median(given_ratings)
        assert row["iqr"] == pytest.approx(upper - lower, abs=1e-9)
        frequencies = given_ratings.value_counts()
        assert row["mode_count"] == frequencies.max()
        assert row["modal_share"] == frequencies.max() / row["n"]
        assert row["modes"] == len(given_ratings.mode())
        assert pd.isna(row["modal_rating"]) == (row["modes"] > 1)
        if row["modes"] == 1:
            assert row["modal_rating"] == given_ratings.mode().iloc[0]
        share = Fraction(int(frequencies.max()), row["n"])
        assert row["consensus"] == DEFINITION.level(share)
        for point in (1, 2, 3, 5):
            assert row[f"count_{point}"] == frequencies.get(point, 0)
            assert row[f"share_{point}"] == frequencies.get(point, 0) / row["n"]


def test_counting_one_series():
    counts, missing = count_ratings(pd.Series([3, 3, None, 0, 2], name="ethics"), FOUR_POINTS)
    assert counts.tolist() == [1, 0, 1, 2] and missing == 1


def test_count_vectors_of_different_size_and_type():
    # 0, 1, 2, 3: type 6 has h = 1.25 and 3.75, so 2.75 - 0.25 = 2.5; 3, 3: IQR 0.
    summary = summarise_counts([[1, 1, 1, 1], [0, 0, 0, 2]], FOUR_POINTS, quantile_type=6)
    assert summary["iqr"].tolist() == [2.5, 0]
    # The lower median of type 1: 1 and 3.
    summary = summarise_counts([[1, 1, 1, 1], [0, 0, 0, 2]], FOUR_POINTS, median_type=1)
    assert summary["median"].tolist() == [1, 3]


def changed(**values):
    ratings = panel().astype({"rating": "object", "role": "object", "topic": "object"})
    for column, (row, value) in values.items():
        ratings.loc[row, column] = value
    return ratings


@pytest.mark.parametrize(
    ("ratings", "arguments", "message"),
    [
        (changed(rating=(2, 4)), {}, "row 3, column 'rating': 4 is not on the scale 0, 1, 2, 3"),
        (changed(rating=(2, "3")), {}, "row 3, column 'rating': '3' is not on the scale"),
        (changed(rating=(2, 2.5)), {}, "row 3, column 'rating': 2.5 is not on the scale"),
        (changed(rating=(2, True)), {}, "row 3, column 'rating': True is not on the scale"),
        (changed(topic=(4, None)), {}, "row 5, column 'topic': the value is missing"),
        (
            changed(topic=(5, "ethics")),
            {"participant": "person"},
            "row 6: person 1 rated topic ethics before",
        ),
        (
            changed(role=(0, "manager")),
            {"participant": "person"},
            "column 'role': person 1 belongs to more than one group",
        ),
        (panel(), {"groups": ["roles"]}, "column 'roles' is missing; the columns are: person"),
        (panel(), {"groups": ["role", "role"]}, "the partition 'role' stands there twice"),
        (panel(), {"quantile_type": 12}, "quantile type: 12"),
        (panel(), {"scale": [0]}, "scale: [0] is not a list of at least two integers"),
        (panel().iloc[:0], {}, "the table has no rows"),
        (panel().rename(columns={"topic": "n"}), {"item": "n"}, "column 'n' cannot be the item"),
    ],
)
def test_input_that_cannot_be_right(ratings, arguments, message):
    arguments = {"item": "topic", "groups": ["role"], "scale": FOUR_POINTS} | arguments
    with pytest.raises(DelphiInputError) as caught:
        summarise(ratings, rating="rating", **arguments)
    assert message in str(caught.value)


def test_every_rating_off_the_scale_is_named():
    with pytest.raises(DelphiInputError) as caught:
        summarise(changed(rating=(slice(0, 2), 9)), "topic", "rating", scale=FOUR_POINTS)
    assert len(caught.value.problems) == 3
