"""The Delphi method: summaries, consensus definitions, reconstruction and the panel.

Data frames and arrays go in, data frames and arrays come out. Nothing in here knows of a
particular study: scale, groups, thresholds and tables are arguments.

Modules
-------
quantiles
    The nine sample quantile types, of ratings and, exactly, of count vectors.
summaries
    n, median, IQR, modal share and consensus of ratings, for a panel and its subgroups.
consensus
    Consensus definitions by the share of the same rating.
reconstruction
    Every rating distribution that fits a printed median and IQR.
panel
    Retention over the rounds, and checks of printed counts and percentages.
printing
    Which exact values a printed number stands for, and back.
"""

from .consensus import ConsensusDefinition
from .errors import DelphiInputError
from .panel import category_sums, check_percents, percent_conventions, retention
from .printing import ROUNDINGS, as_printed, parse_printed, prints_as
from .quantiles import (
    NUMPY_METHODS,
    ORDINARY_MEDIAN,
    count_iqr,
    count_median,
    count_quantile,
    interquartile_range,
    quantile_position,
    sample_median,
    sample_quantile,
)
from .reconstruction import (
    CERTAIN,
    IMPOSSIBLE,
    NO_DISTRIBUTION,
    POSSIBLE,
    CellSet,
    ShareRange,
    distributions,
    matching,
    reconstruct_table,
)
from .summaries import count_ratings, summarise, summarise_counts

__all__ = [
    "CERTAIN",
    "IMPOSSIBLE",
    "NO_DISTRIBUTION",
    "NUMPY_METHODS",
    "ORDINARY_MEDIAN",
    "POSSIBLE",
    "ROUNDINGS",
    "CellSet",
    "ConsensusDefinition",
    "DelphiInputError",
    "ShareRange",
    "as_printed",
    "category_sums",
    "check_percents",
    "count_iqr",
    "count_median",
    "count_quantile",
    "count_ratings",
    "distributions",
    "interquartile_range",
    "matching",
    "parse_printed",
    "percent_conventions",
    "prints_as",
    "quantile_position",
    "reconstruct_table",
    "retention",
    "sample_median",
    "sample_quantile",
    "summarise",
    "summarise_counts",
]
