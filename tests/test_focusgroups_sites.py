"""Participants over sites, against sums and means done by hand."""

import doctest
from importlib import import_module

import pandas as pd
import pytest
from focusgroups import EvidenceError, check_sites, participants_summary

SITES = pd.DataFrame(
    {
        "participants": [4, 6, 3],
        "female": [3, 4, 1],
        "male": [1, 2, 2],
        "mean_age": [52, 42, 41],
        "age_min": [48, 35, 30],
        "age_max": [57, 54, 54],
        "date": ["2021-09-07", "2021-08-24", "2022-03-29"],
        "duration_minutes": [70, 51, 32],
        "mode": ["in person", "in person", "online"],
    }
)


def test_all_sites_by_hand():
    summary = participants_summary(SITES)
    assert len(summary) == 1
    result = summary.iloc[0].to_dict()
    mean = (4 * 52 + 6 * 42 + 3 * 41) / 13
    assert result == pytest.approx(
        {
            "sites": 3,
            "participants": 13,
            "female": 8,
            "male": 5,
            "percent_female": 100 * 8 / 13,
            "smallest": 3,
            "largest": 6,
            "mean_age": mean,
            "mean_age_low": mean - 0.5,
            "mean_age_high": mean + 0.5,
            "mean_age_unweighted": 45,
            "age_min": 30,
            "age_max": 57,
            "minutes": 153,
            "shortest": 32,
            "longest": 70,
            "minutes_mean": 51,
            "minutes_median": 51,
            "first_date": "2021-08-24",
            "last_date": "2022-03-29",
        }
    )
    assert str(summary["participants"].dtype) == "int64"


def test_groups_of_sites():
    summary = participants_summary(SITES, by="mode", mean_age_precision=0.1)
    assert summary["mode"].tolist() == ["in person", "online"]
    assert summary["participants"].tolist() == [10, 3]
    assert summary.loc[0, "mean_age"] == pytest.approx(46)
    assert summary.loc[1, "mean_age_low"] == pytest.approx(40.95)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("participants", 0, "row 2, column participants: 0; a whole number from 1"),
        ("participants", 5, r"row 2, column participants: 5; .* 4 \+ 2, was expected"),
        ("female", None, "row 2, column female: empty; a number"),
        ("male", -1, "row 2, column male: -1; a whole number from 0"),
        ("age_min", 35.5, r"row 2, column age_min: 35\.5; a whole number"),
        ("mean_age", "x", "row 2, column mean_age: x; a number"),
        ("mean_age", 60, "row 2, column mean_age: 60; a mean within the range 35 to 54"),
        ("date", "24 August 2021", "row 2, column date: 24 August 2021; a date such as"),
        ("date", None, "row 2, column date: "),
        ("duration_minutes", 0, "row 2, column duration_minutes: 0; a whole number from 1"),
    ],
)
def test_sites_that_are_refused(column, value, message):
    sites = SITES.astype(object)
    sites.loc[1, column] = value
    with pytest.raises(EvidenceError, match=message):
        check_sites(sites)


def test_all_problems_at_once():
    sites = SITES.assign(mean_age=[90, 91, 41])
    with pytest.raises(EvidenceError, match=r"row 1, column mean_age: 90[^\n]*\nrow 2, column"):
        participants_summary(sites)


def test_absent_columns_and_rows():
    with pytest.raises(EvidenceError, match="no column date"):
        check_sites(SITES.drop(columns="date"))
    with pytest.raises(EvidenceError, match="there is no site"):
        check_sites(SITES.iloc[:0])
    with pytest.raises(EvidenceError, match="no column setting"):
        participants_summary(SITES, by="setting")


@pytest.mark.parametrize("name", ["matrix", "segments", "sites", "transcripts"])
def test_examples_in_docstrings_run(name):
    outcome = doctest.testmod(import_module(f"focusgroups.{name}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0
