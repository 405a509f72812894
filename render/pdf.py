"""The book as one PDF: Typst code through pandoc, then through the Typst wheel."""

from __future__ import annotations

from pathlib import Path

from render import pandoc
from render.book import Book, Chapter
from render.citations import REFERENCES
from render.errors import ReportError
from render.frame import theme
from render.html import callout_title, non_breaking
from render.links import EXTERNAL, Links
from render.typst_tables import content, quoted, table


class _PdfBlocks(pandoc.Transformer):
    """One chapter's tree as the PDF needs it."""

    def __init__(self, book: Book, chapter: Chapter, links: Links) -> None:
        self.book = book
        self.chapter = chapter
        self.links = links
        self.in_tabset = False

    def label(self, chapter: Chapter, anchor: str) -> str:
        """Anchors of a page are unique in that page; labels of the PDF, in all of it."""
        return anchor if anchor in self.book.targets else f"{chapter.file.stem}--{anchor}"

    def inlines(self, parts: list[str | dict]) -> dict:
        made = [pandoc.raw("typst", p, inline=True) if isinstance(p, str) else p for p in parts]
        return {"t": "Plain", "c": made}

    def visit_Header(self, node: dict) -> dict | list:
        level, (anchor, _, attributes), inlines = node["c"]
        inlines = self.walk(inlines)
        if self.in_tabset:
            return {"t": "Para", "c": [{"t": "Strong", "c": inlines}]}
        label = self.label(self.chapter, anchor)
        classes = [] if dict(attributes).get("number") else ["unnumbered"]
        return {"t": "Header", "c": [level, [label, classes, []], inlines]}

    def visit_Cite(self, node: dict) -> dict | list:
        references = self.links.cross_references(self.chapter, node)
        if references is None:
            return self.book.citations.inlines(node)
        made = [
            f"#link(<{target.label}>)[{content(non_breaking(text))}]" for target, text in references
        ]
        return pandoc.raw("typst", ", ".join(made), inline=True)

    def visit_Link(self, node: dict) -> dict | list:
        attributes, inlines, (address, title) = node["c"]
        inlines = self.walk(inlines)
        if EXTERNAL.match(address):
            return {"t": "Link", "c": [attributes, inlines, [address, title]]}
        chapter, _, anchor = self.links.resolve(self.chapter, address)
        if chapter is None:  # a file of the site: the PDF stands alone, the words remain
            return inlines
        label = self.label(chapter, anchor or chapter.headings[0].anchor)
        return {"t": "Link", "c": [attributes, inlines, [f"#{label}", title]]}

    def visit_Div(self, node: dict) -> dict | list:
        (label, classes, attributes), blocks = node["c"]
        keyed = dict(attributes)
        if label == REFERENCES:
            return self.book.citations.references if self.book.citations else []
        if "report-embed" in classes:
            return self._embed(label, blocks)
        if "content-visible" in classes:
            return self.walk(blocks) if keyed["when-format"] == "typst" else []
        if "panel-tabset" in classes:
            self.in_tabset = True
            blocks = self.walk(blocks)
            self.in_tabset = False
            return blocks
        kind = next((c.removeprefix("callout-") for c in classes if c.startswith("callout-")), "")
        if kind:
            title, blocks = callout_title(kind, self.walk(blocks))
            return [
                self.inlines([f'#report-callout(kind: "{kind}", title: [', *title, "])["]),
                *blocks,
                pandoc.raw("typst", "]"),
            ]
        return self.descend(node)

    def visit_Span(self, node: dict) -> dict | list:
        (_, classes, _), inlines = node["c"]
        opening = pandoc.raw("typst", f'#report-status("{classes[0]}")[', inline=True)
        return [opening, *self.walk(inlines), pandoc.raw("typst", "]", inline=True)]

    def _caption(self, label: str, blocks: list) -> list:
        text = content(f"{non_breaking(self.book.targets[label].text)}: ")
        inlines = self.walk([i for block in blocks if block["t"] == "Para" for i in block["c"]])
        return [pandoc.raw("typst", text, inline=True), *inlines]

    def _figure(self, body: str, label: str, kind: str, caption: list) -> dict:
        opening = f"#figure({body}, kind: {kind}, caption: ["
        return self.inlines([opening, *caption, f"]) <{label}>"])

    def _embed(self, label: str, blocks: list) -> dict:
        output = self.book.outputs[label]
        if output.kind == "fig":
            body = f"report-image({quoted(output.address)}, alt: {quoted(output.alt)})"
            return self._figure(body, label, "image", self._caption(label, blocks))
        made = table(output.html)
        figure = self._figure(made.code, label, "table", self._caption(label, blocks))
        if made.is_short:
            figure["c"] = [
                pandoc.raw("typst", "#block(breakable: false)[", inline=True),
                *figure["c"],
                pandoc.raw("typst", "]", inline=True),
            ]
        return figure

    def visit_Table(self, node: dict) -> dict | list:
        attributes, (short, caption), *rest = node["c"]
        label = attributes[0]
        if not label:
            return self.descend(node)
        paragraphs = [{"t": "Para", "c": block["c"]} for block in caption]
        captioned = [{"t": "Plain", "c": self._caption(label, paragraphs)}]
        return {"t": "Table", "c": [attributes, [short, captioned], *self.walk(rest)]}

    def visit_Figure(self, node: dict) -> dict:
        (label, _, _), (_, caption), blocks = node["c"]
        (_, _, attributes), _, (address, _) = blocks[0]["c"][0]["c"]
        alt = dict(attributes)["fig-alt"]
        path = self.links.image(self.chapter, address)
        paragraphs = [{"t": "Para", "c": block["c"]} for block in caption]
        body = f"report-image({quoted(path)}, alt: {quoted(alt)})"
        return self._figure(body, label, "image", self._caption(label, paragraphs))


