"""Show a figure as small, deterministic SVG, with the numbers that it plots.

Matplotlib writes dates, its version, ids that several figures share, long coordinates and CSS
that would reach the page around an inlined figure. `clean_svg` takes all that away and keeps what
is drawn. Text and axes in the neutral ink get the class ``ink`` (or ``ink-line``, where a line is
drawn), so that a page may give them its own colour.
"""

from __future__ import annotations

import hashlib
import io
import re

import matplotlib
import matplotlib.pyplot as plt
from IPython.display import publish_display_data
from lxml import etree

from report.data import csv_text
from report.style import INK, RC

__all__ = ["clean_svg", "figure_bundle", "show_figure"]

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")
_REFERENCE = re.compile(r"#([^)\"']+)")
_GLYPH_SCALE = "scale(0.015625)"
_UNITS_PER_EM = 1000
_MM_PER_POINT = 25.4 / 72


def show_figure(figure, data=None) -> None:
    """
    Display a figure and close it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    data : pandas.DataFrame, optional
        The plotted numbers, which a reader can download.

    Raises
    ------
    TypeError, ValueError
        As `figure_bundle` does.
    """
    publish_display_data(figure_bundle(figure, data))


def figure_bundle(figure, data=None) -> dict[str, str]:
    """
    Draw a figure, close it, and bundle it for display.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    data : pandas.DataFrame, optional
        The plotted numbers.

    Returns
    -------
    dict of str to str
        Display data by MIME type: ``image/svg+xml``, ``text/plain`` and, with `data`,
        ``text/csv``. The same figure and data give the same bytes.

    Raises
    ------
    TypeError
        If `figure` is no figure or `data` no data frame.
    ValueError
        If the figure holds a bitmap (see `clean_svg`).
    """
    if not isinstance(figure, matplotlib.figure.Figure):
        raise TypeError(f"{type(figure).__name__} was given; a matplotlib Figure was expected")
    width, height = figure.get_size_inches() * 25.4
    summary = f"Figure, {width:.0f} mm x {height:.0f} mm"
    bundle = {}
    if data is not None:
        bundle["text/csv"] = csv_text(data)
        columns = ", ".join(bundle["text/csv"].split("\n", 1)[0].split(","))
        summary += f"; {len(data)} rows of data: {columns}"
    buffer = io.StringIO()
    with matplotlib.rc_context(RC):
        figure.savefig(buffer, format="svg", transparent=True)
    plt.close(figure)
    return {"image/svg+xml": clean_svg(buffer.getvalue()), **bundle, "text/plain": summary}


def clean_svg(svg: str) -> str:
    """
    Reduce SVG that matplotlib wrote to what is drawn.

    Size and viewBox stay. Metadata, comments, the document type, style sheets, unused ids and
    groups without effect go; ids that are used are named after the content, so that two figures
    on one page do not share one; coordinates keep two decimals, glyphs a thousandth of the em.

    Parameters
    ----------
    svg : str
        Written by matplotlib with text as paths.

    Returns
    -------
    str
        One SVG element without XML declaration.

    Raises
    ------
    ValueError
        If `svg` is no SVG, refers to anything outside itself, or holds a bitmap: its bytes would
        differ by machine, and it does not scale.

    Examples
    --------
    >>> line = '<g id="line"><path style="stroke: #000000" d="M 1.234 2 L 3 4.5"/></g>'
    >>> svg = clean_svg(f'<svg xmlns="http://www.w3.org/2000/svg"><metadata/>{line}</svg>')
    >>> svg[svg.index("<path") :]
    '<path d="M1.23 2 3 4.5" stroke="#000000"/></svg>'
    """
    root = _parse(svg)
    etree.strip_tags(root, etree.Comment)
    for element in root.xpath("//*[local-name()='metadata' or local-name()='style']"):
        element.getparent().remove(element)
    if root.find(f".//{_SVG}image") is not None:
        raise ValueError(
            "the figure holds a bitmap; draw areas as shapes (pcolormesh instead of imshow, "
            "rasterized=False)"
        )
    root.attrib.pop("version", None)
    # What matplotlib's own style sheet said of every element, inherited instead.
    root.set("stroke-linejoin", "round")
    for element in root.iter(f"{_SVG}*"):
        _plain_attributes(element)
    _remove_unseen(root)
    _gather_definitions(root)
    _rename_ids(root)
    _unwrap_groups(root)
    for element in root.iter(f"{_SVG}*"):
        element.text = element.tail = None
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")


