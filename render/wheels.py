"""The wheels-only renderer: the whole book from pandoc and Typst as Python wheels bring them."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from render import book, finish, html, pdf, search
from render.links import Links
from render.outputs import Outputs
from render.project import Project

NAME = "the wheels-only renderer (pandoc and Typst)"


def render(project: Project, outputs: Outputs, site: Path, timestamp: int) -> None:
    """Render HTML and PDF into `site`, side by side.

    Parameters
    ----------
    site : Path
        An empty folder.
    timestamp : int
        Creation time that the PDF carries, in seconds since 1970.
    """
    read = book.read(project, outputs)
    links = Links(read)

    def make_pages() -> None:
        html.write_pages(read, links, site)
        finish.finish(project, outputs, site, "wheels-only renderer")
        search.index(site)

    def make_pdf() -> None:
        with tempfile.TemporaryDirectory() as folder:
            pdf.write(read, links, Path(folder), site, timestamp)

    # Pandoc, Typst and pagefind compute outside the interpreter, so that threads use both cores.
    with ThreadPoolExecutor(max_workers=2) as pool:
        tasks = [
            pool.submit(make_pdf),
            pool.submit(make_pages),
            pool.submit(finish.publish_files, project, outputs, site),
        ]
        for task in tasks:
            task.result()
