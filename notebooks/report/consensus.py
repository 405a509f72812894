"""How the results of a consensus method become tables and figures.

The cells of a result are a long data frame: one row for each item and group, with the columns
that a published table prints (median, interquartile range, level of consensus) and those that a
reconstruction adds (verdict, possible levels, range of the modal share). Columns have these names
unless an argument says otherwise:

``median``, ``iqr``
    As printed, so texts.
``consensus``
    Printed level of consensus.
``verdict``, ``possible_levels``
    What median and interquartile range alone say of the printed level, and the levels that they
    allow, separated by a comma and a space.
`MODAL_SHARES`
    Range of the modal share, from 0 to 1.

Levels are always given from the highest to the one that stands for no consensus. What the source
prints has the look of the observed, what was computed backwards that of the reconstructed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from great_tables import GT
from matplotlib.patches import Rectangle
from matplotlib.transforms import offset_copy

from report.style import INK, STATUS, new_figure, tidy
from report.tables import shade, table
from report.values import interval, percent

__all__ = [
    "MODAL_SHARES",
    "by_group",
    "cross_verdicts",
    "group_labels",
    "group_table",
    "in_sentence",
    "level_counts",
    "level_letters",
    "level_points",
    "levels_figure",
    "median_span",
    "modal_share_texts",
    "printed_summaries",
    "share_figure",
    "share_values",
    "summary_table",
    "verdict_table",
]

MODAL_SHARES = (
    "lowest_modal_share",
    "highest_modal_share",
    "lowest_modal_share_with_level",
    "highest_modal_share_with_level",
)
"""Columns of the range of the modal share, without and with regard to the printed level."""

_FILLS = {2: ("full", "none"), 3: ("full", "left", "none")}
_STRONGEST_TINT, _FAINTEST_TINT = 0.36, 0.14
_EN_DASH = "\N{EN DASH}"
_DASHES = (0, (4, 3))
_COLUMN_GAP = 10  # points


def in_sentence(name: str) -> str:
    """
    Write a heading inside a sentence: small first letter, but for abbreviations.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Examples
    --------
    >>> in_sentence("Crisis management"), in_sentence("PSW supervision")
    ('crisis management', 'PSW supervision')
    """
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def median_span(medians: pd.Series) -> str:
    """
    Write the lowest and the highest of some medians, with as many decimals as they need.

    Parameters
    ----------
    medians : pandas.Series of float
        At least one, none missing.

    Returns
    -------
    str
        Both ends with an en dash between them, or one number where all are the same.

    Raises
    ------
    ValueError
        If there is no median, or one is missing.

    Examples
    --------
    >>> median_span(pd.Series([1, 0.5, 2])), median_span(pd.Series([3.0, 3.0]))
    ('0.5–2', '3')
    """
    if not len(medians) or medians.isna().any():
        raise ValueError("a median is missing or there is none; at least one number was expected")
    return _EN_DASH.join(dict.fromkeys([f"{medians.min():g}", f"{medians.max():g}"]))


def group_labels(
    groups: pd.DataFrame, nouns: Mapping[str, str] | None = None, sizes: bool = False
) -> dict[str, str]:
    """
    Label the groups of a panel.

    Parameters
    ----------
    groups : pandas.DataFrame
        Indexed by group, in order, with the columns ``label``, ``partition`` (what divides the
        panel) and ``n`` (participants).
    nouns : mapping of str to str, optional
        Noun that follows the labels of a partition where they do not stand by themselves.
    sizes : bool, default False
        Whether the number of participants follows.

    Returns
    -------
    dict of str to str
        Label by group, in the order of `groups`.

    Raises
    ------
    ValueError
        If a column is missing, or a noun belongs to no partition.

    Examples
    --------
    >>> groups = pd.DataFrame(
    ...     {"label": ["Total", "High"], "partition": ["total", "income"], "n": [9, 4]},
    ...     index=["total", "high"],
    ... )
    >>> group_labels(groups, {"income": "income"}, sizes=True)
    {'total': 'Total, 9', 'high': 'High income, 4'}
    """
    _check_columns(groups, ["label", "partition", "n"])
    nouns = dict(nouns or {})
    for name in nouns:
        if name not in set(groups.partition):
            known = ", ".join(groups.partition.unique())
            raise ValueError(f"no partition is named {name!r}; one of these was expected: {known}")
    labels = {}
    for name, label, partition, size in zip(
        groups.index, groups.label, groups.partition, groups.n, strict=True
    ):
        full = f"{label} {nouns[partition]}" if partition in nouns else label
        labels[name] = f"{full}, {size}" if sizes else full
    return labels


def level_letters(levels: Sequence[str]) -> dict[str, str]:
    """
    Give each level of consensus its initial in capitals.

    Parameters
    ----------
    levels : sequence of str

    Returns
    -------
    dict of str to str

    Raises
    ------
    ValueError
        If two levels have the same initial.

    Examples
    --------
    >>> level_letters(["strong", "moderate", "none"])
    {'strong': 'S', 'moderate': 'M', 'none': 'N'}
    """
    letters = {level: level[:1].upper() for level in levels}
    if len(set(letters.values())) < len(levels):
        raise ValueError(f"levels are {', '.join(levels)}; initials that differ were expected")
    return letters


def level_points(levels: Sequence[str]) -> dict[str, dict]:
    """
    Give each level of consensus its circle: full, half full or empty.

    Parameters
    ----------
    levels : sequence of str
        Two or three, from the highest to no consensus.

    Returns
    -------
    dict of str to dict
        Keywords for ``Axes.plot`` by level.

    Raises
    ------
    ValueError
        If there are other than two or three levels, or one occurs twice.

    Examples
    --------
    >>> points = level_points(["strong", "moderate", "none"])
    >>> [point["fillstyle"] for point in points.values()]
    ['full', 'left', 'none']
    """
    if len(levels) not in _FILLS or len(set(levels)) < len(levels):
        raise ValueError(f"levels are {', '.join(levels)}; two or three that differ were expected")
    point = STATUS["observed"].point() | {"markerfacecoloralt": "none"}
    return {
        level: point | {"fillstyle": fill}
        for level, fill in zip(levels, _FILLS[len(levels)], strict=True)
    }


def by_group(
    cells: pd.DataFrame,
    values: pd.Series,
    groups: Iterable[str],
    *,
    item: str = "topic",
    group: str = "group",
) -> pd.DataFrame:
    """
    Spread one value of each cell: items down, groups across.

    Parameters
    ----------
    cells : pandas.DataFrame
        One row for each item and group.
    values : pandas.Series
        One value for each row of `cells`, with the same index.
    groups : iterable of str
        Groups in the order of the columns.
    item, group : str
        Columns of `cells` that name item and group.

    Returns
    -------
    pandas.DataFrame
        Shape (items, groups); items in the order in which `cells` has them.

    Raises
    ------
    ValueError
        If a column is missing, a cell occurs twice, a group or a single cell does not occur, or
        `values` has another index.

    Examples
    --------
    >>> cells = pd.DataFrame(
    ...     {"topic": ["B", "B", "A", "A"], "group": ["x", "y"] * 2, "n": [1, 2, 3, 4]}
    ... )
    >>> wide = by_group(cells, cells.n, ["y", "x"])
    >>> wide.index.tolist(), wide["y"].tolist(), wide["x"].tolist()
    (['B', 'A'], [2, 4], [1, 3])
    """
    _check_columns(cells, [item, group])
    groups = list(groups)
    if not values.index.equals(cells.index):
        raise ValueError("the values have another index than the cells; the same was expected")
    twice = cells.duplicated([item, group])
    if twice.any():
        first = cells[twice].iloc[0]
        raise ValueError(
            f"{item} {first[item]}, {group} {first[group]}: this cell occurs twice; "
            "one row for each was expected"
        )
    present = set(zip(cells[item], cells[group], strict=True))
    for name in cells[item].unique():
        for column in groups:
            if (name, column) not in present:
                raise ValueError(f"{item} {name}, {group} {column}: no such cell; one was expected")
    wide = cells.assign(value=values).pivot(index=item, columns=group, values="value")
    return wide.loc[cells[item].unique(), groups]


def group_table(
    cells: pd.DataFrame,
    values: pd.Series,
    labels: Mapping[str, str],
    *,
    item: str = "topic",
    group: str = "group",
    heading: str | None = None,
    kinds: pd.Series | None = None,
    tints: Mapping[str, float] | None = None,
    status: str = "observed",
    spanners: Mapping[str, Sequence[str]] | None = None,
    notes: str | Iterable[str] = (),
) -> GT:
    """
    Make a table of items by groups, with a tint for each kind of cell.

    Parameters
    ----------
    cells : pandas.DataFrame
        One row for each item and group.
    values : pandas.Series of str
        What each cell prints, with the index of `cells`.
    labels : mapping of str to str
        Heading of each group, in the order of the columns.
    item, group : str
        Columns of `cells` that name item and group.
    heading : str, optional
        Heading of the items; the name of their column in words when omitted.
    kinds : pandas.Series of str, optional
        Kind of each cell, with the index of `cells`.
    tints : mapping of str to float, optional
        Opacity of the tint by kind; a kind that is not named has none.
    status : {"observed", "reconstructed", "interpreted"}
        Gives the tints their colour.
    spanners : mapping of str to sequence of str, optional
        Headings over several neighbouring groups.
    notes : str or iterable of str, optional
        Notes under the table.

    Returns
    -------
    great_tables.GT

    Raises
    ------
    ValueError
        As `by_group` and `report.table` do; if the status is unknown, or there are tints and no
        kinds.
    """
    if status not in STATUS:
        raise ValueError(f"status {status!r}; one of {', '.join(STATUS)} was expected")
    if tints and kinds is None:
        raise ValueError("there are tints but no kinds; the kind of each cell was expected")
    names = {"item": item, "group": group}
    gt = table(
        by_group(cells, values, labels, **names).reset_index(),
        stub=item,
        labels=({item: heading} if heading else {}) | dict(labels),
        spanners=spanners,
        align=dict.fromkeys(labels, "center"),
        notes=notes,
    )
    if not tints:
        return gt
    kind = by_group(cells, kinds, labels, **names)
    for column in labels:
        for name, strength in tints.items():
            rows = np.flatnonzero(kind[column] == name).tolist()
            if rows:
                gt = shade(gt, STATUS[status].colour, column, rows, strength)
    return gt


def printed_summaries(cells: pd.DataFrame, levels: Sequence[str]) -> pd.Series:
    """
    Write median, interquartile range and level of each cell as a published table does.

    Parameters
    ----------
    cells : pandas.DataFrame
        With the columns ``median``, ``iqr`` (texts) and ``consensus``.
    levels : sequence of str
        From the highest to no consensus, which has no letter.

    Returns
    -------
    pandas.Series of str
        With the index of `cells`.

    Raises
    ------
    ValueError
        If a column is missing or a level is not among `levels`.

    Examples
    --------
    >>> cells = pd.DataFrame({"median": ["3"], "iqr": ["0.25"], "consensus": ["strong"]})
    >>> printed_summaries(cells, ["strong", "none"]).tolist()
    ['3\\xa0(0.25) S']
    """
    _check_columns(cells, ["median", "iqr", "consensus"])
    _check_levels(cells.consensus, levels)
    letters = cells.consensus.map(level_letters(levels) | {levels[-1]: ""})
    # Only the letter may go to a second line.
    texts = cells["median"] + "\N{NO-BREAK SPACE}(" + cells.iqr + ") " + letters
    return texts.str.strip(" ")


def summary_table(
    cells: pd.DataFrame, labels: Mapping[str, str], levels: Sequence[str], **options
) -> GT:
    """
    Make the table of printed summaries: a tint and a letter give the level of consensus.

    Parameters
    ----------
    cells : pandas.DataFrame
        One row for each item and group, with ``median``, ``iqr`` and ``consensus``.
    labels : mapping of str to str
        Heading of each group, in the order of the columns.
    levels : sequence of str
        From the highest, which has the strongest tint, to no consensus, which has none.
    **options
        ``item``, ``group``, ``heading``, ``spanners`` and ``notes`` of `group_table`.

    Returns
    -------
    great_tables.GT

    Raises
    ------
    ValueError
        As `printed_summaries` and `group_table` do.
    """
    strengths = np.linspace(_STRONGEST_TINT, _FAINTEST_TINT, len(levels) - 1)
    return group_table(
        cells,
        printed_summaries(cells, levels),
        labels,
        kinds=cells.consensus,
        tints=dict(zip(levels[:-1], strengths.tolist(), strict=True)),
        **options,
    )


def modal_share_texts(cells: pd.DataFrame, levels: Sequence[str]) -> pd.Series:
    """
    Write the range of the modal share of each cell, and the initials of its possible levels.

    Parameters
    ----------
    cells : pandas.DataFrame
        With the columns ``lowest_modal_share``, ``highest_modal_share`` and ``possible_levels``.
    levels : sequence of str
        All levels.

    Returns
    -------
    pandas.Series of str
        Percentages and initials, with the index of `cells`.

    Raises
    ------
    ValueError
        If a column is missing, a level is not among `levels`, or a cell has no modal share
        because no distribution fits it.

    Examples
    --------
    >>> cells = pd.DataFrame(
    ...     {
    ...         "lowest_modal_share": [0.8],
    ...         "highest_modal_share": [0.8],
    ...         "possible_levels": ["strong"],
    ...     }
    ... )
    >>> modal_share_texts(cells, ["strong", "none"]).tolist()
    ['80 S']
    """
    columns = [*MODAL_SHARES[:2], "possible_levels"]
    _check_columns(cells, columns)
    _check_levels(cells.possible_levels.str.split(", ").explode(), levels)
    letters = level_letters(levels)
    texts = []
    for lowest, highest, possible in cells[columns].itertuples(index=False):
        span = interval(100 * lowest, 100 * highest)
        # Only the initials may go to a second line.
        span = span.replace(_EN_DASH, f"{_EN_DASH}\N{WORD JOINER}")
        texts.append(f"{span} {'/'.join(letters[level] for level in possible.split(', '))}")
    return pd.Series(texts, index=cells.index, dtype="str")


def share_values(cells: pd.DataFrame, level: str) -> dict[str, str]:
    """
    Lowest and highest modal share of the cells of one printed level, for prose.

    Parameters
    ----------
    cells : pandas.DataFrame
        With ``consensus`` and the columns of `MODAL_SHARES` that regard the level.
    level : str
        Printed level.

    Returns
    -------
    dict of str to str
        Percentages named ``{level}_low`` and ``{level}_high``.

    Raises
    ------
    ValueError
        If a column is missing or no cell has the level.
    """
    lowest, highest = MODAL_SHARES[2:]
    _check_columns(cells, ["consensus", lowest, highest])
    chosen = cells[cells.consensus == level]
    if chosen.empty:
        raise ValueError(f"no cell has the level {level!r}; at least one was expected")
    return {
        f"{level}_low": percent(chosen[lowest].min()),
        f"{level}_high": percent(chosen[highest].max()),
    }


def cross_verdicts(
    cells: pd.DataFrame, levels: Sequence[str], verdicts: Sequence[str]
) -> pd.DataFrame:
    """
    Count cells by printed level and verdict.

    Parameters
    ----------
    cells : pandas.DataFrame
        With the columns ``consensus`` and ``verdict``.
    levels, verdicts : sequence of str
        In the order of rows and columns.

    Returns
    -------
    pandas.DataFrame of int
        Columns ``level``, ``cells`` and one for each verdict; one row for each level and a last
        one, ``all``, with the sums.

    Raises
    ------
    ValueError
        If a column is missing, or a level or verdict is not among the given ones: the sums would
        leave its cells out.

    Examples
    --------
    >>> cells = pd.DataFrame({"consensus": ["yes", "no"], "verdict": ["certain", "possible"]})
    >>> print(cross_verdicts(cells, ["yes", "no"], ["certain", "possible"]).to_string(index=False))
    level  cells  certain  possible
      yes      1        1         0
       no      1        0         1
      all      2        1         1
    """
    _check_columns(cells, ["consensus", "verdict"])
    _check_levels(cells.consensus, levels)
    _check_levels(cells.verdict, verdicts, "verdict")
    crossed = _cross(cells.consensus, cells.verdict, levels, verdicts)
    crossed.loc["all"] = crossed.sum()
    crossed.insert(0, "cells", crossed.sum(axis=1))
    return crossed.rename_axis(index="level", columns=None).reset_index()


def verdict_table(crossed: pd.DataFrame) -> GT:
    """
    Make the table of printed levels against verdicts.

    Parameters
    ----------
    crossed : pandas.DataFrame
        As `cross_verdicts` gives it.

    Returns
    -------
    great_tables.GT

    Raises
    ------
    ValueError
        If ``level`` or ``cells`` is missing.
    """
    _check_columns(crossed, ["level", "cells"])
    verdicts = [name for name in crossed.columns if name not in ("level", "cells")]
    return table(
        crossed,
        stub="level",
        labels={"level": "Printed level", "cells": "Cells printed"},
        spanners={"Given median and IQR, the printed level is": verdicts},
    )


def level_counts(
    cells: pd.DataFrame, levels: Sequence[str], groups: Iterable[str], *, group: str = "group"
) -> pd.DataFrame:
    """
    Count the items at each level of consensus, by group.

    Parameters
    ----------
    cells : pandas.DataFrame
        One row for each item and group, with ``consensus``.
    levels : sequence of str
        From the highest to no consensus.
    groups : iterable of str
        In the order of the rows.
    group : str
        Column of `cells` that names the group.

    Returns
    -------
    pandas.DataFrame of int
        Shape (groups, levels), indexed by group.

    Raises
    ------
    ValueError
        If a column is missing, a level is not among `levels`, or a group has no cell.
    """
    _check_columns(cells, [group, "consensus"])
    _check_levels(cells.consensus, levels)
    groups = list(groups)
    for name in groups:
        if name not in set(cells[group]):
            raise ValueError(f"{group} {name}: no cell has it; at least one was expected")
    crossed = _cross(cells[group], cells.consensus, groups, levels)
    return crossed.rename_axis(index="group", columns=None)


def levels_figure(counts: pd.DataFrame, labels: Mapping[str, str]):
    """
    Draw how many items reach each level of consensus: one circle is one item.

    Parameters
    ----------
    counts : pandas.DataFrame of int
        As `level_counts` gives it: groups down, levels from the highest to no consensus across.
    labels : mapping of str to str
        Label of each group.

    Returns
    -------
    matplotlib.figure.Figure
        A row of circles for each group, with the counts in columns at its right, which the
        circles over them explain.

    Raises
    ------
    ValueError
        If there is no item, a group has no label, or as `level_points`.
    """
    points = level_points(list(counts.columns))
    items = int(counts.sum(axis=1).max()) if len(counts) else 0
    if not items:
        raise ValueError("the counts are all zero; at least one item was expected")
    for name in counts.index:
        if name not in labels:
            raise ValueError(f"group {name} has no label; one was expected")
    figure, axes = new_figure(height=26 + 7 * len(counts))
    tidy(axes)
    axes.grid(False)
    circles = []
    for place, row in enumerate(counts.itertuples(index=False, name=None)):
        start = 1
        for count, point in zip(row, points.values(), strict=True):
            ranks = np.arange(start, start + count)
            circles += axes.plot(ranks, np.full(count, place), linestyle="none", **point)
            start += count
    axes.set_xlim(0.4, items + 0.6)
    axes.set_ylim(len(counts) - 0.5, -2)
    axes.set_xticks([])
    axes.set_yticks(range(len(counts)), [labels[name] for name in counts.index])
    _write_counts(axes, counts, points)
    _keep_apart(axes, circles)
    return figure


def share_figure(
    cells: pd.DataFrame,
    labels: Sequence[str],
    thresholds: Mapping[str, float],
    levels: Sequence[str],
):
    """
    Draw what the modal share of each cell can be, beside its printed level.

    Parameters
    ----------
    cells : pandas.DataFrame
        With the columns of `MODAL_SHARES` and ``consensus``, in the order of the rows.
    labels : sequence of str
        Label of each row.
    thresholds : mapping of str to number, or pandas.Series
        Lowest modal share of a level in percent, from the highest level on.
    levels : sequence of str
        All levels, from the highest to no consensus.

    Returns
    -------
    matplotlib.figure.Figure
        A hatched bar for the range with regard to the printed level, a faint outline for the
        range without, a square where the share is determined exactly.

    Raises
    ------
    ValueError
        If there is no cell or a share is missing, labels and cells differ in number, a column is
        missing, or a level is not among `levels`.
    """
    _check_columns(cells, [*MODAL_SHARES, "consensus"])
    _check_levels(cells.consensus, levels)
    thresholds = dict(thresholds.items())
    _check_levels(pd.Series(list(thresholds), dtype="str"), levels)
    if cells.empty or cells[list(MODAL_SHARES)].isna().any(axis=None):
        raise ValueError("there is no cell, or one without modal share; a share was expected")
    if len(labels) != len(cells):
        raise ValueError(f"there are {len(labels)} labels; {len(cells)} were expected")
    points = level_points(levels)
    figure, axes = new_figure(height=18 + 6.2 * len(cells))
    tidy(axes)
    axes.grid(False)
    percents = 100 * cells[list(MODAL_SHARES)]
    for place, (level, shares) in enumerate(
        zip(cells.consensus, percents.itertuples(index=False, name=None), strict=True)
    ):
        _draw_range(axes, place, *shares)
        axes.plot(106, place, clip_on=False, **points[level])
        axes.text(109, place, level, va="center_baseline")
    # Labels of lower thresholds end at their line, so that they stay clear of the next.
    sides = ["center"] + ["right"] * (len(thresholds) - 1)
    for (level, bound), side in zip(thresholds.items(), sides, strict=True):
        axes.axvline(bound, color=INK, linewidth=1.2, linestyle=_DASHES, zorder=3)
        axes.text(bound, -1, f"{level} from {bound:g}%", ha=side, va="bottom")
    axes.text(109, -1, "printed", ha="left", va="bottom")
    start = int(min(percents.min(axis=None), *thresholds.values()) // 20 * 20)
    axes.set_xlim(start, 102)
    axes.set_ylim(len(cells) - 0.4, -0.9)
    axes.set_xticks(range(start, 101, 20))
    axes.xaxis.set_major_formatter("{x:.0f}%")
    axes.set_yticks(range(len(cells)), labels)
    axes.set_xlabel("share of the most frequent rating")
    return figure


def _write_counts(axes, counts: pd.DataFrame, points: Mapping[str, dict]) -> None:
    """Write the counts in columns at the right of the axes, under the circles of their levels."""
    figure = axes.figure
    beside = axes.get_yaxis_transform()
    right = 0.0  # end of a column, in points from the axes
    for level, point in points.items():
        head = axes.annotate(
            level,
            (1, -0.75),
            (0, 0),
            xycoords=beside,
            textcoords="offset points",
            ha="right",
            va="center_baseline",
            annotation_clip=False,
        )
        width = head.get_window_extent(figure.canvas.get_renderer()).width * 72 / figure.dpi
        right += _COLUMN_GAP + width
        head.set_position((right, 0))  # known once the text is measured
        circle = offset_copy(beside, figure, x=right - 4, units="points")
        axes.plot(1, -1.6, transform=circle, clip_on=False, **point)
        for place, count in enumerate(counts[level]):
            axes.annotate(
                count,
                (1, place),
                (right, 0),
                xycoords=beside,
                textcoords="offset points",
                ha="right",
                va="center_baseline",
                annotation_clip=False,
            )


def _keep_apart(axes, circles) -> None:
    """Shrink circles that stand at whole numbers until neighbours do not touch."""
    # Constrained layout settles the width of the axes, and with it the distance of the circles.
    axes.figure.draw_without_rendering()
    ends = axes.transData.transform([(0, 0), (1, 0)])[:, 0]
    distance = (ends[1] - ends[0]) * 72 / axes.figure.dpi
    for circle in circles:
        size, edge = circle.get_markersize(), circle.get_markeredgewidth()
        scale = min(1, 0.9 * distance / (size + edge))
        circle.set(markersize=scale * size, markeredgewidth=scale * edge)


def _draw_range(axes, place: int, lowest, highest, lowest_with_level, highest_with_level) -> None:
    """Draw the ranges of one modal share, in percent."""
    mark = STATUS["reconstructed"]
    if lowest < highest:
        outline = {"fill": False, "edgecolor": INK, "linewidth": 0.8}
        axes.add_patch(Rectangle((lowest, place - 0.3), highest - lowest, 0.6, **outline))
    if lowest_with_level == highest_with_level:
        axes.plot(lowest_with_level, place, **mark.point())
    else:
        width = highest_with_level - lowest_with_level
        axes.add_patch(Rectangle((lowest_with_level, place - 0.3), width, 0.6, **mark.area()))


def _cross(rows: pd.Series, columns: pd.Series, index, across) -> pd.DataFrame:
    """Count combinations of two columns, in a given order and with zeros."""
    counted = pd.crosstab(rows, columns)
    return counted.reindex(index=list(index), columns=list(across), fill_value=0)


def _check_columns(frame: pd.DataFrame, names: Iterable[str]) -> None:
    for name in names:
        if name not in frame.columns:
            known = ", ".join(map(str, frame.columns))
            raise ValueError(f"no column is named {name!r}; one of these was expected: {known}")


def _check_levels(column: pd.Series, levels: Sequence[str], what: str = "level") -> None:
    unknown = column[~column.isin(list(levels))]
    if len(unknown):
        raise ValueError(
            f"row {unknown.index[0]}: the {what} {unknown.iloc[0]!r}; "
            f"one of {', '.join(levels)} was expected"
        )
