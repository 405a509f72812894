"""The panel over the rounds: retention, and whether printed counts and percentages agree.

Shares and percentages are quotients of two integers. Whether a percentage prints as a paper
prints it is decided on those integers; a quotient turns into a floating-point number only when
it is written into a result, so each is the double nearest to the exact value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
import pandas as pd

from ._checks import check_columns, check_count, check_decimals, check_new_columns, name_row
from .errors import DelphiInputError
from .printing import ROUNDINGS, parse_printed, printed_decimals, roundings_that_print


def retention(
    completed: Mapping[object, int] | pd.Series,
    returned: Mapping[object, int] | pd.Series | None = None,
) -> pd.DataFrame:
    """Compute who stayed from round to round.

    Parameters
    ----------
    completed : mapping or pandas.Series
        How many people completed each round, by round in the order of the rounds. The first
        round has at least one.
    returned : mapping or pandas.Series, optional
        How many of those who completed a round had also completed the one before, by round; a
        round may be left out or missing where this is not known. Without it nobody can tell
        those who came back from those who joined, or returned after a round left out.

    Returns
    -------
    pandas.DataFrame, one row for each round
        ``round``; ``completed``; ``share_of_first`` (completed over those of the first round);
        ``attrition_from_first`` (1 less that share); ``share_of_previous`` (completed over those of
        the previous round, whoever they were); ``attrition_from_previous``; ``returned`` (completed
        this and the previous round); ``returned_share_of_previous`` (those over all who completed
        the previous round: the retention in the strict sense); ``returned_share_of_round``
        (those over all who completed this round). Shares run from 0 to 1; a value is missing
        where there is no previous round or it is not known who returned.

    Raises
    ------
    DelphiInputError
        If there is no round, a count is not an integer of at least 0, the first round is empty,
        or more returned than completed either round.

    Examples
    --------
    >>> panel = retention({1: 50, 2: 40, 3: 36}, returned={3: 32})
    >>> panel[["round", "completed", "share_of_first", "share_of_previous"]]
       round  completed  share_of_first  share_of_previous
    0      1         50            1.00                NaN
    1      2         40            0.80                0.8
    2      3         36            0.72                0.9
    >>> panel["returned_share_of_previous"].tolist()
    [nan, nan, 0.8]
    """
    rounds = [
        (name, check_count(count, f"round {name!s}, completed", least=0))
        for name, count in completed.items()
    ]
    if not rounds or rounds[0][1] == 0:
        raise DelphiInputError("completed: there is no first round that somebody completed")
    known = _known_returns(rounds, returned)
    first = rounds[0][1]
    rows = []
    for place, (name, count) in enumerate(rounds):
        previous = rounds[place - 1][1] if place else None
        back = known.get(name)
        rows.append(
            {
                "round": name,
                "completed": count,
                "share_of_first": count / first,
                "attrition_from_first": (first - count) / first,
                "share_of_previous": _share(count, previous),
                "attrition_from_previous": _share(
                    None if previous is None else previous - count, previous
                ),
                "returned": back,
                "returned_share_of_previous": _share(back, previous),
                "returned_share_of_round": _share(back, count),
            }
        )
    return pd.DataFrame(rows).astype(
        {
            "returned": "Int64",
            "share_of_previous": "float64",
            "attrition_from_previous": "float64",
            "returned_share_of_previous": "float64",
            "returned_share_of_round": "float64",
        }
    )


def percent_conventions(
    count: int, n: int, percent: object, decimals: int | None = None
) -> tuple[str, ...]:
    """Name the ways of rounding under which a count over n prints as a given percentage.

    Parameters
    ----------
    count : int
        The part, from 0 to n.
    n : int
        The whole, at least 1.
    percent : str, Decimal, int or float
        The percentage as printed, without the sign.
    decimals : int, optional
        The number of decimals at which it was printed before zeros were dropped; as many as it
        shows unless given.

    Returns
    -------
    tuple of str
        Those of ``half-up``, ``half-even`` and ``truncation`` that fit; empty if none does.

    Raises
    ------
    DelphiInputError
        If `n` is less than 1, the count is not from 0 to n, or the percentage is no number or has
        more decimals than `decimals`.

    Examples
    --------
    17 of 110 are 15.4545… percent, which prints as 15.5 when rounded and as 15.4 when cut off.

    >>> percent_conventions(17, 110, "15.5"), percent_conventions(17, 110, "15.4")
    (('half-up', 'half-even'), ('truncation',))

    1 of 16 is 6.25 percent, a tie at one decimal.

    >>> percent_conventions(1, 16, "6.2")
    ('half-even', 'truncation')
    """
    n = check_count(n, "n")
    count = check_count(count, "count", least=0)
    if count > n:
        raise DelphiInputError(f"count: {count} is more than n = {n}")
    if decimals is None:
        decimals = printed_decimals(percent, "percent")
    parse_printed(percent, decimals, "percent")
    return roundings_that_print(Fraction(100 * count, n), percent, decimals)


def check_percents(
    frame: pd.DataFrame,
    *,
    count: str = "count",
    n: str = "n",
    percent: str = "percent",
    decimals: int | None = None,
    keys: Sequence[str] = (),
) -> pd.DataFrame:
    """Say for each printed percentage under which ways of rounding it follows from its count.

    Parameters
    ----------
    frame : pandas.DataFrame
        One percentage a row.
    count, n, percent : str
        Columns of the part, the whole and the percentage as printed.
    decimals : int, optional
        The number of decimals of all percentages before zeros were dropped; as many as each
        shows unless given.
    keys : sequence of str
        Columns that name a row in error messages.

    Returns
    -------
    pandas.DataFrame, same rows and index
        The columns of `frame`, then ``exact_percent`` (from 0 to 100), and ``fits_half_up``,
        ``fits_half_even``, ``fits_truncation`` (True where the percentage prints so).

    Raises
    ------
    DelphiInputError
        If a column is missing, a result would be written over a column, or a row cannot be right
        (see `percent_conventions`). All such rows stand in one message.

    Examples
    --------
    >>> printed = pd.DataFrame({"count": [17, 49], "n": [110, 110], "percent": ["15.4", "44.5"]})
    >>> check_percents(printed)[["exact_percent", "fits_half_up", "fits_truncation"]].round(3)
       exact_percent  fits_half_up  fits_truncation
    0         15.455         False             True
    1         44.545          True             True
    """
    check_columns(frame, [count, n, percent, *keys])
    new = ["exact_percent", *(f"fits_{name.replace('-', '_')}" for name in ROUNDINGS)]
    check_new_columns(frame, new)
    if decimals is not None:
        check_decimals(decimals)
    names = {"count": count, "n": n, "percent": percent}
    rows, problems = [], []
    for row, values in enumerate(zip(frame[count], frame[n], frame[percent], strict=True)):
        try:
            fits = percent_conventions(*values, decimals)
            rows.append((100 * values[0] / values[1], *(name in fits for name in ROUNDINGS)))
        except DelphiInputError as error:
            what, _, rest = str(error).partition(": ")
            problems.append(f"{name_row(frame, row, keys)}, column {names[what]!r}: {rest}")
    if problems:
        raise DelphiInputError(problems)
    types = dict.fromkeys(new, "bool") | {"exact_percent": "float64"}
    results = pd.DataFrame(rows, columns=new).astype(types).set_index(frame.index)
    return pd.concat([frame, results], axis=1)


def category_sums(
    frame: pd.DataFrame, by: Sequence[str], *, count: str = "count", n: str = "n"
) -> pd.DataFrame:
    """Compare the sum of the categories of each characteristic with the size of the panel.

    Parameters
    ----------
    frame : pandas.DataFrame
        One category a row.
    by : sequence of str
        Columns that together name a characteristic, such as characteristic and round.
    count, n : str
        Columns of the number of people in the category and of the size of the panel, which is
        the same in all rows of a characteristic.

    Returns
    -------
    pandas.DataFrame, one row for each characteristic, in the order of first occurrence
        The columns `by`; ``categories`` (how many); ``sum`` (of their counts); ``n``;
        ``difference`` (n less the sum: people in no category if positive, counted twice if
        negative); ``agrees`` (whether the difference is 0).

    Raises
    ------
    DelphiInputError
        If a column is missing, a count or size is not an integer of at least 0, or a
        characteristic has two sizes.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "characteristic": ["gender", "gender", "age", "age"],
    ...     "count": [6, 4, 5, 4], "n": 10})
    >>> category_sums(table, ["characteristic"])
      characteristic  categories  sum   n  difference  agrees
    0         gender           2   10  10           0    True
    1            age           2    9  10           1   False
    """
    by = list(by)
    check_columns(frame, [*by, count, n])
    problems = []
    for column in (count, n):
        for row, value in enumerate(frame[column]):
            try:
                check_count(value, f"column {column!r}", least=0)
            except DelphiInputError as error:
                problems.append(f"{name_row(frame, row, by)}, {error}")
    if problems:
        raise DelphiInputError(problems)
    grouped = frame.groupby(by, sort=False, dropna=False, observed=True)
    sizes = grouped[n].agg(["min", "max"]).reset_index()
    for row in np.flatnonzero(sizes["min"] != sizes["max"]):
        named = ", ".join(f"{key} {sizes[key].iloc[row]!s}" for key in by)
        problems.append(
            f"column {n!r}: {named} has two sizes, "
            f"{sizes['min'].iloc[row]} and {sizes['max'].iloc[row]}"
        )
    if problems:
        raise DelphiInputError(problems)
    result = sizes[by].copy()
    result["categories"] = grouped.size().to_numpy(dtype=np.int64)
    result["sum"] = grouped[count].sum().to_numpy(dtype=np.int64)
    result["n"] = sizes["min"].to_numpy(dtype=np.int64)
    result["difference"] = result["n"] - result["sum"]
    result["agrees"] = result["difference"] == 0
    return result


def _known_returns(
    rounds: list[tuple[object, int]], returned: Mapping[object, int] | pd.Series | None
) -> dict[object, int]:
    """Who returned, by round, where it is known; checked against both rounds."""
    known = {}
    places = {name: place for place, (name, _) in enumerate(rounds)}
    for name, value in ({} if returned is None else returned).items():
        if name not in places:
            raise DelphiInputError(f"returned: there is no round {name!s}")
        if pd.isna(value):
            continue
        back = check_count(value, f"round {name!s}, returned", least=0)
        place = places[name]
        if place == 0:
            raise DelphiInputError(f"round {name!s}, returned: no round comes before it")
        most = min(rounds[place][1], rounds[place - 1][1])
        if back > most:
            raise DelphiInputError(
                f"round {name!s}, returned: {back} is more than the {most} who can have completed "
                "both this round and the one before"
            )
        known[name] = back
    return known


def _share(part: int | None, whole: int | None) -> float | None:
    """A share, missing where a part is not known or there is nobody to share among."""
    return None if part is None or not whole else part / whole
