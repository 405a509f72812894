"""Figures as SVG: small, self-contained, the same bytes every time, and still the same picture."""

import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import typst
from lxml import etree
from PIL import Image
from report.data import csv_text
from report.figures import clean_svg, figure_bundle
from report.style import INK, STATUS, new_figure, status_key, tidy

DATA = pd.DataFrame({"topic": ["Ethics", "Größe ≥ ½"], "low": [0.25, 1 / 3], "high": [0.5, 0.75]})


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def draw(shift=0.0):
    """A figure with bars, hatches, points, clipping, rotated text, mathematics and a key."""
    figure, axes = new_figure(height=70)
    rows = np.arange(len(DATA))
    for mark, offset in zip(STATUS.values(), (-0.25, 0, 0.25), strict=True):
        axes.barh(rows + offset, DATA["high"] - DATA["low"], left=DATA["low"], height=0.2)
        axes.barh(rows + offset, DATA["high"] + shift, height=0.2, **mark.area())
        axes.plot(DATA["high"], rows + offset, linestyle="none", **mark.point())
    axes.set_yticks(rows, DATA["topic"])
    axes.set_title("Two topics")
    axes.text(0.6, 0.5, r"$x^2 \geq \frac{1}{2}$", rotation=30, alpha=0.5)
    axes.set_ylabel("Topic")
    axes.plot([0.1, 0.15, 0.2], [0.5, 1.2, 0.5], linewidth=9)  # a corner that shows how lines join
    tidy(axes)
    status_key(axes)
    return figure


def raw_svg(figure):
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True)
    return buffer.getvalue()


def picture(svg, folder, name):
    """Pixels of an SVG on white."""
    (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
    source = folder / f"{name}.typ"
    source.write_text(f'#set page(width: auto, height: auto, margin: 0pt)\n#image("{name}.svg")')
    data = typst.compile(source, format="png", ppi=144)
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=float)


def test_bundle():
    figure = draw()
    bundle = figure_bundle(figure, DATA)
    assert list(bundle) == ["image/svg+xml", "text/csv", "text/plain"]
    assert bundle["text/csv"] == csv_text(DATA)
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(bundle["text/csv"])), DATA)
    assert bundle["text/plain"] == "Figure, 150 mm x 70 mm; 2 rows of data: topic, low, high"
    assert not plt.fignum_exists(figure.number)
    assert list(figure_bundle(draw())) == ["image/svg+xml", "text/plain"]


def test_the_picture_stays_the_same(tmp_path):
    raw = raw_svg(draw())
    before = picture(raw, tmp_path, "before")
    after = picture(clean_svg(raw), tmp_path, "after")
    assert before.shape == after.shape
    assert before.std() > 10  # something is drawn
    difference = np.abs(before - after)
    assert difference.mean() < 0.05
    assert (difference > 100).mean() < 2e-5


def test_svg_is_self_contained():
    svg = figure_bundle(draw())["image/svg+xml"]
    root = etree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert float(root.get("width").removesuffix("pt")) == pytest.approx(150 / 25.4 * 72)
    assert root.get("viewBox").split()[2] == root.get("width").removesuffix("pt")
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" ')
    for absent in ("<?xml", "<!", "<metadata", "<style", "style=", "<image", "xlink", "0x", "/tmp"):
        assert absent not in svg
    assert re.findall(r"https?://[^\"]+", svg) == ["http://www.w3.org/2000/svg"]
    identifiers = root.xpath("//@id")
    targets = {target.removeprefix("#") for target in root.xpath("//@href")}
    targets |= set(re.findall(r"url\(#([^)]+)\)", svg))
    assert len(identifiers) == len(set(identifiers))
    assert targets == set(identifiers)
    assert len(root.findall(".//{*}defs")) == 1
    assert not root.xpath("//*[local-name()='path'][not(@d) or (@fill='none' and not(@stroke))]")
    assert {element.tag.split("}")[1] for element in root.iter()} <= {
        *("svg", "defs", "path", "use", "g", "rect", "pattern", "clipPath"),
    }


def test_svg_is_small_and_coordinates_are_short():
    raw = raw_svg(draw())
    svg = clean_svg(raw)
    assert len(svg) < 0.6 * len(raw)
    body = svg[svg.index("<defs") :]
    assert not re.search(
        r"\.\d{3,}", re.sub(r"(?:scale|matrix)\([^)]*\)|opacity=\"[^\"]*", "", body)
    )


def test_same_figure_same_bytes_and_other_figure_other_ids():
    one, same, other = (figure_bundle(draw(shift))["image/svg+xml"] for shift in (0, 0, 0.1))
    assert one == same
    identifiers = [set(etree.fromstring(svg).xpath("//@id")) for svg in (one, other)]
    assert identifiers[0] and not identifiers[0] & identifiers[1]


def test_cleaning_twice_changes_no_picture(tmp_path):
    once = clean_svg(raw_svg(draw()))
    twice = clean_svg(once)
    assert np.array_equal(picture(once, tmp_path, "once"), picture(twice, tmp_path, "twice"))


def test_ink_is_marked():
    svg = figure_bundle(draw())["image/svg+xml"]
    root = etree.fromstring(svg)
    inked = root.xpath("//*[@fill=$ink or @stroke=$ink]", ink=INK)
    assert inked and all("ink" in element.get("class") for element in inked)


def test_bitmaps_are_refused():
    figure, axes = new_figure()
    axes.imshow([[0, 1]])
    with pytest.raises(ValueError, match="pcolormesh instead of imshow"):
        figure_bundle(figure)


@pytest.mark.parametrize(
    ("svg", "message"),
    [
        ("<svg", "not SVG"),
        ("<html/>", "the root is html"),
        (
            '<svg xmlns="http://www.w3.org/2000/svg"><use href="https://example.org/a"/></svg>',
            r"refers to https://example\.org/a",
        ),
    ],
)
def test_svg_that_is_refused(svg, message):
    with pytest.raises(ValueError, match=message):
        clean_svg(svg)


def test_what_is_no_figure():
    _, axes = new_figure()
    with pytest.raises(TypeError, match="a matplotlib Figure was expected"):
        figure_bundle(axes)
