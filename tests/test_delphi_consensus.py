"""Consensus definitions: exact thresholds, order of levels, errors."""

from fractions import Fraction

import numpy as np
import pytest
from delphi import ConsensusDefinition, DelphiInputError
from hypothesis import given, settings
from hypothesis import strategies as st

PROPERTY = settings(max_examples=200, deadline=None, derandomize=True)
DEFINITION = ConsensusDefinition("same rating", [("moderate", 0.5), ("strong", 0.8)], "a test")


@pytest.mark.parametrize(
    ("mode_count", "n", "level"),
    [
        (4, 5, "strong"),  # 4/5 = 80% exactly
        (3, 5, "moderate"),
        (41, 82, "moderate"),  # 41/82 = 50% exactly
        (40, 82, "none"),
        (65, 82, "moderate"),  # 80% of 82 is 65.6: 65 fall short, 66 do not
        (66, 82, "strong"),
        (2, 4, "moderate"),  # exactly half
        (3, 7, "none"),  # 42.9%
        (4, 7, "moderate"),  # 57.1%
        (1, 1, "strong"),
    ],
)
def test_levels_at_their_boundaries(mode_count, n, level):
    assert DEFINITION.level(Fraction(mode_count, n)) == level
    assert DEFINITION.classify([mode_count], n).tolist() == [level]


def test_a_threshold_given_as_a_float_is_the_decimal_that_it_prints_as():
    # The double 0.6 lies below 6/10, the double 0.7 too: a share of exactly 6/10 or 7/10 must
    # reach the level, and one just below must not.
    for tenths, text in ((6, 0.6), (7, 0.7), (8, 0.8), (3, 0.3)):
        definition = ConsensusDefinition("same rating", [("level", text)], "a test")
        assert definition.levels == (("level", Fraction(tenths, 10)),)
        assert definition.level(Fraction(tenths, 10)) == "level"
        assert definition.level(Fraction(tenths * 10**17 - 1, 10**18)) == "none"


@PROPERTY
@given(
    n=st.integers(1, 3000),
    data=st.data(),
    percents=st.lists(st.integers(1, 100), min_size=1, max_size=4, unique=True),
)
def test_levels_as_multiplied_out(n, data, percents):
    mode_counts = data.draw(st.lists(st.integers(1, n), min_size=1, max_size=5))
    definition = ConsensusDefinition.from_percents(
        "same rating", [(f"at least {percent}", percent) for percent in percents], "a test"
    )
    for mode_count, level in zip(mode_counts, definition.classify(mode_counts, n), strict=True):
        reached = [percent for percent in percents if mode_count * 100 >= percent * n]
        assert level == (f"at least {max(reached)}" if reached else "none")
        assert definition.level(Fraction(mode_count, n)) == level


def test_codes_follow_labels_for_groups_of_different_size():
    assert DEFINITION.labels == ("strong", "moderate", "none")
    assert DEFINITION.codes([4, 41, 40], [5, 82, 82]).tolist() == [0, 1, 2]
    assert DEFINITION.codes(np.array([], dtype=int), 5).tolist() == []


def test_the_label_for_none_can_be_named():
    definition = ConsensusDefinition(
        "same rating", [("agreed", Fraction(2, 3))], "a test", none_label="open"
    )
    assert definition.level(Fraction(2, 3)) == "agreed"
    assert definition.level(Fraction(1, 2)) == "open"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: DEFINITION.check_label("weak"), "level: 'weak' does not exist"),
        (lambda: DEFINITION.check_label("weak"), "strong, moderate, none"),
        (lambda: DEFINITION.level(0.8), "modal share: 0.8 is a float"),
        (lambda: DEFINITION.level(0), "modal share: 0 is not a share above 0"),
        (lambda: DEFINITION.level(Fraction(6, 5)), "modal share: 6/5 is not a share"),
        (lambda: DEFINITION.classify([6], 5), "mode count: 6 is not from 1 to n = 5"),
        (lambda: DEFINITION.classify([0], 0), "mode count: 0 is not from 1 to n = 0"),
        (lambda: DEFINITION.classify([2.0], 5), "mode count: numbers of type float64"),
        (lambda: ConsensusDefinition("d", [], "s"), "'d': it has no level"),
        (lambda: ConsensusDefinition("d", [("a", 80)], "s"), "level 'a', threshold: 80 is not"),
        (lambda: ConsensusDefinition("d", [("a", 0)], "s"), "level 'a', threshold: 0 is not"),
        (lambda: ConsensusDefinition("d", [("a", "x")], "s"), "'x' is not a number"),
        (lambda: ConsensusDefinition("d", [("a", 0.5), ("a", 0.8)], "s"), "label a stands"),
        (lambda: ConsensusDefinition("d", [("a", 0.5), ("b", 0.5)], "s"), "threshold 1/2 stands"),
        (lambda: ConsensusDefinition("d", [("none", 0.5)], "s"), "label none stands"),
        (lambda: ConsensusDefinition("d", [(1, 0.5)], "s"), "label: 1 is not a string"),
    ],
)
def test_input_that_cannot_be_right(call, message):
    with pytest.raises(DelphiInputError) as caught:
        call()
    assert message in str(caught.value)
