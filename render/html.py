"""The book as HTML pages: the frame, navigation and all that a Quarto book adds to pandoc."""

from __future__ import annotations

from html import escape
from pathlib import Path, PurePosixPath

from render import pandoc
from render.book import Book, Chapter
from render.citations import REFERENCES
from render.links import Links

TITLES = {
    "note": "Note",
    "tip": "Tip",
    "important": "Important",
    "warning": "Warning",
    "caution": "Caution",
}


def non_breaking(text: str) -> str:
    """`Figure 4.2` that is not torn apart at the end of a line."""
    return text.replace(" ", "\u00a0")


def _with_end(block: dict, inline: dict) -> dict:
    """A paragraph with something more at its end; any other block, followed by a paragraph."""
    if block["t"] in ("Para", "Plain"):
        return {"t": block["t"], "c": [*block["c"], inline]}
    return {"t": "Div", "c": [["", [], []], [block, {"t": "Para", "c": [inline]}]]}


def callout_title(kind: str, blocks: list) -> tuple[list, list]:
    """The words over a callout, and what stands in it."""
    first = blocks[0] if blocks else {"t": "Null"}
    if first["t"] == "Div" and "report-title" in first["c"][0][1]:
        return [i for block in first["c"][1] for i in block["c"]], blocks[1:]
    return [pandoc.string(TITLES[kind])], blocks


