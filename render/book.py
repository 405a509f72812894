"""The book as a tree: chapters, their numbers, and what can be referred to.

Numbers are given here, once, so that the HTML pages and the PDF agree: chapters count through the
book, sections, figures and tables start again in each chapter (Figure 4.2), as in a Quarto book.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial

from render import citations, markup, pandoc
from render.cache import Cache
from render.citations import Citations
from render.errors import ReportError
from render.outputs import Outputs
from render.project import ChapterFile, Project, read_text

FLOATS = {"fig": "Figure", "tbl": "Table"}
CROSS_REFERENCE = re.compile(r"(?:fig|tbl|sec)-")
ONE_FORMAT = "what one format does not show cannot have a number in both (content-visible)"
NUMBER_DEPTH = 2  # as number-depth in _quarto.yml: chapters and sections have numbers
REFUSED = {  # type of a node: what it is, and how its line is found (else by its words)
    "Math": ("a formula", ""),
    "LineBlock": ("a line block", "| "),
    "RawBlock": ("a raw block", ""),
    "RawInline": ("raw markup", ""),
    "SmallCaps": ("small capitals", ".smallcaps"),
    "Underline": ("underlined text", ".underline"),
    "Strikeout": ("struck-out text", "~~"),
}


@dataclass(frozen=True)
class Heading:
    level: int
    number: str
    anchor: str
    title: str


@dataclass(frozen=True)
class Target:
    """What a cross-reference points at."""

    label: str
    text: str  # "Figure 4.2", "Chapter 3"
    number: str
    chapter: int  # position in the book


@dataclass
class Chapter:
    file: ChapterFile
    source: markup.Source
    number: str
    title: str
    blocks: list = field(repr=False)
    headings: list[Heading] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)  # outputs embedded, in order
    images: list[str] = field(default_factory=list)  # addresses as written, in order


@dataclass
class Book:
    project: Project
    chapters: list[Chapter]
    targets: dict[str, Target]
    outputs: Outputs
    kept: Cache
    citations: Citations | None = None

    def write(self, trees: list[list], target: str) -> list[str]:
        """Each chapter as HTML or Typst."""
        return pandoc.write(trees, target, self.kept, self.project.language)

    def cite(self, cites: list[dict]) -> None:
        """Resolve the citations of the book; one without an entry names its line."""
        if not any("{#refs}" in chapter.source.text for chapter in self.chapters):
            raise ReportError(
                "no chapter has a place for the references (::: {#refs}), and works are cited"
            )
        project = self.project
        try:
            self.citations = citations.resolve(
                cites, project.bibliography, project.language, self.kept
            )
        except pandoc.UnknownCitations as error:
            listed = ", ".join(path.name for path in project.bibliography) or "_quarto.yml"
            places = [f"{self._where(f'@{key}')}: @{key}" for key in error.keys]
            raise ReportError(
                "\n".join(f"{place} has no entry in {listed}" for place in places)
            ) from None

    def _where(self, needle: str) -> str:
        for chapter in self.chapters:
            if line := chapter.source.find(needle):
                return f"{chapter.file.path}:{line}"
        return "a caption of the notebooks"

    def chapter_by_path(self, path: str) -> Chapter | None:
        return next((c for c in self.chapters if c.file.path == path), None)


def read(project: Project, outputs: Outputs, kept: Cache | None = None) -> Book:
    """Read every chapter of the project, checked against the small markup, and number it."""
    kept = kept or Cache(None)
    sources = []
    for file in project.chapters:
        text = read_text(project.root / file.path, file.path)
        embed = partial(outputs.placeholder, file)
        sources.append(markup.read(file.path, text, outputs.variable, embed))
    markup.duplicate_footnotes(sources)
    trees = pandoc.read_markdown([source.text for source in sources], kept)
    cites: list[dict] = []
    targets: dict[str, Target] = {}
    chapters: list[Chapter] = []
    number = 0
    for position, (file, source, tree) in enumerate(
        zip(project.chapters, sources, trees, strict=True)
    ):
        if not tree or tree[0]["t"] != "Header" or tree[0]["c"][0] != 1:
            raise ReportError(f"{file.path}:1: expected the chapter's heading (# Title)")
        _, (_, classes, _), inlines = tree[0]["c"]
        if "unnumbered" not in classes:
            number += 1
        chapter = Chapter(
            file,
            source,
            "" if "unnumbered" in classes else str(number),
            pandoc.plain_text(inlines),
            tree,
        )
        _Numbering(chapter, position, targets, cites).walk(tree)
        chapters.append(chapter)
    book = Book(project, chapters, targets, outputs, kept)
    if cites:
        book.cite(cites)
    return book


class _Numbering(pandoc.Transformer):
    """Gives anchors and numbers to one chapter, and refuses what the small markup lacks."""

    def __init__(
        self, chapter: Chapter, position: int, targets: dict[str, Target], cites: list[dict]
    ) -> None:
        self.chapter = chapter
        self.position = position
        self.targets = targets
        self.cites = cites
        self.section = 0
        self.floats = dict.fromkeys(FLOATS, 0)
        self.anchors: set[str] = set()
        self.in_tabset = False
        self.in_callout = False
        self.one_format = False

    def refuse(self, message: str, needle: str = "") -> ReportError:
        line = self.chapter.source.line_of(needle) if needle else 1
        return ReportError(f"{self.chapter.source.path}:{line}: {message}")

    def add(self, label: str, text: str, number: str) -> None:
        if label in self.targets:
            other = self.targets[label]
            raise self.refuse(f"{label} is defined twice (also as {other.text})", f"#{label}")
        self.targets[label] = Target(label, text, number, self.position)

    def walk(self, node: object) -> object:
        if isinstance(node, dict) and node.get("t") in REFUSED:
            name, marker = REFUSED[node["t"]]
            words = "" if marker else node["c"][1].strip().partition("\n")[0]
            shown = f" {words!r}" if words else ""
            raise self.refuse(f"{name}{shown}: not in the small markup", marker or words)
        return super().walk(node)

    def visit_Header(self, node: dict) -> dict:
        level, (anchor, classes, attributes), inlines = node["c"]
        self.walk(inlines)
        title = pandoc.plain_text(inlines)
        if self.in_callout:
            raise self.refuse(f'heading {title!r}: a callout has its title as title="…"', title)
        if self.one_format and not self.in_tabset:
            raise self.refuse(f"heading {title!r}: {ONE_FORMAT}", title)
        if set(classes) - {"unnumbered", "unlisted"} or attributes:
            raise self.refuse(f"heading {title!r}: expected {{#sec-…}} or {{.unnumbered}}", title)
        if level == 1 and self.chapter.headings:
            raise self.refuse(f"heading {title!r}: a second chapter heading in one file", title)
        if anchor in self.anchors:
            raise self.refuse(f"the anchor {anchor} occurs twice in this chapter", f"#{anchor}")
        anchor = anchor or self._anchor(title)
        self.anchors.add(anchor)
        number = ""
        if self.chapter.number and "unnumbered" not in classes and not self.in_tabset:
            if level == 1:
                number = self.chapter.number
            elif level <= NUMBER_DEPTH:
                self.section += 1
                number = f"{self.chapter.number}.{self.section}"
        node["c"][1] = [anchor, classes, [["number", number]] if number else []]
        if not self.in_tabset:
            self.chapter.headings.append(Heading(level, number, anchor, title))
            if anchor.startswith("sec-"):
                self.add(anchor, f"{'Chapter' if level == 1 else 'Section'} {number}", number)
        return node

    def _anchor(self, title: str) -> str:
        base = anchor = pandoc.identifier(title)
        copy = 0
        while anchor in self.anchors:
            copy += 1
            anchor = f"{base}-{copy}"
        return anchor

    def visit_Cite(self, node: dict) -> dict:
        if not CROSS_REFERENCE.match(node["c"][0][0]["citationId"]):
            self.cites.append(node)
        return self.descend(node)

    def visit_Div(self, node: dict) -> dict:
        (label, classes, _), blocks = node["c"]
        if "report-embed" in classes:
            self._float(label)
            self.chapter.labels.append(label)
        was = self.in_tabset, self.in_callout, self.one_format
        self.in_tabset |= "panel-tabset" in classes
        if "panel-tabset" in classes and (not blocks or blocks[0]["t"] != "Header"):
            raise self.refuse("a panel-tabset begins with the heading of a tab", "panel-tabset")
        self.in_callout |= any(name.startswith("callout-") for name in classes)
        self.one_format |= "content-visible" in classes
        self.walk(blocks)
        self.in_tabset, self.in_callout, self.one_format = was
        return node

    def _float(self, label: str) -> None:
        kind = label.partition("-")[0]
        if kind not in FLOATS:
            raise self.refuse(f"{label}: a label begins with fig- or tbl-", label)
        if self.one_format:
            raise self.refuse(f"{label}: {ONE_FORMAT}", f"#{label}")
        self.floats[kind] += 1
        count = str(self.floats[kind])
        number = f"{self.chapter.number}.{count}" if self.chapter.number else count
        self.add(label, f"{FLOATS[kind]} {number}", number)

    def visit_Table(self, node: dict) -> dict:
        (label, _, _), (_, caption), *_ = node["c"]
        if label:
            self._float(label)
            if not pandoc.plain_text([block["c"] for block in caption]).strip():
                raise self.refuse(f"{label} has no caption", f"#{label}")
        self.walk(node["c"][1:])
        return node

    def visit_Figure(self, node: dict) -> dict:
        (label, _, _), (_, caption), blocks = node["c"]
        (_, _, attributes), _, (address, _) = blocks[0]["c"][0]["c"]
        if not label or not dict(attributes).get("fig-alt"):
            raise self.refuse(f'image {address}: expected {{#fig-… fig-alt="…"}}', address)
        self._float(label)
        self.chapter.images.append(address)
        self.walk(caption)
        return node

    def visit_Link(self, node: dict) -> dict:
        _, inlines, (address, _) = node["c"]
        if address == "#":
            words = f"[{pandoc.plain_text(inlines)}]"
            raise self.refuse(
                f"{words}: words in brackets that are a heading's would be a link to it; write"
                f" \\{words[:-1]}\\], or give the heading a label and link to that",
                words,
            )
        return self.descend(node)

    def visit_Image(self, node: dict) -> dict:
        address = node["c"][2][0]
        raise self.refuse(
            f"image {address}: an image stands alone in its paragraph and has a caption", address
        )

    def visit_Span(self, node: dict) -> dict:
        (label, classes, attributes), inlines = node["c"]
        known = len(classes) == 1 and classes[0] in markup.STATUS_CLASSES
        if label or attributes or not known:
            shown = f".{classes[0]}" if classes else label
            raise self.refuse(
                f"span {shown}: expected one of"
                f" {', '.join('.' + name for name in markup.STATUS_CLASSES)}",
                shown,
            )
        self.walk(inlines)
        return node
