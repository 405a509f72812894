"""Where references lead: from page to page, from page to output, and within the PDF."""

from __future__ import annotations

import os.path
import re
import shutil
from pathlib import Path, PurePosixPath

from render.book import CROSS_REFERENCE, Book, Chapter, Target
from render.errors import ReportError

EXTERNAL = re.compile(r"[a-z][a-z0-9+.-]*:")
# Files that the finishing step puts on the site at the place that they have in the project.
PUBLISHED = ("data/", "notebooks/", "downloads/")


class Links:
    def __init__(self, book: Book) -> None:
        self.book = book

    def to_root(self, chapter: Chapter) -> str:
        return "../" * (len(PurePosixPath(chapter.file.address).parts) - 1)

    def to_page(self, chapter: Chapter, other: Chapter) -> str:
        start = str(PurePosixPath(chapter.file.address).parent)
        return os.path.relpath(other.file.address, start).replace(os.sep, "/")

    def to_target(self, chapter: Chapter, target: Target) -> str:
        other = self.book.chapters[target.chapter]
        page = "" if other is chapter else self.to_page(chapter, other)
        return f"{page}#{target.label}"

    def cross_references(self, chapter: Chapter, cite: dict) -> list[tuple[Target, str]] | None:
        """Targets and words of a cross-reference; None where the citation is to literature."""
        citations = cite["c"][0]
        labels = [citation["citationId"] for citation in citations]
        marked = [bool(CROSS_REFERENCE.match(label)) for label in labels]
        if not any(marked):
            return None
        where = f"{chapter.file.path}:{chapter.source.line_of('@' + labels[0])}"
        if not all(marked):
            raise ReportError(f"{where}: cross-references and literature in one pair of brackets")
        found = []
        for citation in citations:
            label = citation["citationId"]
            target = self.book.targets.get(label)
            if target is None:
                raise ReportError(f"{where}: @{label} refers to nothing in the book")
            if not target.number:
                raise ReportError(f"{where}: @{label} refers to a heading without a number")
            if citation["citationPrefix"] or citation["citationSuffix"]:
                raise ReportError(f"{where}: @{label}: expected no words beside it in the brackets")
            bare = citation["citationMode"]["t"] == "SuppressAuthor"
            found.append((target, target.number if bare else target.text))
        return found

    def resolve(self, chapter: Chapter, address: str) -> tuple[Chapter | None, str, str]:
        """The chapter that a link points at (or None), the path below the root, and the anchor.

        Raises
        ------
        ReportError
            Where a link within the project leads nowhere.
        """
        path, _, anchor = address.partition("#")
        where = f"{chapter.file.path}:{chapter.source.line_of(address)}"
        if not path:
            other: Chapter | None = chapter
            full = chapter.file.path
        else:
            joined = os.path.normpath(PurePosixPath(chapter.file.path).parent / path)
            full = joined.replace(os.sep, "/")
            other = self.book.chapter_by_path(full)
        if other is None and full.endswith(".qmd"):
            raise ReportError(f"{where}: link to {address}: no such chapter in _quarto.yml")
        if other is None:
            root = self.book.project.root
            source = root / full
            if full.startswith("notebooks/") and full.endswith(".html"):
                source = source.with_suffix(".ipynb")
            known = full == self.book.project.pdf_name or source.is_file()
            known = known or full in self.book.outputs.download_addresses
            if not known or not full.startswith((*PUBLISHED, self.book.project.pdf_name)):
                raise ReportError(
                    f"{where}: link to {address}: expected a chapter, a file of data/ or"
                    " notebooks/, a download of this site, or another site"
                )
        elif anchor and anchor not in self.anchors(other):
            raise ReportError(f"{where}: link to {address}: {other.file.path} has no such anchor")
        return other, full, anchor

    def anchors(self, chapter: Chapter) -> set[str]:
        position = self.book.chapters.index(chapter)
        found = {heading.anchor for heading in chapter.headings}
        return found | {t.label for t in self.book.targets.values() if t.chapter == position}

    def html_address(self, chapter: Chapter, address: str) -> str:
        if EXTERNAL.match(address):
            return address
        other, _, anchor = self.resolve(chapter, address)
        if other is None:
            return address
        page = "" if other is chapter and anchor else self.to_page(chapter, other)
        return f"{page}#{anchor}" if anchor else page

    def image(self, chapter: Chapter, address: str) -> str:
        """Path of a chapter's image below the project's root."""
        full = os.path.normpath(PurePosixPath(chapter.file.path).parent / address)
        full = full.replace(os.sep, "/")
        if full.startswith(("/", "..")) or not (self.book.project.root / full).is_file():
            line = chapter.source.line_of(address)
            raise ReportError(f"{chapter.file.path}:{line}: image {address} does not exist")
        return full

    def copy_images(self, folder: Path) -> None:
        """Put the chapters' images below `folder`, at the places that they have in the project."""
        for chapter in self.book.chapters:
            for address in chapter.images:
                path = self.image(chapter, address)
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(self.book.project.root / path, folder / path)

    def image_size(self, chapter: Chapter, address: str) -> str:
        """Width and height attributes of an SVG image of the project, so that no page shifts."""
        path = self.book.project.root / self.image(chapter, address)
        head = path.read_text(encoding="utf-8", errors="replace")[:1000]
        box = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', head)
        if not box:
            line = chapter.source.line_of(address)
            raise ReportError(f"{chapter.file.path}:{line}: image {address}: expected an SVG")
        return f' width="{round(float(box[1]))}" height="{round(float(box[2]))}"'
