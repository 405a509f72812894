"""A small book that uses the whole small markup, and readers of what is made of it."""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from lxml import html
from pypdf import PdfReader

from render import book, kept, site
from render import html as html_pages
from render.links import Links
from render.outputs import Outputs
from render.project import Project

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = Path("/usr/bin/chromium")

WHEN = "1700000000"  # seconds since 1970 that a rendered PDF carries

SPECIAL = '#let x = $5$ [a] \\ "b" *c* _d_ <e> @f ~g `h` {i} //k'
"""Characters that are markup in Typst, in Markdown or in HTML, as a table may contain them."""


# The book -----------------------------------------------------------------------------------------

CONFIG = """\
project:
  type: book
  output-dir: _site
lang: en-GB
bibliography: chapters/references.bib
book:
  title: "Tides"
  subtitle: "Two harbours, measured"
  author: "The harbour office"
  description: "A small book about high water."
  output-file: tides
  downloads: [pdf]
  search: true
  chapters:
    - index.qmd
    - part: "Measurements"
      chapters:
        - chapters/levels.qmd
        - chapters/harbours.qmd
    - chapters/notes.qmd
    - chapters/references.qmd
"""
# How it is dressed is as in this report, so that both are made by the same settings.
_SETTINGS = (ROOT / "_quarto.yml").read_text(encoding="utf-8")
CONFIG += _SETTINGS[_SETTINGS.index("\nformat:") + 1 :]
DRESS = [*(ROOT / "render/theme").iterdir(), *(ROOT / "render").glob("*.lua")]

INDEX = """\
# Tides {.unnumbered}

High water was read at {{< var levels.harbours >}} harbours. The readings stand in @sec-levels,
and [the second harbour](chapters/harbours.qmd#sec-second) in a chapter of its own; see also
@tbl-readings, [a heading without a label](chapters/harbours.qmd#how-it-was-read) and
[the tide tables](data/tides/levels.csv).

::: {.content-visible when-format="html"}
There is also [a PDF](tides.pdf), for which this sentence asks.
:::

::: {.content-visible when-format="typst"}
Only paper carries this sentence.
:::

## Where to begin

Begin with the readings.
"""

LEVELS = """\
# Levels of *high* water {#sec-levels}

The mean was {{< var levels.mean.high >}} metres, {{< var levels.share >}} of readings above
{{< var levels.threshold >}}, as @stone1998tides says; others differ
[@reed2004gauges; @stone1998tides, pp. 3--4].
A note[^levels-gauge] and another one[^levels-clock]. This is [read]{.observed}, that is
[computed]{.reconstructed}, and this [our view]{.interpreted}.

{{< embed ../notebooks/levels.ipynb#fig-levels >}}

{{< embed ../notebooks/levels.ipynb#tbl-readings >}}

See @fig-levels, @tbl-readings, @sec-second, [@fig-levels; @tbl-harbours], [-@tbl-gauges] and
@sec-deep. The [readings](../data/tides/levels.csv), [their notebook](../notebooks/levels.ipynb),
[its page](../notebooks/levels.html#tbl-readings), [another site](https://example.org/a?b=c&d=e),
<https://example.org/plain> and [a download](../downloads/fig-levels.csv). Prices of $5 and 10 %
do no harm, nor does "quoted" text -- or a dash.

[^levels-gauge]: The gauge was *new*, see @fig-levels.
[^levels-clock]: The clock was slow.

    It was mended in a second paragraph.

## Deep water {#sec-deep}

### A third level

Text of the third level.

#### A fourth level

- a list
- of **two** `items`
    1. with a
    2. list inside

> A quotation of our own.

## Deep water

The same heading again, with an anchor of its own.

## Aside {.unnumbered}

No number here.

```bash
make site
```

```
plain {{{< var levels.mean >}}} <b>
```

The shortcode `{{{< var levels.mean >}}}` is shown, not used.
"""

