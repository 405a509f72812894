"""Results of a consensus method as tables and figures: what is in them, and what is refused."""

import doctest
import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest
import report
from lxml import etree, html
from matplotlib.patches import Rectangle
from report import consensus
from report.figures import figure_bundle
from report.style import STATUS
from report.tables import table_html

LEVELS = ("high", "some", "no")
LABELS = {"all": "All, 10", "b": "B, 4"}
THRESHOLDS = {"high": 80, "some": 50}
VERDICTS = ["certain", "possible", "impossible"]


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture
def cells():
    """Three items, two groups; the order is neither alphabetical nor that of the groups."""
    return pd.DataFrame(
        {
            "topic": ["Work", "Work", "Ethics", "Ethics", "Care", "Care"],
            "group": ["b", "all"] * 3,
            "median": ["3", "2.5", "2", "2", "1", "0"],
            "iqr": ["0", "1", "0.25", "1", "2", "0"],
            "consensus": ["high", "some", "some", "some", "no", "high"],
            "verdict": ["certain", "possible", "certain", "impossible", "possible", "certain"],
            "possible_levels": ["high", "high, some", "some", "no", "some, no", "high"],
            "lowest_modal_share": [1.0, 0.5, 0.5, 0.3, 0.25, 0.8],
            "highest_modal_share": [1.0, 0.9, 0.75, 0.4, 0.5, 1.0],
            "lowest_modal_share_with_level": [1.0, 0.5, 0.5, 0.3, 0.25, 0.8],
            "highest_modal_share_with_level": [1.0, 0.7, 0.75, 0.4, 0.25, 1.0],
        },
        index=range(10, 16),
    )


def body(gt):
    """Texts of the rows of a table."""
    tree = html.fragment_fromstring(table_html(gt))
    return [[cell.text_content() for cell in row] for row in tree.findall("tbody/tr")]


def tints(gt):
    """Opacity of the tint of each cell that has one, by row and column."""
    tree = html.fragment_fromstring(table_html(gt))
    found = {}
    for row, cells in enumerate(tree.findall("tbody/tr")):
        for column, cell in enumerate(cells):
            if tint := re.search(r"#([0-9a-f]{6})([0-9a-f]{2})", cell.get("style", "")):
                found[row, column] = (f"#{tint[1]}", round(int(tint[2], 16) / 255, 2))
    return found


def texts(figure):
    return [text.get_text() for text in figure.findobj(plt.Text) if text.get_text()]


def circles(axes, level, levels=LEVELS):
    """Positions of all circles of one level that stand at an item."""
    fill = consensus.level_points(levels)[level]["fillstyle"]
    return [
        (float(x), float(y))
        for line in axes.lines
        if line.get_fillstyle() == fill and line.get_transform() == axes.transData
        for x, y in line.get_xydata()
    ]


def test_examples_of_the_module_run():
    outcome = doctest.testmod(consensus)
    assert outcome.attempted > 10
    assert outcome.failed == 0


def test_the_package_offers_the_functions():
    assert set(consensus.__all__) <= set(report.__all__)
    assert all(getattr(report, name) is getattr(consensus, name) for name in consensus.__all__)


# Words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "written"),
    [("Ethics", "ethics"), ("PSWs in groups", "PSWs in groups"), ("A", "a"), ("", "")],
)
def test_names_inside_a_sentence(name, written):
    assert consensus.in_sentence(name) == written


@pytest.mark.parametrize("medians", [[], [1.0, None]])
def test_a_span_takes_medians(medians):
    with pytest.raises(ValueError, match="at least one number was expected"):
        consensus.median_span(pd.Series(medians, dtype=float))


def test_labels_of_groups():
    groups = pd.DataFrame(
        {"label": ["Total", "Low"], "partition": ["total", "income"], "n": [9, 2]}, ["t", "l"]
    )
    assert consensus.group_labels(groups) == {"t": "Total", "l": "Low"}
    named = consensus.group_labels(groups, {"income": "income"})
    assert named == {"t": "Total", "l": "Low income"}
    with pytest.raises(
        ValueError, match=r"no partition is named 'role'; one of these .* total, inc"
    ):
        consensus.group_labels(groups, {"role": "staff"})
    with pytest.raises(ValueError, match="no column is named 'n'"):
        consensus.group_labels(groups.drop(columns="n"))


