"""The ink of a figure on the ground it stands on.

Notebooks draw text and axes in one neutral that reads on white and on dark pages alike, at 4.2 : 1
at most, and mark them with the classes `ink` (filled) and `ink-line` (drawn). Where the ground is
known, full contrast is better.
"""

from __future__ import annotations

import re

from lxml import etree

SVG = "{http://www.w3.org/2000/svg}"
LIGHT_GROUND = "#1d2329"  # as --ink in style.css
DARK_GROUND = "#e4e8ec"


def with_ink(svg: str, ink: str, dark: str | None = None) -> str:
    """Give the text and axes of a figure the ink of the page or paper it stands on.

    Parameters
    ----------
    svg : str
        A figure as a notebook keeps it.
    ink : str
        Hexadecimal colour on a light ground.
    dark : str, optional
        Hexadecimal colour where the surroundings prefer a dark colour scheme; the SVG then
        carries a rule that chooses.

    Returns
    -------
    str
        SVG of the same size.

    Raises
    ------
    ValueError
        If `svg` is no SVG or a colour is not hexadecimal.

    Examples
    --------
    >>> svg = '<svg xmlns="http://www.w3.org/2000/svg"><path class="ink" fill="#767c84"/></svg>'
    >>> with_ink(svg, "#1f2328")
    '<svg xmlns="http://www.w3.org/2000/svg"><path class="ink" fill="#1f2328"/></svg>'
    """
    for colour in (ink, dark):
        if colour is not None and not re.fullmatch(r"#(?:[0-9a-fA-F]{3}){1,2}", colour):
            raise ValueError(f"ink is {colour!r}; a colour such as #1f2328 was expected")
    try:
        root = etree.fromstring(svg.encode())
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not SVG: {error}") from None
    for element in root.iter(f"{SVG}*"):
        classes = element.get("class", "").split()
        if "ink" in classes:
            element.set("fill", ink)
        if "ink-line" in classes:
            element.set("stroke", ink)
    if dark is not None:
        style = etree.Element(f"{SVG}style")
        style.text = (
            f"@media(prefers-color-scheme:dark){{.ink{{fill:{dark}}}.ink-line{{stroke:{dark}}}}}"
        )
        root.insert(0, style)
    return etree.tostring(root, encoding="unicode")
