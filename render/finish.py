"""The finishing step, the same for both renderers: what every page and every output carries.

Under each figure and table: the notebook cell that made it, the data that it read, and its files.
On the site: the data, the notebooks as pages and files, and the downloads.
"""

from __future__ import annotations

import re
import shutil
from html import escape
from pathlib import Path, PurePosixPath

from lxml import etree, html

from render import notebook_pages
from render.cache import Cache
from render.frame import theme
from render.outputs import Output, Outputs
from render.project import Project

EXTERNAL_ASSET = re.compile(r"^(?:https?:)?//")


def publish_files(project: Project, outputs: Outputs, site: Path, kept: Cache) -> None:
    """Put the data, the notebooks, the downloads and the assets on the site."""
    for source in sorted((project.root / "data").rglob("*")):
        if source.suffix in (".csv", ".json"):
            target = site / source.relative_to(project.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    for output in outputs:
        files = list(output.downloads.values())
        if output.kind == "fig":
            files.append((output.address, output.page_svg))
        for address, content in files:
            target = site / address
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8")
    assets = site / "assets"
    assets.mkdir(exist_ok=True)
    for name in ("style.css", "site.js"):
        (assets / name).write_text(theme(name), encoding="utf-8")
    notebook_pages.write(project, outputs, site, kept)


def source_line(output: Output, root: str) -> html.HtmlElement:
    """The line under an output: its cell, its data, its files."""
    page = f"{root}notebooks/{output.notebook.stem}.html#{notebook_pages.anchor(output.cell)}"
    name = escape(output.notebook.stem)
    parts = [f'Made by <a href="{page}">notebook {name}, cell {output.cell.number}</a>']
    if output.data_files:
        links = ", ".join(
            f'<a href="{root}{path}">{escape(PurePosixPath(path).name)}</a>'
            for path in output.data_files
        )
        parts.append(f"The notebook reads {links}")
    files = [
        f'<a href="{root}{address}" download>{kind}</a>'
        for kind, (address, _) in output.downloads.items()
    ]
    if files:
        parts.append(f"Download {' '.join(files)}")
    spans = "".join(f"<span>{part}</span>" for part in parts)
    return html.fragment_fromstring(f'<p class="output-source" data-pagefind-ignore>{spans}</p>')


def finish_page(text: str, address: str, project: Project, outputs: Outputs, renderer: str) -> str:
    """One page with everything that the finishing step adds, and without what it removes.

    Parameters
    ----------
    text : str
        The page as the renderer wrote it.
    address : str
        Its path below the site's root.
    renderer : str
        Name and version of the renderer, for the page's `generator`.
    """
    document = html.document_fromstring(text)
    root = "../" * (len(PurePosixPath(address).parts) - 1)
    _describe(document, project, renderer)
    _remove_external(document)
    for label in outputs.cells:
        element = document.find(f".//*[@id='{label}']")
        if element is not None and element.getparent() is not None:
            line = source_line(outputs[label], root)
            line.tail, element.tail = element.tail, None
            element.addnext(line)
    _place_figures(document, outputs, root)
    return html.tostring(document, doctype="<!DOCTYPE html>", encoding="unicode") + "\n"


def _describe(document: html.HtmlElement, project: Project, renderer: str) -> None:
    head = document.head
    for name in ("generator", "description", "author"):
        for old in head.findall(f"meta[@name='{name}']"):
            head.remove(old)
    paragraphs = document.xpath("//main//p[not(ancestor::header) and not(@class)]")
    words = ""
    if paragraphs:
        texts = paragraphs[0].xpath(".//text()[not(ancestor::sup)]")
        words = re.sub(r"\s+", " ", "".join(texts)).strip()
    if len(words) > 160:
        words = words[:157].rsplit(" ", 1)[0] + "…"
    content = {
        "generator": renderer,
        "description": words or project.description,
        "author": project.author,
    }
    for name, value in content.items():
        etree.SubElement(head, "meta", name=name, content=value).tail = "\n"


def _remove_external(document: html.HtmlElement) -> None:
    """Take out scripts and style sheets of other hosts: the site asks no other for anything."""
    for element in document.xpath("//script[@src]|//link[@href]"):
        address = element.get("src") or element.get("href")
        if EXTERNAL_ASSET.match(address) and element.get("rel") not in ("canonical", "license"):
            element.drop_tree()


def _place_figures(document: html.HtmlElement, outputs: Outputs, root: str) -> None:
    """Give the figures of a Quarto page the file, size and words that the other renderer gives."""
    for figure in document.xpath("//div[starts-with(@id, 'fig-')]"):
        image = figure.find(".//img")
        if image is not None and figure.get("id") in outputs.cells:
            output = outputs[figure.get("id")]
            image.set("src", f"{root}{output.address}")
            for name, pixels in zip(("width", "height"), output.size, strict=True):
                image.set(name, str(pixels))
            image.set("alt", output.alt)


def finish(project: Project, outputs: Outputs, site: Path, renderer: str, kept: Cache) -> None:
    """Finish every chapter's page of a rendered site."""
    paths = [site / chapter.address for chapter in project.chapters]
    pages = [path.read_text(encoding="utf-8") for path in paths]
    described = [
        (o.label, o.notebook.stem, o.cell.number, o.data_files, sorted(o.downloads), o.alt, o.size)
        for o in outputs
    ]
    settings = f"{renderer} {project.description} {project.author} {described}"

    def make(positions: list[int]) -> list[str]:
        return [
            finish_page(
                pages[position], project.chapters[position].address, project, outputs, renderer
            )
            for position in positions
        ]

    keys = [
        f"finish {chapter.address} {settings}\0{page}"
        for chapter, page in zip(project.chapters, pages, strict=True)
    ]
    for path, page in zip(paths, kept.many(keys, make), strict=True):
        path.write_text(page, encoding="utf-8")