def test_initials_tell_levels_apart():
    with pytest.raises(ValueError, match="levels are strong, some; initials that differ"):
        consensus.level_letters(["strong", "some"])


def test_two_levels_are_full_and_empty():
    fills = [point["fillstyle"] for point in consensus.level_points(["yes", "no"]).values()]
    assert fills == ["full", "none"]


@pytest.mark.parametrize("levels", [["a"], ["a", "b", "a"], ["a", "b", "c", "d"]])
def test_levels_that_have_no_circles(levels):
    with pytest.raises(ValueError, match="two or three that differ were expected"):
        consensus.level_points(levels)


def test_shares_of_a_level(cells):
    assert consensus.share_values(cells, "some") == {"some_low": "30%", "some_high": "75%"}
    with pytest.raises(ValueError, match="no cell has the level 'full'"):
        consensus.share_values(cells, "full")


# Tables -------------------------------------------------------------------------------------------


def test_spread_by_group_keeps_the_order_of_the_items(cells):
    wide = consensus.by_group(cells, cells["median"], LABELS)
    assert wide.index.tolist() == ["Work", "Ethics", "Care"]
    assert wide.columns.tolist() == ["all", "b"]
    assert wide.to_numpy().tolist() == [["2.5", "3"], ["2", "2"], ["0", "1"]]


def test_cells_that_cannot_be_spread(cells):
    values = cells["median"]
    with pytest.raises(ValueError, match="topic Care, group all: this cell occurs twice"):
        twice = pd.concat([cells, cells[-1:]], ignore_index=True)
        consensus.by_group(twice, twice["median"], LABELS)
    with pytest.raises(ValueError, match="topic Work, group c: no such cell"):
        consensus.by_group(cells, values, ["all", "c"])
    with pytest.raises(ValueError, match="topic Care, group all: no such cell"):
        consensus.by_group(cells[:-1], values[:-1], LABELS)
    with pytest.raises(ValueError, match="no column is named 'item'"):
        consensus.by_group(cells, values, LABELS, item="item")
    with pytest.raises(ValueError, match="another index than the cells"):
        consensus.by_group(cells, values.reset_index(drop=True), LABELS)


def test_table_of_printed_summaries(cells):
    gt = consensus.summary_table(
        cells, LABELS, LEVELS, heading="Item", spanners={"Part": ["b"]}, notes="A note."
    )
    assert body(gt) == [
        ["Work", "2.5\N{NO-BREAK SPACE}(1) S", "3\N{NO-BREAK SPACE}(0) H"],
        ["Ethics", "2\N{NO-BREAK SPACE}(1) S", "2\N{NO-BREAK SPACE}(0.25) S"],
        ["Care", "0\N{NO-BREAK SPACE}(0) H", "1\N{NO-BREAK SPACE}(2)"],
    ]
    assert consensus.printed_summaries(cells, LEVELS)[14] == "1\N{NO-BREAK SPACE}(2)"
    blue = STATUS["observed"].colour
    high, some = (blue, 0.36), (blue, 0.14)
    assert tints(gt) == {(0, 1): some, (0, 2): high, (1, 1): some, (1, 2): some, (2, 1): high}
    tree = html.fragment_fromstring(table_html(gt))
    heads = [cell.text_content() for cell in tree.find("thead").iter("th")]
    assert heads == ["Item", "All, 10", "Part", "B, 4"]
    assert [cell.text_content() for cell in tree.findall("tfoot/tr/td")] == ["A note."]


def test_one_level_and_none_has_the_strongest_tint(cells):
    frame = cells.assign(consensus=cells.consensus.replace("high", "some"))
    assert {
        tint for _, tint in tints(consensus.summary_table(frame, LABELS, LEVELS[1:])).values()
    } == {0.36}


