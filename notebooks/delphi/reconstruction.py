"""Every rating distribution that fits a printed median and interquartile range.

A group of known size n rates an item on a scale of k points. Its ratings are, but for their
order, one of C(n + k - 1, k - 1) count vectors. A paper that prints the median and the IQR
narrows them to those whose median and IQR print just so. `matching` finds them all: it goes
through every count vector, and compares exact values with the printed ones in integers, so none
is lost and none slips in by rounding. What holds for all of them is certain given the printed
numbers, what holds for some is possible, and what holds for none is impossible.

References
----------
Hyndman RJ, Fan Y. Sample quantiles in statistical packages. Am Stat 1996;50:361-365.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from ._checks import (
    all_of,
    check_columns,
    check_count,
    check_decimals,
    check_new_columns,
    check_quantile_type,
    check_scale,
    name_row,
)
from .consensus import ConsensusDefinition
from .errors import DelphiInputError
from .printing import as_printed, parse_printed, prints_as
from .quantiles import ORDINARY_MEDIAN, count_iqr, count_median

#: How many count vectors of one size are enumerated at most; on four points that is n = 179.
MOST_DISTRIBUTIONS = 1_000_000

#: What a set of distributions says of a level of consensus.
CERTAIN = "certain"
POSSIBLE = "possible"
IMPOSSIBLE = "impossible"
NO_DISTRIBUTION = "no distribution"


class ShareRange(NamedTuple):
    """The lowest and the highest share over a set of distributions, each with a witness.

    Attributes
    ----------
    low, high : fractions.Fraction
        The shares, exactly, from 0 to 1.
    low_witness, high_witness : tuple of int, length k
        A count vector of the set that has the share: the first one in the order of the set.
    """

    low: Fraction
    high: Fraction
    low_witness: tuple[int, ...]
    high_witness: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class CellSet:
    """A set of rating distributions of one size: all that fit what is printed in one cell.

    Attributes
    ----------
    counts : numpy.ndarray of int64, shape (m, k), read-only
        The count vectors, one a row, in lexicographic order. There may be none.
    n : int
        The number of ratings of each.
    scale : tuple of int, length k
        The points of the scale.

    Examples
    --------
    >>> cell = matching(4, range(4), median="2.5", iqr="1")
    >>> len(cell), cell.counts.tolist()
    (1, [[0, 0, 2, 2]])
    """

    counts: np.ndarray
    n: int
    scale: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.counts)

    def __repr__(self) -> str:
        return f"CellSet({len(self)} distributions, n={self.n}, scale={self.scale})"

    @property
    def empty(self) -> bool:
        """Whether no distribution fits."""
        return len(self) == 0

    @cached_property
    def mode_counts(self) -> np.ndarray:
        """How many gave the most frequent rating, in each distribution: int64, shape (m,)."""
        modes = self.counts.max(axis=1)
        modes.flags.writeable = False
        return modes

    def modal_share_range(self) -> ShareRange | None:
        """Give the lowest and the highest modal share.

        Returns
        -------
        ShareRange or None
            The range with its witnesses; None if the set is empty.

        Examples
        --------
        >>> matching(4, range(4), median="3", iqr="0.75").modal_share_range()[:2]
        (Fraction(3, 4), Fraction(3, 4))
        """
        return self._range(self.mode_counts)

    def share_range(self, rating: int) -> ShareRange | None:
        """Give the lowest and the highest share of one rating.

        Parameters
        ----------
        rating : int
            A point of the scale.

        Returns
        -------
        ShareRange or None
            The range with its witnesses; None if the set is empty.

        Raises
        ------
        DelphiInputError
            If the rating is not on the scale.

        Examples
        --------
        >>> matching(4, range(4), median="3", iqr="0.25").share_range(2)[:2]
        (Fraction(1, 4), Fraction(1, 4))
        """
        if isinstance(rating, bool) or rating not in self.scale:
            points = ", ".join(str(point) for point in self.scale)
            raise DelphiInputError(f"rating: {rating!r} is not on the scale {points}")
        return self._range(self.counts[:, self.scale.index(rating)])

    def levels(self, definition: ConsensusDefinition) -> tuple[str, ...]:
        """Give the levels of consensus that at least one distribution reaches.

        Parameters
        ----------
        definition : ConsensusDefinition
            The definition.

        Returns
        -------
        tuple of str
            The set of labels, from the highest level to none; empty if the set is empty.

        Examples
        --------
        >>> definition = ConsensusDefinition(
        ...     "same rating", [("strong", 0.8), ("moderate", 0.5)], "an example")
        >>> matching(7, range(4), median="3", iqr="1").levels(definition)
        ('moderate',)
        """
        reached = np.unique(definition.codes(self.mode_counts, self.n))
        return tuple(definition.labels[code] for code in reached)

    def with_level(self, definition: ConsensusDefinition, label: str) -> CellSet:
        """Keep the distributions that reach a given level of consensus and none higher.

        Parameters
        ----------
        definition : ConsensusDefinition
            The definition.
        label : str
            One of its labels; its label for none stands for no consensus.

        Returns
        -------
        CellSet
            The subset.

        Raises
        ------
        DelphiInputError
            If the label does not exist in the definition.

        Examples
        --------
        >>> definition = ConsensusDefinition("same rating", [("moderate", 0.5)], "an example")
        >>> cell = matching(7, range(4), median="2", iqr="1")
        >>> len(cell), len(cell.with_level(definition, "moderate"))
        (11, 5)
        """
        code = definition.labels.index(definition.check_label(label))
        chosen = self.counts[definition.codes(self.mode_counts, self.n) == code]
        chosen.flags.writeable = False
        return CellSet(chosen, self.n, self.scale)

    def verdict(self, definition: ConsensusDefinition, label: str) -> str:
        """Say whether a level of consensus is certain, possible or impossible.

        Parameters
        ----------
        definition : ConsensusDefinition
            The definition.
        label : str
            One of its labels.

        Returns
        -------
        str
            ``certain`` if all distributions have this level, ``possible`` if some have,
            ``impossible`` if none has, ``no distribution`` if the set is empty.

        Raises
        ------
        DelphiInputError
            If the label does not exist in the definition.

        Examples
        --------
        >>> definition = ConsensusDefinition("same rating", [("strong", 0.8)], "an example")
        >>> matching(7, range(4), median="3", iqr="0").verdict(definition, "strong")
        'certain'
        >>> matching(7, range(4), median="3", iqr="0.5").verdict(definition, "strong")
        'impossible'
        """
        definition.check_label(label)
        return _verdict(self.levels(definition), label)

    def _range(self, values: np.ndarray) -> ShareRange | None:
        if self.empty:
            return None
        low, high = int(values.argmin()), int(values.argmax())
        return ShareRange(
            Fraction(int(values[low]), self.n),
            Fraction(int(values[high]), self.n),
            tuple(self.counts[low].tolist()),
            tuple(self.counts[high].tolist()),
        )


def distributions(n: int, points: int) -> np.ndarray:
    """Enumerate every way in which n ratings can fall on the points of a scale.

    Parameters
    ----------
    n : int
        The number of ratings, at least 1.
    points : int
        The number of points of the scale k, at least 2.

    Returns
    -------
    numpy.ndarray of int64, shape (C(n + k - 1, k - 1), k), read-only
        The count vectors in lexicographic order. The array is kept for the next call.

    Raises
    ------
    DelphiInputError
        If `n` or `points` is too small, or there are more than `MOST_DISTRIBUTIONS`.

    Examples
    --------
    >>> distributions(2, 2).tolist()
    [[0, 2], [1, 1], [2, 0]]
    >>> len(distributions(82, 4))
    98770
    """
    n = check_count(n, "n")
    points = check_count(points, "points", least=2)
    number = math.comb(n + points - 1, points - 1)
    if number > MOST_DISTRIBUTIONS:
        raise DelphiInputError(
            f"n: {n} ratings on {points} points have {number:,} distributions; "
            f"at most {MOST_DISTRIBUTIONS:,} are enumerated"
        )
    return _distributions(n, points)


def matching(
    n: int,
    scale: Sequence[int],
    median: object,
    iqr: object,
    quantile_type: int = 7,
    decimals: int = 2,
    median_type: int = ORDINARY_MEDIAN,
) -> CellSet:
    """Find every rating distribution whose median and IQR print as given.

    Parameters
    ----------
    n : int
        The number of ratings, at least 1.
    scale : sequence of int, length k
        The points of the scale in rising order.
    median, iqr : str, Decimal, int or float
        Median and interquartile range as printed, in the unit of the scale; trailing zeros may
        have been dropped. A value prints as given if it rounds to it at `decimals`
        decimals; a value halfway between two numbers is accepted for both.
    quantile_type : int
        The type of Hyndman and Fan of the quartiles behind the IQR, 1 to 9.
    decimals : int
        The number of decimals at which median and IQR were printed.
    median_type : int
        The quantile type at 1/2; the types 2 and 5 to 9 give the ordinary median, which is
        what papers print unless they say otherwise.

    Returns
    -------
    CellSet
        The distributions. The set is empty if none fits.

    Raises
    ------
    DelphiInputError
        If `n` is less than 1, median or IQR are not numbers, have too many decimals or lie
        outside the scale, no n ratings on the scale have the median (neither as the ordinary
        median nor by `median_type`), a type is unknown, or there are too many distributions.

    Notes
    -----
    All distributions of the size are looked at once and kept, with their medians and IQRs as
    integers; a cell is then a comparison over two arrays of integers.

    References
    ----------
    Hyndman RJ, Fan Y. Sample quantiles in statistical packages. Am Stat 1996;50:361-365.

    Examples
    --------
    Four ratings with a median of 3 and an IQR of 0.25: with type 7 the first quartile is a
    quarter of the first and three quarters of the second rating in order, hence 2, 3, 3, 3.

    >>> matching(4, range(4), median="3", iqr="0.25").counts.tolist()
    [[0, 0, 1, 3]]

    An IQR that no four ratings have, by type 7, leaves nothing.

    >>> matching(4, range(4), median="3", iqr="0.3").empty
    True
    """
    scale = check_scale(scale)
    quantile_type = check_quantile_type(quantile_type)
    median_type = check_quantile_type(median_type, "median type")
    decimals = check_decimals(decimals)
    n, median_units, iqr_units = all_of(
        lambda: check_count(n, "n"),
        lambda: parse_printed(median, decimals, "median"),
        lambda: parse_printed(iqr, decimals, "iqr"),
    )
    return _matching(n, scale, median_units, iqr_units, quantile_type, decimals, median_type)


def reconstruct_table(
    frame: pd.DataFrame,
    definition: ConsensusDefinition,
    *,
    scale: Sequence[int],
    n: str = "n",
    median: str = "median",
    iqr: str = "iqr",
    level: str | None = "consensus",
    keys: Sequence[str] = (),
    quantile_type: int = 7,
    decimals: int = 2,
    median_type: int = ORDINARY_MEDIAN,
) -> pd.DataFrame:
    """Say for each cell of a printed table what its median and IQR determine.

    Parameters
    ----------
    frame : pandas.DataFrame
        One cell a row.
    definition : ConsensusDefinition
        The definition of the levels of consensus.
    scale : sequence of int, length k
        The points of the scale in rising order.
    n, median, iqr : str
        Columns of the number of ratings, and of median and IQR as printed (see `matching`).
    level : str or None
        Column of the level as printed, a label of the definition; None if no level is printed.
    keys : sequence of str
        Columns that name a cell in error messages.
    quantile_type, decimals, median_type : int
        As `matching`.

    Returns
    -------
    pandas.DataFrame, same rows and index
        The columns of `frame`, then ``distributions`` (how many fit median and IQR);
        ``possible_levels`` (labels, from the highest, separated by a comma and a space);
        ``lowest_mode_count`` and ``highest_mode_count``; ``lowest_modal_share`` and
        ``highest_modal_share`` (from 0 to 1). With a column of printed levels also ``verdict``
        (whether the printed level is ``certain``, ``possible`` or ``impossible`` given median and
        IQR alone; ``no distribution`` where none fits); ``distributions_with_level`` (how many
        fit median, IQR and level); and the counts and shares again for those alone,
        with ``_with_level`` at the end of their names. Counts and shares are missing where no
        distribution fits. A share is the double nearest to its count divided by n.

    Raises
    ------
    DelphiInputError
        If a column is missing, a result would be written over a column, or a cell cannot be right
        (see `matching`, and a level that does not exist). All such cells stand in one message,
        each with its row, keys and column.

    References
    ----------
    Hyndman RJ, Fan Y. Sample quantiles in statistical packages. Am Stat 1996;50:361-365.

    Examples
    --------
    >>> definition = ConsensusDefinition(
    ...     "same rating", [("strong", 0.8), ("moderate", 0.5)], "an example")
    >>> printed = pd.DataFrame({
    ...     "n": [7, 7], "median": ["3", "2"], "iqr": ["0", "1"], "consensus": ["strong", "none"]})
    >>> result = reconstruct_table(printed, definition, scale=range(4))
    >>> result[["distributions", "possible_levels", "verdict", "distributions_with_level"]]
       distributions possible_levels   verdict  distributions_with_level
    0              4          strong   certain                         4
    1             11  moderate, none  possible                         6
    """
    scale = check_scale(scale)
    check_quantile_type(quantile_type)
    check_quantile_type(median_type, "median type")
    check_decimals(decimals)
    check_columns(frame, [n, median, iqr, *([] if level is None else [level]), *keys])
    printed = [n, median, iqr] if level is None else [n, median, iqr, level]
    known: dict[tuple, dict] = {}
    results, problems = [], []
    for row, values in enumerate(zip(*(frame[column] for column in printed), strict=True)):
        # The type belongs to the key: True equals 1, and only one of them is a number of ratings.
        cell_key = tuple((type(value), value) for value in values)
        try:
            if cell_key not in known:
                cell, *label = all_of(
                    lambda values=values: matching(
                        values[0], scale, *values[1:3], quantile_type, decimals, median_type
                    ),
                    *(lambda text=text: definition.check_label(text) for text in values[3:]),
                )
                known[cell_key] = _cell_results(cell, definition, *label)
            results.append(known[cell_key])
        except DelphiInputError as error:
            names = {"n": n, "median": median, "iqr": iqr, "level": level}
            problems += [
                f"{name_row(frame, row, keys)}, {_name_column(problem, names)}"
                for problem in error.problems
            ]
    if problems:
        raise DelphiInputError(problems)
    return _beside(frame, pd.DataFrame(results, columns=_result_columns(level is not None)))


@lru_cache(maxsize=8)
def _distributions(n: int, points: int) -> np.ndarray:
    """All count vectors: each column repeats what is left to give out, from nothing to all."""
    left = np.array([n], dtype=np.int64)
    columns: list[np.ndarray] = []
    for _ in range(points - 1):
        repeats = left + 1
        start = np.cumsum(repeats) - repeats
        given = np.arange(repeats.sum(), dtype=np.int64) - np.repeat(start, repeats)
        columns = [np.repeat(column, repeats) for column in columns]
        columns.append(given)
        left = np.repeat(left, repeats) - given
    counts = np.stack([*columns, left], axis=1)
    counts.flags.writeable = False
    return counts


@lru_cache(maxsize=8)
def _exact_medians(n: int, scale: tuple[int, ...], median_type: int) -> tuple[np.ndarray, int]:
    return count_median(distributions(n, len(scale)), scale, median_type)


@lru_cache(maxsize=8)
def _exact_iqrs(n: int, scale: tuple[int, ...], quantile_type: int) -> tuple[np.ndarray, int]:
    return count_iqr(distributions(n, len(scale)), scale, quantile_type)


@lru_cache(maxsize=512)
def _matching(
    n: int,
    scale: tuple[int, ...],
    median_units: int,
    iqr_units: int,
    quantile_type: int,
    decimals: int,
    median_type: int,
) -> CellSet:
    """`matching`, with the printed numbers as integers of units in their last place."""
    every = distributions(n, len(scale))
    median_fits, iqr_fits = all_of(
        lambda: _median_fits(n, scale, median_units, decimals, median_type),
        lambda: _iqr_fits(n, scale, iqr_units, decimals, quantile_type),
    )
    counts = every[median_fits & iqr_fits]
    counts.flags.writeable = False
    return CellSet(counts, n, scale)


def _median_fits(
    n: int, scale: tuple[int, ...], units: int, decimals: int, median_type: int
) -> np.ndarray:
    """Which distributions have a median that prints as given; a mask over all of them."""
    printed = as_printed(Fraction(units, 10**decimals), decimals)
    if not scale[0] <= Fraction(units, 10**decimals) <= scale[-1]:
        raise DelphiInputError(f"median: {printed} is outside the scale {scale[0]} to {scale[-1]}")
    fits = prints_as(*_exact_medians(n, scale, median_type), printed, decimals)
    # A median that only the chosen type cannot give speaks against the type, not the input.
    ordinary = prints_as(*_exact_medians(n, scale, ORDINARY_MEDIAN), printed, decimals)
    if not fits.any() and not ordinary.any():
        raise DelphiInputError(
            f"median: no {n} ratings on the scale {', '.join(map(str, scale))} have a median "
            f"that prints as {printed} with {decimals} decimals"
        )
    return fits


def _iqr_fits(
    n: int, scale: tuple[int, ...], units: int, decimals: int, quantile_type: int
) -> np.ndarray:
    """Which distributions have an IQR that prints as given; a mask over all of them."""
    printed = as_printed(Fraction(units, 10**decimals), decimals)
    widest = scale[-1] - scale[0]
    if not 0 <= Fraction(units, 10**decimals) <= widest:
        raise DelphiInputError(f"iqr: {printed} is outside 0 to {widest}, all the scale allows")
    return prints_as(*_exact_iqrs(n, scale, quantile_type), printed, decimals)


def _verdict(levels: tuple[str, ...], label: str) -> str:
    """What the possible levels say of one level."""
    if not levels:
        return NO_DISTRIBUTION
    if label not in levels:
        return IMPOSSIBLE
    return CERTAIN if len(levels) == 1 else POSSIBLE


def _cell_results(cell: CellSet, definition: ConsensusDefinition, *label: str) -> dict:
    """The new columns of one cell; `label` is its printed level, if there is one."""
    levels = cell.levels(definition)
    results = {
        "distributions": len(cell),
        "possible_levels": ", ".join(levels),
        **_modal_columns(cell),
    }
    if label:
        within = cell.with_level(definition, *label)
        results["verdict"] = _verdict(levels, *label)
        results["distributions_with_level"] = len(within)
        results |= {f"{name}_with_level": v for name, v in _modal_columns(within).items()}
    return results


_MODAL_COLUMNS = (
    "lowest_mode_count",
    "highest_mode_count",
    "lowest_modal_share",
    "highest_modal_share",
)


def _result_columns(with_level: bool) -> list[str]:
    """The names of the new columns in their order."""
    names = ["distributions", "possible_levels", *_MODAL_COLUMNS]
    if with_level:
        names += ["verdict", "distributions_with_level"]
        names += [f"{name}_with_level" for name in _MODAL_COLUMNS]
    return names


def _modal_columns(cell: CellSet) -> dict:
    """Lowest and highest modal count and share; missing if no distribution fits."""
    if cell.empty:
        return dict.fromkeys(_MODAL_COLUMNS)
    low, high = int(cell.mode_counts.min()), int(cell.mode_counts.max())
    return dict(zip(_MODAL_COLUMNS, (low, high, low / cell.n, high / cell.n), strict=True))


def _beside(frame: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """The results beside the columns of the frame, with types that allow for missing values."""
    check_new_columns(frame, results.columns)
    types = {name: "Int64" for name in results.columns if "_mode_count" in name}
    types |= {name: "float64" for name in results.columns if "_modal_share" in name}
    types |= {name: "str" for name in ("possible_levels", "verdict") if name in results.columns}
    types |= {name: "int64" for name in results.columns if name.startswith("distributions")}
    return pd.concat([frame, results.astype(types).set_index(frame.index)], axis=1)


def _name_column(problem: str, names: dict[str, str | None]) -> str:
    """A problem of one cell, led by the name that its column has in the table."""
    what, _, rest = problem.partition(": ")
    return f"column {names[what]!r}: {rest}"