class _PageBlocks(pandoc.Transformer):
    """One chapter's tree as its HTML page needs it."""

    def __init__(self, book: Book, chapter: Chapter, links: Links) -> None:
        self.book = book
        self.chapter = chapter
        self.links = links
        self.notes: list[list] = []

    def page(self) -> list:
        blocks = self.walk(self.chapter.blocks)
        if self.notes:
            blocks.append(pandoc.raw("html", '<section class="footnotes" role="doc-endnotes"><ol>'))
            for number, content in enumerate(self.notes, 1):
                back = (
                    f' <a href="#fnref{number}" class="footnote-back" role="doc-backlink"'
                    f' aria-label="Back to note {number} in the text">↩</a>'
                )
                blocks.append(pandoc.raw("html", f'<li id="fn{number}">'))
                blocks += content[:-1]
                blocks.append(_with_end(content[-1], pandoc.raw("html", back, inline=True)))
                blocks.append(pandoc.raw("html", "</li>"))
            blocks.append(pandoc.raw("html", "</ol></section>"))
        return blocks

    def visit_Header(self, node: dict) -> dict:
        level, (anchor, classes, attributes), inlines = node["c"]
        number = dict(attributes).get("number")
        inlines = self.walk(inlines)
        if number:
            name = "chapter-number" if level == 1 else "header-section-number"
            inlines = [
                pandoc.raw("html", f'<span class="{name}">{number}</span> ', inline=True),
                *inlines,
            ]
        return {"t": "Header", "c": [level, [anchor, classes, []], inlines]}

    def visit_Cite(self, node: dict) -> dict | list:
        references = self.links.cross_references(self.chapter, node)
        if references is None:
            return self.book.citations.inlines(node)
        joined = ", ".join(
            f'<a href="{self.links.to_target(self.chapter, target)}" class="quarto-xref">'
            f"{non_breaking(text)}</a>"
            for target, text in references
        )
        return pandoc.raw("html", joined, inline=True)

    def visit_Link(self, node: dict) -> dict:
        attributes, inlines, (address, title) = node["c"]
        address = self.links.html_address(self.chapter, address)
        return {"t": "Link", "c": [attributes, self.walk(inlines), [address, title]]}

    def visit_Note(self, node: dict) -> dict:
        self.notes.append([])  # takes its number before a note within it
        number = len(self.notes)
        self.notes[number - 1] = self.walk(node["c"])
        return pandoc.raw(
            "html",
            f'<a href="#fn{number}" class="footnote-ref" id="fnref{number}" role="doc-noteref">'
            f"<sup>{number}</sup></a>",
            inline=True,
        )

    def visit_Div(self, node: dict) -> dict | list:
        (label, classes, attributes), blocks = node["c"]
        keyed = dict(attributes)
        if label == REFERENCES:
            return self.book.citations.references if self.book.citations else []
        if "report-embed" in classes:
            return self._embed(label, blocks)
        if "content-visible" in classes:
            return self.walk(blocks) if keyed["when-format"] == "html" else []
        if "panel-tabset" in classes:
            return self._tabset(blocks)
        kind = next((c.removeprefix("callout-") for c in classes if c.startswith("callout-")), "")
        if kind:
            title, blocks = callout_title(kind, self.walk(blocks))
            collapsed = keyed.get("collapse") == "true"
            outer, inner = ("details", "summary") if collapsed else ("div", "p")
            role = "" if collapsed else ' role="note"'
            opening = (
                f'<{outer} class="callout callout-{kind}"{role}><{inner} class="callout-title">'
            )
            return [
                pandoc.raw("html", opening),
                {"t": "Plain", "c": title},
                pandoc.raw("html", f"</{inner}>"),
                *blocks,
                pandoc.raw("html", f"</{outer}>"),
            ]
        return self.descend(node)

    def _tabset(self, blocks: list) -> list:
        """Sections with headings: readable as they are; site.js makes tabs of them."""
        made = [pandoc.raw("html", '<div class="tabset">')]
        is_open = False
        for block in blocks:
            if block["t"] == "Header":
                if is_open:
                    made.append(pandoc.raw("html", "</section>"))
                _, (anchor, _, _), inlines = block["c"]
                title = escape(pandoc.plain_text(inlines))
                made.append(
                    pandoc.raw(
                        "html",
                        f'<section class="tab" id="{anchor}"><p class="tab-title">{title}</p>',
                    )
                )
                is_open = True
            else:
                made += self.walk([block])
        return [*made, pandoc.raw("html", "</section></div>" if is_open else "</div>")]

    def _caption(self, label: str, blocks: list) -> list:
        text = non_breaking(self.book.targets[label].text)
        inlines = self.walk([i for block in blocks if block["t"] == "Para" for i in block["c"]])
        return [pandoc.string(f"{text}:"), {"t": "Space"}, *inlines]

    def _embed(self, label: str, blocks: list) -> list:
        output = self.book.outputs[label]
        caption = {"t": "Plain", "c": self._caption(label, blocks)}
        root = self.links.to_root(self.chapter)
        if output.kind == "fig":
            width, height = output.size
            size = f'width="{width}" height="{height}"'
            body = (
                f'<img src="{root}{output.address}" alt="{escape(output.alt)}" {size}'
                ' decoding="async">'
            )
            return [
                pandoc.raw("html", f'<figure id="{label}" class="report-figure">{body}'),
                pandoc.raw("html", "<figcaption>"),
                caption,
                pandoc.raw("html", "</figcaption></figure>"),
            ]
        name = escape(self.book.targets[label].text)
        return [
            pandoc.raw("html", f'<figure id="{label}" class="report-table"><figcaption>'),
            caption,
            pandoc.raw(
                "html",
                '</figcaption><div class="table-scroll" role="region" tabindex="0"'
                f' aria-label="{name}">{output.html}</div></figure>',
            ),
        ]

    def visit_Table(self, node: dict) -> dict | list:
        attributes, (short, caption), *rest = node["c"]
        label = attributes[0]
        rest = self.walk(rest)
        if not label:
            return {"t": "Table", "c": [attributes, [short, self.walk(caption)], *rest]}
        text = self.book.targets[label].text
        paragraphs = [{"t": "Para", "c": block["c"]} for block in caption]
        return [
            pandoc.raw("html", f'<figure id="{label}" class="report-table"><figcaption>'),
            {"t": "Plain", "c": self._caption(label, paragraphs)},
            pandoc.raw(
                "html",
                '</figcaption><div class="table-scroll" role="region" tabindex="0"'
                f' aria-label="{text}">',
            ),
            {"t": "Table", "c": [["", *attributes[1:]], [None, []], *rest]},
            pandoc.raw("html", "</div></figure>"),
        ]

    def visit_Figure(self, node: dict) -> dict | list:
        (label, _, _), (_, caption), blocks = node["c"]
        (_, _, attributes), _, (address, _) = blocks[0]["c"][0]["c"]
        alt = dict(attributes)["fig-alt"]
        paragraphs = [{"t": "Para", "c": block["c"]} for block in caption]
        size = self.links.image_size(self.chapter, address)
        return [
            pandoc.raw(
                "html",
                f'<figure id="{label}" class="report-figure"><img src="{escape(address)}"'
                f' alt="{escape(alt)}"{size}><figcaption>',
            ),
            {"t": "Plain", "c": self._caption(label, paragraphs)},
            pandoc.raw("html", "</figcaption></figure>"),
        ]


def fragments(book: Book, links: Links) -> list[str]:
    """The body of every page, as HTML."""
    trees = [_PageBlocks(book, chapter, links).page() for chapter in book.chapters]
    pages = book.write(trees, "html")
    references = next((c for c in book.chapters if "{#refs}" in c.source.text), None)
    if references is None:
        return pages
    return [
        page
        if chapter is references
        else page.replace('href="#ref-', f'href="{links.to_page(chapter, references)}#ref-')
        for page, chapter in zip(pages, book.chapters, strict=True)
    ]


def write_pages(book: Book, links: Links, output: Path) -> list[Path]:
    """Write every page of the book below `output`; gives their paths."""
    from render.frame import Frame

    frame = Frame(book, links)
    written = []
    for chapter, body in zip(book.chapters, fragments(book, links), strict=True):
        path = output / PurePosixPath(chapter.file.address)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(frame.chapter_page(chapter, body), encoding="utf-8")
        written.append(path)
    links.copy_images(output)
    return written
