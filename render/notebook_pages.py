"""Every notebook as a page to read and a file to take: code and kept outputs, each cell with an
anchor that figures and tables link to."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from render import kept, pandoc
from render.frame import environment
from render.outputs import KINDS, Outputs
from render.project import Project

CELL_BREAK = "report-cell"


def anchor(cell: kept.Cell) -> str:
    """A cell's anchor on its notebook's page: its label, or its number."""
    return cell.label or f"cell-{cell.number}"


def write(project: Project, outputs: Outputs, site: Path) -> None:
    """Write `notebooks/NAME.html` and `notebooks/NAME.ipynb` for every notebook."""
    folder = site / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    words = iter(_markdown(outputs))
    template = environment().get_template("notebook.html")
    for notebook in outputs.notebooks.values():
        parts = []
        for cell in notebook.cells:
            if cell.kind == "markdown":
                parts.append(next(words))
            elif cell.number:
                parts.append(_code_cell(cell, outputs))
        body = "\n".join(parts)
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", body, re.S)
        title = re.sub(r"<[^>]+>", "", heading[1]) if heading else notebook.stem
        page = template.render(project=project, notebook=notebook, title=title, body=body)
        (folder / f"{notebook.stem}.html").write_text(page, encoding="utf-8")
        (folder / notebook.path.name).write_bytes(notebook.path.read_bytes())


def _markdown(outputs: Outputs) -> list[str]:
    """HTML of every Markdown cell of every notebook, through one run of pandoc."""
    cells = [c.source for n in outputs.notebooks.values() for c in n.cells if c.kind == "markdown"]
    if not cells:
        return []
    blocks, api_version = pandoc.read_markdown(
        f"\n\n{CELL_BREAK}\n\n".join(cells), pandoc.NOTEBOOK_READER
    )
    marked = [
        pandoc.raw("html", f"<!--{CELL_BREAK}-->")
        if block["t"] == "Para" and pandoc.plain_text(block) == CELL_BREAK
        else block
        for block in blocks
    ]
    text = pandoc.write(marked, api_version, "html", [], "en")
    return text.split(f"<!--{CELL_BREAK}-->")


def _code_cell(cell: kept.Cell, outputs: Outputs) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    code = highlight(cell.source, PythonLexer(), HtmlFormatter(nowrap=True))
    shown = "".join(_output(cell, output, outputs) for output in cell.outputs)
    return (
        f'<section class="cell" id="{anchor(cell)}"><p class="count">Cell {cell.number}</p>'
        f'<pre class="hl" tabindex="0"><code>{code}</code></pre>'
        f'{f"<div class=output>{shown}</div>" if shown else ""}</section>'
    )


def _output(cell: kept.Cell, output: dict, outputs: Outputs) -> str:
    if output["output_type"] == "stream":
        return f'<pre tabindex="0">{escape(output["text"])}</pre>'
    data = output.get("data", {})
    if cell.label and cell.label.partition("-")[0] in KINDS:
        labelled = outputs[cell.label]
        if labelled.kind == "fig":
            return (
                f'<img src="../{labelled.address}" alt="{escape(labelled.alt)}"'
                f' width="{labelled.width}" height="{labelled.height}" loading="lazy">'
            )
    if "text/html" in data:
        name = escape(cell.label or f"Output of cell {cell.number}")
        return (
            f'<div class="table-scroll" role="region" tabindex="0" aria-label="{name}">'
            f"{data['text/html']}</div>"
        )
    return f'<pre tabindex="0">{escape(data.get("text/plain", ""))}</pre>'