HARBOURS = """\
# The two harbours

{{< embed ../notebooks/harbours.ipynb#tbl-harbours >}}

## The second harbour {#sec-second}

It lies east[^harbours-east], as @fig-map and @tbl-gauges show, and as @sec-levels says before.

![The way from the **first** harbour](images/map.svg){#fig-map fig-alt="A line from the west."}

| Gauge    | Depth (m) |
|:---------|----------:|
| West *a* |      1.50 |
| East     |     12.25 |

: Gauges and their depths {#tbl-gauges}

| Plain | Table |
|-------|-------|
| left  | right |

West
:   The first harbour.

East
:   The second harbour.

    Its second paragraph.

[^harbours-east]: Seen from the lighthouse.

## How it was read

::: {.callout-note title="Mind the 'clock' & the *gauge*"}
Inside the note.

- with a list
:::

::: {.callout-warning}
A warning without a title.
:::

::: {.callout-tip title="Folded" collapse="true"}
Inside the folded tip.
:::

::: {.callout-important title="Important words"}
Words that matter.
:::

::: callout-caution
Slippery stairs.
:::

::: {.panel-tabset}
#### By eye

Read by eye, see @tbl-gauges.

#### By float

Read by float.

| Float | Size |
|-------|------|
| big   | 3    |
:::
"""

NOTES = """\
# Notes on method

The method is that of @reed2004gauges.

{{< embed ../notebooks/harbours.ipynb#fig-harbours >}}

@fig-harbours stands alone in this chapter.

## How it was read

By hand, not as [in the chapter before](harbours.qmd#how-it-was-read), see [here](#how-it-was-read).
"""

REFERENCES = """\
# References {.unnumbered}

::: {#refs}
:::
"""

BIBLIOGRAPHY = """\
@article{stone1998tides,
  author = {Stone, Ada and Wells, Ben},
  title = {Tides as They Are},
  journal = {Journal of Shores}, year = {1998}, volume = {3}, pages = {1--9},
  doi = {10.5555/12345678}
}

@book{reed2004gauges,
  author = {Reed, Cora}, title = {Gauges}, publisher = {Quay Press}, year = {2004}
}
"""

READINGS = """\
day,harbour,metres
1,West,4.10
2,West,4.35
1,East,3.90
"""

PACKAGE = {
    "name": "tides",
    "resources": [
        {
            "name": "tides-levels",
            "path": "tides/levels.csv",
            "encoding": "utf-8",
            "schema": {
                "fields": [
                    {"name": "day", "type": "integer"},
                    {"name": "harbour", "type": "string"},
                    {"name": "metres", "type": "number"},
                ]
            },
        }
    ],
}

MAP = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 40">'
    '<path d="M10 20H290" stroke="#000"/></svg>\n'
)


