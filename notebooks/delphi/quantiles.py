"""Sample quantiles of the nine types of Hyndman and Fan (1996).

There are two ways in: `sample_quantile` takes ratings and hands them to numpy, and
`count_quantile` takes many count vectors over an integer scale at once and answers exactly.

Why the second is exact. A sample quantile at p is ``(1 - gamma) * x[j] + gamma * x[j + 1]``
over the ordered sample x[1] <= ... <= x[n]. The index j and the weight gamma follow from n, p
and the type alone, never from the ratings, and they are rational whenever p is: with the
constants of the nine types, ``n * p + m`` is a fraction with a small denominator. The order
statistics of ratings are integers. So every quantile of every sample of size n is an integer
over one common denominator, the denominator of gamma, and it is kept as that integer: no
division happens, hence no rounding error.

The median. What papers print as a median is the ordinary sample median: the middle rating, or
the mean of the two middle ratings. At p = 1/2 the types 2 and 5 to 9 all give exactly that.
The types 1, 3 and 4 do not, so a quantile type that was chosen for the quartiles is not carried
over to the median: the functions that need both have `median_type` beside `quantile_type`, and
it stands at 7, the ordinary median, unless it is changed.

References
----------
Hyndman RJ, Fan Y. Sample quantiles in statistical packages. Am Stat 1996;50:361-365.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from ._checks import check_count, check_quantile_type, check_scale, exact_fraction
from .errors import DelphiInputError

#: numpy's names of the nine types.
NUMPY_METHODS = {
    1: "inverted_cdf",
    2: "averaged_inverted_cdf",
    3: "closest_observation",
    4: "interpolated_inverted_cdf",
    5: "hazen",
    6: "weibull",
    7: "linear",
    8: "median_unbiased",
    9: "normal_unbiased",
}

#: A quantile type whose value at 1/2 is the ordinary sample median.
ORDINARY_MEDIAN = 7

HALF = Fraction(1, 2)
QUARTER = Fraction(1, 4)

# Plotting-position constants (alpha, beta) of the continuous types:
# m = alpha + p * (1 - alpha - beta).
_PLOTTING_POSITIONS = {
    4: (Fraction(0), Fraction(1)),
    5: (HALF, HALF),
    6: (Fraction(0), Fraction(0)),
    7: (Fraction(1), Fraction(1)),
    8: (Fraction(1, 3), Fraction(1, 3)),
    9: (Fraction(3, 8), Fraction(3, 8)),
}


def sample_quantile(
    ratings: Sequence[float] | np.ndarray, p: float | Fraction, quantile_type: int = 7
) -> float:
    """Compute one quantile of a sample of ratings with numpy.

    Parameters
    ----------
    ratings : array-like of float, shape (n,)
        The ratings, in the unit of the scale; at least one, none missing.
    p : float or fractions.Fraction
        The probability, from 0 to 1.
    quantile_type : int
        The type of Hyndman and Fan, 1 to 9. Type 7 is the default of numpy, pandas, R and
        Excel; type 6 is that of SPSS and Minitab; type 2 is that of SAS and Stata.

    Returns
    -------
    float
        The quantile, in the unit of the scale.

    Raises
    ------
    DelphiInputError
        If there are no ratings, one is missing or not a number, `p` is outside 0 to 1 or the
        type is unknown.

    References
    ----------
    Hyndman RJ, Fan Y. Sample quantiles in statistical packages. Am Stat 1996;50:361-365.

    Examples
    --------
    >>> sample_quantile([0, 1, 2, 3], 0.25)
    0.75
    >>> sample_quantile([0, 1, 2, 3], 0.25, quantile_type=6)
    0.25
    """
    quantile_type = check_quantile_type(quantile_type)
    p = _check_probability(p)
    try:
        values = np.asarray(ratings, dtype=float)
    except (TypeError, ValueError):
        raise DelphiInputError("ratings: one of them is not a number") from None
    if values.ndim != 1 or values.size == 0:
        raise DelphiInputError(
            f"ratings: an array of shape {values.shape} is not a list of at least one rating"
        )
    if not np.isfinite(values).all():
        raise DelphiInputError("ratings: one of them is missing or infinite; leave it out first")
    return float(np.quantile(values, float(p), method=NUMPY_METHODS[quantile_type]))


def sample_median(ratings: Sequence[float] | np.ndarray) -> float:
    """Compute the ordinary median of a sample of ratings.

    Parameters
    ----------
    ratings : array-like of float, shape (n,)
        The ratings, in the unit of the scale; at least one, none missing.

    Returns
    -------
    float
        The middle rating, or the mean of the two middle ratings.

    Raises
    ------
    DelphiInputError
        If there are no ratings, or one is missing or not a number.

    Examples
    --------
    >>> sample_median([3, 0, 2, 3])
    2.5
    """
    return sample_quantile(ratings, HALF, ORDINARY_MEDIAN)


def interquartile_range(ratings: Sequence[float] | np.ndarray, quantile_type: int = 7) -> float:
    """Compute the interquartile range of a sample of ratings with numpy.

    Parameters
    ----------
    ratings : array-like of float, shape (n,)
        The ratings, in the unit of the scale; at least one, none missing.
    quantile_type : int
        The type of Hyndman and Fan of both quartiles, 1 to 9.

    Returns
    -------
    float
        The third quartile less the first, in the unit of the scale.

    Raises
    ------
    DelphiInputError
        If there are no ratings, one is missing or not a number, or the type is unknown.

    References
    ----------
    Hyndman RJ, Fan Y. Sample quantiles in statistical packages. Am Stat 1996;50:361-365.

    Examples
    --------
    >>> interquartile_range([3, 0, 2, 3]), interquartile_range([3, 0, 2, 3], quantile_type=6)
    (1.5, 2.5)
    """
    upper = sample_quantile(ratings, 1 - QUARTER, quantile_type)
    return upper - sample_quantile(ratings, QUARTER, quantile_type)


def quantile_position(n: int, p: float | Fraction, quantile_type: int = 7) -> tuple[int, Fraction]:
    """Say which order statistics make up a quantile, and with which weight.

    The quantile of an ordered sample ``x[1] <= ... <= x[n]`` is
    ``(1 - gamma) * x[j] + gamma * x[j + 1]``, where an index below 1 means the first order
    statistic and an index above n the last.

    Parameters
    ----------
    n : int
        The size of the sample, at least 1.
    p : float or fractions.Fraction
        The probability, from 0 to 1. A float counts as the shortest decimal that it prints as.
    quantile_type : int
        The type of Hyndman and Fan, 1 to 9.

    Returns
    -------
    j : int
        The index of the lower order statistic, counted from 1; from -1 to n + 1.
    gamma : fractions.Fraction
        The weight of the upper order statistic, from 0 to 1.

    Raises
    ------
    DelphiInputError
        If `n` is less than 1, `p` is outside 0 to 1 or the type is unknown.

    References
    ----------
    Hyndman RJ, Fan Y. Sample quantiles in statistical packages. Am Stat 1996;50:361-365.

    Examples
    --------
    >>> quantile_position(82, Fraction(1, 4))
    (21, Fraction(1, 4))
    """
    quantile_type = check_quantile_type(quantile_type)
    p = _check_probability(p)
    n = check_count(n, "n")
    if quantile_type in _PLOTTING_POSITIONS:
        alpha, beta = _PLOTTING_POSITIONS[quantile_type]
        shift = alpha + p * (1 - alpha - beta)
    else:
        shift = -HALF if quantile_type == 3 else Fraction(0)
    position = n * p + shift
    j = math.floor(position)
    g = position - j
    return j, _weight(j, g, quantile_type)


def count_quantile(
    counts: np.ndarray, scale: Sequence[int], p: float | Fraction, quantile_type: int = 7
) -> tuple[np.ndarray, int]:
    """Compute one quantile of many count vectors exactly.

    Parameters
    ----------
    counts : array-like of int, shape (m, k)
        How many ratings fall on each point of the scale: one sample a row, at least one rating
        in each. The rows may be of different size.
    scale : sequence of int, length k
        The points of the scale in rising order.
    p : float or fractions.Fraction
        The probability, from 0 to 1. A float counts as the shortest decimal that it prints as.
    quantile_type : int
        The type of Hyndman and Fan, 1 to 9.

    Returns
    -------
    numerators : numpy.ndarray of int64, shape (m,)
        The quantiles, in units of one over `denominator` of the unit of the scale.
    denominator : int
        The common denominator: the least that serves every size of sample in `counts`.

    Raises
    ------
    DelphiInputError
        If the counts are no table of non-negative integers with one column for each point of the
        scale, a row holds no rating, `p` is outside 0 to 1 or the type is unknown.

    Notes
    -----
    Exact for the reason given at the head of the module.

    References
    ----------
    Hyndman RJ, Fan Y. Sample quantiles in statistical packages. Am Stat 1996;50:361-365.

    Examples
    --------
    Four ratings 0, 1, 2, 3 and four ratings 2, 2, 3, 3: the first quartile of type 7 is 0.75
    and 2.

    >>> count_quantile([[1, 1, 1, 1], [0, 0, 2, 2]], range(4), Fraction(1, 4))
    (array([3, 8]), 4)
    """
    scale = check_scale(scale)
    cumulative = np.cumsum(check_counts(counts, scale), axis=1)
    sizes, which = np.unique(cumulative[:, -1], return_inverse=True)
    if sizes.size and sizes[0] == 0:
        row = int(np.argmax(cumulative[:, -1] == 0))
        raise DelphiInputError(f"counts: row {row + 1} holds no rating")
    positions = [quantile_position(int(n), p, quantile_type) for n in sizes]
    denominator = math.lcm(*(gamma.denominator for _, gamma in positions))
    lower = np.array([j for j, _ in positions], dtype=np.int64)
    weights = np.array([int(gamma * denominator) for _, gamma in positions], dtype=np.int64)
    points = np.array(scale, dtype=np.int64)
    x_lower = _order_statistic(cumulative, points, np.clip(lower, 1, sizes)[which])
    x_upper = _order_statistic(cumulative, points, np.clip(lower + 1, 1, sizes)[which])
    return denominator * x_lower + weights[which] * (x_upper - x_lower), denominator


def count_median(
    counts: np.ndarray, scale: Sequence[int], median_type: int = ORDINARY_MEDIAN
) -> tuple[np.ndarray, int]:
    """Compute the medians of many count vectors exactly.

    Parameters
    ----------
    counts : array-like of int, shape (m, k)
        How many ratings fall on each point of the scale: one sample a row, at least one rating
        in each.
    scale : sequence of int, length k
        The points of the scale in rising order.
    median_type : int
        The quantile type at 1/2. The types 2 and 5 to 9 give the ordinary median.

    Returns
    -------
    numerators : numpy.ndarray of int64, shape (m,)
        The medians, in units of one over `denominator` of the unit of the scale.
    denominator : int
        The common denominator, 1 or 2.

    Raises
    ------
    DelphiInputError
        As `count_quantile`.

    Examples
    --------
    >>> count_median([[1, 0, 1, 2], [0, 0, 1, 3]], range(4))
    (array([5, 6]), 2)
    """
    return count_quantile(counts, scale, HALF, check_quantile_type(median_type, "median type"))


def count_iqr(
    counts: np.ndarray, scale: Sequence[int], quantile_type: int = 7
) -> tuple[np.ndarray, int]:
    """Compute the interquartile ranges of many count vectors exactly.

    Parameters
    ----------
    counts : array-like of int, shape (m, k)
        How many ratings fall on each point of the scale: one sample a row, at least one rating
        in each.
    scale : sequence of int, length k
        The points of the scale in rising order.
    quantile_type : int
        The type of Hyndman and Fan of both quartiles, 1 to 9.

    Returns
    -------
    numerators : numpy.ndarray of int64, shape (m,)
        The interquartile ranges, in units of one over `denominator` of the unit of the scale.
    denominator : int
        The common denominator.

    Raises
    ------
    DelphiInputError
        As `count_quantile`.

    References
    ----------
    Hyndman RJ, Fan Y. Sample quantiles in statistical packages. Am Stat 1996;50:361-365.

    Examples
    --------
    >>> count_iqr([[1, 0, 1, 2]], range(4))
    (array([6]), 4)
    """
    lower, lower_unit = count_quantile(counts, scale, QUARTER, quantile_type)
    upper, upper_unit = count_quantile(counts, scale, 1 - QUARTER, quantile_type)
    unit = math.lcm(lower_unit, upper_unit)
    return upper * (unit // upper_unit) - lower * (unit // lower_unit), unit


def check_counts(counts: np.ndarray, scale: tuple[int, ...]) -> np.ndarray:
    """Check a table of count vectors.

    Parameters
    ----------
    counts : array-like of int, shape (m, k)
        One count vector a row.
    scale : tuple of int, length k
        The points of the scale.

    Returns
    -------
    numpy.ndarray of int64, shape (m, k)
        The same table.

    Raises
    ------
    DelphiInputError
        If it is no table of non-negative integers with one column for each point of the scale.

    Examples
    --------
    >>> check_counts([[1, 2]], (0, 1))
    array([[1, 2]])
    """
    table = np.asarray(counts)
    if table.ndim != 2 or table.shape[1] != len(scale):
        raise DelphiInputError(
            f"counts: a table of shape {table.shape} has not one column for each of the "
            f"{len(scale)} points of the scale"
        )
    if not np.issubdtype(table.dtype, np.integer):
        raise DelphiInputError(f"counts: numbers of type {table.dtype} are not integers")
    if (table < 0).any():
        row = int(np.argmax((table < 0).any(axis=1)))
        raise DelphiInputError(f"counts: row {row + 1} has a negative count")
    return table.astype(np.int64, copy=False)


def _check_probability(p: float | Fraction) -> Fraction:
    """A probability as an exact fraction."""
    exact = exact_fraction(p, "probability")
    if not 0 <= exact <= 1:
        raise DelphiInputError(f"probability: {p!r} is not from 0 to 1")
    return exact


def _weight(j: int, g: Fraction, quantile_type: int) -> Fraction:
    """The weight gamma of the upper order statistic (Hyndman and Fan 1996, section 2)."""
    if quantile_type in _PLOTTING_POSITIONS:
        return g
    if g > 0:
        return Fraction(1)
    if quantile_type == 1:
        return Fraction(0)
    if quantile_type == 2:
        return HALF
    return Fraction(j % 2)  # type 3: the even order statistic of the two


def _order_statistic(cumulative: np.ndarray, points: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """The rating of a given rank, counted from 1, in each row of cumulative counts."""
    return points[(cumulative < rank[:, None]).sum(axis=1)]
