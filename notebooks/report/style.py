"""One look for all figures: colours, markers, hatches, fonts, sizes, and where labels go.

A figure is drawn once, on a transparent ground, and shown on white pages, on dark pages and on
paper. Every colour therefore keeps a contrast of at least 3 : 1 to both pages (WCAG 2.1, success
criterion 1.4.11), which confines the relative luminance to 0.127–0.300. The six categorical hues
follow Okabe and Ito (2008), moved within those bounds until each pair, and each hue beside the
neutral ink, stays apart for normal vision and for the simulated protan, deutan and tritan
deficiencies of Machado, Oliveira and Fernandes (2009). Colour never stands alone: a group also
has a marker, a status also a hatch and a marker, so that greyscale print tells them apart.

References
----------
Okabe M, Ito K (2008). Color universal design: how to make figures and presentations that are
friendly to colorblind people. https://jfly.uni-koeln.de/color/

Machado GM, Oliveira MM, Fernandes LAF (2009). A physiologically-based model for simulation of
color vision deficiency. IEEE Transactions on Visualization and Computer Graphics 15(6):1291–1298.
doi:10.1109/TVCG.2009.113
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import font_source_sans_pro
import matplotlib
import matplotlib.pyplot as plt
import seaborn
from matplotlib import font_manager
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

__all__ = [
    "CATEGORICAL",
    "DARK_PAGE",
    "FULL",
    "HALF",
    "INK",
    "LIGHT_PAGE",
    "NARROW",
    "RC",
    "STATUS",
    "THEMES",
    "Mark",
    "group_marks",
    "label_ends",
    "new_figure",
    "shades",
    "spread",
    "status_key",
    "theme_marks",
    "tidy",
    "use_style",
]

LIGHT_PAGE = "#ffffff"
DARK_PAGE = "#14181d"

# Between these pages the contrast is 17.8 : 1, so no colour has more than 4.22 : 1 to both; this
# neutral has that. A page that shows the figure can raise it: it is marked by class.
INK = "#767c84"

BLUE = "#0366cb"
VERMILLION = "#d04700"
GREEN = "#0a8957"
PURPLE = "#a258a0"
OCHRE = "#a6914a"
SKY = "#009de0"
CATEGORICAL = (BLUE, VERMILLION, GREEN, PURPLE, OCHRE, SKY)

_MARKERS = ("o", "s", "D", "^", "v", "P", "X")

# Figure widths in millimetres. At FULL on a screen 390 px wide the text is still 9 px high.
FULL = 150
NARROW = 110
HALF = 72

TEXT_SIZE = 11
_MM_PER_INCH = 25.4
_POINTS_PER_INCH = 72
_FAMILY = "Source Sans Pro"
_FALLBACK = "DejaVu Sans"


@dataclass(frozen=True)
class Mark:
    """
    How one thing looks in every figure.

    Attributes
    ----------
    colour : str
        Hexadecimal colour.
    marker : str
        Matplotlib marker.
    hatch : str
        Matplotlib hatch of an area; empty for a solid area.
    filled : bool
        Whether markers are filled.
    """

    colour: str
    marker: str = "o"
    hatch: str = ""
    filled: bool = True

    def point(self) -> dict:
        """Keywords for ``Axes.plot``: colour, marker and fill of the marker."""
        return {
            "color": self.colour,
            "marker": self.marker,
            "markerfacecolor": self.colour if self.filled else "none",
            "markeredgecolor": self.colour,
            "markeredgewidth": 1.4,
        }

    def area(self) -> dict:
        """Keywords for ``Axes.bar``, ``Axes.fill_between`` and patches: a solid or hatched area."""
        if not self.hatch:
            return {"facecolor": self.colour, "edgecolor": "none", "linewidth": 0}
        return {
            "facecolor": "none",
            "edgecolor": self.colour,
            "hatch": self.hatch,
            "linewidth": 1,
        }


STATUS: Mapping[str, Mark] = {
    "observed": Mark(BLUE, "o"),
    "reconstructed": Mark(VERMILLION, "s", "/////", filled=False),
    "interpreted": Mark(PURPLE, "D", "xxxx", filled=False),
}
"""What the source prints, what we compute from it, and what we read into it."""

THEMES = CATEGORICAL[:5]
"""Colours of themes 1 to 5."""

RC = {
    "figure.facecolor": "none",
    "figure.edgecolor": "none",
    "savefig.facecolor": "none",
    "savefig.edgecolor": "none",
    "savefig.transparent": True,
    "axes.facecolor": "none",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": INK,
    "grid.alpha": 0.28,
    "grid.linewidth": 0.7,
    "hatch.linewidth": 1.1,
    "font.family": [_FAMILY, _FALLBACK],
    "font.size": TEXT_SIZE,
    "axes.labelsize": TEXT_SIZE,
    "axes.titlesize": TEXT_SIZE,
    "axes.titleweight": "semibold",
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "xtick.labelsize": TEXT_SIZE,
    "ytick.labelsize": TEXT_SIZE,
    "legend.fontsize": TEXT_SIZE,
    "legend.title_fontsize": TEXT_SIZE,
    "legend.frameon": False,
    "legend.handletextpad": 0.5,
    "legend.columnspacing": 1.4,
    "mathtext.fontset": "custom",
    "mathtext.rm": _FAMILY,
    "mathtext.it": f"{_FAMILY}:italic",
    "mathtext.bf": f"{_FAMILY}:bold",
    "mathtext.bfit": f"{_FAMILY}:bold",
    "mathtext.cal": _FAMILY,
    "mathtext.sf": _FAMILY,
    "mathtext.tt": _FAMILY,
    "mathtext.fallback": "stixsans",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "axes.formatter.use_locale": False,
    "axes.formatter.useoffset": False,
    "xtick.major.width": 0.8,
    "ytick.major.width": 0.8,
    "xtick.major.size": 3.5,
    "ytick.major.size": 3.5,
    "lines.linewidth": 2,
    "lines.markersize": 7,
    "lines.solid_capstyle": "round",
    "path.simplify": True,
    "path.simplify_threshold": 0.1,
    "svg.fonttype": "path",
    "svg.hashsalt": "report",
}
"""Matplotlib settings of every figure."""


def use_style() -> None:
    """
    Make the house style the style of matplotlib and seaborn in this process.

    Every figure that `new_figure` makes has it; call it before seaborn makes a figure of its own.
    """
    _load_fonts()
    seaborn.set_theme(context="paper", style="ticks", palette=list(CATEGORICAL))
    # Afterwards, since a seaborn theme sets fonts, sizes and colours too.
    matplotlib.rcParams.update(RC)


def new_figure(width: float = FULL, height: float = 90, rows: int = 1, columns: int = 1, **options):
    """
    Make a figure in the house style.

    Parameters
    ----------
    width, height : float
        Size in millimetres; `FULL`, `NARROW` and `HALF` are the usual widths.
    rows, columns : int, default 1
        Grid of axes.
    **options
        Further keywords of ``matplotlib.pyplot.subplots``, such as ``sharex``.

    Returns
    -------
    figure : matplotlib.figure.Figure
        With constrained layout, so that nothing is cut off and the size is exact.
    axes : matplotlib.axes.Axes or numpy.ndarray of Axes
        One, or an array of shape (rows, columns) with axes of length 1 dropped.

    Raises
    ------
    ValueError
        If a size is not positive or the figure is wider than `FULL`.
    """
    if not 0 < width <= FULL or not height > 0:
        raise ValueError(
            f"the figure is {width} mm x {height} mm; "
            f"a width above 0 and up to {FULL} mm and a height above 0 mm were expected"
        )
    use_style()
    return plt.subplots(
        rows,
        columns,
        figsize=(width / _MM_PER_INCH, height / _MM_PER_INCH),
        layout="constrained",
        **options,
    )


def group_marks(names: Iterable[str], reference: str | None = None) -> dict[str, Mark]:
    """
    Give each group its colour and marker, by its position in the list.

    Parameters
    ----------
    names : iterable of str
        All groups of the study, in one fixed order; at most six beside the reference.
    reference : str, optional
        A group that the others are compared with, such as the total; it has the neutral ink and
        takes no position.

    Returns
    -------
    dict of str to Mark
        In the order of `names`.

    Raises
    ------
    ValueError
        If a name occurs twice, or there are more groups than colours.

    Examples
    --------
    >>> marks = group_marks(["all", "staff", "users"], reference="all")
    >>> marks["all"].colour == INK, marks["staff"].marker, marks["users"].marker
    (True, 's', 'D')
    """
    names = list(names)
    if len(set(names)) != len(names):
        raise ValueError(f"groups are {', '.join(names)}; each name once was expected")
    others = [name for name in names if name != reference]
    if len(others) > len(CATEGORICAL):
        raise ValueError(
            f"there are {len(others)} groups to tell apart; at most {len(CATEGORICAL)} were "
            "expected (use small multiples)"
        )
    marks = {
        name: Mark(colour, marker)
        for name, colour, marker in zip(others, CATEGORICAL, _MARKERS[1:], strict=False)
    }
    return {name: Mark(INK, _MARKERS[0]) if name == reference else marks[name] for name in names}


def theme_marks(themes: Iterable) -> dict:
    """
    Give each of at most five themes its colour and marker, by its position in the list.

    Parameters
    ----------
    themes : iterable
        All themes of the study, in one fixed order.

    Returns
    -------
    dict of theme to Mark

    Raises
    ------
    ValueError
        If a theme occurs twice or there are more than five.
    """
    themes = list(themes)
    if len(set(themes)) != len(themes) or len(themes) > len(THEMES):
        raise ValueError(
            f"themes are {', '.join(map(str, themes))}; "
            f"each once and at most {len(THEMES)} were expected"
        )
    return {
        theme: Mark(colour, marker)
        for theme, colour, marker in zip(themes, THEMES, _MARKERS, strict=False)
    }


def shades(colour: str, steps: int, faintest: float = 0.22) -> list[str]:
    """
    Shades of one colour for ordered categories, faintest first.

    The shades differ in opacity, so that "more" is further from the page, white or dark.

    Parameters
    ----------
    colour : str
        Colour of the last step.
    steps : int
        Number of shades, at least 1.
    faintest : float, default 0.22
        Opacity of the first step, above 0 and up to 1.

    Returns
    -------
    list of str
        Hexadecimal colours with opacity (#rrggbbaa).

    Raises
    ------
    ValueError
        If `steps` or `faintest` is out of range.

    Examples
    --------
    >>> shades("#0366cb", 3, faintest=0.2)
    ['#0366cb33', '#0366cb99', '#0366cbff']
    """
    if steps < 1 or not 0 < faintest <= 1:
        raise ValueError(
            f"steps is {steps} and faintest is {faintest}; "
            "at least 1 and a number above 0 and up to 1 were expected"
        )
    rise = (1 - faintest) / max(steps - 1, 1)
    opacities = [1.0] if steps == 1 else [faintest + rise * step for step in range(steps)]
    return [to_hex((*to_rgb(colour), opacity), keep_alpha=True) for opacity in opacities]


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """
    Move positions apart until neighbours are `gap` from each other, as little as possible.

    The sum of squared moves is the smallest that keeps the order: subtracting ``gap * rank`` turns
    the task into isotonic regression, which the pool-adjacent-violators algorithm solves
    (Barlow et al 1972, Statistical Inference under Order Restrictions).

    Parameters
    ----------
    positions : sequence of float
        Where the labels would stand, in any order.
    gap : float
        Smallest distance between two labels, at least 0, in the unit of `positions`.

    Returns
    -------
    list of float
        Where the labels stand, in the order of `positions`.

    Raises
    ------
    ValueError
        If `gap` is negative.

    Examples
    --------
    >>> spread([0.0, 10.0, 10.0], gap=2)
    [0.0, 9.0, 11.0]
    """
    if gap < 0:
        raise ValueError(f"gap is {gap}; 0 or more was expected")
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    pools: list[tuple[float, int]] = []  # mean of a run of labels that touch, and its length
    for rank, index in enumerate(order):
        mean, size = positions[index] - gap * rank, 1
        while pools and pools[-1][0] > mean:
            before, length = pools.pop()
            mean = (before * length + mean * size) / (length + size)
            size += length
        pools.append((mean, size))
    placed = [mean for mean, size in pools for _ in range(size)]
    result = [0.0] * len(positions)
    for rank, index in enumerate(order):
        result[index] = float(placed[rank] + gap * rank)
    return result


def label_ends(axes, labels: Mapping[str, tuple[float, float, str]], gap: float = 1.15) -> None:
    """
    Write labels at the right ends of lines, moved apart where they would overlap.

    Each label stands to the right of the axes and a thin line in its colour leads to it, so that
    no legend is needed. Call it after limits and scales of the axes are set.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    labels : mapping of str to (x, y, colour)
        Text, the point in data coordinates that it names, and the colour of the leader.
    gap : float, default 1.15
        Distance of neighbouring labels in heights of the text.

    Raises
    ------
    ValueError
        If there is no label.
    """
    if not labels:
        raise ValueError("there is no label to place; at least one was expected")
    # Constrained layout settles the height of the axes, and with it how far apart labels stand.
    axes.figure.draw_without_rendering()
    height_points = axes.get_window_extent().height * _POINTS_PER_INCH / axes.figure.dpi
    points = {
        text: axes.transLimits.transform(axes.transScale.transform((x, y)))
        for text, (x, y, _) in labels.items()
    }
    places = spread([point[1] for point in points.values()], gap * TEXT_SIZE / height_points)
    for (text, point), place in zip(points.items(), places, strict=True):
        axes.annotate(
            text,
            xy=tuple(point),
            xytext=(1.05, place),
            xycoords="axes fraction",
            textcoords="axes fraction",
            verticalalignment="center_baseline",
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": labels[text][2],
                "linewidth": 1,
                "shrinkA": 2,
                "shrinkB": 4,
            },
        )


def status_key(axes, statuses: Iterable[str] = tuple(STATUS), area: bool = True, **options):
    """
    Add the key to what is observed, reconstructed and interpreted above the axes.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    statuses : iterable of str
        Those that the figure shows, of "observed", "reconstructed", "interpreted".
    area : bool, default True
        Whether the figure shows them as areas; as points otherwise.
    **options
        Further keywords of ``Axes.legend``.

    Returns
    -------
    matplotlib.legend.Legend

    Raises
    ------
    ValueError
        If a status is unknown.
    """
    statuses = list(statuses)
    unknown = [status for status in statuses if status not in STATUS]
    if unknown:
        raise ValueError(f"status {unknown[0]!r}; one of {', '.join(STATUS)} was expected")
    handles = [
        Patch(label=status, **STATUS[status].area())
        if area
        else Line2D([], [], label=status, linestyle="none", **STATUS[status].point())
        for status in statuses
    ]
    place = {
        "loc": "lower left",
        "bbox_to_anchor": (0, 1),
        "ncols": len(handles),
        "borderaxespad": 0.3,
        "borderpad": 0,
    }
    return axes.legend(handles=handles, **{**place, **options})


def tidy(axes, values: str = "x") -> None:
    """
    Give axes of categories against values the house look.

    The value axis keeps a faint grid and loses its line; the category axis loses line and ticks.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    values : {"x", "y"}, default "x"
        Axis that carries the values.

    Raises
    ------
    ValueError
        If `values` is neither "x" nor "y".
    """
    if values not in ("x", "y"):
        raise ValueError(f'values is {values!r}; "x" or "y" was expected')
    categories = "y" if values == "x" else "x"
    axes.grid(True, axis=values)
    axes.grid(False, axis=categories)
    axes.tick_params(axis="both", length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


@cache
def _load_fonts() -> None:
    """Register the shipped fonts, and drop any of the same name that the system has."""
    fonts = font_manager.fontManager
    own = Path(matplotlib.get_data_path())
    fonts.ttflist[:] = [
        font
        for font in fonts.ttflist
        if font.name != _FAMILY and (font.name != _FALLBACK or own in Path(font.fname).parents)
    ]
    folder = Path(font_source_sans_pro.font_directory)
    for face in ("Regular", "It", "Semibold", "Bold"):
        fonts.addfont(folder / f"SourceSansPro-{face}.ttf")
    # The fallback has no semibold face; without one matplotlib warns into the notebook.
    fonts.ttflist.extend(
        [
            replace(font, weight=600)
            for font in fonts.ttflist
            if font.name == _FALLBACK and font.weight == 700
        ]
    )