def test_table_of_modal_shares(cells):
    values = consensus.modal_share_texts(cells, LEVELS)
    gt = consensus.group_table(
        cells,
        values,
        LABELS,
        kinds=cells.verdict,
        tints={"certain": 0.2},
        status="reconstructed",
    )
    join = "\N{EN DASH}\N{WORD JOINER}"
    assert body(gt) == [
        ["Work", f"50{join}90 H/S", "100 H"],
        ["Ethics", f"30{join}40 N", f"50{join}75 S"],
        ["Care", f"80{join}100 H", f"25{join}50 S/N"],
    ]
    tint = (STATUS["reconstructed"].colour, 0.2)
    assert tints(gt) == {(0, 2): tint, (1, 2): tint, (2, 1): tint}


def test_tables_that_are_refused(cells):
    with pytest.raises(ValueError, match="row 10: the level 'high'; one of some, no was expected"):
        consensus.summary_table(cells, LABELS, LEVELS[1:])
    with pytest.raises(ValueError, match="row 10: the level 'high'; one of some, no was expected"):
        consensus.modal_share_texts(cells, LEVELS[1:])
    with pytest.raises(ValueError, match="status 'guessed'"):
        consensus.group_table(cells, cells.iqr, LABELS, status="guessed")
    with pytest.raises(ValueError, match="tints but no kinds"):
        consensus.group_table(cells, cells.iqr, LABELS, tints={"certain": 0.2})


def test_verdicts_are_crossed_with_levels(cells):
    crossed = consensus.cross_verdicts(cells, LEVELS, VERDICTS)
    assert crossed.to_numpy().tolist() == [
        ["high", 2, 2, 0, 0],
        ["some", 3, 1, 1, 1],
        ["no", 1, 0, 1, 0],
        ["all", 6, 3, 2, 1],
    ]
    gt = consensus.verdict_table(crossed)
    assert body(gt)[1] == ["some", "3", "1", "1", "1"]
    heads = html.fragment_fromstring(table_html(gt)).find("thead").iter("th")
    assert [cell.text_content() for cell in heads] == [
        *("Printed level", "Cells printed", "Given median and IQR, the printed level is"),
        *("Certain", "Possible", "Impossible"),
    ]
    with pytest.raises(ValueError, match="row 13: the verdict 'impossible'; one of certain, poss"):
        consensus.cross_verdicts(cells, LEVELS, VERDICTS[:2])
    with pytest.raises(ValueError, match="no column is named 'cells'"):
        consensus.verdict_table(crossed.drop(columns="cells"))


# Figures ------------------------------------------------------------------------------------------


def test_counts_of_levels(cells):
    counts = consensus.level_counts(cells, LEVELS, LABELS)
    assert counts.index.tolist() == ["all", "b"]
    assert (counts.index.name, counts.columns.name) == ("group", None)
    assert counts.columns.tolist() == list(LEVELS)
    assert counts.to_numpy().tolist() == [[1, 2, 0], [1, 1, 1]]
    with pytest.raises(ValueError, match="group c: no cell has it"):
        consensus.level_counts(cells, LEVELS, ["all", "c"])
    with pytest.raises(ValueError, match="row 14: the level 'no'"):
        consensus.level_counts(cells, LEVELS[:2], LABELS)


def test_a_circle_for_each_item(cells):
    figure = consensus.levels_figure(consensus.level_counts(cells, LEVELS, LABELS), LABELS)
    (axes,) = figure.axes
    assert circles(axes, "high") == [(1, 0), (1, 1)]
    assert circles(axes, "some") == [(2, 0), (3, 0), (2, 1)]
    assert circles(axes, "no") == [(3, 1)]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["All, 10", "B, 4"]
    assert texts(axes)[:9] == ["high", "1", "1", "some", "2", "1", "no", "0", "1"]


@pytest.mark.parametrize(
    ("names", "items"), [(("strong", "moderate", "none"), 20), (("agreed by nearly all", "no"), 60)]
)
def test_counts_stand_clear_of_each_other_and_inside_the_figure(names, items):
    counts = pd.DataFrame([[items - len(names) + 1] + [1] * (len(names) - 1)], ["g"], names)
    figure = consensus.levels_figure(counts, {"g": "A group with a rather long name, 100"})
    figure.draw_without_rendering()
    (axes,) = figure.axes
    heads = [text.get_window_extent() for text in axes.texts if text.get_text() in names]
    assert len(heads) == len(names)
    edges = [axes.get_window_extent().x1]
    edges += [edge for box in heads for edge in (box.x0, box.x1)]
    edges.append(figure.bbox.x1)
    assert edges == sorted(edges)
    size = axes.lines[0].get_markersize() + axes.lines[0].get_markeredgewidth()
    step = axes.transData.transform([(1, 0), (2, 0)])[:, 0]
    assert 0 < size * figure.dpi / 72 < step[1] - step[0]


