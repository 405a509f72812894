"""Figures in the ink of the ground that they stand on."""

import doctest

import pytest

from render import ink
from render.ink import with_ink

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg"><path class="ink" fill="#767c84"/>'
    '<path class="tick ink-line" stroke="#767c84"/><path fill="#d04700"/></svg>'
)


def test_only_marked_elements_change():
    paper = with_ink(SVG, "#1f2328")
    assert "#767c84" not in paper
    assert 'fill="#1f2328"' in paper and 'stroke="#1f2328"' in paper and "#d04700" in paper
    assert with_ink(paper, "#767c84") == SVG


def test_a_page_may_be_dark():
    both = with_ink(SVG, "#1f2328", dark="#d5dae0")
    rule = "@media(prefers-color-scheme:dark){.ink{fill:#d5dae0}.ink-line{stroke:#d5dae0}}"
    assert f"<style>{rule}</style>" in both


@pytest.mark.parametrize("colours", [("red;}",), ("#1f2328", "url(x)")])
def test_a_colour_is_hexadecimal(colours):
    with pytest.raises(ValueError, match="a colour such as"):
        with_ink(SVG, *colours)


def test_what_is_no_svg_is_refused():
    with pytest.raises(ValueError, match="not SVG"):
        with_ink("<svg", "#1f2328")


def test_examples_run():
    assert doctest.testmod(ink).failed == 0