def drawing(width: int, height: int) -> str:
    """An SVG as a notebook keeps it, its size in points."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt"'
        f' viewBox="0 0 {width} {height}"><path d="M0 0L{width} {height}" stroke="#0b5c8a"/></svg>'
    )


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


READINGS_TABLE = """\
<table class="gt_table report-table">
<thead><tr><th scope="col" style="text-align:left">Day</th>\
<th scope="col" style="text-align:right">Metres</th></tr></thead>
<tbody><tr><td style="text-align:left">First</td><td style="text-align:right">4.10</td></tr>
<tr><td style="text-align:left">Second</td><td style="text-align:right">4.35</td></tr></tbody>
</table>"""

HARBOURS_TABLE = f"""\
<table class="gt_table report-table">
<thead>
<tr><th rowspan="2" scope="col" style="text-align:left">Harbour</th>\
<th colspan="2" scope="colgroup" style="text-align:center">Water in metres</th></tr>
<tr><th scope="col" style="text-align:right">Low</th>\
<th scope="col" style="text-align:right">High<sup>a</sup></th></tr>
</thead>
<tbody>
<tr><th colspan="3" scope="rowgroup" style="background-color:#eeeeee">The coast</th></tr>
<tr><th scope="row">West</th><td style="text-align:right;background-color:#0b5c8a29">1.20</td>\
<td style="text-align:right;color:#8a4b00;font-weight:bold">4.35</td></tr>
<tr><th scope="row">East</th><td colspan="2">{escaped(SPECIAL)}</td></tr>
</tbody>
<tfoot><tr><td colspan="3"><sup>a</sup> In spring.</td></tr>
<tr><td colspan="3">Read by the harbour office.</td></tr></tfoot>
</table>"""


def code(source: str, **data: object) -> dict:
    """A code cell that has displayed one bundle."""
    output = {"output_type": "display_data", "metadata": {}, "data": data}
    return {"cell_type": "code", "source": source, "outputs": [output] if data else []}


def markdown(source: str) -> dict:
    return {"cell_type": "markdown", "source": source}


def labelled(label: str, caption: str, source: str = "show()", alt: str = "", **data: str) -> dict:
    """A cell with the options that an embedded output has."""
    lines = [f"#| label: {label}"]
    if caption:
        lines.append(f"#| {label[:3]}-cap: {json.dumps(caption)}")
    if alt:
        lines.append(f"#| fig-alt: {json.dumps(alt)}")
    return code("\n".join([*lines, source]), **data)


def figure(label: str, caption: str, alt: str, width: int = 300, height: int = 150) -> dict:
    bundle = {"image/svg+xml": drawing(width, height), "text/csv": f"x,{label}\n1,2\n"}
    return labelled(label, caption, alt=alt, **bundle, **{"text/plain": "Figure"})


def table(label: str, caption: str, source: str) -> dict:
    bundle = {"text/html": source, "text/csv": f"y,{label}\n3,4\n", "text/plain": "Table"}
    return labelled(label, caption, **bundle)


def values(**published: object) -> dict:
    bundle = {kept.VALUES: published, "text/plain": "values"}
    return code("publish()", **bundle)


LEVELS_NOTEBOOK = [
    markdown("# How high was the water?\n\nRead the [data](../data/tides/levels.csv)."),
    code("import csv"),
    figure("fig-levels", "Levels of {{< var levels.harbours >}} harbours, *day by day*.",
           "A rising line for {{< var levels.harbours >}} harbours."),
    table("tbl-readings", 'All readings, with "quotes" & [brackets].', READINGS_TABLE),
    values(harbours="two", mean={"high": "4.12", "low": "1.20"}, share="80%", threshold="4 (0.25)"),
    figure("fig-spare", "Never embedded.", "A line that no chapter shows."),
]  # fmt: skip
HARBOURS_NOTEBOOK = [
    markdown("# How do the harbours differ?\n\nSide by side."),
    table("tbl-harbours", "The two harbours.", HARBOURS_TABLE),
    figure("fig-harbours", "Both harbours.", "Two lines.", 500, 100),
]


def write_notebook(root: Path, name: str, cells: list[dict]) -> None:
    """Write a notebook as `render.execute` leaves it: executed, with its inputs recorded."""
    complete, count = [], 0
    for position, cell in enumerate(cells):
        extra = {"metadata": {}, "id": f"cell-{position}"}
        if cell["cell_type"] == "code":
            count += 1
            extra |= {"execution_count": count, "outputs": cell["outputs"]}
        complete.append(cell | extra)
    path = root / "notebooks" / f"{name}.ipynb"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content = {"nbformat": 4, "nbformat_minor": 5, "cells": complete}
    content["metadata"] = {"kernelspec": kernel}
    notebook = kept.parse(path, content)
    data = root / "data/tides/levels.csv"
    content["metadata"]["report"] = {
        "inputs": {"data/tides/levels.csv": hashlib.sha256(data.read_bytes()).hexdigest()},
        "code": notebook.code_hash,
        "outputs": notebook.outputs_hash,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def write_book(root: Path, changed: Mapping[str, str] | None = None) -> Path:
    """Write the small book into `root`, some of its files otherwise; gives `root`."""
    files = {
        "_quarto.yml": CONFIG,
        "index.qmd": INDEX,
        "chapters/levels.qmd": LEVELS,
        "chapters/harbours.qmd": HARBOURS,
        "chapters/notes.qmd": NOTES,
        "chapters/references.qmd": REFERENCES,
        "chapters/references.bib": BIBLIOGRAPHY,
        "chapters/images/map.svg": MAP,
        "data/tides/levels.csv": READINGS,
        "data/datapackage.json": json.dumps(PACKAGE, indent=1) + "\n",
    }
    files |= {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in DRESS}
    for name, text in (files | dict(changed or {})).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    write_notebook(root, "levels", LEVELS_NOTEBOOK)
    write_notebook(root, "harbours", HARBOURS_NOTEBOOK)
    return root


def check_pages(root: Path) -> list[str]:
    """Read the book below `root` and make the bodies of its pages, without a PDF or an index."""
    project = Project.read(root)
    read = book.read(project, Outputs(project))
    return html_pages.fragments(read, Links(read))


def copy_report(root: Path) -> Path:
    """Copy into `root` what this report is rendered from."""
    for name in site.INPUTS:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "*_files")
            shutil.copytree(source, root / name, ignore=ignored)
        elif source.is_file():
            shutil.copyfile(source, root / name)
    return root


def rendered(root: Path, kind: str = "wheels", path: str = "", version: str = "") -> Site:
    """Render the project in `root` from its kept outputs."""
    project = Project.read(root)
    site.render(project, kind, path, version)
    return Site(root, project.output)


def environment() -> dict[str, str]:
    """The environment of a command: this project's modules, and a fixed time."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": WHEN}


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m render …` in `root`, as the Makefile runs it."""
    return subprocess.run(
        [sys.executable, "-m", "render", *arguments],
        cwd=root,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def snapshot(folder: Path) -> dict[str, tuple[int, str]]:
    """Time of change and hash of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# What was made of it ------------------------------------------------------------------------------


def squeezed(text: str) -> str:
    """Words parted by single spaces, whatever white space parted them."""
    return re.sub(r"\s+", " ", text).strip()


@dataclass(frozen=True)
class Site:
    """A rendered site and the project it was made from."""

    root: Path  # of the project
    folder: Path  # of the site

    @cached_property
    def project(self) -> Project:
        return Project.read(self.root)

    @cached_property
    def outputs(self) -> Outputs:
        return Outputs(self.project)

    @cached_property
    def embedded(self) -> dict[str, str]:
        """The labels that chapters embed, and the address of the page that shows each."""
        found = {}
        for chapter in self.project.chapters:
            text = (self.root / chapter.path).read_text(encoding="utf-8")
            for label in re.findall(r"^\{\{< embed \S+\.ipynb#([\w-]+) >\}\}$", text, re.M):
                found[label] = chapter.address
        return found

    @cached_property
    def pages(self) -> dict[str, Page]:
        """Every HTML page by its address: chapters, then all others (the notebooks)."""
        chapters = [chapter.address for chapter in self.project.chapters]
        found = [path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.html")]
        return {
            address: Page(address, (self.folder / address).read_text(encoding="utf-8"))
            for address in [*chapters, *sorted(set(found) - set(chapters))]
        }

    @property
    def chapter_pages(self) -> list[Page]:
        return [self.pages[chapter.address] for chapter in self.project.chapters]

    @cached_property
    def pdf(self) -> PdfReader:
        return PdfReader(self.folder / self.project.pdf_name)

    @cached_property
    def pdf_text(self) -> str:
        return squeezed(" ".join(page.extract_text() for page in self.pdf.pages))

    @cached_property
    def pdf_letters(self) -> str:
        """The PDF's text without white space and hyphens, which line ends add and take away."""
        return letters(self.pdf_text)

    def text_files(self) -> Iterator[tuple[str, str]]:
        """Every file of the site that is text, by address."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                try:
                    yield path.relative_to(self.folder).as_posix(), path.read_text("utf-8")
                except UnicodeDecodeError:
                    continue


def letters(text: str) -> str:
    """Words without what line ends add and take away."""
    return re.sub(r"[\s\N{SOFT HYPHEN}\N{WORD JOINER}\N{HYPHEN}-]+", "", text)


@dataclass(frozen=True)
class Page:
    address: str
    text: str = field(repr=False)

    @cached_property
    def tree(self) -> html.HtmlElement:
        return html.document_fromstring(self.text)

    @cached_property
    def main(self) -> html.HtmlElement:
        return self.tree.xpath("//main")[0]

    @cached_property
    def ids(self) -> list[str]:
        return self.tree.xpath("//@id")

    @cached_property
    def anchors(self) -> set[str]:
        return set(self.ids)

    def element(self, anchor: str) -> html.HtmlElement:
        return self.tree.xpath("//*[@id=$anchor]", anchor=anchor)[0]

    def words(self, path: str = ".") -> list[str]:
        """The text of every element that an XPath finds in the main part."""
        return [squeezed(found.text_content()) for found in self.main.xpath(path)]

    def caption(self, label: str) -> str:
        found = self.element(label).xpath(".//figcaption")[0]
        return squeezed(found.text_content())

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Everything that the page points at: the attribute's name and the address."""
        for element in self.tree.iter():
            for name in ("href", "src", "poster", "data", "action"):
                if isinstance(element.tag, str) and element.get(name) is not None:
                    yield f"{element.tag} {name}", element.get(name)
            if isinstance(element.tag, str) and element.get("srcset"):
                for candidate in element.get("srcset").split(","):
                    yield f"{element.tag} srcset", candidate.split()[0]

    def resolved(self, address: str) -> tuple[str, str]:
        """Path below the site's root and anchor that an address on this page leads to."""
        path, _, anchor = address.partition("#")
        path = unquote(path.partition("?")[0])
        folder = str(PurePosixPath(self.address).parent)
        full = posixpath.normpath(posixpath.join(folder, path)) if path else self.address
        return full, unquote(anchor)


@cache
def is_external(address: str) -> bool:
    return bool(re.match(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//)", address))
