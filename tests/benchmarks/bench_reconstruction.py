"""How long it takes to find every rating distribution that fits each printed cell."""

from __future__ import annotations

import itertools
import sys
import time

import numpy as np
import pandas as pd
import pytest
from delphi import ConsensusDefinition, reconstruct_table
from processes import seconds, times
from report import read

SMALL = 50  # ratings: larger groups take plain Python many times longer


@pytest.fixture(scope="module")
def ratings() -> pd.DataFrame:
    """The printed cells, one a row."""
    return read("delphi-ratings")


@pytest.fixture(scope="module")
def scale() -> list[int]:
    """The points of the scale, in rising order."""
    return sorted(read("delphi-scales")["value"].unique().tolist())


@pytest.fixture(scope="module")
def definition() -> ConsensusDefinition:
    """The published definition of consensus."""
    levels = read("delphi-consensus")
    thresholds = zip(levels["level"], levels["threshold_percent"] / 100, strict=True)
    return ConsensusDefinition("same rating", list(thresholds), "the published definition")


def forget() -> None:
    """Empty the caches of the package, so that each round does all of the work."""
    for name, module in list(sys.modules.items()):
        if name == "delphi" or name.startswith("delphi."):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def compositions(n: int, points: int):
    """Every way to share n ratings out over the points of a scale, one after the other."""
    for bars in itertools.combinations(range(n + points - 1), points - 1):
        edges = (-1, *bars, n + points - 1)
        yield [right - left - 1 for left, right in itertools.pairwise(edges)]


def in_plain_python(cells: pd.DataFrame, scale: list[int]) -> list[int]:
    """How many distributions fit median and IQR of each cell, with `numpy.quantile` for each.

    All that this does less: consensus levels, shares, and exactness at the limits of rounding,
    where a tolerance takes its place.
    """
    found = pd.Series(0, index=cells.index)
    printed = cells[["median", "iqr"]].astype(float)
    for n, group in printed.groupby(cells["n"]):
        summaries = []
        for counts in compositions(int(n), len(scale)):
            low, median, high = np.quantile(np.repeat(scale, counts), [0.25, 0.5, 0.75])
            summaries.append((median, high - low))
        all_of_them = np.array(summaries)
        for row, cell in group.iterrows():
            fits = np.abs(all_of_them - cell.to_numpy()) <= 0.005 + 1e-9
            found[row] = int(fits.all(axis=1).sum())
    return found.tolist()


@pytest.mark.benchmark(group="reconstruction")
def bench_every_cell(benchmark, ratings, scale, definition, row):
    """All printed cells of both scales, from empty caches."""
    result = benchmark.pedantic(
        reconstruct_table, (ratings, definition), {"scale": scale}, setup=forget, rounds=5
    )
    assert len(result) == len(ratings)
    value = benchmark.stats.stats.median
    row(f"reconstruction, all {len(ratings)} cells", seconds(value))


@pytest.mark.benchmark(group="reconstruction")
def bench_small_groups_beside_plain_python(benchmark, ratings, scale, definition, row):
    """The cells of small groups, beside a loop over all distributions in plain Python."""
    cells = ratings[ratings["n"] < SMALL]
    ours: list[float] = []
    tables: list[pd.DataFrame] = []

    def ours_first() -> None:
        # In turns, so that a machine that slows down slows both.
        forget()
        started = time.perf_counter()
        tables.append(reconstruct_table(cells, definition, scale=scale))
        ours.append(time.perf_counter() - started)

    counts = benchmark.pedantic(in_plain_python, (cells, scale), setup=ours_first, rounds=3)
    assert counts == tables[-1]["distributions"].tolist()
    value, peer = float(np.median(ours)), benchmark.stats.stats.median
    benchmark.extra_info["reconstruct_table_seconds"] = value
    beside = f"itertools and numpy.quantile: {seconds(peer)}; {times(peer, value)} as long"
    row(f"  {len(cells)} cells with n below {SMALL}", seconds(value), "", beside)