def _parse(svg: str):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(svg.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not SVG: {error.msg}") from None
    if root.tag != f"{_SVG}svg":
        raise ValueError(f"not SVG: the root is {etree.QName(root).localname}")
    return root


def _plain_attributes(element) -> None:
    """Write styles as attributes, shorten numbers, and mark what has the neutral ink."""
    for declaration in element.attrib.pop("style", "").split(";"):
        name, _, value = declaration.partition(":")
        if value:
            element.set(name.strip(), value.strip())
    if _HREF in element.attrib:
        element.set("href", element.attrib.pop(_HREF))
    if element.get("transform") == _GLYPH_SCALE and "d" in element.attrib:
        # A glyph: matplotlib writes 6400 units to the em, the font was drawn with 1000.
        element.set("d", _rounded_path(element.get("d"), 0, _UNITS_PER_EM / 6400))
        element.set("transform", f"scale({100 / _UNITS_PER_EM:g})")
    elif "d" in element.attrib:
        element.set("d", _rounded_path(element.get("d"), 2))
    if element.get("transform"):
        _shorten_transform(element)
    for name in ("x", "y", "width", "height", "points", "stroke-width", "stroke-dasharray"):
        if name in element.attrib and element is not element.getroottree().getroot():
            element.set(name, _rounded(element.get(name), 2))
    if element.get("stroke-dashoffset") == "0":
        del element.attrib["stroke-dashoffset"]
    classes = [
        name
        for name, attribute in (("ink", "fill"), ("ink-line", "stroke"))
        if element.get(attribute) == INK
    ]
    if classes:
        element.set("class", " ".join(classes))


def _shorten_transform(element) -> None:
    """Shorten a transform; a mere shift of a copied glyph becomes its x and y."""
    transform = element.get("transform")
    shift = re.fullmatch(r"translate\(([^ )]+) ([^ )]+)\)", transform)
    if shift and element.tag == f"{_SVG}use" and not {"x", "y"} & set(element.attrib):
        del element.attrib["transform"]
        for name, value in zip("xy", shift.groups(), strict=True):
            if float(value):
                element.set(name, value)
        return
    functions = re.findall(r"(\w+)\(([^)]*)\)", transform)
    element.set(
        "transform",
        "".join(
            f"{name}({_rounded(values, 5 if name in ('scale', 'matrix') else 2)})"
            for name, values in functions
        ),
    )


def _rounded(text: str, decimals: int) -> str:
    return _NUMBER.sub(lambda match: _short(float(match.group()), decimals), text)


def _rounded_path(path: str, decimals: int, scale: float = 1) -> str:
    """Path data with rounded coordinates and no more separators than it needs."""
    written: list[str] = []
    command = ""
    for token in re.findall(rf"[A-Za-z]|{_NUMBER.pattern}", path):
        if token.isalpha():
            # A command that repeats, and a line after a move, need no letter.
            if token != command.replace("M", "L") or token in "Zz":
                written.append(token)
            command = token
            continue
        number = _short(float(token) * scale, decimals)
        if written and not written[-1].isalpha() and not number.startswith("-"):
            written.append(" ")
        written.append(number)
    return "".join(written)


def _short(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in ("-0", ""):
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _remove_unseen(root) -> None:
    """Remove empty glyphs (spaces) and backgrounds that have neither fill nor line."""
    for blank in root.xpath("//*[local-name()='path'][@id][not(@d)]"):
        for copy in root.xpath("//*[@href=$target]", target=f"#{blank.get('id')}"):
            copy.getparent().remove(copy)
        blank.getparent().remove(blank)
    for path in root.findall(f".//{_SVG}path"):
        drawn = path.get("fill", "") != "none" or path.get("stroke", "none") != "none"
        if not drawn and "id" not in path.attrib:
            path.getparent().remove(path)


def _gather_definitions(root) -> None:
    """Collect all definitions in one element at the start, in the order they came."""
    gathered = etree.Element(f"{_SVG}defs")
    for definitions in root.findall(f".//{_SVG}defs"):
        gathered.extend(list(definitions))
        definitions.getparent().remove(definitions)
    if len(gathered):
        root.insert(0, gathered)


def _rename_ids(root) -> None:
    """Name ids that are used after the content of the figure; drop the others."""
    used: set[str] = set()
    for element in root.iter(f"{_SVG}*"):
        for name, value in element.attrib.items():
            if name == "href" and not value.startswith("#"):
                raise ValueError(f"the figure refers to {value}; nothing outside it was expected")
            if name == "href" or value.startswith("url("):
                used.update(_REFERENCE.findall(value))
    identified = [element for element in root.iter(f"{_SVG}*") if "id" in element.attrib]
    names: dict[str, str] = {}
    for element in identified:
        if element.get("id") in used:
            names.setdefault(element.get("id"), f"{len(names):x}")
        else:
            del element.attrib["id"]

    def rename(prefix: str, known: dict[str, str]) -> dict[str, str]:
        renamed = {old: prefix + new for old, new in known.items()}
        for element in root.iter(f"{_SVG}*"):
            for name, value in element.attrib.items():
                if name == "id":
                    element.set(name, renamed[value])
                elif name == "href" or value.startswith("url("):
                    element.set(name, _REFERENCE.sub(lambda m: "#" + renamed[m[1]], value))
        return {new: new.removeprefix(prefix) for new in renamed.values()}

    # First to neutral names, whose hash depends on what is drawn alone.
    neutral = rename("i", names)
    digest = hashlib.sha256(etree.tostring(root)).digest()
    rename("".join(chr(ord("a") + byte % 26) for byte in digest[:5]), neutral)


def _unwrap_groups(root) -> None:
    """Dissolve groups that have no attribute, and drop those that hold nothing."""
    groups = root.findall(f".//{_SVG}g")
    for group in reversed(groups):
        if not len(group):
            group.getparent().remove(group)
    for group in reversed(groups):
        parent = group.getparent()
        if parent is not None and not group.attrib:
            position = parent.index(group)
            parent[position : position + 1] = list(group)
