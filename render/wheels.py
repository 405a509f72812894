"""The wheels-only renderer: the whole book from pandoc and Typst as Python wheels bring them."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from render import book, finish, html, pdf, search
from render.cache import Cache
from render.links import Links
from render.outputs import Outputs
from render.project import Project

NAME = "the wheels-only renderer (pandoc and Typst)"


def render(
    project: Project, outputs: Outputs, site: Path, timestamp: int, kept: Cache | None = None
) -> None:
    """Render HTML and PDF into `site`.

    Pandoc, Typst and pagefind compute outside the interpreter, so that threads use both cores.
    Pandoc and Typst each take some 200 MB; they take turns, so that they need no more together.

    Parameters
    ----------
    site : Path
        An empty folder.
    timestamp : int
        Creation time that the PDF carries, in seconds since 1970.
    kept : Cache, optional
        What was rendered before.
    """
    kept = kept or Cache(None)
    read = book.read(project, outputs, kept)
    links = Links(read)
    with ThreadPoolExecutor(max_workers=2) as pool, tempfile.TemporaryDirectory() as scratch:
        publishing = pool.submit(finish.publish_files, project, outputs, site, kept)
        source = pdf.typst_source(read, links)
        html.write_pages(read, links, site)
        compiling = pool.submit(pdf.write, read, source, links, Path(scratch), timestamp)
        finish.finish(project, outputs, site, "wheels-only renderer", kept)
        search.index(site)
        (site / project.pdf_name).write_bytes(compiling.result())
        publishing.result()
    kept.forget_unused()
