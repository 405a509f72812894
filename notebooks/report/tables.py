"""Tables in the house style, as HTML that a page, a notebook and a document converter can read.

`table` starts a ``great_tables.GT`` that any of its methods can go on with. `show_table` displays
what it renders without its style sheet, its random ids and its wrappers: a plain table with
header cells that say what they head. The caption is not part of it; the cell that shows the table
states it (``#| tbl-cap:``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from html import escape

import pandas as pd
from great_tables import GT, loc, style
from IPython.display import publish_display_data
from lxml import html
from matplotlib.colors import to_hex, to_rgb
from pandas.api.types import is_bool_dtype, is_float_dtype, is_numeric_dtype

from report.data import csv_text
from report.style import STATUS
from report.values import number

__all__ = ["mark_status", "shade", "show_table", "table", "table_bundle", "table_html"]

MISSING = "\N{EN DASH}"

_KEPT_CLASSES = {
    "gt_spanner_row",
    "gt_group_heading",
    "gt_stub",
    "gt_summary_row",
    "gt_grand_summary_row",
    "gt_sourcenote",
    "gt_footnote",
    "gt_footnote_marks",
}
_KEPT_PROPERTIES = {
    "background-color",
    "color",
    "font-style",
    "font-weight",
    "text-align",
    "text-decoration",
    "text-indent",
    "vertical-align",
    "white-space",
    "width",
}
_KEPT_ATTRIBUTES = {"abbr", "alt", "class", "href", "lang", "scope", "src", "style", "title"}
_ALIGNMENTS = {"gt_left": "left", "gt_center": "center", "gt_right": "right"}
_PRINTED_NUMBER = re.compile(r"[-\N{MINUS SIGN}]?\d[\d,]*(\.\d+)?%?")
_INDENT = re.compile(r"gt_indent_(\d)")


def table(
    frame: pd.DataFrame,
    *,
    stub: str | None = None,
    groups: str | None = None,
    labels: Mapping[str, str] | None = None,
    spanners: Mapping[str, Sequence[str]] | None = None,
    decimals: int | Mapping[str, int] = 1,
    align: Mapping[str, str] | None = None,
    missing: str | None = None,
    notes: str | Iterable[str] = (),
    widths: Mapping[str, str] | None = None,
) -> GT:
    """
    Start a table in the house style.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns and rows in the order of the table.
    stub : str, optional
        Column whose values head the rows.
    groups : str, optional
        Column whose values group the rows; each value becomes a heading over its rows.
    labels : mapping of str to str, optional
        Heading of a column; its name in words when omitted ("mean_age": "Mean age").
    spanners : mapping of str to sequence of str, optional
        Headings over several neighbouring columns.
    decimals : int or mapping of str to int, default 1
        Decimals of floating-point columns, rounded half away from zero.
    align : mapping of str to {"left", "center", "right"}, optional
        Where a column is aligned other than by rule: numbers right, and so are
        texts that are all printed numbers; all else left.
    missing : str, optional
        What a missing value or an empty text means, such as "not reported". It prints as an en
        dash, and a note under the table says what it stands for.
    notes : str or iterable of str, optional
        Notes under the table.
    widths : mapping of str to str, optional
        Widths of columns in percent ("20%").

    Returns
    -------
    great_tables.GT
        Footnotes (``tab_footnote``) are marked with letters, since digits beside numbers read as
        exponents.

    Raises
    ------
    ValueError
        If a named column does not exist, a width is not in percent, a cell is missing and
        `missing` does not say what that means.

    Examples
    --------
    >>> frame = pd.DataFrame({"site": ["A", "B"], "mean_age": [43.25, None]})
    >>> gt = table(frame, stub="site", missing="not reported")
    >>> print(table_bundle(gt)["text/plain"])
    Table, 2 rows: site, mean_age
    """
    labels, align, widths = dict(labels or {}), dict(align or {}), dict(widths or {})
    spanners = {text: list(columns) for text, columns in (spanners or {}).items()}
    per_column = dict(decimals) if isinstance(decimals, Mapping) else {}
    spanned = [column for columns in spanners.values() for column in columns]
    named = [name for name in (stub, groups) if name is not None]
    _check_columns(frame, [*named, *labels, *spanned, *per_column, *align, *widths])
    _check_widths(widths)
    frame = frame.reset_index(drop=True)
    frame, has_missing = _with_missing(frame, missing)

    gt = GT(frame, rowname_col=stub, groupname_col=groups)
    headings = {name: labels.get(name, in_words(name)) for name in frame.columns}
    gt = gt.cols_label({name: headings[name] for name in frame.columns if name not in named})
    if stub is not None:
        gt = gt.tab_stubhead(headings[stub])
    for text, columns in spanners.items():
        gt = gt.tab_spanner(text, columns=columns)
    for name in frame.columns:
        if name == groups:
            continue
        column = frame[name]
        side = "right" if name != stub and _holds_numbers(column) else "left"
        gt = gt.cols_align(align.get(name, side), columns=name)
        places = per_column.get(name, 1 if per_column else decimals)
        gt = gt.fmt(_formatter(column, places), columns=name)
    # Again for columns that the caller formats otherwise.
    gt = gt.sub_missing(missing_text=MISSING).opt_footnote_marks("letters")
    if widths:
        gt = gt.cols_width(widths)
    for note in [notes] if isinstance(notes, str) else notes:
        gt = gt.tab_source_note(note)
    return gt.tab_source_note(f"{MISSING} {missing}.") if has_missing else gt


def shade(gt: GT, colour: str, columns=None, rows=None, strength: float = 0.16) -> GT:
    """
    Tint cells so that their text stays readable on white and on dark pages.

    Parameters
    ----------
    gt : great_tables.GT
    colour : str
        Colour of the tint.
    columns, rows : optional
        Cells, as ``great_tables.loc.body`` takes them; all when omitted.
    strength : float, default 0.16
        Opacity of the tint.

    Returns
    -------
    great_tables.GT
    """
    tint = to_hex((*to_rgb(colour), strength), keep_alpha=True)
    return gt.tab_style(style.fill(tint), loc.body(columns=columns, rows=rows))


def mark_status(gt: GT, status: str, columns, rows=None) -> GT:
    """
    Mark cells as observed, reconstructed or interpreted: by tint, and by a note on the headings.

    Parameters
    ----------
    gt : great_tables.GT
    status : {"observed", "reconstructed", "interpreted"}
    columns : str or list of str
        Columns that have this status.
    rows : optional
        Rows, as ``great_tables.loc.body`` takes them; all when omitted.

    Returns
    -------
    great_tables.GT

    Raises
    ------
    ValueError
        If the status is unknown.
    """
    if status not in STATUS:
        raise ValueError(f"status {status!r}; one of {', '.join(STATUS)} was expected")
    gt = shade(gt, STATUS[status].colour, columns, rows)
    if rows is not None:
        return gt.tab_footnote(f"{status.capitalize()}.", loc.body(columns=columns, rows=rows))
    return gt.tab_footnote(f"{status.capitalize()}.", loc.column_labels(columns=columns))


def show_table(gt: GT, data: pd.DataFrame | None = None) -> None:
    """
    Display a table.

    Parameters
    ----------
    gt : great_tables.GT
    data : pandas.DataFrame, optional
        Numbers that a reader can download; the frame of the table when omitted.

    Raises
    ------
    TypeError, ValueError
        As `table_bundle` does.
    """
    publish_display_data(table_bundle(gt, data))


def table_bundle(gt: GT, data: pd.DataFrame | None = None) -> dict[str, str]:
    """
    Bundle a table for display.

    Parameters
    ----------
    gt : great_tables.GT
    data : pandas.DataFrame, optional
        Numbers that a reader can download; the frame of the table when omitted.

    Returns
    -------
    dict of str to str
        Display data by MIME type: ``text/html``, ``text/csv`` and ``text/plain``. The same table
        gives the same bytes.

    Raises
    ------
    TypeError
        If `gt` is no GT or `data` no data frame.
    ValueError
        As `table_html` does.
    """
    if not isinstance(gt, GT):
        raise TypeError(f"{type(gt).__name__} was given; a great_tables.GT was expected")
    text = csv_text(gt._tbl_data if data is None else data)
    rows, columns = len(gt._tbl_data), ", ".join(map(str, gt._tbl_data.columns))
    return {
        "text/html": table_html(gt),
        "text/csv": text,
        "text/plain": f"Table, {rows} rows: {columns}",
    }


def table_html(gt: GT) -> str:
    """
    Render a table as compact HTML.

    Parameters
    ----------
    gt : great_tables.GT

    Returns
    -------
    str
        One ``table`` element with head, a body for each group of rows, and notes in the foot.
        Header cells have a scope and are never empty; nothing has an id; alignment and fills are
        inline styles, since no style sheet comes along.

    Raises
    ------
    ValueError
        If the table has a header of its own: its caption belongs to the cell that shows it.
    """
    if gt._heading.title is not None:
        raise ValueError("the table has a title (tab_header); state it as tbl-cap in the cell")
    rendered = html.fragment_fromstring(gt.as_raw_html(), create_parent="div").find(".//table")
    stub = next((column.var for column in gt._boxhead if column.type.name == "stub"), None)
    _name_headings(rendered, in_words(stub) if stub else "Row")
    _split_groups(rendered)
    for element in list(rendered.iter()):
        _clean_element(element)
    for span in rendered.xpath(".//span[not(@*)]"):
        span.drop_tag()
    for cell in rendered.iter("td", "th"):
        _trim(cell)
    rendered.attrib.clear()
    rendered.set("class", "gt_table report-table")
    rendered.set("style", "font-variant-numeric:tabular-nums")
    for element in rendered.iter("table", "colgroup", "thead", "tbody", "tfoot", "tr"):
        element.text = "\n"
        for child in element:
            child.tail = "\n"
    for element in rendered.iter("tr", "colgroup"):
        element.text = ""
        for child in element:
            child.tail = ""
    rendered.tail = None
    return html.tostring(rendered, encoding="unicode")


def in_words(name: str) -> str:
    """
    Turn the name of a column into a heading.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Examples
    --------
    >>> in_words("mean_age")
    'Mean age'
    """
    words = str(name).replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def _check_columns(frame: pd.DataFrame, names) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"{type(frame).__name__} was given; a pandas.DataFrame was expected")
    for name in names:
        if name not in frame.columns:
            known = ", ".join(map(str, frame.columns))
            raise ValueError(f"no column is named {name!r}; one of these was expected: {known}")


def _check_widths(widths: Mapping[str, str]) -> None:
    for name, width in widths.items():
        if not re.fullmatch(r"\d+(\.\d+)?%", width):
            raise ValueError(f"column {name}: width {width!r}; a percentage was expected")


def _with_missing(frame: pd.DataFrame, missing: str | None) -> tuple[pd.DataFrame, bool]:
    """Frame with empty texts as missing values, and whether there is any."""
    absent = frame.isna() | (frame == "").fillna(False)
    if not absent.to_numpy().any():
        return frame, False
    if missing is None:
        row, column = next(
            (row, column)
            for column in frame.columns
            for row in frame.index
            if absent.at[row, column]
        )
        raise ValueError(
            f"row {row + 1}, column {column}: no value; say what that means, "
            'such as table(…, missing="not reported")'
        )
    return frame.mask(absent), True


def _holds_numbers(column: pd.Series) -> bool:
    """Whether a column has numbers, or texts that are all printed numbers."""
    if is_numeric_dtype(column):
        return not is_bool_dtype(column)
    texts = [str(value) for value in column.dropna()]
    return bool(texts) and all(_PRINTED_NUMBER.fullmatch(text) for text in texts)


def _formatter(column: pd.Series, decimals: int):
    """How the values of a column print."""
    if is_bool_dtype(column):
        printed = _yes_or_no
    elif is_float_dtype(column):
        printed = partial(number, decimals=decimals)
    elif is_numeric_dtype(column):
        printed = number
    else:
        printed = _escaped
    return lambda value: MISSING if pd.isna(value) else printed(value)


def _yes_or_no(value) -> str:
    return "yes" if value else "no"


def _escaped(value) -> str:
    return escape(str(value), quote=False)


def _name_headings(rendered, stub_label: str) -> None:
    """Give an empty heading of the stub a name; an empty cell over other columns heads nothing."""
    head = rendered.find("thead")
    if head is None:
        return
    rows = head.findall("tr")
    for heading in head.iter("th"):
        if heading.text_content().strip() or heading.xpath(".//img[@alt]"):
            continue
        if rows.index(heading.getparent()) + int(heading.get("rowspan", 1)) == len(rows):
            heading.text = stub_label
        else:
            heading.tag = "td"
            heading.attrib.pop("scope", None)


def _split_groups(rendered) -> None:
    """Give each group of rows a body of its own, so that its heading heads just these rows."""
    body = rendered.find("tbody")
    headings = body.findall("tr[th]")
    headings = [row for row in headings if "gt_group_heading" in row[0].get("class", "")]
    for row in headings:
        row[0].set("scope", "rowgroup")
    for row in headings:
        if row.getprevious() is None:
            continue
        new = html.Element("tbody")
        current = row.getparent()
        current.addnext(new)
        new.extend(list(current)[current.index(row) :])


def _clean_element(element) -> None:
    """Keep what says what an element is and how it is aligned or filled; drop the rest."""
    if not isinstance(element.tag, str) or element.tag in ("style", "script"):
        element.drop_tree()
        return
    classes = element.get("class", "").split()
    if "gt_footnote_marks" in classes:
        element.tag = "sup"
        element.attrib.pop("style", None)
    properties = {}
    for declaration in element.get("style", "").split(";"):
        name, _, value = declaration.partition(":")
        if name.strip().lower() in _KEPT_PROPERTIES and value.strip():
            properties[name.strip().lower()] = value.strip()
    if element.tag in ("td", "th"):
        note = {"gt_sourcenote", "gt_footnote", "gt_group_heading"} & set(classes)
        aligned = next((_ALIGNMENTS[name] for name in classes if name in _ALIGNMENTS), None)
        if aligned or note:
            properties.setdefault("text-align", aligned or "left")
        indent = next((match[1] for name in classes if (match := _INDENT.fullmatch(name))), None)
        if indent:
            properties["text-indent"] = f"{indent}em"
    for name in ("colspan", "rowspan"):
        if element.get(name) == "1":
            del element.attrib[name]
    kept = {
        name: value
        for name, value in element.attrib.items()
        if name in _KEPT_ATTRIBUTES | {"colspan", "rowspan"} or name.startswith("aria-")
    }
    own = [name for name in classes if name in _KEPT_CLASSES or not name.startswith("gt_")]
    if element.tag == "td":
        kept.pop("scope", None)
    kept.pop("class", None)
    kept.pop("style", None)
    if own:
        kept["class"] = " ".join(own)
    if properties:
        kept["style"] = ";".join(f"{name}:{value}" for name, value in properties.items())
    element.attrib.clear()
    element.attrib.update(kept)


def _trim(cell) -> None:
    """Drop the white space at both ends of a cell."""
    cell.text = (cell.text or "").lstrip()
    last = cell[-1] if len(cell) else None
    if last is None:
        cell.text = cell.text.rstrip()
    else:
        last.tail = (last.tail or "").rstrip()