def typst_source(book: Book, links: Links) -> str:
    """The whole book as one Typst file."""
    trees = []
    part = None
    for chapter in book.chapters:
        tree = _PdfBlocks(book, chapter, links).walk(chapter.blocks)
        if chapter.file.part not in (part, None):
            tree = [pandoc.raw("typst", f"#report-part[{content(chapter.file.part)}]"), *tree]
        part = chapter.file.part
        trees.append(tree)
    project = book.project
    body = "\n".join(book.write(trees, "typst"))
    settings = ", ".join(
        f"{name}: {quoted(value)}"
        for name, value in {
            "title": project.title,
            "subtitle": project.subtitle,
            "author": project.author,
            "description": project.description,
            "language": project.language.partition("-")[0],
            "region": project.language.partition("-")[2],
        }.items()
    )
    return f"{theme('book.typ')}\n#show: report-book.with({settings})\n\n{body}"


def write(book: Book, source: str, links: Links, folder: Path, timestamp: int) -> bytes:
    """Compile the PDF.

    Parameters
    ----------
    source : str
        The book as Typst code.
    folder : Path
        A scratch folder that Typst reads from; the code and the figures are put there.
    timestamp : int
        Creation time in seconds since 1970 that the PDF carries.
    """
    import typst
    from font_source_sans_pro import font_directory  # headings and tables, as in the figures

    for label in {label for chapter in book.chapters for label in chapter.labels}:
        figure = book.outputs[label]
        if figure.kind == "fig":
            path = folder / figure.address
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(figure.paper_svg, encoding="utf-8")
    links.copy_images(folder)
    main = folder / "book.typ"
    main.write_text(source, encoding="utf-8")
    try:
        return typst.compile(
            str(main),
            root=str(folder),
            font_paths=[font_directory],
            ignore_system_fonts=True,
            timestamp=timestamp,
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        raise ReportError(f"typst: {error}") from None