def test_figures_of_levels_that_are_refused():
    with pytest.raises(ValueError, match="the counts are all zero"):
        consensus.levels_figure(pd.DataFrame([[0, 0]], ["g"], ["yes", "no"]), {"g": "G"})
    with pytest.raises(ValueError, match="group g has no label"):
        consensus.levels_figure(pd.DataFrame([[1, 0]], ["g"], ["yes", "no"]), {})


def test_ranges_of_the_modal_share(cells):
    labels = [f"row {number}" for number in range(len(cells))]
    figure = consensus.share_figure(cells, labels, THRESHOLDS, LEVELS)
    (axes,) = figure.axes
    patches = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    spans = {True: {}, False: {}}
    for patch in patches:
        place = round(patch.get_y() + 0.3)
        ends = (round(patch.get_x(), 6), round(patch.get_x() + patch.get_width(), 6))
        spans[bool(patch.get_hatch())][place] = ends
    assert spans[False] == {1: (50, 90), 2: (50, 75), 3: (30, 40), 4: (25, 50), 5: (80, 100)}
    assert spans[True] == {1: (50, 70), 2: (50, 75), 3: (30, 40), 5: (80, 100)}
    squares = [line for line in axes.lines if line.get_marker() == "s"]
    exact = [tuple(map(float, line.get_xydata()[0])) for line in squares]
    assert exact == [(100, 0), (25, 4)]
    assert circles(axes, "no") == [(106, 4)]
    lines = [line.get_xdata()[0] for line in axes.lines if line.get_linestyle() == "--"]
    assert sorted(lines) == [50, 80]
    assert [label.get_text() for label in axes.get_yticklabels()] == labels
    assert {"high from 80%", "some from 50%", "printed"} <= set(texts(figure))
    assert axes.get_xlim() == (20, 102)
    upper = cells[-1:].assign(lowest_modal_share=0.9, lowest_modal_share_with_level=0.9)
    (axes,) = consensus.share_figure(upper, ["f"], THRESHOLDS, LEVELS).axes
    assert axes.get_xlim() == (40, 102)  # on a full tick, with every threshold in sight
    # A series of thresholds, as a data frame gives it, is a mapping too.
    same = consensus.share_figure(cells, labels, pd.Series(THRESHOLDS), LEVELS)
    assert figure_bundle(same) == figure_bundle(figure)


def test_figures_of_shares_that_are_refused(cells):
    labels = list("abcdef")
    with pytest.raises(ValueError, match="there are 5 labels; 6 were expected"):
        consensus.share_figure(cells, labels[1:], THRESHOLDS, LEVELS)
    with pytest.raises(ValueError, match="a share was expected"):
        consensus.share_figure(cells[:0], [], THRESHOLDS, LEVELS)
    with pytest.raises(ValueError, match="a share was expected"):
        frame = cells.assign(lowest_modal_share=float("nan"))
        consensus.share_figure(frame, labels, THRESHOLDS, LEVELS)
    with pytest.raises(ValueError, match="the level 'full'"):
        consensus.share_figure(cells, labels, {"full": 100}, LEVELS)
    with pytest.raises(ValueError, match="no column is named 'highest_modal_share'"):
        frame = cells.drop(columns="highest_modal_share")
        consensus.share_figure(frame, labels, THRESHOLDS, LEVELS)


def test_same_cells_same_bytes(cells):
    def made():
        counts = consensus.level_counts(cells, LEVELS, LABELS)
        return (
            figure_bundle(consensus.levels_figure(counts, LABELS), counts),
            figure_bundle(consensus.share_figure(cells, list("abcdef"), THRESHOLDS, LEVELS)),
            table_html(consensus.summary_table(cells, LABELS, LEVELS)),
        )

    first = made()
    assert first == made()
    for bundle in first[:2]:
        etree.fromstring(bundle["image/svg+xml"])
