"""Who took part in the focus groups, over all sites or groups of sites."""

from __future__ import annotations

from datetime import date

import pandas as pd

from focusgroups.segments import EvidenceError

__all__ = ["check_sites", "participants_summary"]

_COUNTS = ("participants", "female", "male", "age_min", "age_max", "duration_minutes")
_COLUMNS = (*_COUNTS, "mean_age", "date")


def check_sites(sites: pd.DataFrame) -> None:
    """
    Check a table of focus groups, and report all problems at once.

    Parameters
    ----------
    sites : pandas.DataFrame
        One row per focus group: ``participants``, ``female``, ``male``, ``mean_age``,
        ``age_min``, ``age_max``, ``date`` (ISO), ``duration_minutes``.

    Raises
    ------
    EvidenceError
        If there is no row, a column is absent, a value is missing or below zero, ``female`` and
        ``male`` exceed ``participants``, a mean age is outside its range, or a date is not ISO.
        Rows count from 1, without a header.
    """
    absent = [name for name in _COLUMNS if name not in sites.columns]
    if absent:
        raise EvidenceError(
            f"the sites have no column {', '.join(absent)}; "
            f"their columns are {', '.join(map(str, sites.columns))}"
        )
    if sites.empty:
        raise EvidenceError("there is no site; at least one row was expected")
    problems: list[str] = []
    for row, site in enumerate(sites[list(_COLUMNS)].to_dict("records"), start=1):
        problems.extend(f"row {row}, {problem}" for problem in _site_problems(site))
    if problems:
        raise EvidenceError("\n".join(problems))


def participants_summary(
    sites: pd.DataFrame, by: str | None = None, mean_age_precision: float = 1
) -> pd.DataFrame:
    """
    Summarise the participants over sites.

    A mean age over participants weights each site's mean by its participants. The site means are
    printed with rounding, so that the mean over participants is known within bounds only.

    Parameters
    ----------
    sites : pandas.DataFrame
        As `check_sites` takes it.
    by : str, optional
        Column that forms groups of sites; all sites are one group when omitted.
    mean_age_precision : float, default 1
        Unit to which the site means are rounded, in years.

    Returns
    -------
    pandas.DataFrame
        One row per group (in order of first appearance), with `by` as first column if given:

        ``sites``, ``participants``, ``female``, ``male`` : int
        ``percent_female`` : float, of ``participants``
        ``smallest``, ``largest`` : int, participants of a focus group
        ``mean_age`` : float, mean over participants, in years
        ``mean_age_low``, ``mean_age_high`` : float, its bounds from rounding
        ``mean_age_unweighted`` : float, mean of the site means
        ``age_min``, ``age_max`` : int, over all sites
        ``minutes``, ``shortest``, ``longest`` : int, durations in total, least, greatest
        ``minutes_mean``, ``minutes_median`` : float
        ``first_date``, ``last_date`` : str, ISO

    Raises
    ------
    EvidenceError
        As `check_sites` does, and if `by` is no column.

    Examples
    --------
    >>> sites = pd.DataFrame(
    ...     {
    ...         "participants": [4, 6], "female": [3, 4], "male": [1, 2],
    ...         "mean_age": [52, 42], "age_min": [48, 35], "age_max": [57, 54],
    ...         "date": ["2021-09-07", "2021-08-24"], "duration_minutes": [70, 51],
    ...     }
    ... )
    >>> summary = participants_summary(sites).iloc[0]
    >>> print(summary["participants"], summary["mean_age"], summary["mean_age_unweighted"])
    10 46.0 47.0
    """
    check_sites(sites)
    if by is None:
        return pd.DataFrame([_summary(sites, mean_age_precision)])
    if by not in sites.columns:
        raise EvidenceError(
            f"the sites have no column {by}; their columns are {', '.join(map(str, sites.columns))}"
        )
    return pd.DataFrame(
        [
            {by: label, **_summary(group, mean_age_precision)}
            for label, group in sites.groupby(by, sort=False, dropna=False)
        ]
    )


def _summary(sites: pd.DataFrame, precision: float) -> dict:
    participants = sites["participants"].astype("int64")
    total = int(participants.sum())
    ages = sites["mean_age"].astype("float64")
    mean_age = float((participants * ages).sum()) / total
    minutes = sites["duration_minutes"].astype("int64")
    female = int(sites["female"].sum())
    return {
        "sites": len(sites),
        "participants": total,
        "female": female,
        "male": int(sites["male"].sum()),
        "percent_female": 100 * female / total,
        "smallest": int(participants.min()),
        "largest": int(participants.max()),
        "mean_age": mean_age,
        "mean_age_low": mean_age - precision / 2,
        "mean_age_high": mean_age + precision / 2,
        "mean_age_unweighted": float(ages.mean()),
        "age_min": int(sites["age_min"].min()),
        "age_max": int(sites["age_max"].max()),
        "minutes": int(minutes.sum()),
        "shortest": int(minutes.min()),
        "longest": int(minutes.max()),
        "minutes_mean": float(minutes.mean()),
        "minutes_median": float(minutes.median()),
        "first_date": str(sites["date"].min()),
        "last_date": str(sites["date"].max()),
    }


def _site_problems(site: dict):
    """What is wrong with one site, each with column, value and what was expected."""
    for name in (*_COUNTS, "mean_age"):
        value = site[name]
        if pd.isna(value):
            yield f"column {name}: empty; a number was expected"
            return
        lowest = 1 if name in ("participants", "duration_minutes") else 0
        whole = name != "mean_age"
        if isinstance(value, str) or value < lowest or (whole and value != int(value)):
            expected = "whole number" if whole else "number"
            yield f"column {name}: {value}; a {expected} from {lowest} was expected"
            return
    if site["female"] + site["male"] > site["participants"]:
        yield (
            f"column participants: {site['participants']}; at least female and male together, "
            f"{site['female']} + {site['male']}, was expected"
        )
    if not site["age_min"] <= site["mean_age"] <= site["age_max"]:
        yield (
            f"column mean_age: {site['mean_age']}; a mean within the range "
            f"{site['age_min']} to {site['age_max']} was expected"
        )
    try:
        date.fromisoformat(site["date"])
    except (TypeError, ValueError):
        yield f"column date: {site['date']}; a date such as 2021-09-07 was expected"
