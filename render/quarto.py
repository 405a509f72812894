"""Quarto, the renderer of record: found, asked for its version, and run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from copy import deepcopy
from pathlib import Path, PurePosixPath

from lxml import html

from render.errors import ReportError
from render.project import Project

OLDEST = (1, 9)
REQUIREMENTS = "requirements-quarto.txt"


def _environment(timestamp: int | None = None) -> dict[str, str]:
    """The environment of a run: this interpreter first on the path, and the fonts of the PDF."""
    from font_source_sans_pro import font_directory

    environment = dict(os.environ)
    environment["TYPST_FONT_PATHS"] = font_directory
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment["QUARTO_PYTHON"] = sys.executable
    if timestamp is not None:
        environment["SOURCE_DATE_EPOCH"] = str(timestamp)
    return environment


def find() -> tuple[str, str] | None:
    """Path and version of a `quarto` on PATH (or in this environment) that is new enough."""
    path = shutil.which("quarto", path=_environment()["PATH"])
    if path is None:
        return None
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    version = done.stdout.strip()
    numbers = re.match(r"(\d+)\.(\d+)", version)
    if done.returncode or not numbers or tuple(map(int, numbers.groups())) < OLDEST:
        return None
    return path, version


def install(root: Path, marker: Path) -> str:
    """Try to install Quarto from PyPI; its package downloads the release while it installs.

    Parameters
    ----------
    marker : Path
        A file that remembers a failed try, so that the next run does not wait for it again.

    Returns
    -------
    str
        Why there is no Quarto; empty after success.
    """
    wanted = (root / REQUIREMENTS).read_text(encoding="utf-8")
    if marker.is_file() and marker.read_text(encoding="utf-8") == wanted:
        name = f"{marker.parent.name}/{marker.name}"
        return f"its download was out of reach before (delete {name} to try again)"
    print("quarto: none on PATH, trying to install it …", flush=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--requirement", REQUIREMENTS]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode == 0 and find():
        return ""
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.write_text(wanted, encoding="utf-8")
    return "its download is out of reach"


def render(project: Project, path: str, site: Path, timestamp: int) -> None:
    """Render HTML and PDF into `site`, a folder below the project."""
    command = [path, "render", str(project.root), "--no-execute", "--output-dir", str(site)]
    done = subprocess.run(
        command,
        cwd=project.root,
        env=_environment(timestamp),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    log = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
    if done.returncode:
        raise ReportError(f"quarto render failed:\n{log.strip()}")
    for wanted in (*(chapter.address for chapter in project.chapters), project.pdf_name):
        if not (site / wanted).is_file():
            raise ReportError(f"quarto render made no {wanted}:\n{log.strip()}")


def repair(project: Project, site: Path) -> None:
    """Take out of Quarto's pages what a published page must not carry."""
    pages = {}
    for chapter in project.chapters:
        path = site / chapter.address
        pages[path] = html.document_fromstring(path.read_text(encoding="utf-8"))
    _repair_references(list(pages.values()))
    for path, document in pages.items():
        _repair_page(document)
        text = html.tostring(document, doctype="<!DOCTYPE html>", encoding="unicode")
        path.write_text(text + "\n", encoding="utf-8")


def _repair_references(documents: list[html.HtmlElement]) -> None:
    """One list of references, in the book's language.

    Quarto hides on every page a list of what that page cites (for its tooltips), and makes the
    list that is seen without the book's language, with other quotation marks than the PDF.
    """
    entries = {}
    for document in documents:
        for hidden in document.xpath("//div[@id='refs'][contains(@style, 'display: none')]"):
            entries |= {entry.get("id"): entry for entry in hidden}
    for document in documents:
        for seen in document.xpath("//div[@id='refs']/div"):
            if seen.get("id") in entries:
                seen.getparent().replace(seen, deepcopy(entries[seen.get("id")]))


def _repair_page(document: html.HtmlElement) -> None:
    """Without absolute paths and unused loaders, with "Chapter 3" for references to chapters.

    Quarto leaves the absolute paths of embedded notebooks, shortcodes in attributes that it has
    also expanded elsewhere, loaders of scripts that no page uses, a second first heading on the
    home page, and, where a reference points at a chapter of another file, the chapter's title.
    """
    for element in document.xpath("//*[@data-notebook]"):
        name = PurePosixPath(element.get("data-notebook")).name
        element.set("data-notebook", f"notebooks/{name}")
    for element in document.xpath("//div[@alt]"):
        del element.attrib["alt"]
    for script in document.xpath("//script[not(@src)]"):
        if "define('jquery'" in (script.text or ""):
            script.drop_tree()
    if document.xpath("//main//h1[not(ancestor::header)]"):  # the home page has its own
        for title in document.xpath("//header[@id='title-block-header']//h1"):
            title.tag = "p"
            title.set("class", "title h1")
    for link in document.xpath("//a[contains(@class, 'quarto-xref')]"):
        words = link.text_content().replace("\u00a0", " ")
        chapter = re.match(r"(\d+) ", words)
        if chapter:
            for child in list(link):
                link.remove(child)
            link.text = f"Chapter\u00a0{chapter[1]}"
