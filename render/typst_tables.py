"""A table's HTML, as the notebooks keep it, as a Typst table with the same words and styles."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import html

# What surely fits on a page: a table kept whole must not be taller than one.
SHORT_ROWS = 24
SHORT_CHARACTERS = 2200
STYLE = re.compile(r"([\w-]+)\s*:\s*([^;]+)")
COLOUR = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")  # the longer one has an opacity
BLANK = re.compile(r"[ \t\r\n\f]+")  # what HTML puts together; a no-break space it keeps
ALIGN = {"left": "left", "right": "right", "center": "center"}


def quoted(text: str) -> str:
    """A Typst string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def content(text: str) -> str:
    """Words as Typst content: as a string, so that no character of theirs is markup."""
    return f"#{quoted(text)}" if text else ""


def inline(element: html.HtmlElement) -> str:
    """The inline content of a cell: words, line breaks, emphasis, superscripts, links."""
    parts = [content(BLANK.sub(" ", element.text or ""))]
    for child in element:
        inner = inline(child)
        if child.tag == "br":
            inner = "#linebreak()"
        elif child.tag in ("strong", "b"):
            inner = f"#strong[{inner}]"
        elif child.tag in ("em", "i"):
            inner = f"#emph[{inner}]"
        elif child.tag == "sup":
            inner = f"#super[{inner}]"
        elif child.tag == "sub":
            inner = f"#sub[{inner}]"
        elif child.tag == "a" and (child.get("href") or "").startswith("http"):
            inner = f"#link({quoted(child.get('href'))})[{inner}]"
        elif child.tag in ("div", "p") and any(parts):
            inner = f"#linebreak(){inner}"
        parts.append(_styled(child, inner) if child.tag == "span" else inner)
        parts.append(content(BLANK.sub(" ", child.tail or "")))
    return "".join(parts)


def _style(element: html.HtmlElement) -> dict[str, str]:
    return {name: value.strip() for name, value in STYLE.findall(element.get("style") or "")}


def _styled(element: html.HtmlElement, text: str) -> str:
    style = _style(element)
    options = []
    if COLOUR.fullmatch(style.get("color", "")):
        options.append(f"fill: rgb({quoted(style['color'])})")
    if style.get("font-weight") in ("bold", "600", "650", "700"):
        options.append('weight: "bold"')
    if style.get("font-style") == "italic":
        options.append('style: "italic"')
    return f"#text({', '.join(options)})[{text}]" if options else text


def _alignment(element: html.HtmlElement) -> str:
    named = _style(element).get("text-align", "")
    for name in (element.get("class") or "").split():
        named = named or name.removeprefix("gt_")
        if named not in ALIGN:
            named = ""
    return ALIGN.get(named, "left")


def _cell(element: html.HtmlElement, body_row: bool) -> str:
    text = _styled(element, inline(element))
    options = [f"align: {_alignment(element)}"]
    if (columns := int(element.get("colspan", 1))) > 1:
        options.append(f"colspan: {columns}")
    if (rows := int(element.get("rowspan", 1))) > 1:
        options.append(f"rowspan: {rows}")
    is_group = element.get("scope") in ("rowgroup", "colgroup")
    fill = _style(element).get("background-color", "")
    if COLOUR.fullmatch(fill):
        options.append(f"fill: rgb({quoted(fill)})")
    elif is_group and body_row:
        options.append("fill: report-wash")
    if is_group or (element.tag == "th" and not body_row):
        text = f"#strong[{text}]"
    return f"table.cell({', '.join(options)})[{text}]"


def _columns(rows: list[list[html.HtmlElement]]) -> str:
    """Widths of the columns: long text shares the line, figures take their own."""
    count = max((sum(int(cell.get("colspan", 1)) for cell in row) for row in rows), default=1)
    longest = [0] * count
    occupied: dict[tuple[int, int], bool] = {}
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while occupied.get((y, x)):
                x += 1
            columns, down = int(cell.get("colspan", 1)), int(cell.get("rowspan", 1))
            for dy in range(down):
                for dx in range(columns):
                    occupied[y + dy, x + dx] = True
            if columns == 1 and x < count:
                longest[x] = max(longest[x], len(cell.text_content().strip()))
            x += columns
    if sum(longest) <= 88 and max(longest) <= 40:
        return f"{count}"
    widths = [f"{min(length, 120) ** 0.75:.2f}fr" if length > 14 else "auto" for length in longest]
    return f"({', '.join(widths)},)"


@dataclass(frozen=True)
class TypstTable:
    """Typst code (a call, without `#`), and whether it is short enough to stay on one page."""

    code: str
    is_short: bool


def table(source: str) -> TypstTable:
    """The first table of an HTML fragment, its notes below it."""
    found = html.fragment_fromstring(source, create_parent="div").find(".//table")
    head = found.findall("./thead/tr")
    body = found.findall("./tbody/tr") or found.findall("./tr")
    foot = found.findall("./tfoot/tr")
    cells = {id(row): row.xpath("./td|./th") for row in (*head, *body, *foot)}
    widths = _columns([cells[id(row)] for row in (*head, *body)])
    notes = [" ".join(inline(cell) for cell in cells[id(row)]) for row in foot]
    lines = [f"report-table(notes: ({''.join(f'[{note}],' for note in notes)}),"]
    lines.append(f"table(columns: {widths},")
    if head:
        lines.append("table.header(repeat: true,")
        for row in head:
            lines.append(", ".join(_cell(cell, False) for cell in cells[id(row)]) + ",")
        lines.append("table.hline(stroke: 0.8pt + report-line)),")
    for row in body:
        lines.append(", ".join(_cell(cell, True) for cell in cells[id(row)]) + ",")
    is_short = len(body) <= SHORT_ROWS and len(found.text_content()) <= SHORT_CHARACTERS
    return TypstTable("\n".join([*lines, "))"]), is_short)
