"""Summaries of ratings: n, median, IQR, modal share and consensus, for a panel and its subgroups.

Ratings become counts first, and every statistic is computed from the counts in integers; a
share or a quantile turns into a floating-point number only when it is written into the result,
so each is the double nearest to the exact value.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ._checks import check_columns, check_quantile_type, check_scale
from .consensus import ConsensusDefinition
from .errors import DelphiInputError
from .quantiles import ORDINARY_MEDIAN, check_counts, count_iqr, count_median

#: Name of the partition that is the whole panel, and of its one group.
TOTAL = "total"


def count_ratings(ratings: pd.Series, scale: Sequence[int]) -> tuple[np.ndarray, int]:
    """Count how many ratings fall on each point of a scale.

    Parameters
    ----------
    ratings : pandas.Series or array-like, shape (n,)
        The ratings: points of the scale, or missing.
    scale : sequence of int, length k
        The points of the scale in rising order.

    Returns
    -------
    counts : numpy.ndarray of int64, shape (k,)
        How many ratings fall on each point.
    missing : int
        How many ratings are missing.

    Raises
    ------
    DelphiInputError
        If a rating is not on the scale.

    Examples
    --------
    >>> count_ratings(pd.Series([3, 2, None, 3]), range(4))
    (array([0, 0, 1, 2]), 1)
    """
    scale = check_scale(scale)
    ratings = pd.Series(ratings)
    position = _scale_positions(ratings, scale, str(ratings.name or "ratings"))
    counts = np.bincount(position[position >= 0], minlength=len(scale))
    return counts.astype(np.int64), int((position < 0).sum())


def summarise_counts(
    counts: np.ndarray,
    scale: Sequence[int],
    *,
    quantile_type: int = 7,
    median_type: int = ORDINARY_MEDIAN,
    definition: ConsensusDefinition | None = None,
) -> pd.DataFrame:
    """Summarise count vectors over a rating scale.

    Parameters
    ----------
    counts : array-like of int, shape (m, k)
        How many ratings fall on each point of the scale: one group a row. A row may be empty.
    scale : sequence of int, length k
        The points of the scale in rising order.
    quantile_type : int
        The type of Hyndman and Fan of the quartiles behind the IQR, 1 to 9.
    median_type : int
        The quantile type at 1/2; the types 2 and 5 to 9 give the ordinary median.
    definition : ConsensusDefinition, optional
        Adds the column ``consensus``.

    Returns
    -------
    pandas.DataFrame, m rows
        ``n``; ``median`` and ``iqr`` in the unit of the scale; ``modal_rating`` (missing where
        several ratings are the most frequent); ``modes`` (how many ratings are);
        ``mode_count``; ``modal_share`` from 0 to 1; ``consensus`` (only with a definition); and for
        each point of the scale ``count_<point>`` and ``share_<point>`` from 0 to 1. Where n is
        0, all but n and the counts is missing.

    Raises
    ------
    DelphiInputError
        If the counts are no table of non-negative integers with one column for each point of the
        scale, or a type is unknown.

    References
    ----------
    Hyndman RJ, Fan Y. Sample quantiles in statistical packages. Am Stat 1996;50:361-365.

    Examples
    --------
    >>> summary = summarise_counts([[0, 1, 1, 2], [0, 0, 2, 2]], range(4))
    >>> summary[["n", "median", "iqr", "modal_rating", "modes", "modal_share"]]
       n  median   iqr  modal_rating  modes  modal_share
    0  4     2.5  1.25             3      1          0.5
    1  4     2.5  1.00          <NA>      2          0.5
    """
    scale = check_scale(scale)
    check_quantile_type(quantile_type)
    counts = check_counts(counts, scale)
    n = counts.sum(axis=1)
    rated = n > 0
    modes = (counts == counts.max(axis=1, keepdims=True)).sum(axis=1)
    mode_count = counts.max(axis=1)
    columns = {
        "n": n,
        "median": _spread(count_median(counts[rated], scale, median_type), rated),
        "iqr": _spread(count_iqr(counts[rated], scale, quantile_type), rated),
        "modal_rating": _integers(
            np.array(scale, dtype=np.int64)[counts.argmax(axis=1)], rated & (modes == 1)
        ),
        "modes": _integers(modes, rated),
        "mode_count": _integers(mode_count, rated),
        "modal_share": _shares(mode_count, n),
    }
    if definition is not None:
        level = np.full(len(n), None, dtype=object)
        level[rated] = definition.classify(mode_count[rated], n[rated])
        columns["consensus"] = pd.Series(level, dtype="str")
    for place, point in enumerate(scale):
        columns[f"count_{point}"] = counts[:, place]
        columns[f"share_{point}"] = _shares(counts[:, place], n)
    return pd.DataFrame(columns)


def summarise(
    ratings: pd.DataFrame,
    item: str,
    rating: str,
    groups: Sequence[str] = (),
    *,
    scale: Sequence[int],
    participant: str | None = None,
    quantile_type: int = 7,
    median_type: int = ORDINARY_MEDIAN,
    definition: ConsensusDefinition | None = None,
) -> pd.DataFrame:
    """Summarise the ratings of each item, for the whole panel and for each of its subgroups.

    Parameters
    ----------
    ratings : pandas.DataFrame, long format
        One rating a row.
    item : str
        Column that names what was rated.
    rating : str
        Column of the ratings: points of the scale, or missing.
    groups : sequence of str
        Columns that each split the panel into subgroups, such as a role and a country. They are
        taken one after the other, not crossed.
    scale : sequence of int, length k
        The points of the scale in rising order. It is asked for because a point that nobody
        chose cannot be told from the ratings.
    participant : str, optional
        Column that names who rated. With it, a second rating of the same item by the same person
        and a person in two groups of one partition are errors.
    quantile_type : int
        The type of Hyndman and Fan of the quartiles behind the IQR, 1 to 9.
    median_type : int
        The quantile type at 1/2; the types 2 and 5 to 9 give the ordinary median.
    definition : ConsensusDefinition, optional
        Adds the column ``consensus``.

    Returns
    -------
    pandas.DataFrame, tidy: one row for each item and group
        The item; ``partition`` (``total`` or the name of a group column); ``group`` (``total`` or
        a value of that column; missing for those whose group is missing); ``n`` (ratings
        given); ``missing`` (ratings missing, left out of all else); then the columns of
        `summarise_counts`. Items and groups keep the order in which they first occur, or that of
        their categories.

    Raises
    ------
    DelphiInputError
        If a column is missing, an item is missing, a rating is not on the scale, somebody rated
        an item twice or belongs to two groups of one partition, or a type is unknown.

    References
    ----------
    Hyndman RJ, Fan Y. Sample quantiles in statistical packages. Am Stat 1996;50:361-365.

    Examples
    --------
    >>> ratings = pd.DataFrame({
    ...     "person": [1, 2, 3, 4], "role": ["a", "a", "b", "b"],
    ...     "topic": "ethics", "rating": [3, 3, 2, None]})
    >>> summary = summarise(ratings, "topic", "rating", ["role"], scale=range(4))
    >>> summary[["topic", "partition", "group", "n", "missing", "median", "iqr", "mode_count"]]
        topic partition  group  n  missing  median  iqr  mode_count
    0  ethics     total  total  3        1     3.0  0.5           2
    1  ethics      role      a  2        0     3.0  0.0           2
    2  ethics      role      b  1        1     2.0  0.0           1
    """
    scale = check_scale(scale)
    groups = tuple(groups)
    keys = [item, rating, *groups, *([participant] if participant is not None else [])]
    check_columns(ratings, keys)
    _check_names(item, groups, scale)
    _check_rows(ratings, item, groups, participant)
    position = _scale_positions(ratings[rating], scale, rating)
    item_codes, items = _codes(ratings[item])
    labels, counts, missing = [], [], []
    for rank, partition in enumerate([TOTAL, *groups]):
        if rank == 0:
            group_codes, group_names = np.zeros(len(ratings), dtype=np.int64), [TOTAL]
        else:
            group_codes, group_names = _codes(ratings[partition])
        cells, place = np.unique(item_codes * len(group_names) + group_codes, return_inverse=True)
        table = np.bincount(
            place * (len(scale) + 1) + position + 1, minlength=len(cells) * (len(scale) + 1)
        ).reshape(len(cells), len(scale) + 1)
        counts.append(table[:, 1:])
        missing.append(table[:, 0])
        labels += [
            (cell // len(group_names), rank, cell % len(group_names), partition, group_names)
            for cell in cells.tolist()
        ]
    # By item first, the panel before its partitions; the sort is on integers, hence stable.
    order = sorted(range(len(labels)), key=lambda row: labels[row][:3])
    summary = summarise_counts(
        np.concatenate(counts)[order],
        scale,
        quantile_type=quantile_type,
        median_type=median_type,
        definition=definition,
    )
    summary.insert(0, item, [items[labels[row][0]] for row in order])
    summary.insert(1, "partition", [labels[row][3] for row in order])
    summary.insert(2, "group", [labels[row][4][labels[row][2]] for row in order])
    summary.insert(4, "missing", np.concatenate(missing)[order])
    return summary


def _check_names(item: str, groups: tuple[str, ...], scale: tuple[int, ...]) -> None:
    """No column of the result would stand there twice, and no partition twice."""
    taken = {"partition", "group", "missing", "consensus"} | set(
        summarise_counts(np.zeros((0, len(scale)), dtype=np.int64), scale).columns
    )
    if item in taken:
        raise DelphiInputError(
            f"column {item!r} cannot be the item: a column of the result goes by that name"
        )
    partitions = [TOTAL, *groups]
    twice = next((name for name in partitions if partitions.count(name) > 1), None)
    if twice is not None:
        raise DelphiInputError(f"groups: the partition {twice!r} stands there twice")


def _check_rows(
    ratings: pd.DataFrame, item: str, groups: tuple[str, ...], participant: str | None
) -> None:
    """Every row names an item, and nobody counts twice."""
    if ratings.empty:
        raise DelphiInputError("ratings: the table has no rows")
    problems = [
        f"row {row + 1}, column {column!r}: the value is missing"
        for column in (item, participant)
        if column is not None
        for row in np.flatnonzero(ratings[column].isna())
    ]
    if participant is not None:
        twice = np.flatnonzero(ratings.duplicated([participant, item]))
        problems += [
            f"row {row + 1}: {participant} {ratings[participant].iloc[row]!s} rated "
            f"{item} {ratings[item].iloc[row]!s} before"
            for row in twice
        ]
        for column in groups:
            pairs = ratings[[participant, column]].drop_duplicates()
            several = pairs.loc[pairs[participant].duplicated(), participant].drop_duplicates()
            problems += [
                f"column {column!r}: {participant} {name!s} belongs to more than one group"
                for name in several
            ]
    if problems:
        raise DelphiInputError(problems)


def _scale_positions(ratings: pd.Series, scale: tuple[int, ...], what: str) -> np.ndarray:
    """The place of each rating on the scale, -1 where it is missing."""
    absent = ratings.isna().to_numpy()
    position = pd.Index(scale).get_indexer(ratings.to_numpy(dtype=object))
    # True equals 1 in Python, yet a truth value is no rating.
    truth = np.array([isinstance(value, bool | np.bool_) for value in ratings], dtype=bool)
    wrong = np.flatnonzero(((position < 0) | truth) & ~absent)
    if wrong.size:
        points = ", ".join(str(point) for point in scale)
        raise DelphiInputError(
            f"row {row + 1}, column {what!r}: {ratings.iloc[row]!r} is not on the scale {points}"
            for row in wrong
        )
    return position.astype(np.int64)


def _codes(column: pd.Series) -> tuple[np.ndarray, list]:
    """Codes of a column's values by order of category or first occurrence, and the values."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy(dtype=np.int64)
        values = column.cat.categories.tolist()
    else:
        codes, unique = pd.factorize(column)
        values = unique.tolist()
    # A missing value is a group of its own, after the others, so that nobody drops out unseen.
    return np.where(codes < 0, len(values), codes).astype(np.int64), [*values, None]


def _spread(exact: tuple[np.ndarray, int], rated: np.ndarray) -> np.ndarray:
    """Exact values as doubles, in the rows that have ratings."""
    numerators, denominator = exact
    values = np.full(len(rated), np.nan)
    values[rated] = numerators / denominator
    return values


def _integers(values: np.ndarray, known: np.ndarray) -> pd.Series:
    """Integers that may be missing."""
    return pd.Series(values, dtype="Int64").where(known)


def _shares(counts: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Shares as doubles, missing where n is 0."""
    return np.divide(counts, n, out=np.full(len(n), np.nan), where=n > 0)
