"""The look of figures: contrast, colour vision, fonts, marks, label placement."""

from itertools import pairwise
from pathlib import Path

import font_source_sans_pro
import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import font_manager
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb
from report import style

ALL_COLOURS = sorted(
    {*style.CATEGORICAL, *style.THEMES, *(mark.colour for mark in style.STATUS.values())}
)

# Machado, Oliveira and Fernandes (2009), severity 1.0, in linear RGB.
COLOUR_VISION = {
    "normal": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
SRGB_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear(colour):
    """Linear RGB of a colour (IEC 61966-2-1)."""
    values = np.array(to_rgb(colour))
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """Contrast ratio (WCAG 2.1)."""
    low, high = sorted(float(linear(colour) @ SRGB_TO_XYZ[1]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(rgb):
    """CIE L*a*b* (D65) of linear RGB."""
    ratios = SRGB_TO_XYZ @ np.clip(rgb, 0, 1) / np.array([0.95047, 1, 1.08883])
    f = np.where(ratios > 216 / 24389, np.cbrt(ratios), (24389 / 27 * ratios + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_contrast_of_black_and_white():
    assert contrast("black", "white") == pytest.approx(21)


@pytest.mark.parametrize("page", [style.LIGHT_PAGE, style.DARK_PAGE])
@pytest.mark.parametrize("colour", ALL_COLOURS)
def test_every_colour_reads_on_both_pages(colour, page):
    assert contrast(colour, page) >= 3


def test_ink_has_nearly_the_best_contrast_that_one_colour_can_have():
    best = contrast(style.LIGHT_PAGE, style.DARK_PAGE) ** 0.5
    assert best < 4.5  # why a page may replace the ink
    for page in (style.LIGHT_PAGE, style.DARK_PAGE):
        assert best - 0.02 < contrast(style.INK, page)


@pytest.mark.parametrize("vision", COLOUR_VISION)
def test_colours_stay_apart(vision):
    seen = [
        lab(COLOUR_VISION[vision] @ linear(colour)) for colour in (*style.CATEGORICAL, style.INK)
    ]
    distances = [
        np.linalg.norm(one - other) for i, one in enumerate(seen) for other in seen[i + 1 :]
    ]
    assert min(distances) > (30 if vision == "normal" else 17)


def test_statuses_differ_without_colour():
    marks = style.STATUS.values()
    assert list(style.STATUS) == ["observed", "reconstructed", "interpreted"]
    assert len({mark.hatch for mark in marks}) == len({mark.marker for mark in marks}) == 3


def test_the_shipped_fonts_are_used():
    style.use_style()
    shipped = Path(font_source_sans_pro.font_directory)
    for weight in ("normal", "semibold", "bold"):
        properties = font_manager.FontProperties(family="Source Sans Pro", weight=weight)
        assert Path(font_manager.findfont(properties)).parent == shipped


def test_fonts_of_the_system_do_not_matter(monkeypatch):
    fonts = font_manager.fontManager
    own = list(fonts.ttflist)
    foreign = [
        font_manager.FontEntry(fname="/elsewhere/Font.ttf", name=name, weight=400, size="scalable")
        for name in ("Source Sans Pro", "DejaVu Sans")
    ]
    monkeypatch.setattr(fonts, "ttflist", [*foreign, *own])
    style._load_fonts.cache_clear()
    style.use_style()
    assert not [font for font in fonts.ttflist if font.fname.startswith("/elsewhere")]


def test_the_fallback_font_is_matplotlibs_own():
    style.use_style()
    fallback = font_manager.findfont(font_manager.FontProperties(family="DejaVu Sans"))
    assert Path(matplotlib.get_data_path()) in Path(fallback).parents


def test_text_is_9_pixels_high_on_a_phone():
    column = 390 - 2 * 16
    points = style.FULL / 25.4 * 72
    assert style.TEXT_SIZE * column / points >= 9


def test_new_figure_has_the_size_in_millimetres():
    figure, axes = style.new_figure(style.NARROW, 60)
    assert figure.get_size_inches() * 25.4 == pytest.approx([110, 60])
    assert not isinstance(axes, np.ndarray)
    _, grid = style.new_figure(rows=2, columns=3, sharex=True)
    assert grid.shape == (2, 3)


@pytest.mark.parametrize(("width", "height"), [(0, 10), (style.FULL + 1, 10), (50, 0)])
def test_sizes_that_are_refused(width, height):
    with pytest.raises(ValueError, match="were expected"):
        style.new_figure(width, height)


def test_group_marks_depend_on_the_list_alone():
    names = ["total", "a", "b", "c", "d", "e", "f"]
    marks = style.group_marks(names, reference="total")
    assert list(marks) == names
    assert marks["total"].colour == style.INK
    assert [marks[name].colour for name in names[1:]] == list(style.CATEGORICAL)
    assert len({mark.marker for mark in marks.values()}) == 7
    with pytest.raises(ValueError, match="at most 6"):
        style.group_marks("abcdefg")
    with pytest.raises(ValueError, match="each name once"):
        style.group_marks("aa")


def test_theme_marks():
    marks = style.theme_marks(range(1, 6))
    assert [mark.colour for mark in marks.values()] == list(style.THEMES)
    assert len({mark.marker for mark in marks.values()}) == 5
    with pytest.raises(ValueError, match="at most 5"):
        style.theme_marks(range(6))


def test_marks_as_keywords():
    _, axes = style.new_figure()
    for mark in style.STATUS.values():
        axes.bar([1], [1], **mark.area())
        axes.plot([1], [1], **mark.point())
    assert [patch.get_hatch() for patch in axes.patches] == [None, "/////", "xxxx"]
    assert [line.get_marker() for line in axes.lines] == ["o", "s", "D"]


def test_shades_grow_stronger():
    shades = style.shades(style.BLUE, 4)
    opacities = [int(shade[-2:], 16) for shade in shades]
    assert opacities == sorted(set(opacities))
    assert opacities[-1] == 255
    assert {shade[:-2] for shade in shades} == {style.BLUE}
    for steps, faintest in ((0, 0.2), (3, 0), (3, 1.5)):
        with pytest.raises(ValueError, match="were expected"):
            style.shades(style.BLUE, steps, faintest)


POSITIONS = st.lists(st.floats(-1e3, 1e3), max_size=12)


@given(POSITIONS, st.floats(0, 50))
def test_spread_keeps_order_distance_and_centre(positions, gap):
    placed = style.spread(positions, gap)
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    for one, other in pairwise(order):
        assert placed[other] - placed[one] >= gap - 1e-6
    # Each pool stands around its mean, so moves cancel out.
    assert sum(placed) == pytest.approx(sum(positions), abs=1e-6)
    assert style.spread(placed, gap) == pytest.approx(placed, abs=1e-6)


@given(POSITIONS, st.floats(0.1, 50), st.randoms(use_true_random=False))
def test_no_other_placement_moves_less(positions, gap, random):
    placed = style.spread(positions, gap)
    moved = sum((a - b) ** 2 for a, b in zip(placed, positions, strict=True))
    other = style.spread([value + random.uniform(-gap, gap) for value in placed], gap)
    ranks = sorted(range(len(positions)), key=lambda index: positions[index])
    if ranks == sorted(range(len(other)), key=lambda index: other[index]):
        cost = sum((a - b) ** 2 for a, b in zip(other, positions, strict=True))
        assert moved <= cost + 1e-6


def test_spread_leaves_what_fits_and_refuses_a_negative_gap():
    assert style.spread([3, 1, 2], 1) == [3, 1, 2]
    with pytest.raises(ValueError, match="0 or more"):
        style.spread([1], -1)


def test_labels_at_line_ends_do_not_overlap():
    figure, axes = style.new_figure()
    axes.set(xlim=(0, 1), ylim=(0, 10))
    style.label_ends(axes, {"one": (1, 5, style.BLUE), "two": (1, 5.01, style.GREEN)})
    figure.draw_without_rendering()
    low, high = sorted((text.get_window_extent() for text in axes.texts), key=lambda box: box.y0)
    assert low.y1 <= high.y0 + 2  # the boxes include room for descenders
    assert axes.texts[1].get_window_extent().y0 > axes.texts[0].get_window_extent().y0
    with pytest.raises(ValueError, match="no label"):
        style.label_ends(axes, {})


def test_status_key_and_tidy():
    _, axes = style.new_figure()
    legend = style.status_key(axes, ["observed", "interpreted"])
    assert [text.get_text() for text in legend.get_texts()] == ["observed", "interpreted"]
    assert style.status_key(axes, ["observed"], area=False).legend_handles[0].get_marker() == "o"
    with pytest.raises(ValueError, match="status 'guessed'; one of observed"):
        style.status_key(axes, ["guessed"])
    style.tidy(axes, "y")
    assert not any(spine.get_visible() for spine in axes.spines.values())
    with pytest.raises(ValueError, match='"x" or "y"'):
        style.tidy(axes, "z")
