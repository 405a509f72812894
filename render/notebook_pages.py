"""Every notebook as a page to read and a file to take: code and kept outputs, each cell with an
anchor that figures and tables link to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from render import pandoc
from render.cache import Cache
from render.frame import environment
from render.kept import Cell, Notebook
from render.outputs import KINDS, Outputs
from render.project import Project


def anchor(cell: Cell) -> str:
    """A cell's anchor on its notebook's page: its label, or its number."""
    return cell.label or f"cell-{cell.number}"


def write(project: Project, outputs: Outputs, site: Path, kept: Cache) -> None:
    """Write `notebooks/NAME.html` and `notebooks/NAME.ipynb` for every notebook."""
    folder = site / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    notebooks = list(outputs.notebooks.values())
    settings = f"{project.title} {project.language}"
    keys = []
    for notebook in notebooks:
        alternatives = [outputs[name].alt for name in notebook.labelled if name.startswith("fig-")]
        content = notebook.path.read_bytes()
        (folder / notebook.path.name).write_bytes(content)
        keys.append(f"notebook page {settings} {alternatives}\0{content.decode()}")

    def make(positions: list[int]) -> list[str]:
        chosen = [notebooks[position] for position in positions]
        words = iter(_markdown(chosen, project, kept))
        return [_page(project, outputs, notebook, words) for notebook in chosen]

    for notebook, page in zip(notebooks, kept.many(keys, make), strict=True):
        (folder / f"{notebook.stem}.html").write_text(page, encoding="utf-8")


def _markdown(notebooks: list[Notebook], project: Project, kept: Cache) -> list[str]:
    """HTML of every Markdown cell of some notebooks, in order."""
    cells = [c.source for notebook in notebooks for c in notebook.cells if c.kind == "markdown"]
    trees = pandoc.read_markdown(cells, kept, pandoc.NOTEBOOK_READER)
    return pandoc.write(trees, "html", kept, project.language)


def _page(project: Project, outputs: Outputs, notebook: Notebook, words: Iterator[str]) -> str:
    parts = []
    for cell in notebook.cells:
        if cell.kind == "markdown":
            parts.append(next(words))
        elif cell.number:
            parts.append(_code_cell(cell, outputs))
    body = "\n".join(parts)
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", body, re.S)
    title = re.sub(r"<[^>]+>", "", heading[1]) if heading else notebook.stem
    return (
        environment()
        .get_template("notebook.html")
        .render(project=project, notebook=notebook, title=title, body=body)
    )


def _code_cell(cell: Cell, outputs: Outputs) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    code = highlight(cell.source, PythonLexer(), HtmlFormatter(nowrap=True))
    shown = "".join(_output(cell, output, outputs) for output in cell.outputs)
    return (
        f'<section class="cell" id="{anchor(cell)}"><p class="count">Cell {cell.number}</p>'
        f'<pre class="hl" tabindex="0"><code>{code}</code></pre>'
        f"{f'<div class=output>{shown}</div>' if shown else ''}</section>"
    )


def _output(cell: Cell, output: dict, outputs: Outputs) -> str:
    if output["output_type"] == "stream":
        return f'<pre tabindex="0">{escape(output["text"])}</pre>'
    data = output.get("data", {})
    if cell.label and cell.label.partition("-")[0] in KINDS:
        labelled = outputs[cell.label]
        if labelled.kind == "fig":
            width, height = labelled.size
            return (
                f'<img src="../{labelled.address}" alt="{escape(labelled.alt)}"'
                f' width="{width}" height="{height}" loading="lazy">'
            )
    if "text/html" in data:
        name = escape(cell.label or f"Output of cell {cell.number}")
        return (
            f'<div class="table-scroll" role="region" tabindex="0" aria-label="{name}">'
            f"{data['text/html']}</div>"
        )
    return f'<pre tabindex="0">{escape(data.get("text/plain", ""))}</pre>'
